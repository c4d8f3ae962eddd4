import { GoObject, Int, isNil, MapView, NilMap, TypedMap, TypedSlice, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { Version, VersionObject } from '../semver/index.ts'

/** How deep values may nest before comparing or copying gives up; Go would overflow its stack on a cycle. */
const maxDepth = 5000

/** reflect.DeepEqual: types must agree, nil is not empty, NaN is not itself. */
export function deepEqual(a: Value, b: Value, depth = 0): boolean {
  if (typeof a === 'string' || typeof a === 'boolean' || typeof a === 'number' || a === null) return a === b
  if (typeof b !== 'object' || b === null) return false
  if (a instanceof Int) return b instanceof Int && a.kind === b.kind && a.value === b.value
  if (depth > maxDepth) throw new Error('deepEqual: the value is nested too deeply')
  if (a instanceof GoObject) return b instanceof GoObject && equalObjects(a, b, depth)
  if (typeOf(a) !== typeOf(b) || isNil(a) !== isNil(b)) return false
  if (identity(a) === identity(b)) return true
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false
    for (const [key, value] of a) {
      const other = b.get(key)
      if (other === undefined || !deepEqual(value, other, depth + 1)) return false
    }
    return true
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
  if (!Array.isArray(b) || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!deepEqual(a[i]!, b[i]!, depth + 1)) return false
  return true
}

const identity = (v: Value): Value => (v instanceof MapView ? (v.target as Value) : v)

/** Unexported fields count in Go: a type that hides them shows them in its text. */
function equalObjects(a: GoObject, b: GoObject, depth: number): boolean {
  if (a === b) return true
  if (a.goType !== b.goType || a.text() !== b.text()) return false
  const inner = a.underlying()
  if (inner !== undefined) return deepEqual(inner, b.underlying() ?? null, depth + 1)
  const fields = b.fields()
  return a.fields().every(([name, value], i) => fields[i]![0] === name && deepEqual(value, fields[i]![1], depth + 1))
}

/** copystructure.Copy: maps and slices anew, each of its own type; everything else is a value. */
export function deepCopy(v: Value, depth = 0): Value {
  if (typeof v !== 'object' || v === null || v instanceof Int || isNil(v)) return v
  if (depth > maxDepth) throw new Error('deepCopy: the value is nested too deeply')
  if (v instanceof Map) {
    const out = emptyMapLike(v)
    for (const [key, value] of v) out.set(key, deepCopy(value, depth + 1))
    return out
  }
  if (v instanceof Uint8Array) return v.slice()
  if (v instanceof TypedSlice) return TypedSlice.make(v.goType, v.map((item) => deepCopy(item, depth + 1)))
  if (Array.isArray(v)) {
    const out = new Array<Value>(v.length)
    for (let i = 0; i < v.length; i++) out[i] = deepCopy(v[i]!, depth + 1)
    return out
  }
  // A Version has only unexported fields, which copystructure cannot see: the copy is 0.0.0.
  if (v instanceof VersionObject) return new VersionObject(new Version(0n, 0n, 0n, '', '', ''), v.goKind === 'ptr')
  return v
}

/** An empty map of the same Go type. */
export function emptyMapLike(map: Map<string, Value>): Map<string, Value> {
  if (!(map instanceof TypedMap) || map instanceof NilMap) return new Map()
  return new (map.constructor as new () => TypedMap)()
}
