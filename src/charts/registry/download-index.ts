import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { parseUrl } from '../../language/go/index.ts'
import { sha256 } from './content-cache.ts'
import { fetchHttp, openFetch, requireScheme, type FetchOptions } from './fetch-file.ts'
import { IndexStates, type IndexState } from './index-state.ts'
import { chartsFileName, indexFileName, type RegistryContext } from './registry-context.ts'
import type { RepositoryEntry } from './repositories.ts'
import { RepositoryIndex } from './repository-index.ts'
import { resolveReferenceUrl, withoutPassword } from './repo-url.ts'
import { writeInFolder } from './write-atomic.ts'

/** An index larger than this is refused; the largest public ones have some 30 MB. */
const maxIndex = 256 << 20

/** Upstream: NewChartRepository in pkg/repo/v1/chartrepo.go. @throws PintleError repo.config */
export function checkRepositoryUrl(url: string): void {
  let scheme: string
  try {
    scheme = parseUrl(url).scheme
  } catch (error) {
    throw new PintleError('repo.config', `invalid chart URL format: ${withoutPassword(url)}`, { cause: error })
  }
  try {
    requireScheme(scheme)
  } catch (error) {
    throw new PintleError('repo.config', `could not find protocol handler for: ${scheme}`, { cause: error })
  }
}

/** Fetches and checks the index of a repository. @throws PintleError http.*, repo.index with Helm's text */
export async function fetchIndex(context: RegistryContext, entry: RepositoryEntry, options: IndexRequest = {}): Promise<RepositoryIndex> {
  const answer = await request(context, entry, options)
  return checked(context, entry, answer.body)
}

interface IndexRequest {
  /** Milliseconds. */
  readonly timeout?: number
  /** What is known of the index that is there. */
  readonly state?: IndexState | undefined
}

async function request(context: RegistryContext, entry: RepositoryEntry, { timeout, state }: IndexRequest) {
  checkRepositoryUrl(entry.url)
  const url = resolveReferenceUrl(entry.url, 'index.yaml')
  if (parseUrl(url).scheme === 'oci') {
    throw new PintleError('repo.index', 'failed to perform "FetchReference" on source: invalid reference', { hint: 'A registry has no index: its charts need no `repo add`, but are named oci://REGISTRY/CHART.' })
  }
  const headers = { ...(state?.etag === undefined ? {} : { 'if-none-match': state.etag }), ...(state?.lastModified === undefined ? {} : { 'if-modified-since': state.lastModified }) }
  return fetchHttp(context, url, { ...fetchOptionsOf(entry), ...(timeout === undefined ? {} : { timeout }), maxBody: maxIndex, what: withoutPassword(url), compressed: true, headers }, state === undefined ? [] : [304])
}

function checked(context: RegistryContext, entry: RepositoryEntry, bytes: Buffer): RepositoryIndex {
  const index = new RepositoryIndex(bytes.toString('utf8'), withoutPassword(entry.url), context.log)
  index.check()
  return index
}

/**
 * Fetches an index into the cache, with the list of its charts; one that has not changed since is neither sent nor read. Upstream: DownloadIndexFile in
 * pkg/repo/v1/chartrepo.go.
 * @returns the path of the index
 */
export async function downloadIndex(context: RegistryContext, entry: RepositoryEntry, options: { timeout?: number } = {}): Promise<string> {
  const folder = context.paths.repositoryCache
  const path = join(folder, indexFileName(entry.name))
  const charts = join(folder, chartsFileName(entry.name))
  const states = new IndexStates(context.paths.indexStates)
  const state = existsSync(charts) ? states.of(path, entry.url) : undefined
  const { status, headers, body } = await request(context, entry, { ...options, state })
  if (status === 304 && state !== undefined) return path
  const digest = sha256(body)
  if (digest !== state?.sha256) {
    const index = checked(context, entry, body)
    writeInFolder(charts, index.names.map((name) => `${name}\n`).join(''))
    writeInFolder(path, body)
  }
  const { etag, 'last-modified': lastModified } = headers
  states.keep(path, entry.url, { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }), sha256: digest })
  return path
}

/** How files of a repository are fetched. */
export function fetchOptionsOf(entry: RepositoryEntry): FetchOptions {
  const { url, username, password, passCredentials, certFile, keyFile, caFile, insecureSkipTlsVerify } = entry
  return { ...openFetch, owner: url, username, password, passCredentials, tls: { certFile, keyFile, caFile, insecureSkipTlsVerify } }
}
