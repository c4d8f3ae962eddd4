import { join } from 'node:path'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { parseUrl } from '../../language/go/index.ts'
import { ContentCache, sha256, usableDigest } from './content-cache.ts'
import { fetchFile, requireScheme, type FetchOptions } from './fetch-file.ts'
import type { RegistryContext } from './registry-context.ts'
import { urlBase, withoutPassword } from './repo-url.ts'
import { resolveChart, type ResolvedChart } from './resolve-chart.ts'
import { loadProvenance, type Verification } from './seams.ts'
import { writeAtomic } from './write-atomic.ts'

/** What to do with a chart's provenance file: leave it; fetch it, saying when there is none; the same and verify it; require it and verify. */
export type ProvenanceUse = 'ignore' | 'fetch' | 'if-there' | 'verify'

export interface DownloadOptions {
  readonly fetch: FetchOptions
  readonly provenance: ProvenanceUse
  /** Public keys. */
  readonly keyring: string
  /** The digest of an index that led to a URL; '' for none. */
  readonly expected?: string
}

export interface DownloadedChart {
  /** Where it was saved. */
  readonly path: string
  readonly resolved: ResolvedChart
  /** `sha256:...` of the archive. */
  readonly digest: string
  readonly verification?: Verification
}

/**
 * Fetches a chart into the content cache, or finds it there. Upstream: DownloadToCache in pkg/downloader/chart_downloader.go.
 * @throws PintleError chart.digest when the bytes are not what the index says; chart.locate, chart.signature, repo.*, http.* with Helm's text
 */
export async function downloadToCache(context: RegistryContext, reference: string, version: string, options: DownloadOptions): Promise<DownloadedChart> {
  const chart = await fetchResolved(context, await resolved(context, reference, version, options))
  const cache = new ContentCache(context.paths.contentCache)
  const path = chart.cached ?? cache.put(chart.key, chart.bytes, '.chart')
  const digest = `sha256:${sha256(chart.bytes)}`
  if (options.provenance === 'ignore') return { path, resolved: chart.resolved, digest }
  const signed = await provenanceOf(context, reference, chart, options)
  if (signed === undefined) return { path, resolved: chart.resolved, digest }
  if (!signed.cached) cache.put(chart.key, signed.bytes, '.prov')
  return { path, resolved: chart.resolved, digest, ...await verified(context, chart, signed.bytes, options) }
}

/**
 * Fetches a chart into a folder, its provenance file beside it. Upstream: DownloadTo, which takes from the cache and leaves it as it is; here a chart whose digest
 * the index told is kept, so that the next build of dependencies needs no network.
 */
export async function downloadTo(context: RegistryContext, reference: string, version: string, folder: string, options: DownloadOptions): Promise<DownloadedChart> {
  return downloadResolved(context, await resolved(context, reference, version, options), folder, options, reference)
}

/** The same for an archive whose place is known. */
export async function downloadResolved(context: RegistryContext, resolved: ResolvedChart, folder: string, options: DownloadOptions, reference = resolved.url): Promise<DownloadedChart> {
  const chart = await fetchResolved(context, resolved)
  const path = join(folder, chart.fileName)
  const digest = `sha256:${sha256(chart.bytes)}`
  writeAtomic(path, chart.bytes)
  if (chart.cached === undefined && digest === `sha256:${chart.key}` && resolved.digest !== '') keep(context, chart)
  if (options.provenance === 'ignore') return { path, resolved: chart.resolved, digest }
  const signed = await provenanceOf(context, reference, chart, options)
  if (signed === undefined) return { path, resolved: chart.resolved, digest }
  writeAtomic(`${path}.prov`, signed.bytes)
  return { path, resolved: chart.resolved, digest, ...await verified(context, chart, signed.bytes, options) }
}

async function resolved(context: RegistryContext, reference: string, version: string, { fetch, expected = '' }: DownloadOptions): Promise<ResolvedChart> {
  const chart = await resolveChart(context, reference, version, fetch)
  return chart.digest === '' ? { ...chart, digest: usableDigest(expected) } : chart
}

/** Only speed is lost when it cannot be kept. */
function keep(context: RegistryContext, chart: FetchedChart): void {
  try {
    new ContentCache(context.paths.contentCache).put(chart.key, chart.bytes, '.chart')
  } catch {
    // A full disk, or a cache of somebody else.
  }
}

interface FetchedChart {
  readonly resolved: ResolvedChart
  readonly bytes: Uint8Array
  /** Its path when it came from the cache. */
  readonly cached?: string
  /** What the cache knows it by: the digest of the reference, else of its bytes. */
  readonly key: string
  readonly fileName: string
}

async function fetchResolved(context: RegistryContext, resolved: ResolvedChart): Promise<FetchedChart> {
  const { scheme } = parseUrl(resolved.url)
  requireScheme(scheme)
  const fileName = archiveName(resolved.url)
  const expected = digestOf(resolved.digest)
  // What must be looked at before it is used is fetched: what lies in the cache says nothing of where it came from.
  const cached = expected === undefined || context.check !== undefined ? undefined : new ContentCache(context.paths.contentCache).get(expected, '.chart')
  if (cached !== undefined) return { resolved, bytes: cached.bytes, cached: cached.path, key: expected!, fileName }
  const bytes = await fetchFile(context, resolved.url, { ...resolved.options, accept: 'application/gzip,application/octet-stream', what: resolved.url })
  const actual = sha256(bytes)
  // A registry's digest is that of the manifest, which its own client checks.
  if (scheme !== 'oci' && expected !== undefined && actual !== expected) {
    throw new PintleError('chart.digest', `${withoutPassword(resolved.url)} has digest sha256:${actual}, but the index says sha256:${expected}`, {
      hint: 'The archive was replaced, or the index is old: try `pintle repo update`, and do not use the chart when that does not help.',
    })
  }
  return { resolved, bytes, key: expected ?? actual, fileName }
}

/** 32 bytes in hex, without the name of the algorithm; undefined for ''. @throws Error with Helm's text */
function digestOf(text: string): string | undefined {
  if (text === '') return undefined
  const hex = text.slice(text.indexOf(':') + 1)
  const odd = /[^0-9a-fA-F]/.exec(hex)
  if (odd !== null) throw new PintleError('repo.index', `unable to decode digest: encoding/hex: invalid byte: U+${odd[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} ${JSON.stringify(odd[0]).replaceAll('"', "'")}`)
  if (hex.length % 2 === 1) throw new PintleError('repo.index', 'unable to decode digest: encoding/hex: odd length hex string')
  if (hex.length !== 64) throw new PintleError('repo.index', `invalid digest length: ${hex.length / 2}`)
  return hex.toLowerCase()
}

/** The file name of an archive: the last element of its URL, for a registry made of name and tag. @throws PintleError when it is no plain name */
function archiveName(url: string): string {
  const parsed = parseUrl(url)
  let name = urlBase(parsed)
  if (parsed.scheme === 'oci') {
    const colon = name.lastIndexOf(':')
    if (colon >= 0) name = `${name.slice(0, colon)}-${name.slice(colon + 1)}.tgz`
  }
  if (name === '/' || name === '.' || name === '..' || /[\0\\/]/.test(name)) {
    throw new PintleError('chart.archive', `${withoutPassword(url)} does not end in the name of an archive`, { hint: 'The index names a file that could not be saved safely.' })
  }
  return name
}

/** The provenance file; undefined when there is none and none is required. */
async function provenanceOf(context: RegistryContext, reference: string, chart: FetchedChart, options: DownloadOptions): Promise<{ bytes: Uint8Array; cached: boolean } | undefined> {
  const known = new ContentCache(context.paths.contentCache).get(chart.key, '.prov')
  if (known !== undefined) return { bytes: known.bytes, cached: true }
  const url = `${chart.resolved.url}.prov`
  try {
    // Helm asks without the credentials when it fills the cache, and fails on repositories that want them.
    return { bytes: await fetchFile(context, url, { ...chart.resolved.options, maxBody: 1 << 20, what: url }), cached: false }
  } catch (error) {
    context.signal?.throwIfAborted()
    if (options.provenance === 'verify') {
      throw new PintleError('chart.signature', `failed to fetch provenance ${JSON.stringify(withoutPassword(url))}`, { cause: error, hint: `${(error as Error).message}.` })
    }
    context.say(`WARNING: Verification not found for ${withoutPassword(reference)}: ${(error as Error).message}`)
    return undefined
  }
}

async function verified(context: RegistryContext, chart: FetchedChart, provenance: Uint8Array, options: DownloadOptions): Promise<{ verification?: Verification }> {
  if (options.provenance === 'fetch') return {}
  try {
    const { verifyProvenance } = await loadProvenance()
    return { verification: await verifyProvenance(chart.bytes, chart.fileName, provenance, options.keyring, { signal: context.signal }) }
  } catch (error) {
    throw isPintleError(error) ? error : new PintleError('chart.signature', (error as Error).message, { cause: error })
  }
}
