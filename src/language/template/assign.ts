import { Duration, GoObject, Int, NilMap, NilSlice, TypedMap, TypedSlice, asPlainMap, typeOf } from '../go/index.ts'
import type { IntKind, Value } from '../go/index.ts'
import type { Val } from './frame.ts'
import type { BoolNode, NumberNode, StringNode } from './node.ts'
import { nodeText } from './node.ts'

/** Turns a value into the argument of a parameter; throws Mismatch when Go would refuse it (validateType in exec.go). */
export type Convert = (v: Val) => Val

/** Why a value is no argument. The text is Go's without the place. */
export class Mismatch {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

const intKinds: ReadonlySet<string> = new Set<IntKind>([
  'int', 'int8', 'int16', 'int32', 'int64', 'uint', 'uint8', 'uint16', 'uint32', 'uint64',
])

const toInterface: Convert = (v) => (v === undefined ? null : v)
const toReflectValue: Convert = (v) => v
const toString: Convert = (v) => (typeof v === 'string' ? v : refuse(v, 'string'))

/** The conversion to a parameter of `type`, spelled as reflect prints it. */
export function converterTo(type: string): Convert {
  switch (type) {
    case 'interface {}': return toInterface
    case 'reflect.Value': return toReflectValue
    case 'string': return toString
    case 'bool': return (v) => (typeof v === 'boolean' ? v : refuse(v, type))
    case 'float64': return (v) => (typeof v === 'number' ? v : refuse(v, type))
  }
  if (intKinds.has(type)) return (v) => (v instanceof Int && v.kind === type ? v : refuse(v, type))
  return (v) => convert(v, type)
}

function convert(v: Val, type: string): Val {
  if (v === undefined && isNilable(type)) return zeroOf(type)
  if (v === undefined || v === null) return refuse(v, type)
  if (v instanceof Map) {
    if (type === 'map[string]interface {}' && elemTypeOf(v) === 'interface {}') return asPlainMap(v)
    if (type === typeOf(v) || (v instanceof TypedMap && type === `map[string]${v.elemType}`)) return v
    return refuse(v, type)
  }
  const own = typeOf(v)
  if (own === type) return v
  if (v instanceof GoObject) {
    // A pointer where its target is asked for, or a named map or slice where the bare type is.
    if (own === '*' + type) return v
    const plain = v.underlying()
    if (plain !== undefined && /^(?:map)?\[/.test(type) && typeOf(plain) === type) return plain
  }
  if (v instanceof TypedSlice && v.constructor !== TypedSlice && type.startsWith('[]') && v.method !== undefined) {
    // A slice type with methods is a named one: its own name is not the bare type it can be assigned to.
    if (v.every((item) => typeOf(item) === type.slice(2))) return v
  }
  return refuse(v, type)
}

function refuse(v: Val, type: string): never {
  if (v === undefined) throw new Mismatch(`invalid value; expected ${type}`)
  throw new Mismatch(`wrong type for value; expected ${type}; got ${v === null ? 'interface {}' : typeOf(v)}`)
}

/** Whether an untyped nil can stand for the type (canBeNil in exec.go). */
export function isNilable(type: string): boolean {
  return /^(?:map\[|\[\]|\*|func\(|chan )/.test(type) || type === 'interface {}' || type === 'reflect.Value' || type === 'error'
}

/** The argument that the keyword nil makes; throws Mismatch. */
export function nilOf(type: string): Val {
  if (type === 'reflect.Value') return undefined
  if (!isNilable(type)) throw new Mismatch(`cannot assign nil to ${type}`)
  return zeroOf(type)
}

/** reflect.Zero. */
export function zeroOf(type: string): Value {
  switch (type) {
    case 'string': return ''
    case 'bool': return false
    case 'float64': return 0
    case 'map[string]interface {}': return new NilMap()
    case '[]uint8': return new Uint8Array(0)
  }
  if (intKinds.has(type)) return new Int(0n, type as IntKind)
  return type.startsWith('[]') ? NilSlice.ofType(type) : null
}

/** The type of a map's elements. */
export function elemTypeOf(map: Map<string, Value>): string {
  return map instanceof TypedMap ? map.elemType : 'interface {}'
}

/** A literal as an argument of `type` (evalArg in exec.go); throws Mismatch. */
export function literalOf(n: BoolNode | NumberNode | StringNode, type: string): Val {
  switch (type) {
    case 'bool':
      if (n.type === 'bool') return n.value
      throw new Mismatch(`expected bool; found ${nodeText(n)}`)
    case 'string':
      if (n.type === 'string') return n.text
      throw new Mismatch(`expected string; found ${nodeText(n)}`)
    case 'float64':
      if (n.type === 'number' && n.float !== undefined) return n.float
      throw new Mismatch(`expected float; found ${nodeText(n)}`)
    case 'complex128':
      if (n.type === 'number' && n.complex !== undefined) return n.complex
      throw new Mismatch(`expected complex; found ${nodeText(n)}`)
    case 'interface {}':
    case 'reflect.Value': return idealOf(n)
  }
  // An int64 under another name: the only one among parameters of methods.
  if (type === 'time.Duration') return new Duration((literalOf(n, 'int64') as Int).value)
  if (intKinds.has(type)) {
    const unsigned = type[0] === 'u'
    const value = n.type !== 'number' ? undefined : unsigned ? n.uint : n.int
    if (value === undefined) throw new Mismatch(`expected ${unsigned ? 'unsigned ' : ''}integer; found ${nodeText(n)}`)
    // reflect.Value.SetInt keeps the low bits.
    const bits = Number(/[0-9]+$/.exec(type)?.[0] ?? 64)
    return new Int(unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), type as IntKind)
  }
  throw new Mismatch(`can't handle ${nodeText(n)} for arg of type ${type}`)
}

/** A literal where any type will do; throws Mismatch when an integer does not fit. */
export function idealOf(n: BoolNode | NumberNode | StringNode): Value {
  if (n.type === 'bool') return n.value
  if (n.type === 'string') return n.text
  if (n.ideal === undefined) throw new Mismatch(`${n.text} overflows int`)
  return n.ideal
}
