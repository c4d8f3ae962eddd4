/**
 * How Go's values look in JavaScript. Every room of the language wing shares this model:
 *
 * | Go                              | here                                             |
 * |---------------------------------|--------------------------------------------------|
 * | nil (a nil interface)           | `null` (`undefined` never is a value)            |
 * | bool, string                    | boolean, string                                  |
 * | float64                         | number                                           |
 * | int, int64, uint8 ... float32   | `Int` with its kind (`float32` is not modelled)  |
 * | map[string]interface {}         | `Map<string, Value>`                             |
 * | other maps                      | a subclass of `TypedMap`, which names its type   |
 * | []interface {}                  | a plain array                                    |
 * | []string, []int, ...            | a `TypedSlice`, an Array subclass with its type  |
 * | []byte                          | `Uint8Array`                                     |
 * | structs, pointers, named types  | a subclass of `GoObject`                         |
 *
 * Go's strings are bytes. Here they are JavaScript strings in which a byte that is not valid UTF-8 stands as the lone
 * surrogate U+DC00 + byte (as Python's surrogateescape does), so that no byte is ever lost: see utf8.ts.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | Int
  | Map<string, Value>
  | Value[]
  | Uint8Array
  | GoObject

export type IntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

/** reflect.Kind by name. */
export type Kind =
  | 'invalid' | 'bool' | 'string' | 'float64' | 'complex128' | IntKind
  | 'map' | 'slice' | 'array' | 'struct' | 'ptr' | 'func' | 'interface'

/** A Go integer: its kind is part of its identity, and arithmetic on it wraps as Go's does. */
export class Int {
  readonly value: bigint
  readonly kind: IntKind
  constructor(value: bigint, kind: IntKind = 'int') {
    this.value = value
    this.kind = kind
  }
}

/** The small ones, made when they are first asked for. */
const small: (Int | undefined)[] = new Array<Int | undefined>(1280).fill(undefined)

/** A Go `int` from a JavaScript integer or bigint (which must fit in 64 bits). Small ones are shared. */
export function int(n: number | bigint): Int {
  if (n >= -256 && n < 1024) return (small[Number(n) + 256] ??= new Int(BigInt(n)))
  return new Int(BigInt(n))
}

/** A Go `int64` from a JavaScript integer or bigint, wrapped to 64 bits. */
export function int64(n: number | bigint): Int {
  return new Int(BigInt.asIntN(64, BigInt(n)), 'int64')
}

/** Base of Go maps whose type is not map[string]interface {}. `goType` is what `%T` prints. */
export abstract class TypedMap extends Map<string, Value> {
  abstract readonly goType: string
  /** Go type of the elements, e.g. 'string'; 'interface {}' for named map[string]interface {} types. */
  abstract readonly elemType: string
  /** A method of the named type (`.Files.Get`), as GoObject.method; types without methods leave it out. */
  method?(name: string): BoundMethod | undefined
}

/** map[string]string, as in `.Chart.Annotations`. */
export class StringMap extends TypedMap {
  readonly goType = 'map[string]string'
  readonly elemType = 'string'
}

/** Helm's named map type for `.Values` and `.Template`; behaves as map[string]interface {}. */
export class ValuesMap extends TypedMap {
  readonly goType = 'common.Values'
  readonly elemType = 'interface {}'
}

/** A Go slice whose element type is not interface {}: build it with `TypedSlice.of('[]string', items)`. */
export class TypedSlice extends Array<Value> {
  goType = '[]interface {}'
  /** A method of the named type (`.Capabilities.APIVersions.Has`), as GoObject.method; types without methods leave it out. */
  method?(name: string): BoundMethod | undefined
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
  static make(goType: string, items: Iterable<Value>): TypedSlice {
    const out = new TypedSlice()
    for (const item of items) out.push(item)
    out.goType = goType
    return out
  }
}

export type Method = (args: Value[]) => Value

/**
 * A struct, a pointer to one, or a named scalar (time.Duration): something with fields and methods.
 * Subclasses list what a template may reach; nothing else of the JavaScript object is visible.
 */
export abstract class GoObject {
  /** What `%T` prints, e.g. `*semver.Version`. */
  abstract readonly goType: string
  /** reflect kind: 'struct', 'ptr', 'int64' (time.Duration), 'slice', ... */
  abstract readonly goKind: Kind
  /** Exported fields in declaration order, used by field access and by `%v` / `%+v`. */
  fields(): readonly (readonly [name: string, value: Value])[] {
    return []
  }
  /** A method by name, bound; undefined when the type has none of that name. Arguments arrive type-checked only by count. */
  method(_name: string): BoundMethod | undefined {
    return undefined
  }
  /** The text fmt prints for `%v`/`%s` because the type has Error() or String(); undefined when it has neither. */
  text(): string | undefined {
    return undefined
  }
  /** The text `%#v` prints because the type has GoString(); undefined when it has none. */
  goString(): string | undefined {
    return undefined
  }
  /** What a named scalar, slice or map holds: the Int of a time.Duration; undefined for structs and pointers to them. */
  underlying(): Value | undefined {
    return undefined
  }
  /**
   * The text of a type whose String() needs a pointer: only an action that prints the field itself shows it, since what is passed
   * to a function is a copy without an address.
   */
  addressableText?(): string
  /** The fields fmt prints, where unexported ones are among them; default: `fields()`. */
  printedFields?(): readonly (readonly [name: string, value: Value])[]
  /** For a named integer: another value of the type, as ranging over one makes. */
  ofSameType?(plain: Int): Value
  /** The value encoding/json sees (MarshalJSON or the tagged fields); default: an object of the fields by name. */
  toJSONValue(): Value {
    return new Map(this.fields() as [string, Value][])
  }
}

/** A method a template may call, with Go's parameter types for its error texts. */
export interface BoundMethod {
  readonly params: readonly string[]
  readonly variadic?: boolean
  /** Why text/template does not call it (goodFunc in funcs.go). */
  readonly refused?: string
  call(args: Value[]): Value
}

/** reflect.Kind of a value ('invalid' for nil), as Sprig's kindOf prints it. */
export function kindOf(v: Value): Kind {
  switch (typeof v) {
    case 'string': return 'string'
    case 'number': return 'float64'
    case 'boolean': return 'bool'
  }
  if (v === null || v === undefined) return 'invalid'
  if (v instanceof Int) return v.kind
  if (v instanceof Map) return 'map'
  if (Array.isArray(v) || v instanceof Uint8Array) return 'slice'
  return v.goKind
}

/** The Go type as `%T` prints it; `<nil>` for nil. */
export function typeOf(v: Value): string {
  switch (typeof v) {
    case 'string': return 'string'
    case 'number': return 'float64'
    case 'boolean': return 'bool'
  }
  if (v === null || v === undefined) return '<nil>'
  if (v instanceof Int) return v.kind
  if (v instanceof TypedMap || v instanceof TypedSlice || v instanceof GoObject || v instanceof ValuesView) return v.goType
  if (v instanceof Map) return 'map[string]interface {}'
  if (v instanceof Uint8Array) return '[]uint8'
  return '[]interface {}'
}

/**
 * A nil slice of a known type, such as `rest` of an empty list or a regexFindAll without matches. It ranges, prints and
 * counts as an empty one; encoding/json writes `null`, and reflect.DeepEqual tells it from an empty slice.
 */
export class NilSlice extends TypedSlice {
  static ofType(goType = '[]interface {}'): NilSlice {
    const out = new NilSlice()
    out.goType = goType
    return out
  }
}

/** A nil map[string]interface {}, such as `fromYaml ""`: empty, `null` in JSON, and assigning to it panics. */
export class NilMap extends TypedMap {
  readonly goType = 'map[string]interface {}'
  readonly elemType = 'interface {}'
  override set(): never {
    throw new Error('assignment to entry in nil map')
  }
}

/**
 * The same map under the type map[string]interface {}: what Go gives when a common.Values passes through a parameter of
 * that type, as in `set .Values ...`, `merge .Values ...` or `.Values.AsMap`. Reads and writes go to the original.
 */
export class MapView extends Map<string, Value> {
  readonly target: Map<string, Value>
  constructor(target: Map<string, Value>) {
    super()
    this.target = target
  }
  override get size(): number {
    // Map's own constructor may ask before the field is there.
    return this.target === undefined ? 0 : this.target.size
  }
  override get(key: string): Value | undefined {
    return this.target.get(key)
  }
  override has(key: string): boolean {
    return this.target.has(key)
  }
  override set(key: string, value: Value): this {
    this.target.set(key, value)
    return this
  }
  override delete(key: string): boolean {
    return this.target.delete(key)
  }
  override clear(): void {
    this.target.clear()
  }
  override keys(): MapIterator<string> {
    return this.target.keys()
  }
  override values(): MapIterator<Value> {
    return this.target.values()
  }
  override entries(): MapIterator<[string, Value]> {
    return this.target.entries()
  }
  override forEach(callback: (value: Value, key: string, map: Map<string, Value>) => void): void {
    this.target.forEach((value, key) => callback(value, key, this))
  }
  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.target[Symbol.iterator]()
  }
}

/** The same map under the type common.Values, as Values.Table gives it for a subchart. */
export class ValuesView extends MapView {
  readonly goType = 'common.Values'
  readonly elemType = 'interface {}'
}

/** `map` as Go sees it once it was passed as map[string]interface {}: itself unless it is a named map type. */
export function asPlainMap(map: Map<string, Value>): Map<string, Value> {
  if (map instanceof ValuesView) return map.target
  return map instanceof TypedMap && !(map instanceof NilMap) ? new MapView(map) : map
}

/** Whether a map or slice is nil in Go, which JSON writes as null. */
export function isNil(v: Value): boolean {
  return v === null || v instanceof NilSlice || v instanceof NilMap
}
