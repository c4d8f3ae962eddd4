import { PintleError, isPintleError } from '../../errors/index.ts'
import { trimSpace } from '../../charts/render/index.ts'
import { byteLength } from '../../language/go/index.ts'
import { YamlMap, readHead, readRaw, writeRaw, type Head, type RawValue } from '../../language/yaml/index.ts'

/** One object of a manifest. Upstream: MappingResult in manifest/parse.go. */
export interface ManifestObject {
  /** `namespace, name, Kind (group)` */
  readonly key: string
  readonly kind: string
  /** Its text, as it was rendered, without space around it. */
  readonly content: string
  /** helm.sh/resource-policy */
  readonly resourcePolicy: string
}

export type ManifestIndex = ReadonlyMap<string, ManifestObject>

export interface IndexOptions {
  /** The namespace of objects that name none. */
  readonly namespace: string
  /** Every document is written anew, so that style is no difference. */
  readonly normalize?: boolean
  /** Values of helm.sh/hook that are left out. */
  readonly excludedHooks?: readonly string[]
  /** Told of an object that is there twice; the first counts. */
  readonly warn?: (text: string) => void
  /** Documents read before: those of the other side are often the same. */
  readonly cache?: Map<string, readonly ManifestObject[]>
}

/** The hooks that --include-tests adds. */
export const testHooks: readonly string[] = ['test', 'test-success']

/** helm-diff reads no document larger than this. */
const maxDocument = 10 << 20
const maxLists = 100

/**
 * The objects of a manifest by their keys, lists flattened.
 * @throws PintleError yaml.parse
 */
export function indexManifest(manifest: string, options: IndexOptions): ManifestIndex {
  const index = new Map<string, ManifestObject>()
  for (const part of `\n${manifest}`.split('\n---\n')) {
    const text = trimSpace(part)
    if (text === '') continue
    if (byteLength(text) > maxDocument) throw new PintleError('yaml.parse', 'Error reading input: bufio.Scanner: token too long', { hint: 'A document of more than 10 MiB is in the manifest.' })
    let objects = options.cache?.get(text)
    if (objects === undefined) {
      objects = objectsOf(text, options, 0)
      options.cache?.set(text, objects)
    }
    for (const object of objects) {
      if (index.has(object.key)) options.warn?.(`Error: Found duplicate key ${JSON.stringify(object.key)} in manifest`)
      else index.set(object.key, object)
    }
  }
  return index
}

/** A live object as a manifest has it, in normal form. Upstream: ParseObject in manifest/parse.go, which writes all numbers as floats. */
export function indexObject(object: unknown, namespace: string): ManifestObject {
  const [entry] = objectsOf(writeRaw(rawOf(object), { sorted: true }), { namespace, normalize: true }, 0)
  if (entry === undefined) throw new PintleError('yaml.parse', 'failed to parse content of Kubernetes resource')
  return { ...entry, content: entry.content.replace(/\n$/, '') }
}

function rawOf(json: unknown): RawValue {
  if (Array.isArray(json)) return json.map(rawOf)
  if (typeof json !== 'object' || json === null) return (json ?? null) as RawValue
  const map = new YamlMap()
  for (const [key, item] of Object.entries(json)) if (item !== undefined) map.entries.set(`s${key}`, [key, rawOf(item)])
  return map
}

function objectsOf(content: string, options: IndexOptions, depth: number): ManifestObject[] {
  const head = options.normalize === true ? undefined : quickHead(content)
  if (head !== undefined) return entryOf(content, head, options)
  const value = read(content)
  const root = value instanceof YamlMap ? value : undefined
  if (root === undefined && value !== null) throw invalid(content, `yaml: unmarshal errors:\n  line 1: cannot unmarshal ${shown(value)} into manifest.metadata`)
  const apiVersion = text(root, 'apiVersion', content)
  const kind = text(root, 'kind', content)
  if (kind.endsWith('List')) {
    if (depth > maxLists) throw new PintleError('yaml.parse', 'lists are nested too deeply')
    const items = field(root, 'items')
    return (Array.isArray(items) ? items : []).flatMap((item) => objectsOf(writeRaw(item, { sorted: false }), options, depth + 1))
  }
  const metadata = map(root, 'metadata', content)
  const annotations = map(metadata, 'annotations', content)
  const known = [hookAnnotation, baseName, resourcePolicy].filter((name) => field(annotations, name) !== undefined)
  return entryOf(options.normalize === true ? writeRaw(value, { sorted: true }) : content, {
    apiVersion, kind, name: text(metadata, 'name', content), namespace: text(metadata, 'namespace', content), annotations: new Map(known.map((name) => [name, text(annotations, name, content)])),
  }, options)
}

const hookAnnotation = 'helm.sh/hook'
const resourcePolicy = 'helm.sh/resource-policy'
const baseName = 'helm-diff/base-name'

function entryOf(content: string, { apiVersion, kind, name, namespace, annotations }: Head, options: IndexOptions): ManifestObject[] {
  // Comments only, or something that is no object.
  if (apiVersion === '' && kind === '') return []
  const hook = annotations?.get(hookAnnotation)
  if (hook !== undefined && options.excludedHooks?.includes(hook) === true) return []
  const slash = apiVersion.lastIndexOf('/')
  const group = slash < 0 ? apiVersion : apiVersion.slice(0, slash)
  return [{ key: `${namespace || options.namespace}, ${annotations?.get(baseName) ?? name}, ${kind} (${group})`, kind, content, resourcePolicy: annotations?.get(resourcePolicy) ?? '' }]
}

/** What is needed of a document that is one plain object, without reading all of it; undefined for others. */
function quickHead(content: string): Head | undefined {
  try {
    const head = readHead(content)
    return head.kind.endsWith('List') ? undefined : head
  } catch {
    return undefined
  }
}

function read(content: string): RawValue {
  try {
    return readRaw(content)
  } catch (error) {
    if (!isPintleError(error)) throw error
    throw invalid(content, error.message)
  }
}

const field = (object: YamlMap | undefined, name: string): RawValue | undefined => object?.entries.get(`s${name}`)?.[1]

/** A string field of a Go struct: scalars count by their text, null as none. */
function text(object: YamlMap | undefined, name: string, content: string): string {
  const value = field(object, name)
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (value instanceof YamlMap || Array.isArray(value)) throw invalid(content, `yaml: unmarshal errors:\n  cannot unmarshal ${shown(value)} into string`)
  return writeRaw(value, { sorted: true }).trimEnd()
}

function map(object: YamlMap | undefined, name: string, content: string): YamlMap | undefined {
  const value = field(object, name)
  if (value === undefined || value === null) return undefined
  if (!(value instanceof YamlMap)) throw invalid(content, `yaml: unmarshal errors:\n  cannot unmarshal ${shown(value)} into ${name}`)
  return value
}

const shown = (value: RawValue): string => (value instanceof YamlMap ? '!!map' : Array.isArray(value) ? '!!seq' : '!!str')

/** The document itself is not repeated, as helm-diff does: it may be a Secret. */
function invalid(content: string, why: string): PintleError {
  const source = /^# Source: (.*)$/m.exec(content)?.[1]
  return new PintleError('yaml.parse', `YAML unmarshal error: ${why}`, source === undefined ? {} : { hint: `In what ${source} rendered.` })
}
