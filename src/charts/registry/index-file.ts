import { isPintleError, PintleError } from '../../errors/index.ts'
import { jsonUnmarshal, parseTime, decodeShape, sortAsGo, type Shape, type Value } from '../../language/go/index.ts'
import { parseConstraint, parseVersion, type Constraint, type Version } from '../../language/semver/index.ts'
import { fromPlain, unmarshalInto, unmarshalStrict } from '../../language/yaml/index.ts'
import { emptyMetadata, fillMetadata, metadataShape, validateMetadata, type Log, type Metadata } from '../chart/index.ts'

/** One version of a chart in an index. */
export interface ChartVersion {
  readonly metadata: Metadata
  urls: string[]
  /** RFC 3339. */
  created: string
  removed: boolean
  /** Of the archive, hex, perhaps with `sha256:` before it. */
  digest: string
  /** Fields of older tools, kept for writing. */
  readonly old: Readonly<Record<string, string>>
}

const string: Shape = { kind: 'string' }
const metadataFields = metadataShape.kind === 'struct' ? metadataShape.fields : []
const oldFields = ['checksum', 'engine', 'tillerVersion', 'url'] as const
const time: Shape = { kind: 'custom', type: 'time.Time', decode: timestamp }

const versionShape: Shape = {
  kind: 'struct', type: 'repo.ChartVersion', name: 'ChartVersion',
  fields: [
    ...metadataFields.map((field) => ({ ...field, embedded: ['Metadata'] })),
    { name: 'urls', shape: { kind: 'slice', elem: string } }, { name: 'created', shape: time }, { name: 'removed', shape: { kind: 'bool' } },
    { name: 'digest', shape: string }, ...oldFields.map((name) => ({ name, shape: string })),
  ],
}

const versionsShape: Shape = { kind: 'slice', type: 'repo.ChartVersions', elem: { kind: 'ptr', elem: versionShape } }

const indexShape: Shape = {
  kind: 'struct', type: 'repo.IndexFile', name: 'IndexFile',
  fields: [
    { name: 'serverInfo', shape: { kind: 'map', elem: { kind: 'any' } } }, { name: 'apiVersion', shape: string }, { name: 'generated', shape: time },
    { name: 'entries', shape: { kind: 'map', elem: versionsShape } },
    { name: 'publicKeys', shape: { kind: 'slice', elem: string } }, { name: 'annotations', shape: { kind: 'map', elem: string } },
  ],
}

function timestamp(value: Value): Value {
  if (value === null) return undefined as never
  if (typeof value !== 'string') throw new Error('Time.UnmarshalJSON: input is not a JSON string')
  parseTime('2006-01-02T15:04:05Z07:00', value)
  return value
}

export const zeroTimestamp = '0001-01-01T00:00:00Z'

/** The index of a repository. Upstream: pkg/repo/v1/index.go. */
export class IndexFile {
  apiVersion = 'v1'
  generated = zeroTimestamp
  readonly entries = new Map<string, ChartVersion[]>()
  publicKeys: string[] = []
  annotations: Map<string, string> | null = null

  /** Newest first; what is no version comes last. */
  sortEntries(): void {
    for (const versions of this.entries.values()) sortVersions(versions)
  }

  /**
   * The version asked for: that very one, else the first that satisfies it as a range; the newest release for ''.
   * @throws Error with Helm's text
   */
  get(name: string, version: string, log?: Log): ChartVersion {
    return pickVersion(this.entries.get(name), name, version, log)
  }

  has(name: string, version: string, log?: Log): boolean {
    try {
      this.get(name, version, log)
      return true
    } catch {
      return false
    }
  }
}

/** @throws Error with Helm's text */
export function pickVersion(versions: readonly ChartVersion[] | undefined, name: string, version: string, log?: Log): ChartVersion {
  if (versions === undefined) throw new Error('no chart name found')
  if (versions.length === 0) throw new Error('no chart version found')
  const constraint = parseConstraint(version === '' ? '*' : version)
  if (version !== '') {
    const exact = versions.find((v) => v.metadata.version === version)
    if (exact !== undefined) return exact
  }
  const found = versions.find((v) => satisfies(constraint, v.metadata.version))
  if (found === undefined) throw new Error(`no chart version found for ${name}-${version}`)
  if (version !== '' && !isVersionRange(version)) {
    log?.({ level: 'warn', message: 'unable to find exact version requested; falling back to closest available version', attributes: [['chart', name], ['requested', version], ['selected', found.metadata.version]] })
  }
  return found
}

/** Whether a text is a range rather than one version. */
export function isVersionRange(version: string): boolean {
  if (/[\^~<>=!*]/.test(version) || version.includes('||') || version.includes(' - ')) return true
  return /[xX]/.test(version.split(/[-+]/, 1)[0]!)
}

export function satisfies(constraint: Constraint, version: string): boolean {
  const parsed = versionOf(version)
  return parsed !== undefined && constraint.check(parsed)
}

function versionOf(text: string): Version | undefined {
  try {
    return parseVersion(text)
  } catch {
    return undefined
  }
}

/** sort.Reverse over ChartVersions: newest first. What is no version is less than all before it, and equal ones come out in Go's order. */
export function sortVersions(versions: ChartVersion[]): void {
  if (versions.length < 2) return
  const keys = new Map(versions.map((v) => [v, versionOf(v.metadata.version)]))
  sortAsGo(versions, (b, a) => {
    const [left, right] = [keys.get(a), keys.get(b)]
    return left === undefined || (right !== undefined && left.lessThan(right))
  })
}

/**
 * Reads an index: JSON as it is, YAML strictly. Entries that are no valid chart are left out, and logged.
 * @param source what the log calls it
 * @throws PintleError repo.index with Helm's text
 */
export function readIndex(text: string, source: string, log?: Log): IndexFile {
  if (text === '') throw bad('empty index.yaml file')
  const fields = decoded(text)
  const index = new IndexFile()
  index.apiVersion = (fields?.get('apiVersion') as string | undefined) ?? ''
  index.generated = (fields?.get('generated') as string | undefined) ?? zeroTimestamp
  index.publicKeys = Array.from((fields?.get('publicKeys') ?? []) as string[])
  index.annotations = (fields?.get('annotations') ?? null) as Map<string, string> | null
  for (const [name, list] of (fields?.get('entries') ?? new Map()) as Map<string, (Map<string, Value> | null)[] | null>) {
    index.entries.set(name, validVersions(name, Array.from(list ?? []), source, log))
  }
  if (index.apiVersion === '') throw bad('no API version specified')
  return index
}

/**
 * Reads the versions of one chart, cut out of an index.
 * @returns undefined when it cannot be read so: the whole index is then, which says what is wrong in Helm's words
 */
export function readVersions(text: string, name: string, source: string, log?: Log): ChartVersion[] | undefined {
  const list = decodedAs(text, versionsShape)
  return list === undefined ? undefined : validVersions(name, Array.from((list ?? []) as (Map<string, Value> | null)[]), source, log)
}

/** The same from JSON that was read already, where Go lets fields be that it does not know. */
export function versionsOf(list: unknown, name: string, source: string, log?: Log): ChartVersion[] | undefined {
  try {
    return validVersions(name, Array.from((decodeShape(fromPlain(list), versionsShape) ?? []) as (Map<string, Value> | null)[]), source, log)
  } catch {
    return undefined
  }
}

/** Whether JSON without the charts is an index. */
export function isHead(head: unknown): boolean {
  try {
    return (((decodeShape(fromPlain(head), indexShape) as Map<string, Value> | null)?.get('apiVersion') as string | undefined) ?? '') !== ''
  } catch {
    return false
  }
}

/** Whether an index without its charts is one. */
export function readHead(text: string): boolean {
  const fields = decodedAs(text, indexShape) as Map<string, Value> | null | undefined
  return ((fields?.get('apiVersion') as string | undefined) ?? '') !== ''
}

/** Strictly; undefined for what does not fit. Reading without the types is quicker, and enough unless a text looks like a number. */
function decodedAs(text: string, shape: Shape): Value | undefined {
  try {
    return decodeShape(unmarshalStrict(text), shape, { disallowUnknownFields: true })
  } catch {
    try {
      return unmarshalInto(text, shape, { strict: true })
    } catch {
      return undefined
    }
  }
}

function decoded(text: string): Map<string, Value> | null {
  try {
    const json = jsonOf(text)
    return (json === undefined ? unmarshalInto(text, indexShape, { strict: true }) : decodeShape(json, indexShape)) as Map<string, Value> | null
  } catch (error) {
    throw isPintleError(error) ? bad(error.message, error) : bad((error as Error).message, error)
  }
}

/** The value of a text that is JSON; undefined when it is none. */
function jsonOf(text: string): Value | undefined {
  if (!/^[\t\n\r ]*\{/.test(text)) return undefined
  try {
    return jsonUnmarshal(text)
  } catch {
    return undefined
  }
}

function validVersions(name: string, list: readonly (Map<string, Value> | null)[], source: string, log: Log | undefined): ChartVersion[] {
  const versions: ChartVersion[] = []
  // Helm goes backwards, which shows in the order of its log.
  for (const fields of list.toReversed()) {
    if (fields === null) {
      log?.({ level: 'warn', message: 'skipping loading invalid entry for chart: empty entry', attributes: [['name', name], ['source', source]] })
      continue
    }
    const version = chartVersion(fields)
    try {
      validateMetadata(version.metadata)
    } catch (error) {
      const { message } = error as Error
      // JFrog's repositories lose aliases (helm/helm#12748).
      if (!message.startsWith('validation: more than one dependency with name or alias')) {
        log?.({ level: 'warn', message: 'skipping loading invalid entry for chart', attributes: [['name', name], ['version', version.metadata.version], ['source', source], ['error', message]] })
        continue
      }
    }
    versions.push(version)
  }
  versions.reverse()
  sortVersions(versions)
  return versions
}

function chartVersion(fields: Map<string, Value>): ChartVersion {
  const metadata = emptyMetadata()
  fillMetadata(metadata, [...fields].filter(([key]) => !own.has(key)))
  if (metadata.apiVersion === '') metadata.apiVersion = 'v1'
  const text = (key: string): string => (fields.get(key) as string | undefined) ?? ''
  return {
    metadata,
    urls: Array.from((fields.get('urls') ?? []) as string[]),
    created: text('created') || zeroTimestamp,
    removed: fields.get('removed') === true,
    digest: text('digest'),
    old: Object.fromEntries(oldFields.flatMap((key) => (text(key) === '' ? [] : [[key, text(key)]]))),
  }
}

const own = new Set<string>(['urls', 'created', 'removed', 'digest', ...oldFields])

const bad = (message: string, cause?: unknown): PintleError => new PintleError('repo.index', message, { ...(cause === undefined ? {} : { cause }) })
