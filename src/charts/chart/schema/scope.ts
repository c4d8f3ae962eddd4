import type { Instance } from './instance.ts'
import { escapeToken } from './locations.ts'
import type { Schema } from './schema.ts'

/** A schema applied to a value, within the one that led there: to find cycles and dynamic anchors. */
export class Scope {
  readonly schema: Schema
  readonly refKeyword: string
  readonly depth: number
  readonly parent: Scope | undefined

  constructor(schema: Schema, refKeyword: string, depth: number, parent: Scope | undefined) {
    this.schema = schema
    this.refKeyword = refKeyword
    this.depth = depth
    this.parent = parent
  }

  /** The same schema, further up on the same value. */
  cycle(): Scope | undefined {
    for (let at = this.parent; at !== undefined && at.depth === this.depth; at = at.parent) if (at.schema === this.schema) return at
    return undefined
  }

  keywordLocation(): string {
    const { parent, refKeyword, schema } = this
    if (parent === undefined) return ''
    return parent.keywordLocation() + (refKeyword !== '' ? `/${escapeToken(refKeyword)}` : schema.location.slice(parent.schema.location.length))
  }
}

/** What no keyword has looked at yet, for unevaluatedProperties and unevaluatedItems. */
export interface Unevaluated {
  properties: Set<string> | undefined
  items: Set<number> | undefined
}

const nothing: Unevaluated = Object.freeze({ properties: undefined, items: undefined })

export function unevaluatedOf(value: Instance, schema: Schema, needed: boolean): Unevaluated {
  if (value instanceof Map) {
    if (schema.allPropertiesEvaluated || !(needed || schema.unevaluatedProperties !== undefined)) return nothing
    return { properties: new Set(value.keys()), items: undefined }
  }
  if (Array.isArray(value)) {
    if (schema.allItemsEvaluated || !(needed || schema.unevaluatedItems !== undefined) || schema.itemsEvaluated >= value.length) return nothing
    const items = new Set<number>()
    for (let i = schema.itemsEvaluated; i < value.length; i++) items.add(i)
    return { properties: undefined, items }
  }
  return nothing
}

export const isEmpty = (u: Unevaluated): boolean => (u.properties?.size ?? 0) === 0 && (u.items?.size ?? 0) === 0
