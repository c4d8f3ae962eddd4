import { StringMap, TypedMap, TypedSlice } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'

export type Table = Map<string, Value>

/**
 * Whether a value is a table to Helm: map[string]interface {} and no other map type.
 * A map[string]string, such as a processed import-values entry, is not.
 */
export function isTable(value: Value | undefined): value is Table {
  return value instanceof Map && (!(value instanceof TypedMap) || value.goType === 'map[string]interface {}')
}

/** A new map with `b` laid over `a`, tables within tables too (MergeMaps of the chart loader). Nulls are kept. */
export function mergeMaps(a: Table, b: Table): Table {
  const out: Table = new Map(a)
  for (const [key, value] of b) {
    if (isTable(value)) {
      const old = out.get(key)
      if (isTable(old)) {
        out.set(key, mergeMaps(old, value))
        continue
      }
    }
    out.set(key, value)
  }
  return out
}

/** A deep copy of tables and lists; `into` receives the top level when its type is to differ. */
export function copyTable<T extends Table>(source: Table, into: T): T
export function copyTable(source: Table): Table
export function copyTable(source: Table, into: Table = new Map()): Table {
  for (const [key, value] of source) into.set(key, typeof value === 'object' && value !== null ? copyValue(value) : value)
  return into
}

function copyValue(value: Value): Value {
  if (Array.isArray(value)) {
    const out: Value[] = value instanceof TypedSlice ? TypedSlice.make(value.goType, []) : []
    for (const item of value) out.push(typeof item === 'object' && item !== null ? copyValue(item) : item)
    return out
  }
  if (value instanceof Map) {
    if (value instanceof StringMap) return new StringMap(value)
    return copyTable(value)
  }
  return value
}
