import { PintleError } from '../../errors/index.ts'
import { parseUrl } from '../../language/go/index.ts'
import { basic, type TlsFiles } from '../http/index.ts'
import { loadOci, type OciOptions } from './seams.ts'
import type { RegistryContext } from './registry-context.ts'
import { withoutPassword } from './repo-url.ts'

/** How something is fetched: Helm's getter options (pkg/getter/getter.go). */
export interface FetchOptions {
  /** The repository (or other URL) that the credentials are for. */
  readonly owner: string
  readonly username: string
  readonly password: string
  /** Send the credentials wherever it lies. */
  readonly passCredentials: boolean
  readonly tls: TlsFiles
  readonly plainHttp: boolean
  readonly accept?: string
  readonly maxBody?: number
  readonly what?: string
  /** Milliseconds. Default two minutes. */
  readonly timeout?: number
  /** Ask for a compressed answer. */
  readonly compressed?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export const openFetch: FetchOptions = { owner: '', username: '', password: '', passCredentials: false, tls: {}, plainHttp: false }

/** Archives are charts of 20 MiB packed at most, in Helm's own words; this leaves room. */
const maxArchive = 256 << 20

/**
 * Fetches one file over http(s) or from a registry. Credentials go along when the file lies on the server they are for. Upstream:
 * pkg/getter/httpgetter.go, ocigetter.go.
 * @throws PintleError chart.locate (a scheme that is not known), http.*
 */
export async function fetchFile(context: RegistryContext, url: string, options: FetchOptions): Promise<Uint8Array> {
  const { scheme } = parseUrl(url)
  if (scheme === 'oci') {
    const provenance = url.endsWith('.prov')
    const oci = await loadOci()
    const pulled = await oci.pullOci(provenance ? url.slice(0, -5) : url, { ...ociOptions(context, options), want: provenance ? 'provenance' : 'chart' })
    const bytes = provenance ? pulled.provenance : pulled.chart
    if (bytes === undefined) throw new PintleError('chart.locate', `${url}: the registry gave no ${provenance ? 'provenance' : 'chart'} layer`)
    return bytes
  }
  requireScheme(scheme)
  if (context.check !== undefined) throw new PintleError('signature.missing', `${withoutPassword(url)} does not come from a registry, so it has no signature by cosign`, { hint: 'Leave --key and --certificate-identity out; --verify checks provenance files.' })
  return (await fetchHttp(context, url, options)).body
}

/** @throws PintleError chart.locate, as ByScheme in pkg/getter/getter.go */
export function requireScheme(scheme: string): void {
  if (!['http', 'https', 'oci'].includes(scheme)) throw new PintleError('chart.locate', `scheme ${JSON.stringify(scheme)} not supported`, { hint: 'http, https and oci are; downloader plugins are not part of this version.' })
}

/** The same over http(s), with the headers of the answer. Statuses in `accepted` are no error. */
export async function fetchHttp(context: RegistryContext, url: string, options: FetchOptions, accepted: readonly number[] = []) {
  const { username, password, passCredentials, owner, tls, accept, timeout, compressed, headers } = options
  const allowed = passCredentials || sameOrigin(owner, url)
  const answer = await context.http.send({
    url, tls, signal: context.signal,
    headers: { ...(accept === undefined ? {} : { accept }), ...headers },
    maxBody: options.maxBody ?? maxArchive,
    ...(options.what === undefined ? {} : { what: options.what }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(compressed === undefined ? {} : { compressed }),
    ...(allowed && username !== '' && password !== '' ? { authorization: basic(username, password) } : {}),
  })
  if (answer.status !== 200 && !accepted.includes(answer.status)) {
    throw new PintleError('http.status', `failed to fetch ${withoutPassword(url)} : ${answer.status} ${answer.statusText}`, { details: { status: answer.status } })
  }
  return answer
}

/** What a registry is told of the options. */
export function ociOptions(context: RegistryContext, { username, password, tls, plainHttp }: Pick<FetchOptions, 'username' | 'password' | 'tls' | 'plainHttp'>): OciOptions {
  return { ...tls, username, password, plainHttp, http: context.http, registries: context.registries, check: context.check, contentCache: context.paths.contentCache, env: context.env, registryConfig: context.paths.registryConfig, signal: context.signal, say: context.say }
}

/** As the getter compares: scheme and host with port, as they are written. */
function sameOrigin(a: string, b: string): boolean {
  try {
    const [left, right] = [parseUrl(a), parseUrl(b)]
    return left.scheme === right.scheme && left.host === right.host
  } catch {
    return false
  }
}
