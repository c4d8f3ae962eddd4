/**
 * Writes the folder of JSON schemas that kubeconform reads, out of Kubernetes' OpenAPI documents, as github.com/yannh/kubernetes-json-schema does with
 * openapi2jsonschema (`--expanded --kubernetes --stand-alone --strict`). Development and tests only; needs Go for the documents.
 * References stay references here (openapi2jsonschema copies what they lead to, 34 MB a version); what is valid is the same.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openapiDefinitions, type OpenapiSchema } from './kubernetes-openapi.ts'

type JsonSchema = Record<string, unknown>

/** openapi2jsonschema refuses these. It fails, for no better reason than its recursion, over others that hold themselves (scheduling.k8s.io Workload): those are written here. */
const refused = /\.(?:JSONSchemaProps\w*|CustomResourceValidation|CustomResourceDefinition(?:Spec|List|Version)?)$/

/**
 * Makes sure that `folder/v1.X.Y-standalone-strict` is there.
 * @returns the template for kubeconform's -schema-location
 */
export function kubeconformSchemas(version: string, folder: string): string {
  const target = join(folder, `v${version}-standalone-strict`)
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}`
    mkdirSync(unfinished, { recursive: true })
    for (const [file, schema] of jsonSchemas(openapiDefinitions(version))) writeFileSync(join(unfinished, `${file}.json`), JSON.stringify(schema))
    try {
      renameSync(unfinished, target)
    } catch (error) {
      rmSync(unfinished, { recursive: true })
      if (!existsSync(target)) throw error
    }
  }
  return join(folder, '{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json')
}

function* jsonSchemas(definitions: Record<string, OpenapiSchema>): Generator<[string, JsonSchema]> {
  for (const [name, schema] of Object.entries(definitions)) {
    if (refused.test(name)) continue
    const [group, version, kind] = name.toLowerCase().split('.').slice(-3) as [string, string, string]
    const shared = new Map<string, JsonSchema>()
    const document: JsonSchema = { ...convert(schema, name, definitions, shared, true), type: schema.type ?? 'object', $schema: 'http://json-schema.org/schema#', additionalProperties: false }
    if (shared.size > 0) document.definitions = Object.fromEntries(shared)
    yield [`${kind}${group === 'core' || group === 'api' ? '' : `-${group}`}-${version}`, document]
  }
}

/** A schema with its types as they are; `field` decides about null. */
function convert(schema: OpenapiSchema, name: string | undefined, definitions: Record<string, OpenapiSchema>, shared: Map<string, JsonSchema>, isRoot = false): JsonSchema {
  if (name === 'io.k8s.apimachinery.pkg.util.intstr.IntOrString') return { oneOf: [{ type: ['string', 'null'] }, { type: ['integer', 'null'] }] }
  if (name === 'io.k8s.apimachinery.pkg.api.resource.Quantity') return { oneOf: [{ type: ['string', 'null'] }, { type: ['number', 'null'] }] }
  const { items, additionalProperties, properties, required, type, format } = schema
  const out: JsonSchema = { ...(type ? { type } : {}), ...(format ? { format } : {}), ...(required ? { required } : {}) }
  if (items) out.items = field(items, false, definitions, shared)
  if (additionalProperties) out.additionalProperties = field(additionalProperties, false, definitions, shared)
  if (properties) {
    const fields: Record<string, JsonSchema> = {}
    for (const [key, property] of Object.entries(properties)) fields[key] = field(property, !isRoot && required?.includes(key) === true, definitions, shared)
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      if (fields.apiVersion) fields.apiVersion = { ...fields.apiVersion, enum: [...((fields.apiVersion.enum as string[] | undefined) ?? []), group === '' ? version : `${group}/${version}`] }
      if (fields.kind) fields.kind = { ...fields.kind, enum: [...new Set([...((fields.kind.enum as string[] | undefined) ?? []), kind])] }
    }
    for (const key of ['apiVersion', 'kind']) if (fields[key]?.enum) fields[key].enum = [...new Set(fields[key].enum as string[])]
    out.properties = fields
    out.additionalProperties = false
  }
  return out
}

/** allow_null_optional_fields: null stands for all but required fields; the object's own fields, items and the values of maps always count as optional. */
function field(schema: OpenapiSchema, required: boolean, definitions: Record<string, OpenapiSchema>, shared: Map<string, JsonSchema>): JsonSchema {
  const nullable = (converted: JsonSchema): JsonSchema => (required || converted.type === undefined ? converted : { ...converted, type: [converted.type, 'null'] })
  if (schema.$ref === undefined) return nullable(convert(schema, undefined, definitions, shared))
  const name = schema.$ref.slice('#/definitions/'.length)
  const key = required ? `${name}!` : name
  if (!shared.has(key)) {
    shared.set(key, {})
    shared.set(key, nullable(convert(definitions[name]!, name, definitions, shared)))
  }
  return { $ref: `#/definitions/${key}` }
}
