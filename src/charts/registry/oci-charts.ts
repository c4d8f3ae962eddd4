import { RegistryClient, chartTags, openCredentials, parseReference, pullChart, resolveChart, type Repository } from './oci/index.ts'
import type { HttpClient, TlsFiles } from '../http/index.ts'
import { ContentCache } from './content-cache.ts'

/** Looks at a chart before anything of it is used, and throws when it may not be. @param digest of the manifest */
export type OciCheck = (subject: { readonly name: string; readonly digest: string; readonly repository: Repository }, options: { readonly signal?: AbortSignal | undefined }) => Promise<void>

/** How a registry is spoken to. */
export interface OciOptions extends TlsFiles {
  readonly http: HttpClient
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal | undefined
  /** Clients that were made before, with their tokens. */
  readonly registries?: Map<string, RegistryClient> | undefined
  /** Path of the registry credentials: HELM_REGISTRY_CONFIG. */
  readonly registryConfig: string
  /** '' when the credentials of the file apply. */
  readonly username?: string
  readonly password?: string
  readonly plainHttp?: boolean
  readonly check?: OciCheck | undefined
  /** HELM_CONTENT_CACHE: a chart that lies there under its digest is not fetched once more. */
  readonly contentCache?: string | undefined
  /** Told what Helm says on standard output: `Pulled: ...`, `Digest: ...`. */
  readonly say?: (line: string) => void
}

/** Upstream: ValidateReference in pkg/registry/client.go. */
export interface ResolvedOci {
  /** `oci://registry/path/name:tag` or `...@sha256:...`. */
  readonly url: string
  /** Digest of the manifest, with its algorithm, where the reference names one. */
  readonly digest?: string
}

export interface PulledOci {
  /** The chart's layer; undefined when only the provenance was wanted. */
  readonly chart?: Uint8Array
  readonly provenance?: Uint8Array
  /** Of the manifest. */
  readonly digest: string
  readonly tag?: string
}

/** The client for these options: the one that was made before, where there is a place to keep it. */
export function registryClient(options: Omit<OciOptions, 'say' | 'signal' | 'check' | 'contentCache'>): RegistryClient {
  const { http, env, registries, registryConfig, username = '', password = '', plainHttp = false, caFile = '', certFile = '', keyFile = '', insecureSkipTlsVerify = false } = options
  const key = JSON.stringify([username, password, plainHttp, caFile, certFile, keyFile, insecureSkipTlsVerify])
  const known = registries?.get(key)
  if (known !== undefined) return known
  const made = new RegistryClient({ http, username, password, plainHttp, tls: { caFile, certFile, keyFile, insecureSkipTlsVerify }, credentials: () => openCredentials(registryConfig, env) })
  registries?.set(key, made)
  return made
}

/** The artifact that a reference and a version stand for. @param version exact, a range, or '' for the newest */
export async function resolveOci(reference: string, version: string, options: OciOptions): Promise<ResolvedOci> {
  const { reference: resolved, digest } = await resolveChart(registryClient(options), reference, version, { signal: options.signal })
  return { url: `oci://${resolved}`, ...(digest === '' ? {} : { digest }) }
}

/** Fetches the parts of a chart. @param url `oci://host/name:tag` or `oci://host/name@sha256:...` */
export async function pullOci(url: string, options: OciOptions & { readonly want: 'chart' | 'provenance' | 'both' }): Promise<PulledOci> {
  const { want, say, signal, check, contentCache } = options
  const client = registryClient(options)
  const cached = contentCache === undefined ? {} : { cached: (of: string) => (of.startsWith('sha256:') ? new ContentCache(contentCache).get(of.slice(7), '.chart')?.bytes : undefined) }
  const { chart, provenance, digest, reference } = await pullChart(client, url, { chart: want !== 'provenance', provenance: want !== 'chart', ...cached, ...(say && { say }), signal })
  if (check !== undefined) await check({ name: reference, digest, repository: client.repository(parseReference(reference)) }, { signal })
  return { ...(chart && { chart }), ...(provenance && { provenance }), digest }
}

/** Tags that are versions, newest first. @param reference without tag */
export function ociTags(reference: string, options: OciOptions): Promise<string[]> {
  return chartTags(registryClient(options), reference, { signal: options.signal })
}
