import { intersection, literal, never, plain, typeName, union, unknown, type Field, type Type } from './type-text.ts'

type Json = null | boolean | number | string | readonly Json[] | JsonObject
interface JsonObject { readonly [key: string]: Json }

/** A named type, for what a schema refers to. */
export interface NamedType { readonly name: string; readonly type: Type; readonly comment: readonly string[] }

/** How deep schemas nest here; what lies deeper may be anything. */
const maxDepth = 60

/**
 * TypeScript types of a JSON schema, drafts 4 to 2020-12. What TypeScript cannot say (patterns, ranges, `not`, `if`) is left out: the types allow more than
 * the schema, never less, but for this: where a schema lists properties and says nothing about others, others are refused, but for those that the default
 * values have (values-types.ts).
 * References to other documents may be anything.
 */
export class SchemaTypes {
  readonly #root: Json
  readonly #taken: Set<string>
  readonly #named = new Map<string, NamedType | string>()

  /** @param taken names of types that are used otherwise; those made here are added */
  constructor(root: Json, taken: Set<string>) {
    this.#root = root
    this.#taken = taken
  }

  /** The types of all that is referred to so far. */
  get named(): readonly NamedType[] {
    return [...this.#named.values()].filter((n) => typeof n !== 'string')
  }

  root(): Type {
    return this.#type(this.#root, 0, ['#'])
  }

  /** @param trail the references that lead here without an object or list between: a type may not be its own alias */
  #type(schema: Json, depth: number, trail: readonly string[]): Type {
    if (schema === false) return never
    if (!isObject(schema) || depth > maxDepth) return unknown
    const parts: Type[] = []
    if (typeof schema.$ref === 'string') parts.push(this.#reference(schema.$ref, depth, trail))
    if ('const' in schema) parts.push(literalOf(schema.const!))
    else if (Array.isArray(schema.enum)) parts.push(union((schema.enum as readonly Json[]).map(literalOf)))
    else parts.push(this.#own(schema, depth))
    for (const one of list(schema.allOf)) parts.push(this.#type(one, depth + 1, trail))
    for (const key of ['anyOf', 'oneOf'] as const) {
      const alternatives = list(schema[key])
      if (alternatives.length > 0) parts.push(union(alternatives.map((one) => this.#type(one, depth + 1, trail))))
    }
    return intersection(parts)
  }

  /** What type, properties and items say. */
  #own(schema: JsonObject, depth: number): Type {
    const names = typeof schema.type === 'string' ? [schema.type] : list(schema.type)
    if (names.length === 0) {
      if (isObject(schema.properties) || isObject(schema.patternProperties) || isObject(schema.additionalProperties)) return this.#object(schema, depth)
      return 'items' in schema || 'prefixItems' in schema ? this.#array(schema, depth) : unknown
    }
    return union(names.map((name) => {
      switch (name) {
        case 'string': case 'boolean': case 'null': case 'number': return plain(name)
        case 'integer': return plain('number')
        case 'object': return this.#object(schema, depth)
        case 'array': return this.#array(schema, depth)
      }
      return unknown
    }))
  }

  #object(schema: JsonObject, depth: number): Type {
    const properties = isObject(schema.properties) ? schema.properties : {}
    const required = list(schema.required)
    const fields: Field[] = Object.keys(properties).map((name) => ({
      name, type: this.#type(properties[name]!, depth + 1, []), optional: !required.includes(name), comment: commentOf(properties[name]!),
    }))
    const patterns = isObject(schema.patternProperties) ? Object.values(schema.patternProperties).map((p) => this.#type(p, depth + 1, [])) : []
    const more = schema.additionalProperties
    const index = [...patterns, ...(isObject(more) ? [this.#type(more, depth + 1, [])] : more === true || (more === undefined && fields.length === 0 && patterns.length === 0) ? [unknown] : [])]
    return { is: 'object', fields, ...(index.length === 0 ? {} : { index: union(index) }), ...(more === undefined ? { open: true } : {}) }
  }

  #array(schema: JsonObject, depth: number): Type {
    const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems : Array.isArray(schema.items) ? schema.items : undefined
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items
    const type = (s: Json | undefined): Type => (s === undefined ? unknown : this.#type(s, depth + 1, []))
    if (tuple === undefined) return { is: 'array', items: type(rest) }
    return { is: 'tuple', items: (tuple as readonly Json[]).map(type), ...(rest === false ? {} : { rest: type(rest) }) }
  }

  #reference(reference: string, depth: number, trail: readonly string[]): Type {
    const pointer = this.#pointer(reference)
    if (pointer === undefined || trail.includes(pointer)) return unknown
    const known = this.#named.get(pointer)
    if (known !== undefined) {
      // One that is still being made leads back to itself, through an object or a list.
      return this.#aliases(pointer, trail) ? unknown : plain(typeof known === 'string' ? known : known.name)
    }
    const target = at(this.#root, pointer)
    if (target === undefined) return unknown
    const name = pointer === '#' ? 'Root' : decodeURIComponent(pointer.slice(pointer.lastIndexOf('/') + 1))
    const chosen = typeName(name, this.#taken)
    this.#named.set(pointer, chosen)
    const type = this.#type(target, depth + 1, [...trail, pointer])
    this.#named.set(pointer, { name: chosen, type, comment: commentOf(target) })
    return plain(chosen)
  }

  /** Whether a schema refers, without an object or list between, to one of the trail. */
  #aliases(pointer: string, trail: readonly string[], seen = new Set<string>()): boolean {
    if (trail.includes(pointer)) return true
    if (seen.has(pointer)) return false
    seen.add(pointer)
    return direct(at(this.#root, pointer)).some((reference) => {
      const next = this.#pointer(reference)
      return next !== undefined && this.#aliases(next, trail, seen)
    })
  }

  /** `#/definitions/x` of the references within the document: by pointer, anchor, or the document's own id. */
  #pointer(reference: string): string | undefined {
    const hash = reference.indexOf('#')
    const base = hash < 0 ? reference : reference.slice(0, hash)
    const fragment = hash < 0 ? '' : reference.slice(hash + 1)
    const id = isObject(this.#root) ? (this.#root.$id ?? this.#root.id) : undefined
    if (base !== '' && base !== (typeof id === 'string' ? id.replace(/#$/, '') : undefined)) return undefined
    if (fragment === '' || fragment.startsWith('/')) return `#${fragment}`
    return anchor(this.#root, fragment, '#', 0)
  }
}

/** The references a schema is an alias of. */
function direct(schema: Json | undefined, depth = 0): string[] {
  if (!isObject(schema) || depth > maxDepth) return []
  const below = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => list(schema[key]).flatMap((s) => direct(s, depth + 1)))
  return typeof schema.$ref === 'string' ? [schema.$ref, ...below] : below
}

function anchor(value: Json, name: string, pointer: string, depth: number): string | undefined {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return undefined
  if (isObject(value) && (value.$anchor === name || value.$dynamicAnchor === name || value.$id === `#${name}` || value.id === `#${name}`)) return pointer
  for (const [key, item] of Object.entries(value)) {
    const found = anchor(item as Json, name, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function at(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root
  for (const token of pointer.split('/').slice(1)) {
    let key
    try {
      key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
    } catch {
      return undefined
    }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as JsonObject)[key]
  }
  return value
}

function commentOf(schema: Json): string[] {
  if (!isObject(schema)) return []
  const out = typeof schema.description === 'string' && schema.description.trim() !== '' ? schema.description.trim().split(/\r?\n/) : typeof schema.title === 'string' && schema.title !== '' ? [schema.title] : []
  if (schema.deprecated === true) out.push('@deprecated')
  if ('default' in schema) out.push(`@default ${clip(JSON.stringify(schema.default))}`)
  return out
}

const clip = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** Objects and lists as values of an enum: any such. */
function literalOf(value: Json): Type {
  if (Array.isArray(value)) return plain('unknown[]')
  return typeof value === 'object' && value !== null ? plain('Record<string, unknown>') : literal(value)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
