import type { JsonMap } from './json.ts'
import type { Schema } from './schema/schema.ts'
import type { Tables } from './schema/tables.ts'
import { conversionsOf } from './kinds/conversions.ts'
import type { Conversion } from './kinds/conversions.ts'
import { strategyOf } from './kinds/strategies.ts'
import type { Strategy } from './kinds/strategy.ts'

/** One served kind in one version. */
export interface ResourceType {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly schema: Schema
  /** Where its objects are in the store, for all versions and for the groups that share them. */
  readonly table: string
  readonly subresources: ReadonlyMap<string, Subresource>
  readonly strategy: Strategy
  readonly conversion?: Conversion
  readonly custom?: CustomType
}

export interface Subresource { readonly name: string; readonly group: string; readonly version: string; readonly kind: string; readonly verbs: readonly string[] }

/** What a CustomResourceDefinition says about one of its versions. */
export interface CustomType {
  readonly definition: JsonMap
  readonly version: JsonMap
  readonly status: boolean
  readonly scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }
  readonly storedVersion: string
}

export const apiVersionOf = (type: { group: string; version: string }): string => (type.group === '' ? type.version : `${type.group}/${type.version}`)

const verbList = (text: string): string[] =>
  (text === '*' ? ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] : text.split(' '))

/** The kinds a sandbox serves: Kubernetes' own and those of its CustomResourceDefinitions. */
export class Resources {
  readonly tables: Tables
  readonly #byPath = new Map<string, ResourceType>()
  readonly #byKind = new Map<string, ResourceType>()
  readonly #builtin: { group: string; versions: string[] }[] = []
  #custom: ResourceType[] = []

  constructor(tables: Tables) {
    this.tables = tables
    for (const { group, versions } of tables.groups) {
      this.#builtin.push({ group, versions: versions.map((v) => v.version) })
      for (const { version, resources } of versions) {
        for (const row of resources) {
          const plural = row.p
          const conversion = conversionsOf(group, version, plural)
          const type: ResourceType = {
            group, version, kind: row.k, plural, singular: row.s, shortNames: row.a?.split(',') ?? [], categories: row.c?.split(',') ?? [],
            namespaced: row.n === 1, verbs: verbList(row.v), schema: tables.kind(group, version, row.k)!,
            table: conversion?.table ?? `${group}/${plural}`,
            subresources: new Map((row.r ?? []).map((r) => [r.p, {
              name: r.p, group: r.g ?? (r.w ? '' : group), version: r.w ?? version, kind: r.k, verbs: verbList(r.v),
            }])),
            strategy: strategyOf(group, plural), ...(conversion ? { conversion } : {}),
          }
          this.#byPath.set(`${group}/${version}/${plural}`, type)
          this.#byKind.set(`${apiVersionOf(type)}/${row.k}`, type)
        }
      }
    }
  }

  find(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  kind(apiVersion: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`)
  }

  /** Any served version of a kind, the preferred one first. */
  groupKind(group: string, kind: string): ResourceType | undefined {
    for (const { group: g, versions } of this.groups()) {
      if (g !== group) continue
      for (const v of versions) for (const t of v.types) if (t.kind === kind) return t
    }
    return undefined
  }

  /** Replaces the custom kinds. */
  setCustom(types: ResourceType[]): void {
    for (const t of this.#custom) {
      this.#byPath.delete(`${t.group}/${t.version}/${t.plural}`)
      this.#byKind.delete(`${apiVersionOf(t)}/${t.kind}`)
    }
    this.#custom = types
    for (const t of types) {
      this.#byPath.set(`${t.group}/${t.version}/${t.plural}`, t)
      this.#byKind.set(`${apiVersionOf(t)}/${t.kind}`, t)
    }
  }

  all(): ResourceType[] { return [...this.#byPath.values()] }

  /** Groups with their versions, preferred version first, in discovery's order. */
  groups(): { group: string; versions: { version: string; types: ResourceType[] }[] }[] {
    const out = this.#builtin.map(({ group, versions }) => ({
      group, versions: versions.map((version) => ({ version, types: this.all().filter((t) => t.group === group && t.version === version && t.custom === undefined) })),
    }))
    for (const type of [...this.#custom].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : compareVersions(a.version, b.version) || (a.plural < b.plural ? -1 : 1)))) {
      let group = out.find((g) => g.group === type.group)
      if (group === undefined) out.push(group = { group: type.group, versions: [] })
      let version = group.versions.find((v) => v.version === type.version)
      if (version === undefined) group.versions.push(version = { version: type.version, types: [] })
      version.types.push(type)
    }
    return out
  }
}

const versionForm = /^v(\d+)(?:(alpha|beta)(\d+))?$/

/** Kubernetes' order of versions: GA before beta before alpha, newer first, others last. */
export function compareVersions(a: string, b: string): number {
  const left = versionForm.exec(a)
  const right = versionForm.exec(b)
  if (left === null || right === null) return left === right ? (a < b ? -1 : a > b ? 1 : 0) : left === null ? 1 : -1
  const stage = (m: RegExpExecArray): number => (m[2] === undefined ? 0 : m[2] === 'beta' ? 1 : 2)
  return stage(left) - stage(right) || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0)
}
