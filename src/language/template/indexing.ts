import { GoObject, Int, TypedSlice, byteAt, byteLength, byteSlice, int, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { elemTypeOf, zeroOf } from './assign.ts'
import type { Val } from './frame.ts'

/** A pointer's target or a named type's plain value, for what looks at the kind alone. */
function settle(v: Value): Value {
  return v instanceof GoObject ? v.underlying() ?? v : v
}

/** The type of an item after Go followed its pointers. */
function targetType(v: Value): string {
  return typeOf(v).replace(/^\*+/, '')
}

/** The template function index: item[indexes[0]][indexes[1]]... */
export function index(item: Val, indexes: readonly Val[]): Val {
  if (item === undefined || item === null) throw new Error('index of untyped nil')
  let at: Value = item
  for (const key of indexes) {
    if (at === null) throw new Error('index of nil pointer')
    const holder = settle(at)
    if (holder instanceof Map) {
      const found = holder.get(mapKey(key))
      at = found === undefined ? zeroOf(elemTypeOf(holder)) : found
    } else if (Array.isArray(holder)) {
      const i = position(key, holder.length)
      if (i === holder.length) throw new Error('reflect: slice index out of range')
      at = holder[i]!
    } else if (typeof holder === 'string') {
      const length = byteLength(holder)
      const i = position(key, length)
      if (i === length) throw new Error('reflect: string index out of range')
      at = new Int(BigInt(byteAt(holder, i)), 'uint8')
    } else if (holder instanceof Uint8Array) {
      const i = position(key, holder.length)
      if (i === holder.length) throw new Error('reflect: slice index out of range')
      at = new Int(BigInt(holder[i]!), 'uint8')
    } else {
      throw new Error(`can't index item of type ${targetType(at)}`)
    }
  }
  return at
}

function mapKey(key: Val): string {
  if (typeof key === 'string') return key
  if (key === undefined || key === null) throw new Error('value is nil; should be of type string')
  throw new Error(`value has type ${typeOf(key)}; should be string`)
}

/** Stands for an index that `slice` finds in an interface. */
export const interfaceIndex = { interface: true } as unknown as Value

/** An index that may be up to `cap`, as Go lets pass before it looks at the length. */
function position(key: Val, cap: number): number {
  if (key === undefined || key === null) throw new Error('cannot index slice/array with nil')
  if (key === interfaceIndex) throw new Error('cannot index slice/array with type interface {}')
  const plain = settle(key)
  if (!(plain instanceof Int)) throw new Error(`cannot index slice/array with type ${typeOf(key)}`)
  const i = BigInt.asIntN(64, plain.value)
  if (i < 0n || i > BigInt(cap)) throw new Error(`index out of range: ${i}`)
  return Number(i)
}

/** The template function slice: item[i:j]. A third index only bounds a capacity, which our slices do not have. */
export function slice(item: Val, indexes: readonly Val[]): Value {
  if (item === undefined || item === null) throw new Error('slice of untyped nil')
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`)
  const holder = settle(item)
  const isString = typeof holder === 'string'
  if (isString && indexes.length === 3) throw new Error('cannot 3-index slice a string')
  if (!isString && !Array.isArray(holder) && !(holder instanceof Uint8Array)) throw new Error(`can't slice item of type ${targetType(item)}`)
  const length = isString ? byteLength(holder) : holder.length
  const [i = 0, j = length, k] = indexes.map((key) => position(key, length))
  if (i > j) throw new Error(`invalid slice index: ${i} > ${j}`)
  if (k !== undefined && j > k) throw new Error(`invalid slice index: ${j} > ${k}`)
  if (isString) return byteSlice(holder, i, j)
  if (holder instanceof Uint8Array) return holder.subarray(i, j)
  return holder instanceof TypedSlice ? TypedSlice.make(holder.goType, holder.slice(i, j)) : holder.slice(i, j)
}

/** The template function len. */
export function length(item: Val): Value {
  // reflect.Value.Type panics for what is no value at all.
  if (item === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value')
  if (item === null) throw new Error('len of nil pointer')
  const holder = settle(item)
  if (typeof holder === 'string') return int(byteLength(holder))
  if (holder instanceof Map) return int(holder.size)
  if (Array.isArray(holder) || holder instanceof Uint8Array) return int(holder.length)
  throw new Error(`len of type ${targetType(item)}`)
}
