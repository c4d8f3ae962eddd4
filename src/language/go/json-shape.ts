import { quote } from './quote.ts'
import { compareStrings } from './utf8.ts'
import { Int, StringMap, TypedSlice } from './values.ts'
import type { IntKind, Value } from './values.ts'

/** The Go type a JSON text is decoded into, as far as its errors and results depend on it. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'string' | 'bool' | 'float64' | IntKind; /** Name of a named type. */ readonly type?: string }
  | { readonly kind: 'ptr' | 'slice' | 'map'; readonly elem: Shape; readonly type?: string }
  | StructShape
  /** A type with UnmarshalJSON: `decode` gets the value and may throw the error of Go. */
  | { readonly kind: 'custom'; readonly type: string; readonly decode: (v: Value) => Value }

export interface StructShape {
  readonly kind: 'struct'
  /** The type as reflect prints it, e.g. `chart.Metadata`; for an anonymous struct the whole literal. */
  readonly type: string
  /** The type's name without its package: `Metadata`; '' for an anonymous struct. */
  readonly name: string
  readonly fields: readonly ShapeField[]
}

export interface ShapeField {
  /** Name in JSON. */
  readonly name: string
  readonly shape: Shape
  /** Names of the embedded structs the field comes through. */
  readonly embedded?: readonly string[]
}

/** How reflect prints the type of a shape. */
export function shapeType(shape: Shape): string {
  switch (shape.kind) {
    case 'any': return 'interface {}'
    case 'ptr': return `*${shapeType(shape.elem)}`
    case 'slice': return shape.type ?? `[]${shapeType(shape.elem)}`
    case 'map': return shape.type ?? `map[string]${shapeType(shape.elem)}`
    case 'struct':
    case 'custom': return shape.type
    default: return shape.type ?? shape.kind
  }
}

/**
 * json.Unmarshal of a value that was parsed already. Structs come back as maps by the field's JSON name, with only the fields that
 * were there; `null` leaves strings, numbers and booleans out, as Go leaves them alone.
 * @throws Error with the text of the first type error, after the whole value was looked at
 */
export function decodeShape(v: Value, shape: Shape, options: { readonly disallowUnknownFields?: boolean } = {}): Value {
  const decoder = new ShapeDecoder(options.disallowUnknownFields === true)
  const result = decoder.decode(v, shape)
  if (decoder.problem !== undefined) throw new Error(decoder.problem)
  return result ?? null
}

class ShapeDecoder {
  problem: string | undefined
  readonly #disallowUnknown: boolean
  /** Names of the fields on the way, and the innermost struct. */
  readonly #path: string[] = []
  #struct: StructShape | undefined

  constructor(disallowUnknown: boolean) {
    this.#disallowUnknown = disallowUnknown
  }

  #fail(what: string, type: string): undefined {
    const where = this.#struct !== undefined && this.#path.length > 0
      ? `Go struct field ${this.#struct.name}.${this.#path.join('.')}`
      : 'Go value'
    this.problem ??= `json: cannot unmarshal ${what} into ${where} of type ${type}`
    return undefined
  }

  decode(v: Value, shape: Shape): Value | undefined {
    while (shape.kind === 'ptr') {
      if (v === null) return null
      shape = shape.elem
    }
    if (shape.kind === 'any') return v
    if (shape.kind === 'custom') return shape.decode(v)
    if (v === null) return shape.kind === 'map' || shape.kind === 'slice' ? null : undefined
    if (v instanceof Map) {
      if (shape.kind === 'map') return this.#map(v, shape.elem)
      if (shape.kind === 'struct') return this.#object(v, shape)
      return this.#fail('object', shapeType(shape))
    }
    if (Array.isArray(v)) {
      if (shape.kind !== 'slice') return this.#fail('array', shapeType(shape))
      const elem = shape.elem
      const items = v.map((item) => this.decode(item, elem) ?? zeroOf(elem))
      return elem.kind === 'any' ? items : TypedSlice.make(`[]${shapeType(elem)}`, items)
    }
    switch (typeof v) {
      case 'string': return shape.kind === 'string' ? v : this.#fail('string', shapeType(shape))
      case 'boolean': return shape.kind === 'bool' ? v : this.#fail('bool', shapeType(shape))
      case 'number': return this.#number(v, shape)
    }
    return undefined
  }

  #number(v: number, shape: Shape): Value | undefined {
    switch (shape.kind) {
      case 'float64': return v
      case 'string': case 'bool': case 'map': case 'slice': case 'struct': return this.#fail('number', shapeType(shape))
      default: {
        const kind = shape.kind as IntKind
        const bits = kind === 'int' || kind === 'uint' ? 64 : Number(kind.replace(/\D+/, ''))
        if (Number.isInteger(v) && Math.abs(v) < 1e21) {
          const n = BigInt(v)
          if ((kind.startsWith('u') ? BigInt.asUintN(bits, n) : BigInt.asIntN(bits, n)) === n) return new Int(n, kind)
        }
        return this.#fail(`number ${String(v)}`, shapeType(shape))
      }
    }
  }

  #map(v: Map<string, Value>, elem: Shape): Value {
    const out: Map<string, Value> = elem.kind === 'string' ? new StringMap() : new Map()
    for (const key of [...v.keys()].sort(compareStrings)) out.set(key, this.decode(v.get(key)!, elem) ?? zeroOf(elem))
    return out
  }

  #object(v: Map<string, Value>, shape: StructShape): Value {
    const out = new Map<string, Value>()
    const struct = this.#struct
    const depth = this.#path.length
    for (const key of [...v.keys()].sort(compareStrings)) {
      const field = findField(shape, key)
      if (field === undefined) {
        if (this.#disallowUnknown) this.problem ??= `json: unknown field ${quote(key)}`
        continue
      }
      this.#struct = shape
      if (field.embedded !== undefined) this.#path.push(...field.embedded)
      this.#path.push(field.name)
      const value = this.decode(v.get(key)!, field.shape)
      if (value !== undefined) out.set(field.name, value)
      this.#path.length = depth
      this.#struct = struct
    }
    return out
  }
}

/** The field encoding/json stores a key in: the exact name, else one that differs in case only. */
export function findField(shape: StructShape, key: string): ShapeField | undefined {
  for (const field of shape.fields) if (field.name === key) return field
  const folded = foldName(key)
  return shape.fields.find((field) => foldName(field.name) === folded)
}

function foldName(name: string): string {
  return name.replaceAll('\u017f', 's').toLowerCase()
}

function zeroOf(shape: Shape): Value {
  switch (shape.kind) {
    case 'string': return ''
    case 'bool': return false
    case 'float64': return 0
    case 'any': case 'ptr': case 'map': case 'slice': case 'custom': return null
    case 'struct': return new Map()
    default: return new Int(0n, shape.kind)
  }
}
