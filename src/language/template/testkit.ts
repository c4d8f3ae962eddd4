import {
  GoObject, Int, StringMap, TypedMap, TypedSlice, decodeUtf8, encodeUtf8, int, int64, quote, sprint, typeOf,
} from '../go/index.ts'
import type { BoundMethod, GoFunction, Host, Kind, Value } from '../go/index.ts'
import { Execution, TemplateSet, includeFunction, tplFunction, truth, unwrapChain } from './index.ts'
import type { ExecutionOptions, MissingKey } from './index.ts'

/** The counterparts of the functions and types of judge/main.go, and a runner of its cases. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Case {
  readonly t: readonly (readonly [name: string, text: string])[]
  readonly run: string
  readonly data?: Json
  readonly missing?: MissingKey
}

export interface Result {
  readonly out: string
  readonly err?: string
  readonly chain?: readonly string[]
}

export const host = { localZone: 'UTC', lint: false } as unknown as Host

/** Runs a case as the judge does. */
export function runCase(c: Case, options: Partial<ExecutionOptions> & { traced?: boolean } = {}): Result {
  try {
    const set = new TemplateSet('gotpl', { funcs: testFuncs, missingKey: c.missing ?? 'zero' })
    for (const [name, text] of c.t) set.parse(name, text)
    const execution = new Execution(set, { host, ...options })
    const data = toValue(c.data ?? null)
    return { out: options.traced ? execution.trace(c.run, data).output : execution.execute(c.run, data) }
  } catch (e) {
    if (!(e instanceof Error) || e instanceof TypeError) throw e
    return { out: '', err: e.message, chain: unwrapChain(e) }
  }
}

type Args = any[]

function fn(params: string[], call: (args: Args) => Value, variadic = false): GoFunction {
  return { params, variadic, call }
}

const any = 'interface {}'

export const testFuncs: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['include', includeFunction],
  ['tpl', tplFunction],
  ['upper', fn(['string'], ([s]) => s.toUpperCase())],
  ['add', fn(['int', 'int'], ([a, b]) => int(BigInt.asIntN(64, a.value + b.value)))],
  ['add64', fn(['int64', 'int64'], ([a, b]) => int64(a.value + b.value))],
  ['half', fn(['float64'], ([a]) => a / 2)],
  ['dict', fn([any], (args) => {
    const out = new Map<string, Value>()
    for (let i = 0; i + 1 < args.length; i += 2) out.set(sprint([args[i]]), args[i + 1])
    return out
  }, true)],
  ['list', fn([any], (args) => args, true)],
  ['strs', fn(['string'], (args) => TypedSlice.make('[]string', args), true)],
  ['nothing', fn([], () => null)],
  ['fail', fn(['string'], ([s]) => raise(s))],
  ['boom', fn(['string'], ([s]) => raise(`boom ${s}`))],
  ['keys', fn(['map[string]interface {}'], ([m]) => int(m.size))],
  ['count', fn(['[]interface {}'], ([l]) => int(l.length))],
  ['yes', fn(['bool'], ([b]) => `b${b}`)],
  ['uns', fn(['uint', 'uint8'], ([u, ...rest]) => sprint([u, Uint8Array.from(rest, (r: Int) => Number(r.value))]), true)],
  ['join', fn(['string', '[]string'], ([sep, l]) => l.join(sep))],
  ['default', fn([any, any], ([d, v]) => (truth(v) ? v : d), true)],
  ['typeOf', fn([any], ([v]) => typeOf(v))],
  ['ident', fn([any], ([v]) => v)],
  ['nindent', fn(['int', 'string'], ([n, s]) => {
    if (n.value < 0n) raise('strings: negative Repeat count')
    const pad = ' '.repeat(Number(n.value))
    return `\n${pad}${s.replaceAll('\n', `\n${pad}`)}`
  })],
  ['quote', fn([any], (args) => args.filter((v) => v !== null).map((v) => quote(sprint([v]))).join(' '), true)],
])

function raise(message: string): never {
  throw new Error(message)
}

function bound(params: string[], call: (args: Args) => Value, variadic = false): BoundMethod {
  return { params, variadic, call }
}

/** A value of a case. */
export function toValue(x: Json): Value {
  if (Array.isArray(x)) return x.map(toValue)
  if (x === null || typeof x !== 'object') return x
  if ('$t' in x && 'v' in x) return special(x.$t as string, x.v)
  return new Map(Object.entries(x).map(([k, v]) => [k, toValue(v)]))
}

function special(type: string, v: any): Value {
  switch (type) {
    case 'int': return int(v)
    case 'int64': return int64(v)
    case 'uint8':
    case 'uint': return new Int(BigInt(v), type)
    case 'strings': return TypedSlice.make('[]string', v)
    case 'ints': return TypedSlice.make('[]int', v.map((n: number) => int(n)))
    case 'stringmap': return new StringMap(Object.entries<string>(v))
    case 'bytes': return encodeUtf8(v)
    case 'obj': return new Obj()
    case 'sub': return new Sub(5)
    case 'dur': return new Dur(v)
    case 'err': return new Err()
    case 'files': return Files.of({ 'a.txt': 'AA', 'b.txt': 'BB' })
    case 'vers': return Vers.having('v1', 'apps/v1')
  }
  throw new Error(`unknown type ${type}`)
}

class Dur extends GoObject {
  readonly goType = 'main.Dur'
  readonly goKind: Kind = 'int64'
  readonly #n: number
  constructor(n: number) {
    super()
    this.#n = n
  }
  override text(): string {
    return `${this.#n}s`
  }
  override underlying(): Value {
    return int64(this.#n)
  }
  override ofSameType(plain: Int): Value {
    return new Dur(Number(plain.value))
  }
  override method(name: string): BoundMethod | undefined {
    if (name === 'Twice') return bound([], () => new Dur(this.#n * 2))
    return name === 'String' ? bound([], () => this.text()) : undefined
  }
}

class Sub extends GoObject {
  readonly goType: string = 'main.Sub'
  readonly goKind: Kind = 'struct'
  readonly #x: number
  constructor(x: number) {
    super()
    this.#x = x
  }
  override fields(): [string, Value][] {
    return [['X', int(this.#x)]]
  }
}

class SubPointer extends Sub {
  override readonly goType = '*main.Sub'
  override readonly goKind: Kind = 'ptr'
}

class Err extends GoObject {
  readonly goType = '*main.Err'
  readonly goKind: Kind = 'ptr'
  override text(): string {
    return 'an error'
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'Error' ? bound([], () => this.text()) : undefined
  }
}

/** A named map with a method. */
class Files extends TypedMap {
  readonly goType = 'main.Files'
  readonly elemType = '[]uint8'
  static of(files: Record<string, string>): Files {
    const out = new Files()
    for (const [name, text] of Object.entries(files)) out.set(name, encodeUtf8(text))
    return out
  }
  override method(name: string): BoundMethod | undefined {
    if (name !== 'Get') return undefined
    return bound(['string'], ([file]) => decodeUtf8((this.get(file) as Uint8Array | undefined) ?? new Uint8Array()))
  }
}

/** A named slice with a method. */
class Vers extends TypedSlice {
  override goType = 'main.Vers'
  static having(...items: string[]): Vers {
    const out = new Vers()
    out.push(...items)
    return out
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'Has' ? bound(['string'], ([s]) => this.includes(s)) : undefined
  }
}

class Obj extends GoObject {
  readonly goType: string = '*main.Obj'
  readonly goKind: Kind = 'ptr'
  override fields(): [string, Value][] {
    return [
      ['Name', 'nm'], ['N', int(7)], ['M', new Map<string, Value>([['k', 'v'], ['n', null]])], ['Sub', new Sub(3)],
      ['PSub', new SubPointer(4)], ['Dur', new Dur(90)], ['L', TypedSlice.make('[]string', ['a', 'b'])], ['Any', 'any'],
    ]
  }
  override method(name: string): BoundMethod | undefined {
    switch (name) {
      case 'Get': return bound(['string'], ([s]) => `got ${s}`)
      case 'Sum': return bound(['int', 'int'], (args) => int(args.reduce((sum, n) => sum + n.value, 0n)), true)
      case 'Fail': return bound(['string'], ([s]) => raise(`failed ${s}`))
      case 'Self': return bound([], () => this)
      case 'Nothing': return bound([], () => null)
      case 'Two': return bound(['string', any], (args) => sprint(args))
      case 'Copy': return bound([], () => new ObjCopy())
    }
    return undefined
  }
}

class ObjCopy extends Obj {
  override readonly goType = 'main.Obj'
  override readonly goKind: Kind = 'struct'
}
