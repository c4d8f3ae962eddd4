import { GoObject, Int, int, kindOf, NilSlice, TypedSlice } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { toInt } from './cast.ts'
import { deepEqual } from './deep.ts'
import { empty } from './defaults.ts'
import { fn, variadic } from './define.ts'
import type { Family } from './define.ts'

/** Text of the panic that reflect.TypeOf(nil).Kind() is. */
export const nilDereference = 'runtime error: invalid memory address or nil pointer dereference'
const tooLong = 'runtime error: makeslice: len out of range'

/** The items of a list of any type; the error text gets the kind of what is no list. */
function items(v: Value, error: (kind: string) => string): readonly Value[] {
  if (Array.isArray(v)) return v
  if (v === null) throw new Error(nilDereference)
  if (v instanceof Uint8Array) return Array.from(v, (byte) => new Int(BigInt(byte), 'uint8'))
  const kind = kindOf(v)
  if (v instanceof GoObject && (kind === 'slice' || kind === 'array')) {
    const inner = v.underlying()
    if (inner !== undefined) return items(inner, error)
  }
  throw new Error(error(kind))
}

const cannot = (what: string) => (kind: string): string => `Cannot ${what} type ${kind}`
const find = (what: string) => cannot(`find ${what} on`)

function chunk(size: number, list: readonly Value[]): Value {
  // Upstream counts in floating point, and a float beyond the integers converts to the least one.
  const chunks = Math.floor((list.length - 1) / size) + 1
  if (!(chunks >= 0) || chunks === Infinity) throw new Error(tooLong)
  const out: Value[] = []
  for (let i = 0; i < chunks; i++) {
    let length = size
    if (i === chunks - 1) length = Math.floor(list.length % size) || size
    if (length < 0) throw new Error(tooLong)
    out.push(list.slice(i * size, i * size + length))
  }
  return TypedSlice.make('[][]interface {}', out)
}

/** reflect.Value.Slice: the result has the type of the list. */
function slice(v: Value, list: readonly Value[], indices: readonly Value[]): Value {
  if (list.length === 0) return null
  const from = indices.length > 0 ? Number(toInt(indices[0]!)) : 0
  const to = indices.length > 1 ? Number(toInt(indices[1]!)) : list.length
  if (from < 0 || to < from || to > list.length) throw new Error('reflect.Value.Slice: slice index out of bounds')
  if (v instanceof Uint8Array) return v.subarray(from, to)
  return v instanceof TypedSlice ? TypedSlice.make(v.goType, list.slice(from, to)) : list.slice(from, to)
}

/** Items by reflect.DeepEqual. Strings, of which most lists are made, are looked up instead of compared. */
class Seen {
  readonly #strings = new Set<string>()
  readonly #others: Value[] = []
  constructor(values: readonly Value[] = []) {
    for (const v of values) this.add(v)
  }
  add(v: Value): void {
    if (typeof v === 'string') this.#strings.add(v)
    else this.#others.push(v)
  }
  has(v: Value): boolean {
    return typeof v === 'string' ? this.#strings.has(v) : this.#others.some((other) => deepEqual(v, other))
  }
}

function uniq(list: readonly Value[]): Value[] {
  const seen = new Seen()
  const out: Value[] = []
  for (const v of list) {
    if (seen.has(v)) continue
    seen.add(v)
    out.push(v)
  }
  return out
}

const list = variadic('any', (args) => args)
const append = fn('any,any', ([l, v]) => [...items(l!, cannot('push on')), v!])
const prepend = fn('any,any', ([l, v]) => [v!, ...items(l!, cannot('prepend on'))])
const on = (what: string, f: (l: readonly Value[]) => Value): Family[string] => fn('any', ([l]) => f(items(l!, find(what))))

const first = on('first', (l) => (l.length === 0 ? null : l[0]!))
const last = on('last', (l) => (l.length === 0 ? null : l.at(-1)!))
const rest = on('rest', (l) => (l.length === 0 ? NilSlice.ofType() : Array.from(l.slice(1))))
const initial = on('initial', (l) => (l.length === 0 ? NilSlice.ofType() : Array.from(l.slice(0, -1))))
const reverse = on('reverse', (l) => Array.from(l).reverse())
const unique = on('uniq', uniq)
const compact = fn('any', ([l]) => items(l!, cannot('compact on')).filter((v) => !empty(v)))
const without = variadic('any,any', ([l, ...omit]) => {
  const seen = new Seen(omit)
  return items(l!, find('without')).filter((v) => !seen.has(v))
})
const has = fn('any,any', ([needle, l]) => l !== null && items(l!, find('has')).some((v) => deepEqual(needle!, v)))
const sliced = variadic('any,any', ([l, ...indices]) =>
  slice(l!, items(l!, (kind) => `list should be type of slice or array but ${kind}`), indices))
const chunked = fn('int,any', ([size, l]) => chunk(Number((size as Int).value), items(l!, cannot('chunk'))))

export const lists: Family = {
  list,
  tuple: list,
  append,
  push: append,
  mustAppend: append,
  mustPush: append,
  prepend,
  mustPrepend: prepend,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  reverse,
  mustReverse: reverse,
  uniq: unique,
  mustUniq: unique,
  compact,
  mustCompact: compact,
  without,
  mustWithout: without,
  has,
  mustHas: has,
  slice: sliced,
  mustSlice: sliced,
  chunk: chunked,
  mustChunk: chunked,
  concat: variadic('any', (lists) => {
    const out: Value[] = []
    for (const l of lists) for (const v of items(l, (kind) => `Cannot concat type ${kind} as list`)) out.push(v)
    return out.length === 0 ? NilSlice.ofType() : out
  }),
  until: fn('int', ([n]) => {
    const count = (n as Int).value
    return untilStep(0n, count, count < 0n ? -1n : 1n)
  }),
  untilStep: fn('int,int,int', ([from, to, step]) =>
    untilStep((from as Int).value, (to as Int).value, (step as Int).value)),
  seq: variadic('int', (params) => seq(params.map((p) => (p as Int).value))),
}

/** Longest list a count makes; Go would go on until memory ends. */
const maxItems = 1 << 24

function untilStep(from: bigint, to: bigint, step: bigint): TypedSlice {
  const out = new TypedSlice()
  out.goType = '[]int'
  const down = to < from
  if (down ? step >= 0n : step <= 0n) return out
  if ((down ? from - to : to - from) / (step < 0n ? -step : step) > maxItems) {
    throw new Error(`a list of more than ${maxItems} numbers was asked for`)
  }
  for (let i = from; down ? i > to : i < to; i += step) out.push(int(i))
  return out
}

function seq(p: readonly bigint[]): string {
  const numbers = (from: bigint, to: bigint, step: bigint): string =>
    untilStep(from, to, step).map((n) => (n as Int).value).join(' ')
  if (p.length === 1 || p.length === 2) {
    const [from, to] = p.length === 1 ? [1n, p[0]!] : [p[0]!, p[1]!]
    const step = to < from ? -1n : 1n
    return numbers(from, wrapped(to + step), step)
  }
  if (p.length !== 3) return ''
  const [from, step, to] = p as [bigint, bigint, bigint]
  if (to < from && step > 0n) return ''
  return numbers(from, wrapped(to + (to < from ? -1n : 1n)), step)
}

/** Go's int addition. */
function wrapped(n: bigint): bigint {
  return BigInt.asIntN(64, n)
}
