/** Kubernetes' published OpenAPI documents, out of the Go module of each version. Development only; needs Go. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The last patch release of each minor version that there is a Go module of; the newest first. */
export const openapiVersions = ['1.37.2', '1.36.3', '1.35.4', '1.34.4', '1.33.13', '1.32.13', '1.31.14'] as const

/** A schema of swagger.json. Kubernetes uses these keywords and no others (checkKeywords). */
export interface OpenapiSchema {
  readonly type?: 'object' | 'string' | 'array' | 'integer' | 'boolean' | 'number'
  readonly format?: string
  readonly $ref?: string
  readonly items?: OpenapiSchema
  readonly additionalProperties?: OpenapiSchema
  readonly properties?: Readonly<Record<string, OpenapiSchema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[]
}

/** The definitions of api/openapi-spec/swagger.json of a version such as `1.37.2`. */
export function openapiDefinitions(version: string): Record<string, OpenapiSchema> {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`], { encoding: 'utf8' })) as { Dir: string }
  const document = JSON.parse(readFileSync(join(Dir, 'api/openapi-spec/swagger.json'), 'utf8')) as { definitions: Record<string, OpenapiSchema> }
  for (const [name, schema] of Object.entries(document.definitions)) checkKeywords(name, schema)
  return document.definitions
}

const known = new Set(['type', 'format', '$ref', 'items', 'additionalProperties', 'properties', 'required', 'description', 'default'])

/** A keyword that nobody here reads would make the condensed schemas say less than the published ones. */
function checkKeywords(where: string, schema: OpenapiSchema): void {
  for (const key of Object.keys(schema)) if (!known.has(key) && !key.startsWith('x-kubernetes-')) throw new Error(`${where}: keyword ${key} is not known here`)
  if (schema.items) checkKeywords(`${where}[]`, schema.items)
  if (schema.additionalProperties) checkKeywords(`${where}{}`, schema.additionalProperties)
  for (const [name, property] of Object.entries(schema.properties ?? {})) checkKeywords(`${where}.${name}`, property)
}
