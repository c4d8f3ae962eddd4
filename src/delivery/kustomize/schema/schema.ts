import { refuse } from '../refusal.ts'
import { toPlain, unmarshal } from '../../../language/yaml/index.ts'
import { isClusterScoped } from './cluster-scoped.ts'
import { mergeKinds, mergeTypes } from './merge-keys.ts'

/** What a strategic merge has to know of a type, or of one of its fields. */
export interface Schema {
  /** undefined where the type has no such field, or nothing is known of it. */
  field(name: string): Schema | undefined
  /** Of a list: the schema of its elements. */
  elements(): Schema | undefined
  /** Of a list whose elements are merged: the fields that tell them apart, none for scalars; undefined for lists that are replaced. */
  readonly mergeKeys: readonly string[] | undefined
}

/** What is known of the types of resources. One belongs to one build: an `openapi` file changes it for everything that follows. */
export class Schemas {
  readonly #custom = new Map<string, Schema>()
  /** By apiVersion and kind, whether it has a namespace: what the paths of an `openapi` file say. */
  readonly #namespaced = new Map<string, boolean>()
  #set = false
  #builtIn = true
  /** What is built in was asked for already: then a file below the root is added to it. */
  #builtInUsed = false

  /** The schema of a kind; undefined for all that are neither built in nor described. */
  of(apiVersion: string, kind: string): Schema | undefined {
    this.#builtInUsed = true
    const custom = this.#custom.get(`${apiVersion} ${kind}`)
    if (custom !== undefined || !this.#builtIn) return custom
    return builtInSchema(apiVersion, kind)
  }

  /** Whether objects of the kind certainly have no namespace. */
  isClusterScoped(apiVersion: string, kind: string): boolean {
    if (isClusterScoped(apiVersion, kind)) return true
    if (!this.#builtInUsed && builtInSchema(apiVersion, kind) === undefined) this.#builtInUsed = true
    return this.#namespaced.get(`${apiVersion} ${kind}`) === false
  }

  /**
   * The `openapi` field of a kustomization. The root's counts, or the first one below it. Upstream: SetSchema.
   * @param text what its `path` holds
   */
  use(openapi: Readonly<Record<string, string>>, text: string | undefined, root: boolean): void {
    if (this.#set && !root) return
    const { version } = openapi
    if (text !== undefined) {
      if (version !== undefined) refuse('builtin version and custom schema provided, cannot use both')
      this.#set = true
      this.#builtIn = this.#builtInUsed
      this.#read(text)
      return
    }
    if (version === undefined || version === '') return
    if (version !== 'v1.21.2') refuse('the specified OpenAPI version is not built in')
    this.#set = true
  }

  #read(text: string): void {
    let document: any
    try {
      document = toPlain(unmarshal(text))
    } catch (error) {
      return refuse(`invalid schema file: ${(error as Error).message}`)
    }
    const definitions = (document?.definitions ?? {}) as Record<string, JsonSchema>
    for (const definition of Object.values(definitions)) {
      for (const gvk of asList(definition['x-kubernetes-group-version-kind'])) {
        this.#custom.set(typeName(gvk), new JsonSchemaNode(definition, definitions))
      }
    }
    for (const [path, info] of Object.entries((document?.paths ?? {}) as Record<string, any>)) {
      const gvk = info?.get?.['x-kubernetes-group-version-kind']
      if (gvk === undefined || gvk === null) continue
      const name = typeName(gvk)
      if (path.includes('namespaces/{namespace}')) this.#namespaced.set(name, true)
      else if (!this.#namespaced.has(name)) this.#namespaced.set(name, false)
    }
  }
}

const asList = (v: unknown): any[] => (Array.isArray(v) ? v : [])
const typeName = (gvk: { group?: string; version?: string; kind?: string }): string =>
  `${gvk.group ? `${gvk.group}/` : ''}${gvk.version ?? ''} ${gvk.kind ?? ''}`

type JsonSchema = Record<string, any>

/** A definition of an OpenAPI document. */
class JsonSchemaNode implements Schema {
  readonly #schema: JsonSchema
  readonly #definitions: Record<string, JsonSchema>

  constructor(schema: JsonSchema, definitions: Record<string, JsonSchema>) {
    this.#schema = schema
    this.#definitions = definitions
  }

  get mergeKeys(): readonly string[] | undefined {
    const strategy = this.#schema['x-kubernetes-patch-strategy']
    if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined
    const keys = this.#schema['x-kubernetes-list-map-keys']
    if (Array.isArray(keys)) return keys.map(String)
    const key = this.#schema['x-kubernetes-patch-merge-key']
    return typeof key === 'string' ? [key] : []
  }

  field(name: string): Schema | undefined {
    const { properties, additionalProperties } = this.#schema
    if (typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name)) return this.#resolved(properties[name])
    return typeof additionalProperties === 'object' && additionalProperties !== null ? this.#resolved(additionalProperties) : undefined
  }

  elements(): Schema | undefined {
    const { type, items } = this.#schema
    return (type === 'array' || (Array.isArray(type) && type.length === 1 && type[0] === 'array')) && items ? this.#resolved(items) : undefined
  }

  #resolved(schema: JsonSchema): Schema | undefined {
    let at: JsonSchema | undefined = schema
    for (let i = 0; i < 100 && typeof at?.$ref === 'string' && at.$ref !== ''; i++) {
      const name: string = at.$ref.replace(/^#\/definitions\//, '').replaceAll('~1', '/').replaceAll('~0', '~')
      at = Object.hasOwn(this.#definitions, name) ? this.#definitions[name] : undefined
    }
    return at === undefined ? undefined : new JsonSchemaNode(at, this.#definitions)
  }
}

/** A built-in type, or one of its fields. What the table leaves out neither is merged nor leads to what is. */
class TableSchema implements Schema {
  readonly mergeKeys: readonly string[] | undefined
  readonly #type: string
  constructor(type: string, mergeKeys: readonly string[] | undefined) {
    this.#type = type
    this.mergeKeys = mergeKeys
  }

  field(name: string): Schema {
    const field = fieldsOf(this.#type).get(name)
    return field === undefined ? unmerged : field
  }

  elements(): Schema {
    return new TableSchema(this.#type, undefined)
  }
}

const unmerged = new TableSchema('', undefined)
const parsed = new Map<string, ReadonlyMap<string, Schema>>()

function fieldsOf(type: string): ReadonlyMap<string, Schema> {
  let fields = parsed.get(type)
  if (fields === undefined) {
    const text = Object.hasOwn(mergeTypes, type) ? mergeTypes[type]! : type === '' ? '' : 'metadata:ObjectMeta'
    const entries = text.split(' ').filter((entry) => entry !== '').map((entry): [string, Schema] => {
      const [, name, of, keys] = /^(\w+)(?::(\w+))?(?:=([\w,]*))?$/.exec(entry)!
      return [name!, new TableSchema(of ?? '', keys === undefined ? undefined : keys.split(',').filter((key) => key !== ''))]
    })
    fields = new Map(entries)
    parsed.set(type, fields)
  }
  return fields
}

function builtInSchema(apiVersion: string, kind: string): Schema | undefined {
  if (!Object.hasOwn(mergeKinds, apiVersion)) return undefined
  for (const entry of mergeKinds[apiVersion]!.split(' ')) {
    const [name, type = name] = entry.split('=') as [string, string?]
    if (name === kind) return new TableSchema(type, undefined)
  }
  return undefined
}
