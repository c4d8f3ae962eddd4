import { readFileSync } from 'node:fs'
import { Int, StringMap, TypedMap, ValuesMap, formatFloat } from '../../../language/go/index.ts'
import type { Value } from '../../../language/go/index.ts'

/**
 * The vectors beside this file were recorded from Helm 4.3.1 and the packages it uses (pkg/strvals, pkg/ignore, pkg/chart/...,
 * gobwas/glob, santhosh-tekuri/jsonschema) over generated cases, of which those with distinct outcomes were kept.
 */
export function vectors<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as T[]
}

/** A value with its Go types spelled out, as the vectors hold values: {m: map}, {V: common.Values}, {l: list}, {s}, {f}, {i64}. */
export function spelled(v: Value | undefined): unknown {
  if (v === null || v === undefined) return null
  if (typeof v === 'boolean') return v
  if (typeof v === 'string') return { s: v }
  if (typeof v === 'number') return { f: formatFloat(v, 'g') }
  if (v instanceof Int) return { [v.kind === 'int64' ? 'i64' : v.kind]: String(v.value) }
  if (v instanceof StringMap) return { ms: Object.fromEntries(v) }
  if (v instanceof Map) {
    if (v instanceof TypedMap && v.goType === 'map[string]string') return { ms: null }
    return { [v instanceof ValuesMap ? 'V' : 'm']: Object.fromEntries([...v].map(([key, item]) => [key, spelled(item)])) }
  }
  if (Array.isArray(v)) return { l: v.map(spelled) }
  return { go: (v as { goType: string }).goType }
}

/** JSON as values: objects become maps. */
export function fromJson(v: unknown): Value {
  if (Array.isArray(v)) return v.map(fromJson)
  if (v !== null && typeof v === 'object') return new Map(Object.entries(v).map(([key, item]) => [key, fromJson(item)]))
  return v as Value
}

/** What a call gives, or the text it throws. */
export function outcome(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return { error: (error as Error).message }
  }
}
