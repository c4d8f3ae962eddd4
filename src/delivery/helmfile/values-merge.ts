import { sprintf, type Value } from '../../language/go/index.ts'
import { AnyKeyMap } from '../../language/yaml/index.ts'

/** A map of values; what stands in maps and lists below is shared, so that whoever changes it copies it first. */
export type Values = Map<string, Value>

/**
 * How lists merge: `sparse` replaces a list, unless the new one holds null, which leaves the old item in place; `merge` goes item by item.
 */
export type ListStrategy = 'sparse' | 'merge'

/** helmfile's MergeMaps (pkg/maputil): a new map of both, `b` over `a`; null in `b` takes the place of nothing. */
export function mergeValues(a: Values, b: Values, lists: ListStrategy = 'sparse'): Values {
  const out: Values = new Map(a)
  for (const [key, value] of b) {
    const old = out.get(key)
    if (value === null) {
      if (old === undefined) out.set(key, null)
    } else if (value instanceof Map && old instanceof Map) out.set(key, mergeValues(old, value, lists))
    else if (Array.isArray(value) && Array.isArray(old)) out.set(key, mergeLists(old, value, lists))
    else out.set(key, value)
  }
  return out
}

function mergeLists(base: Value[], override: Value[], lists: ListStrategy): Value[] {
  if (lists === 'sparse' && !override.includes(null)) return override
  const out: Value[] = Array.from({ length: Math.max(base.length, override.length) }, (_, i) => base[i] ?? null)
  for (const [i, value] of override.entries()) {
    if (value === null) continue
    const old = base[i]
    out[i] = value instanceof Map && old instanceof Map ? mergeValues(old, value, lists) : value
  }
  return out
}

/** A copy of all maps and lists (DeepCopyMap, CastKeysToStrings). */
export function copyValues(values: Values): Values {
  return new Map([...values].map(([key, value]) => [key, copyValue(value)]))
}

export function copyValue(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyValue)
  return value instanceof Map ? copyValues(value) : value
}

/**
 * A copy whose keys are all strings (CastKeysToStrings).
 * @throws Error with helmfile's text when one is not
 */
export function stringKeys(values: Values): Values {
  const strange = values instanceof AnyKeyMap ? values.strangeKey() : undefined
  if (strange !== undefined) throw new Error(sprintf('unexpected type of key in map: expected string, got %T: value=%v, map=%v', [strange.key, strange.key, values]))
  return new Map([...values].map(([key, value]) => [key, stringKeysBelow(value)]))
}

/** RecursivelyStringifyMapKey. */
export function stringKeysBelow(value: Value): Value {
  if (Array.isArray(value)) return value.map(stringKeysBelow)
  return value instanceof Map ? stringKeys(value) : value
}
