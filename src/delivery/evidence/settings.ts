import { keyedMap, withoutLine, type Fault, type Path } from '../settings/index.ts'

/** `evidence` of pintle.yaml, checked. Paths as written. */
export interface EvidenceSettings {
  /** A folder, or a URL of PostgreSQL; undefined: the default folder. */
  readonly store?: string
  readonly sinks: readonly SinkSettings[]
  readonly events: EventSettings
  /** Spans are added to this file, one trace a line; where they are sent is in OpenTelemetry's variables. */
  readonly traces: { readonly file?: string }
  /** The head of the chain is kept in the release's namespace, too. */
  readonly anchor: boolean
}

export type SinkSettings =
  | { readonly folder: string }
  | { readonly oci: { readonly repository: string; readonly plainHttp: boolean } }
  | { readonly s3: { readonly bucket: string; readonly region: string; readonly prefix: string; readonly endpoint?: string } }
  | { readonly git: { readonly repository: string; readonly branch: string; readonly push?: string } }

export interface EventSettings {
  /** Lines of CloudEvents are added to it. */
  readonly file?: string
  readonly http?: string
  /** Name of the variable that holds a bearer token for `http`. */
  readonly tokenEnv?: string
}

export const defaultEvidence: EvidenceSettings = { sinks: [], events: {}, traces: {}, anchor: true }

/**
 * Reads `evidence: { store: PATH | { env: NAME }, sinks: [...], events: { file, http, tokenEnv }, traces: { file }, anchor: true }`.
 * @param env where `store: { env: NAME }` looks
 * @throws what `fault` makes
 */
export function parseEvidenceSettings(raw: unknown, env: Readonly<Record<string, string | undefined>>, fault: Fault): EvidenceSettings {
  if (raw === undefined || raw === null) return defaultEvidence
  const map = keyed(raw, ['store', 'sinks', 'events', 'traces', 'anchor'], [], fault)
  const store = storeOf(map.store, env, fault)
  const sinks = map.sinks ?? []
  if (!Array.isArray(sinks)) throw fault(['sinks'], 'evidence.sinks must be a list')
  const events = keyed(map.events ?? {}, ['file', 'http', 'tokenEnv'], ['events'], fault)
  for (const [key, value] of Object.entries(events)) textOf(value, ['events', key], fault)
  if (events.http !== undefined && !/^https?:\/\/[^@]*$/.test(events.http as string)) throw withoutLine(fault)(['events', 'http'], 'evidence.events.http must be an http(s) URL without a password', 'A token is read from the variable that tokenEnv names.')
  const traces = keyed(map.traces ?? {}, ['file'], ['traces'], fault)
  if (traces.file !== undefined) textOf(traces.file, ['traces', 'file'], fault)
  if (map.anchor !== undefined && typeof map.anchor !== 'boolean') throw fault(['anchor'], 'evidence.anchor must be true or false')
  return { ...(store === undefined ? {} : { store }), sinks: sinks.map((s, i) => sinkOf(s, i, fault)), events: events as EventSettings, traces: traces as { file?: string }, anchor: (map.anchor as boolean | undefined) ?? true }
}

function storeOf(raw: unknown, env: Readonly<Record<string, string | undefined>>, fault: Fault): string | undefined {
  if (raw === undefined) return undefined
  if (typeof raw === 'object') {
    const name = textOf(keyed(raw, ['env'], ['store'], fault).env, ['store', 'env'], fault)
    const value = env[name]
    if (!value) throw fault(['store', 'env'], `the variable ${name} is not set, which says where the evidence is kept`)
    return value
  }
  const store = textOf(raw, ['store'], fault)
  if (/^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(store)) throw withoutLine(fault)(['store'], 'evidence.store holds a password', 'Keep the whole URL in a variable: store: { env: NAME }')
  return store
}

const sinkKeys = ['folder', 'oci', 's3', 'git']

function sinkOf(raw: unknown, index: number, fault: Fault): SinkSettings {
  const at = ['sinks', index] as const
  const map = keyed(raw, sinkKeys, at, fault)
  if (Object.keys(map).length !== 1) throw fault(at, `a sink has one of the keys ${sinkKeys.join(', ')}`)
  if (map.folder !== undefined) return { folder: textOf(map.folder, [...at, 'folder'], fault) }
  if (map.oci !== undefined) {
    const oci = typeof map.oci === 'string' ? { repository: map.oci } : keyed(map.oci, ['repository', 'plainHttp'], [...at, 'oci'], fault)
    if (oci.plainHttp !== undefined && typeof oci.plainHttp !== 'boolean') throw fault([...at, 'oci', 'plainHttp'], 'plainHttp must be true or false')
    return { oci: { repository: textOf(oci.repository, [...at, 'oci', 'repository'], fault).replace(/^oci:\/\//, ''), plainHttp: oci.plainHttp === true } }
  }
  if (map.s3 !== undefined) {
    const s3 = keyed(map.s3, ['bucket', 'region', 'prefix', 'endpoint'], [...at, 's3'], fault)
    for (const [key, value] of Object.entries(s3)) textOf(value, [...at, 's3', key], fault)
    const { bucket, region = 'us-east-1', prefix = '', endpoint } = s3 as Record<string, string>
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket ?? '')) throw fault([...at, 's3', 'bucket'], 'an S3 sink needs the name of a bucket')
    if (endpoint !== undefined && !/^https?:\/\/[^/@]+\/?$/.test(endpoint)) throw fault([...at, 's3', 'endpoint'], 'the endpoint of an S3 sink is an http(s) URL of a host')
    return { s3: { bucket: bucket!, region, prefix: prefix.replace(/^\/+|\/+$/g, ''), ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/$/, '') }) } }
  }
  const git = keyed(map.git, ['repository', 'branch', 'push'], [...at, 'git'], fault)
  for (const [key, value] of Object.entries(git)) textOf(value, [...at, 'git', key], fault)
  const { repository = '.', branch = 'evidence', push } = git as Record<string, string>
  // What could be read as an option or as another ref is no name of a branch or remote.
  for (const [key, value] of Object.entries({ branch, push })) if (value !== undefined && (!/^[\w][\w./-]*$/.test(value) || value.includes('..'))) throw fault([...at, 'git', key], `${JSON.stringify(value)} is no name of a ${key === 'branch' ? 'branch' : 'remote'}`)
  return { git: { repository, branch, ...(push === undefined ? {} : { push }) } }
}

const keyed = (value: unknown, known: readonly string[], at: Path, fault: Fault): Record<string, unknown> => keyedMap(value, known, { section: 'evidence', at, fault })

function textOf(value: unknown, at: Path, fault: Fault): string {
  if (typeof value !== 'string' || value === '') throw fault(at, `${['evidence', ...at].join('.')} must be a string`)
  return value
}
