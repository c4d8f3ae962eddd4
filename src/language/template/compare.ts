import { GoObject, Int, NilMap, NilSlice, compareStrings, formatValue, sprintf, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { Complex } from './complex.ts'
import type { Val } from './frame.ts'

type BasicKind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint' | 'other'

const badType = 'invalid type for comparison'

/** What a named scalar compares as. */
function plain(v: Val): Val {
  return v instanceof GoObject && !(v instanceof Complex) ? v.underlying() ?? v : v
}

function basicKind(v: Val): BasicKind {
  switch (typeof v) {
    case 'string': return 'string'
    case 'number': return 'float'
    case 'boolean': return 'bool'
  }
  if (v instanceof Int) return v.kind[0] === 'u' ? 'uint' : 'int'
  return v instanceof Complex ? 'complex' : 'other'
}

/** a == b as the template function eq sees it (funcs.go). Throws Go's complaint about types that do not compare. */
export function equal(a: Val, b: Val): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  const x = plain(a)
  const y = plain(b)
  const kind = basicKind(x)
  const kind2 = basicKind(y)
  if (kind !== kind2) {
    // Integers compare whatever their sign; nil never equals a scalar.
    if ((kind === 'int' && kind2 === 'uint') || (kind === 'uint' && kind2 === 'int')) return (x as Int).value === (y as Int).value
    if (isNothing(a) || isNothing(b)) return false
    throw new Error(`incompatible types for comparison: ${typeOf(a as Value)} and ${typeOf(b as Value)}`)
  }
  if (kind === 'int' || kind === 'uint') return (x as Int).value === (y as Int).value
  if (kind === 'complex') return (x as Complex).real === (y as Complex).real && (x as Complex).imaginary === (y as Complex).imaginary
  if (kind !== 'other') return x === y
  if (isNothing(a) || isNothing(b)) return isNilLike(a) === isNilLike(b)
  if (reflectKind(a as Value) !== reflectKind(b as Value)) {
    const [v, w] = [a as Value, b as Value]
    throw new Error(`non-comparable types ${sprintf('%s', [v])}: ${typeOf(v)}, ${typeOf(w)}: ${formatValue(w)}`)
  }
  if (isNilLike(a) || isNilLike(b)) return isNilLike(a) === isNilLike(b)
  if (!(b instanceof GoObject) || y !== b) throw new Error(`non-comparable type ${sprintf('%s', [b as Value])}: ${typeOf(b as Value)}`)
  return a === b || (a instanceof GoObject && a.goKind === 'struct' && sameStruct(a, b))
}

function isNothing(v: Val): boolean {
  return v === undefined || v === null
}

function isNilLike(v: Val): boolean {
  return isNothing(v) || v instanceof NilMap || v instanceof NilSlice
}

function reflectKind(v: Value): string {
  if (v instanceof Map) return 'map'
  return v instanceof GoObject ? v.goKind : 'slice'
}

function sameStruct(a: GoObject, b: GoObject): boolean {
  if (a.goType !== b.goType) return false
  const others = b.fields()
  return a.fields().length > 0 && a.fields().every(([, value], i) => equal(value, others[i]![1]))
}

/** Whether a < b. Throws for what has no order. */
export function less(a: Val, b: Val): boolean {
  const x = plain(a)
  const y = plain(b)
  const kind = basicKind(x)
  const kind2 = basicKind(y)
  if (kind === 'other' || kind2 === 'other') throw new Error(badType)
  if (kind !== kind2) {
    if ((kind === 'int' && kind2 === 'uint') || (kind === 'uint' && kind2 === 'int')) return (x as Int).value < (y as Int).value
    throw new Error(`incompatible types for comparison: ${typeOf(a as Value)} and ${typeOf(b as Value)}`)
  }
  switch (kind) {
    case 'float': return (x as number) < (y as number)
    case 'string': return compareStrings(x as string, y as string) < 0
    case 'int':
    case 'uint': return (x as Int).value < (y as Int).value
  }
  throw new Error(badType)
}

/** a <= b: less or equal, so that a NaN is neither; either may throw. */
export function lessOrEqual(a: Val, b: Val): boolean {
  return less(a, b) || equal(a, b)
}
