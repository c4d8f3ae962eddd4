import { readFileSync, statSync } from 'node:fs'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { unmarshal } from '../../../language/yaml/index.ts'
import { StandaloneSchema } from '../../chart/index.ts'
import { definitionSchema, withoutNulls } from './definition-schema.ts'
import { pathText, type Violation } from './validate-object.ts'

export interface CustomSources {
  /** Documents that may hold CustomResourceDefinitions, the likeliest first. */
  readonly definitions?: readonly string[]
  /**
   * Where JSON schemas of custom resources lie: folders, or paths with the names kubeconform's -schema-location knows
   * (`crds/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json`).
   */
  readonly locations?: readonly string[]
  /** For `{{ .NormalizedKubernetesVersion }}`. */
  readonly kubernetesVersion: string
}

/** No schema of a kind is larger. */
const maxSchemaSize = 16 * 1024 * 1024

/** Schemas of custom resources, read and compiled when an object needs them. */
export class CustomSchemas {
  readonly #sources: CustomSources
  /** The definitions of a text, once it was read. */
  readonly #read = new Map<string, readonly CustomDefinition[]>()
  readonly #compiled = new Map<string, { readonly schema: StandaloneSchema; readonly structural?: Value } | undefined>()
  /** Definitions and schema files that could not be used, and why. */
  readonly problems: string[] = []

  constructor(sources: CustomSources) {
    this.#sources = sources
  }

  /** What is wrong with a custom resource; undefined when there is no schema of its kind. */
  validate(object: ReadonlyMap<string, Value>, apiVersion: string, kind: string): Violation[] | undefined {
    const key = `${apiVersion}/${kind}`
    if (!this.#compiled.has(key)) this.#compiled.set(key, this.#find(apiVersion, kind))
    const found = this.#compiled.get(key)
    if (found === undefined) return undefined
    const { schema, structural } = found
    return schema.violations(structural === undefined ? (object as Map<string, Value>) : withoutNulls(object as Map<string, Value>, structural)).map(({ path, message: full }) => {
      // Without the value, which may be a secret.
      const message = full.replace(/^'.*' (?=does not match|is not valid)/s, 'value ')
      const unknown = /^additional propert(?:y|ies) (.*) not allowed$/.exec(message)
      const steps = stepsOf(object, path)
      if (unknown === null) return { rule: message.startsWith('missing propert') ? 'schema/missing-field' : 'schema/value', path: steps, message: `${pathText(steps) || kind}: ${message}` }
      const names = [...unknown[1]!.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map((m) => m[1]!)
      const at = names.length === 0 ? steps : [...steps, names[0]!]
      return { rule: 'schema/unknown-field', path: at, message: `${names.map((n) => pathText([...steps, n])).join(', ')}: not in the schema of ${kind}` }
    })
  }

  /** What the definitions will make a server serve, as .Capabilities.APIVersions names it. */
  servedVersions(): string[] {
    const all = (this.#sources.definitions ?? []).flatMap((text) => (text.includes('CustomResourceDefinition') ? this.#definitionsOf(text) : []))
    return [...new Set(all.flatMap(({ group, version, kind }) => [`${group}/${version}`, `${group}/${version}/${kind}`]))].sort()
  }

  #find(apiVersion: string, kind: string): { readonly schema: StandaloneSchema; readonly structural?: Value } | undefined {
    const slash = apiVersion.indexOf('/')
    if (slash > 0) {
      for (const text of this.#sources.definitions ?? []) {
        if (!text.includes('CustomResourceDefinition') || !text.includes(kind)) continue
        const definition = this.#definitionsOf(text).find((d) => d.kind === kind && d.group === apiVersion.slice(0, slash) && d.version === apiVersion.slice(slash + 1))
        if (definition?.schema === undefined) continue
        try {
          return { schema: new StandaloneSchema(JSON.stringify(definitionSchema(definition.schema))), structural: definition.schema as Map<string, Value> }
        } catch (error) {
          this.problems.push(`the schema of ${apiVersion} ${kind} cannot be used: ${(error as Error).message}`)
        }
      }
    }
    for (const location of this.#sources.locations ?? []) {
      const path = schemaPath(location, apiVersion, kind, this.#sources.kubernetesVersion)
      const text = readSchema(path)
      if (text === undefined) continue
      try {
        const document = JSON.parse(text) as Record<string, unknown>
        const named = typeof document !== 'object' || document === null || '$schema' in document
        return { schema: new StandaloneSchema(named ? text : JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', ...document })) }
      } catch (error) {
        this.problems.push(`${path} cannot be used: ${(error as Error).message}`)
      }
    }
    return undefined
  }

  #definitionsOf(text: string): readonly CustomDefinition[] {
    let found = this.#read.get(text)
    if (found === undefined) {
      found = text.split(/^---.*$/m).flatMap((document) => {
        if (!document.includes('CustomResourceDefinition')) return []
        try {
          return definitionsIn(unmarshal(document))
        } catch (error) {
          if (!isPintleError(error)) throw error
          this.problems.push(`a CustomResourceDefinition cannot be read: ${error.message}`)
          return []
        }
      })
      this.#read.set(text, found)
    }
    return found
  }
}

interface CustomDefinition { readonly group: string; readonly version: string; readonly kind: string; readonly schema: ReadonlyMap<string, Value> | undefined }

function definitionsIn(document: Value): CustomDefinition[] {
  if (get(document, 'kind') === 'List') return ((get(document, 'items') ?? []) as Value[]).flatMap(definitionsIn)
  if (get(document, 'kind') !== 'CustomResourceDefinition') return []
  const spec = get(document, 'spec')
  const group = get(spec, 'group')
  const kind = get(get(spec, 'names'), 'kind')
  if (typeof group !== 'string' || typeof kind !== 'string') return []
  const shared = get(get(spec, 'validation'), 'openAPIV3Schema')
  const versions = get(spec, 'versions')
  const named = Array.isArray(versions) ? (versions as Value[]) : []
  const out = named.map((v) => ({ version: get(v, 'name'), schema: get(get(v, 'schema'), 'openAPIV3Schema') ?? shared }))
  // apiextensions.k8s.io/v1beta1
  if (out.length === 0) out.push({ version: get(spec, 'version'), schema: shared })
  return out.flatMap(({ version, schema }) => (typeof version === 'string' ? [{ group, version, kind, schema: schema instanceof Map ? (schema as Map<string, Value>) : undefined }] : []))
}

function get(value: Value | undefined, key: string): Value | undefined {
  return value instanceof Map ? (value as Map<string, Value>).get(key) : undefined
}

/** The path a location means for a kind: kubeconform's names (pkg/registry/registry.go), of which a folder alone has the published layout. */
export function schemaPath(location: string, apiVersion: string, kind: string, kubernetesVersion: string): string {
  const [group, version] = apiVersion.split('/') as [string, string?]
  const values: Record<string, string> = {
    NormalizedKubernetesVersion: `v${kubernetesVersion}`, StrictSuffix: '-strict', ResourceKind: kind.toLowerCase(), ResourceAPIVersion: version ?? group,
    Group: group, KindSuffix: `-${group.split('.')[0]!.toLowerCase()}${version === undefined ? '' : `-${version.toLowerCase()}`}`,
  }
  const full = location.endsWith('json') ? location : `${location}/{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json`
  return full.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (all, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name]! : undefined
    if (value === undefined) throw new PintleError('usage', `schema location ${location}: ${all} is not known`, { hint: `Known are ${Object.keys(values).map((n) => `{{ .${n} }}`).join(', ')}.` })
    // From a manifest: it must not lead out of the folder.
    return value.replaceAll('..', '').replaceAll('/', '').replaceAll('\\', '')
  })
}

function readSchema(path: string): string | undefined {
  try {
    if (statSync(path).size > maxSchemaSize) throw new PintleError('chart.load', `${path} is larger than ${maxSchemaSize} bytes`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw error instanceof PintleError ? error : new PintleError('chart.load', (error as Error).message, { cause: error, place: { file: path } })
  }
}

/** Items of lists by index: the library names all steps as texts. */
function stepsOf(object: ReadonlyMap<string, Value>, path: readonly string[]): (string | number)[] {
  let value: Value | undefined = object as Map<string, Value>
  return path.map((step) => {
    const inList = Array.isArray(value)
    value = inList ? (value as Value[])[Number(step)] : get(value, step)
    return inList ? Number(step) : step
  })
}
