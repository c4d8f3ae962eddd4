/** What the sandbox knows about the shape of a value: of a built-in type (from tables.ts) or of a custom resource. */
export type ScalarType = 'string' | 'int32' | 'int64' | 'float' | 'bool' | 'bytes' | 'time' | 'microtime' | 'quantity' | 'intOrString'

export interface Schema {
  /** `any`: anything goes; `raw`: anything, owned as a whole; `open`: an object of anything. */
  readonly type: ScalarType | 'any' | 'raw' | 'open' | 'list' | 'map' | 'struct'
  /** Name of the OpenAPI definition of a struct. */
  readonly name?: string
  /** Go's name of a named scalar, for error texts. */
  readonly goType?: string
  readonly fields?: ReadonlyMap<string, Field>
  /** Of a list or a map; of a struct: what undeclared fields hold (custom resources). */
  readonly element?: Schema
  /** A struct or map that is owned and replaced as a whole. */
  readonly atomic?: boolean
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly keys?: readonly string[]
  /** Custom resources: undeclared fields are kept. */
  readonly preserve?: boolean
  /** Custom resources: the value is a Kubernetes object with apiVersion, kind and metadata. */
  readonly embedded?: boolean
  readonly nullable?: boolean
  /** Names of required fields. */
  readonly required?: readonly string[]
  /** Custom resources: the OpenAPI v3 schema it was made of. */
  readonly source?: Record<string, any>
}

export interface Field {
  readonly name: string
  readonly schema: Schema
  /** How Go encodes the field: an empty value is left out / a zero struct is left out / it is a pointer. */
  readonly omitEmpty: boolean
  readonly omitZero: boolean
  readonly pointer: boolean
  /** In protocol buffers; 0 for a field that has none. */
  readonly number: number
  readonly default?: unknown
  readonly patchStrategy?: string
  readonly mergeKey?: string
}
