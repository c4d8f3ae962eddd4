import { brotliDecompressSync } from 'node:zlib'
import { packed } from './kubernetes.data.ts'
import type { Field, Schema, ScalarType } from './schema.ts'

/** One row of discovery, as condensed. p plural, k kind, n namespaced, v verbs, s singular, a short names, c categories, r subresources. */
export interface ResourceRow { p: string; k: string; n?: 1; v: string; s: string; a?: string; c?: string; r?: SubresourceRow[] }
export interface SubresourceRow { p: string; k: string; g?: string; w?: string; v: string }
export interface GroupRow { group: string; versions: { version: string; resources: ResourceRow[] }[] }

type Expression = string | number | [string, Expression]
interface Attributes { t?: 'atomic' | 'set' | 'map'; k?: string[]; a?: 1; p?: string; m?: string; d?: unknown; r?: string[] }
type FieldRow = [string, Expression, number, Attributes?]
type Definition = [string, FieldRow[], Attributes?]
interface Data { version: string; groups: GroupRow[]; kinds: Record<string, number>; definitions: Definition[] }

const scalars: Record<string, ScalarType | 'any' | 'raw' | 'open'> = {
  s: 'string', b: 'bool', i: 'int32', l: 'int64', n: 'float', y: 'bytes', t: 'time', u: 'microtime', q: 'quantity',
  o: 'intOrString', R: 'raw', F: 'open', J: 'any',
}

/** The built-in types, unpacked from the data file once and resolved as they are asked for. */
export class Tables {
  readonly version: string
  readonly groups: readonly GroupRow[]
  readonly #kinds: Record<string, number>
  readonly #definitions: Definition[]
  readonly #structs: (Schema | undefined)[] = []
  readonly #numbers = new Map<string, number>()

  constructor() {
    const data = JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8')) as Data
    this.version = data.version
    this.groups = data.groups
    this.#kinds = data.kinds
    this.#definitions = data.definitions
    data.definitions.forEach((d, i) => this.#numbers.set(d[0], i))
  }

  /** The schema of a built-in kind. */
  kind(group: string, version: string, kind: string): Schema | undefined {
    const key = `${group}/${version}/${kind}`
    return Object.hasOwn(this.#kinds, key) ? this.#struct(this.#kinds[key]!) : undefined
  }

  /** The kinds of a group version. */
  kindsOf(group: string, version: string): string[] {
    const prefix = `${group}/${version}/`
    return Object.keys(this.#kinds).filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length))
  }

  /** The schema of a definition, by its OpenAPI name. */
  definition(name: string): Schema {
    const number = this.#numbers.get(name)
    if (number === undefined) throw new Error(`no definition ${name}`)
    return this.#struct(number)
  }

  #struct(number: number): Schema {
    const known = this.#structs[number]
    if (known !== undefined) return known
    const [name, rows, attributes] = this.#definitions[number]!
    let fields: Map<string, Field> | undefined
    const expand = (): Map<string, Field> => new Map(rows.map((row) => [row[0], this.#field(row)]))
    const schema: Schema = {
      type: 'struct', name,
      ...(attributes?.a ? { atomic: true } : {}),
      ...(attributes?.r ? { required: attributes.r } : {}),
      get fields() { return fields ??= expand() },
    }
    this.#structs[number] = schema
    return schema
  }

  #field(row: FieldRow): Field {
    const [name, expression, flags, attributes = {}] = row
    return {
      name,
      schema: this.#schema(expression, attributes),
      omitEmpty: (flags & 1) !== 0,
      omitZero: (flags & 2) !== 0,
      pointer: (flags & 4) !== 0,
      number: flags >> 3,
      ...('d' in attributes ? { default: attributes.d } : {}),
      ...(attributes.p ? { patchStrategy: attributes.p } : {}),
      ...(attributes.m ? { mergeKey: attributes.m } : {}),
    }
  }

  #schema(expression: Expression, attributes: Attributes): Schema {
    if (typeof expression === 'number') {
      const struct = this.#struct(expression)
      return attributes.a ? Object.create(struct, { atomic: { value: true, enumerable: true } }) as Schema : struct
    }
    if (typeof expression === 'string') {
      const [letter, goType] = expression.split(':') as [string, string?]
      return { type: scalars[letter]!, ...(goType ? { goType } : {}) }
    }
    const element = this.#schema(expression[1], {})
    // A JSONSchemaProps or a boolean, a list of them, or a list of names.
    if (expression[0] === 'p') return { type: 'any', element }
    if (expression[0] === 'm') return { type: 'map', element, ...(attributes.a ? { atomic: true } : {}) }
    return { type: 'list', element, listType: attributes.t ?? 'atomic', ...(attributes.k ? { keys: attributes.k } : {}) }
  }
}
