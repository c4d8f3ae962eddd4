import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, isAbsolute, resolve } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { goFsError } from '../chart/index.ts'
import { downloadToCache } from './download-chart.ts'
import type { FetchOptions } from './fetch-file.ts'
import { findChartInRepo } from './find-in-repo.ts'
import type { ChartVersion } from './index-file.ts'
import type { RegistryContext } from './registry-context.ts'
import { sameServer } from './repo-url.ts'
import { loadProvenance, type Verification } from './seams.ts'

/** Helm's fetch flags (ChartPathOptions in pkg/action/install.go). '' and false: not given. */
export interface ChartSource {
  /** --version: exact or a range; --devel is '>0.0.0-0'. */
  readonly version: string
  /** --repo */
  readonly repo: string
  readonly verify: boolean
  readonly keyring: string
  readonly username: string
  readonly password: string
  readonly passCredentials: boolean
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  readonly insecureSkipTlsVerify: boolean
  readonly plainHttp: boolean
}

export interface LocatedChart {
  /** A folder or an archive on this machine. */
  readonly path: string
  readonly kind: 'local' | 'repository' | 'oci'
  /** Where it was fetched from. */
  readonly url?: string
  /** `sha256:...` of the archive that was fetched. */
  readonly digest?: string
  /** Of a registry's manifest, when the reference named one. */
  readonly manifestDigest?: string
  /** As the index of the repository says. */
  readonly name?: string
  readonly version?: string
  readonly verification?: Verification
}

/**
 * Finds a chart: a path, `repo/chart`, a URL, `oci://...`, or a name in --repo; what is not here is fetched into the content cache.
 * Upstream: LocateChart in pkg/action/install.go.
 * @throws PintleError chart.locate, chart.load, chart.digest, chart.signature, repo.*, http.* with Helm's text
 */
export async function locateChart(context: RegistryContext, reference: string, source: ChartSource): Promise<LocatedChart> {
  const name = reference.trim()
  const version = source.version.trim()
  if (source.repo === '') {
    if (existsSync(name)) {
      const path = resolve(name)
      const verification = source.verify ? await verifyLocal(path, source.keyring, context.signal) : undefined
      return { path, kind: 'local', ...(verification === undefined ? {} : { verification }) }
    }
    if (isAbsolute(name) || name.startsWith('.')) throw new PintleError('chart.load', `path ${JSON.stringify(name)} not found`)
  }
  const target: Target = source.repo === '' ? { reference: name, fetch: fetchOptions(source) } : await inRepository(context, name, version, source)
  const { path, resolved, digest, verification } = await downloadToCache(context, target.reference, version, {
    fetch: target.fetch, provenance: source.verify ? 'verify' : 'ignore', keyring: source.keyring, expected: target.entry?.digest ?? '',
  })
  const { metadata } = target.entry ?? resolved.entry ?? {}
  const oci = resolved.url.startsWith('oci://')
  return {
    path: resolve(path), kind: oci ? 'oci' : 'repository', url: resolved.url, digest,
    ...(oci && resolved.digest !== '' ? { manifestDigest: resolved.digest } : {}),
    ...(metadata === undefined ? {} : { name: metadata.name, version: metadata.version }),
    ...(verification === undefined ? {} : { verification }),
  }
}

/** What the fetch flags say about fetching. */
export function fetchOptions(source: ChartSource): FetchOptions {
  const { username, password, passCredentials, caFile, certFile, keyFile, insecureSkipTlsVerify, plainHttp } = source
  return { owner: '', username, password, passCredentials, tls: { caFile, certFile, keyFile, insecureSkipTlsVerify }, plainHttp }
}

/** What is to be fetched, and how. */
export interface Target { readonly reference: string; readonly fetch: FetchOptions; readonly entry?: ChartVersion }

/** The archive of a chart in --repo. The credentials are the repository's: another server gets them only with --pass-credentials. */
export async function inRepository(context: RegistryContext, chart: string, version: string, source: ChartSource): Promise<Target> {
  const { repo: url, username, password, passCredentials, caFile, certFile, keyFile, insecureSkipTlsVerify } = source
  const found = await findChartInRepo(context, { name: '', url, username, password, passCredentials, caFile, certFile, keyFile, insecureSkipTlsVerify }, chart, version)
  const fetch = fetchOptions(source)
  const trusted = passCredentials || sameServer(url, found.url)
  return { reference: found.url, entry: found.entry, fetch: trusted ? fetch : { ...fetch, username: '', password: '' } }
}

/** Upstream: VerifyChart in pkg/downloader/chart_downloader.go. */
export async function verifyLocal(path: string, keyring: string, signal?: AbortSignal): Promise<Verification> {
  let folder: boolean
  try {
    folder = statSync(path).isDirectory()
  } catch (error) {
    throw new PintleError('chart.load', goFsError(error, 'stat', path).message, { cause: error })
  }
  if (folder) throw new PintleError('chart.signature', 'unpacked charts cannot be verified')
  if (extname(path).toLowerCase() !== '.tgz') throw new PintleError('chart.signature', 'chart must be a tgz file')
  const provenance = `${path}.prov`
  let bytes: Buffer
  try {
    statSync(provenance)
    bytes = readFileSync(provenance)
  } catch (error) {
    throw new PintleError('chart.signature', `could not load provenance file ${provenance}: ${goFsError(error, 'stat', provenance).message}`, { cause: error })
  }
  const { verifyProvenance } = await loadProvenance()
  return verifyProvenance(readFileSync(path), basename(path), bytes, keyring, { signal })
}
