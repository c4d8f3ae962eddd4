import { GoObject, isNil, kindOf, StringMap, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'

type Dict = Map<string, Value>

/** mergo's error for a pointer that meets something else. */
const differentTypes = 'src and dst must be of same type'

/**
 * dario.cat/mergo 1.0.1's Merge (or MergeWithOverwrite) of one map into another, in place. Maps below are merged into the
 * destination's own; whatever is taken over is shared with the source, not copied.
 *
 * Without `overwrite`, the destination's values stay unless they are empty (nil, false, 0, "", no items), and nil in the
 * source does nothing. With it the source wins, even with nil and empty values; only maps are merged.
 * @returns the text of mergo's error, if any
 */
export function mergeMaps(target: Dict, source: Dict, overwrite: boolean, depth = 0): string | undefined {
  if (target === source) return undefined
  if (depth > 1000) throw new Error('merge: the maps are nested too deeply')
  for (const [key, value] of source) {
    const old = target.get(key)
    if (value === null) {
      if (overwrite) put(target, source, key, null)
      continue
    }
    const kind = kindOf(value)
    if (kind === 'map' || kind === 'struct' || kind === 'ptr') {
      const error = mergeInto(old, value, kind, overwrite, depth)
      if (error !== undefined) return error
      if (old instanceof Map && old.size > 0 && kind === 'map') continue
    } else if (kind === 'slice' && target instanceof StringMap) {
      // mergo makes a slice for the value before it looks where it goes.
      if (old !== undefined) throw new Error('reflect: call of reflect.Value.IsNil on string Value')
      throw new Error(notAssignable(typeOf(value)))
    } else if (kind === 'slice' && old !== undefined && !isEmpty(old)) {
      if (overwrite || target.size === 0) put(target, source, key, value)
      continue
    }
    if (overwrite || old === undefined || isEmpty(old)) put(target, source, key, value)
  }
  return undefined
}

/** The part of deepMerge that goes one level down; most pairs of kinds do nothing there. */
function mergeInto(old: Value | undefined, value: Value, kind: string, overwrite: boolean, depth: number): string | undefined {
  if (old === undefined || old === null) return undefined
  if (old instanceof Map) {
    if (isNil(old) && kind === 'struct') throw new Error('reflect: call of reflect.Value.IsNil on struct Value')
    if (isNil(old) || !(value instanceof Map)) return undefined
    return mergeMaps(old, value, overwrite, depth + 1)
  }
  if (!(old instanceof GoObject)) return undefined
  const oldKind = kindOf(old)
  if (oldKind === 'ptr' && kind !== 'ptr' && !overwrite && !isNil(value)) return differentTypes
  if (oldKind === 'struct' && old.fields().length > 0 && kind !== 'struct') {
    throw new Error(`reflect: call of reflect.Value.Field on ${kind} Value`)
  }
  return undefined
}

function put(target: Dict, source: Dict, key: string, value: Value): void {
  if (target instanceof StringMap && !(source instanceof StringMap)) {
    throw new Error(notAssignable('interface {}'))
  }
  target.set(key, value)
}

const notAssignable = (type: string): string =>
  `reflect.Value.SetMapIndex: value of type ${type} is not assignable to type string`

/** mergo's isEmptyValue: no struct is empty, a pointer is as empty as what it points to. */
function isEmpty(v: Value): boolean {
  switch (typeof v) {
    case 'string': return v === ''
    case 'boolean': return !v
    case 'number': return v === 0
  }
  if (v === null) return true
  if (v instanceof Map) return v.size === 0
  if (Array.isArray(v) || v instanceof Uint8Array) return v.length === 0
  if (v instanceof GoObject) {
    const inner = v.underlying()
    return inner !== undefined && isEmpty(inner)
  }
  return v.value === 0n
}
