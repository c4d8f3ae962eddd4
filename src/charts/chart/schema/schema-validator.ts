import type { ChartFile } from '../chart-file.ts'
import type { Log } from '../log.ts'
import { Compiler } from './compile.ts'
import { Documents } from './documents.ts'
import type { Dialect } from './drafts.ts'
import { Failure } from './failure.ts'
import { parseJson } from './json.ts'
import type { Json } from './json.ts'
import { Roots } from './roots.ts'
import type { Root } from './roots.ts'
import { Schema } from './schema.ts'
import { QuickSchema } from './quick-schema.ts'
import { validate } from './validator.ts'
import type { Instance } from './instance.ts'

/** The URL Helm gives a chart's schema; relative references start from it. */
const schemaUrl = 'file:///values.schema.json'

/** Compiles values.schema.json files and validates with them. Keeps what it compiled, for the next rendering of the chart. */
export class SchemaValidator {
  readonly #metaSchemas = new MetaSchemas()
  readonly #compiled = new WeakMap<ChartFile, Schema>()
  readonly #quick = new WeakMap<ChartFile, { readonly schema: QuickSchema | undefined }>()

  /** Documents of the network that schemas refer to, by URL. */
  readonly fetched = new Map<string, Uint8Array | Error>()

  /**
   * @returns the failure, or undefined for valid values
   * @throws Error with the text of encoding/json or the schema library when the schema itself is broken
   */
  validate(file: ChartFile, values: Instance, log?: Log): Failure | undefined {
    return this.quick(file)?.allows(values) ? undefined : validate(this.compile(file, log), values)
  }

  /** The schema as far as common ones go; such a schema refers to nothing outside of it. */
  quick(file: ChartFile): QuickSchema | undefined {
    let quick = this.#quick.get(file)
    if (quick === undefined) this.#quick.set(file, (quick = { schema: QuickSchema.of(file.text) }))
    return quick.schema
  }

  compile(file: ChartFile, log?: Log): Schema {
    let schema = this.#compiled.get(file)
    if (schema === undefined) {
      const documents = new Documents(this.fetched, log)
      documents.add(schemaUrl, parseJson(file.bytes))
      schema = new Compiler(new Roots(documents, (root, value, pointer) => this.#check(root, value, pointer)), false).compile(schemaUrl)
      this.#compiled.set(file, schema)
    }
    return schema
  }

  /** Checks a schema document against its metaschema. */
  #check(root: Root, value: Json, pointer: string): void {
    const metaSchema = (dialect: Dialect): Schema => this.#metaSchemas.of(dialect)
    let at = pointer
    while (!root.resources.has(at)) at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
    const schema = metaSchema(root.resources.get(at)!.dialect)
    const failure = validate(schema, value, { schema, metaSchema, dialectAt: (p) => root.resources.get(p)?.dialect })
    if (failure !== undefined) throw new Error(`${JSON.stringify(`${root.url}#${pointer}`)} is not valid against metaschema: ${failure}`)
  }
}

/** The drafts' metaschemas, compiled when they are first needed. */
class MetaSchemas {
  readonly #compiler = new Compiler(new Roots(new Documents(), undefined), true)
  readonly #schemas = new Map<string, Schema>()

  of({ draft, vocabularies }: Dialect): Schema {
    if (vocabularies === undefined) return this.#compile(draft.url)
    const key = `${draft.url} ${vocabularies.join(' ')}`
    const known = this.#schemas.get(key)
    if (known !== undefined) return known
    const schema = new Schema('urn:mem:metaschema', '')
    // The library leaves the fragment out of this one location.
    Object.assign(schema, { location: 'urn:mem:metaschema' })
    schema.draft = draft.version
    schema.allOf = vocabularies.map((name) => this.#compile(draft.url.replace(/schema$/, `meta/${name}`)))
    if (draft.version >= 2020) {
      schema.dynamicAnchor = 'meta'
      schema.dynamicAnchors = new Map([['meta', schema]])
    }
    this.#schemas.set(key, schema)
    return schema
  }

  #compile(url: string): Schema {
    let schema = this.#schemas.get(url)
    if (schema === undefined) {
      schema = this.#compiler.compile(url)
      this.#schemas.set(url, schema)
    }
    return schema
  }
}
