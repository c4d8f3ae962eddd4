import { createHash } from 'node:crypto'
import type { JsonMap } from './json.ts'
import type { ResourceType, Resources } from './resources.ts'
import type { Field, Schema } from './schema/schema.ts'

/** The OpenAPI documents, made of the tables: without descriptions, and of the paths only what clients look for. */
export class OpenApi {
  readonly #resources: Resources
  readonly #version: string
  readonly #known = new Map<string, string>()

  constructor(resources: Resources, version: string) {
    this.#resources = resources
    this.#version = version
  }

  /** Forgets documents after kinds have changed. */
  reset(): void { this.#known.clear() }

  /** GET /openapi/v3 */
  index(): JsonMap {
    const paths: JsonMap = {}
    for (const { group, versions } of this.#resources.groups()) {
      for (const { version } of versions) {
        const at = group === '' ? `api/${version}` : `apis/${group}/${version}`
        paths[at] = { serverRelativeURL: `/openapi/v3/${at}?hash=${createHash('sha256').update(this.document(group, version)!).digest('hex').slice(0, 32).toUpperCase()}` }
      }
    }
    return { paths }
  }

  /** GET /openapi/v3/apis/GROUP/VERSION, as text. */
  document(group: string, version: string): string | undefined {
    const key = `${group}/${version}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const types = this.#resources.groups().find((g) => g.group === group)?.versions.find((v) => v.version === version)?.types
    if (types === undefined) return undefined
    const writer = new Writer('#/components/schemas/')
    const paths: JsonMap = {}
    for (const type of types) Object.assign(paths, this.#paths(type, writer, 3))
    const text = JSON.stringify({
      openapi: '3.0.0', info: { title: 'Kubernetes', version: this.#version }, paths,
      components: {
        schemas: writer.schemas,
        securitySchemes: { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } },
      },
    })
    this.#known.set(key, text)
    return text
  }

  /** GET /openapi/v2 as JSON. */
  swagger(): string {
    const known = this.#known.get('v2')
    if (known !== undefined) return known
    const writer = new Writer('#/definitions/')
    const paths: JsonMap = {}
    for (const type of this.#resources.all()) Object.assign(paths, this.#paths(type, writer, 2))
    const text = JSON.stringify({ swagger: '2.0', info: { title: 'Kubernetes', version: this.#version }, paths, definitions: writer.schemas })
    this.#known.set('v2', text)
    return text
  }

  #paths(type: ResourceType, writer: Writer, version: 2 | 3): JsonMap {
    const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
    const collection = `${root}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}`
    const gvk = { group: type.group, kind: type.kind, version: type.version }
    const ref = writer.kind(type)
    const write = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
      name, in: 'query', ...(version === 3 ? { schema: { type: 'string', uniqueItems: true } } : { type: 'string', uniqueItems: true }),
    }))
    const ok = version === 3 ? { 200: { description: 'OK', content: { 'application/json': { schema: ref } } } } : { 200: { description: 'OK', schema: ref } }
    const body = (types: string[], schema: JsonMap): JsonMap => (version === 3 ? { requestBody: { content: Object.fromEntries(types.map((t) => [t, { schema }])), required: true } } : {})
    const operation = (action: string, extra: JsonMap = {}): JsonMap => ({
      operationId: `${action}${type.group}${type.version}${type.kind}`, responses: ok, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': gvk, ...extra,
    })
    const patchTypes = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json', ...(type.custom ? [] : ['application/strategic-merge-patch+json'])]
    const has = (verb: string): boolean => type.verbs.includes(verb)
    const v2body = version === 2 ? [{ name: 'body', in: 'body', required: true, schema: { type: 'object' } }] : []
    return {
      [collection]: {
        ...(has('list') ? { get: operation('list') } : {}),
        ...(has('create') ? { post: operation('post', { parameters: [...v2body, ...write], ...body(['*/*'], ref) }) } : {}),
        ...(has('deletecollection') ? { delete: operation('deletecollection') } : {}),
      },
      [`${collection}/{name}`]: {
        ...(has('get') ? { get: operation('get') } : {}),
        ...(has('update') ? { put: operation('put', { parameters: [...v2body, ...write], ...body(['*/*'], ref) }) } : {}),
        ...(has('delete') ? { delete: operation('delete') } : {}),
        ...(has('patch') ? { patch: operation('patch', { parameters: [...v2body, ...write, { name: 'force', in: 'query', ...(version === 3 ? { schema: { type: 'boolean' } } : { type: 'boolean' }) }], ...body(patchTypes, { type: 'object' }) }) } : {}),
      },
    }
  }
}

/** Writes schemas into one document, each definition once. */
class Writer {
  readonly schemas: JsonMap = {}
  readonly #prefix: string
  constructor(prefix: string) { this.#prefix = prefix }

  kind(type: ResourceType): JsonMap {
    const name = type.custom === undefined ? type.schema.name! : `${type.group.split('.').reverse().join('.')}.${type.version}.${type.kind}`
    if (!Object.hasOwn(this.schemas, name)) {
      if (type.custom !== undefined) {
        const source = (type.schema.source ?? { type: 'object' }) as JsonMap
        this.schemas[name] = {
          ...source, type: 'object',
          properties: { ...source.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } },
        }
      } else this.#define(type.schema)
      this.schemas[name]['x-kubernetes-group-version-kind'] = [{ group: type.group, kind: type.kind, version: type.version }]
    }
    return { $ref: `${this.#prefix}${name}` }
  }

  #define(schema: Schema): void {
    const name = schema.name!
    if (Object.hasOwn(this.schemas, name)) return
    const properties: JsonMap = {}
    this.schemas[name] = { type: 'object', properties, ...(schema.required?.length ? { required: schema.required } : {}), ...(schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}) }
    for (const field of schema.fields!.values()) properties[field.name] = this.#property(field)
  }

  #property(field: Field): JsonMap {
    const out = this.#value(field.schema)
    if (field.default !== undefined) out.default = field.default
    if (field.patchStrategy !== undefined) out['x-kubernetes-patch-strategy'] = field.patchStrategy
    if (field.mergeKey !== undefined) out['x-kubernetes-patch-merge-key'] = field.mergeKey
    return out
  }

  #value(schema: Schema): JsonMap {
    switch (schema.type) {
      case 'string': return { type: 'string' }
      case 'bytes': return { type: 'string', format: 'byte' }
      case 'time': case 'microtime': return { type: 'string', format: 'date-time' }
      case 'quantity': return { type: 'string' }
      case 'intOrString': return { type: 'string', format: 'int-or-string' }
      case 'int32': case 'int64': return { type: 'integer', format: schema.type }
      case 'float': return { type: 'number', format: 'double' }
      case 'bool': return { type: 'boolean' }
      case 'any': return {}
      case 'raw': case 'open': return { type: 'object' }
      case 'list': return {
        type: 'array', items: this.#value(schema.element!),
        ...(schema.listType ? { 'x-kubernetes-list-type': schema.listType } : {}), ...(schema.keys ? { 'x-kubernetes-list-map-keys': schema.keys } : {}),
      }
      case 'map': return { type: 'object', additionalProperties: this.#value(schema.element!), ...(schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}) }
      case 'struct':
        this.#define(schema)
        // A $ref admits nothing beside it, so what a field adds goes around an allOf, as Kubernetes does.
        return { allOf: [{ $ref: `${this.#prefix}${schema.name}` }], ...(Object.hasOwn(schema, 'atomic') && schema.atomic && schema.fields === Object.getPrototypeOf(schema).fields ? { 'x-kubernetes-map-type': 'atomic' } : {}) }
    }
  }
}

