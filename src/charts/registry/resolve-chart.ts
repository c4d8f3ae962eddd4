import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { parseUrl } from '../../language/go/index.ts'
import { openIndexFile } from './cached-index.ts'
import { checkRepositoryUrl } from './download-index.ts'
import { ociOptions, type FetchOptions } from './fetch-file.ts'
import type { ChartVersion } from './index-file.ts'
import { indexFileName, type RegistryContext } from './registry-context.ts'
import { noRepositories, readRepositories, type RepositoriesFile, type RepositoryEntry } from './repositories.ts'
import { isOci, resolveReferenceUrl, urlsEqual, withoutPassword } from './repo-url.ts'
import { loadOci } from './seams.ts'

export interface ResolvedChart {
  /** Where the archive lies. */
  readonly url: string
  /** What is known of its content: the digest of the archive in an index, hex with or without `sha256:`; '' when nothing is. */
  readonly digest: string
  /** How to fetch it: the options given, and what the repository it belongs to says. */
  readonly options: FetchOptions
  /** Its entry in the index of a repository. */
  readonly entry?: ChartVersion
}

/**
 * The archive a reference leads to: a URL, `oci://...`, or `repo/chart` with an index in the cache. Upstream: ResolveChartVersion in
 * pkg/downloader/chart_downloader.go.
 * @param version exact, a range, or '' for the newest release; not for http(s) URLs
 * @throws PintleError chart.locate, repo.config, repo.index, repo.notFound with Helm's text
 */
export async function resolveChart(context: RegistryContext, reference: string, version: string, given: FetchOptions): Promise<ResolvedChart> {
  const url = parsed(reference)
  if (isOci(reference)) {
    const resolved = await (await loadOci()).resolveOci(reference, version, ociOptions(context, given))
    return { url: resolved.url, digest: resolved.digest ?? '', options: given }
  }
  const file = readRepositories(context.paths.repositoryConfig) ?? noRepositories
  if (url.scheme !== '' && url.host !== '' && url.path !== '') {
    const owner = ownerOf(context, reference, file)
    return { url: reference, digest: '', options: owner === undefined ? { ...given, owner: reference } : withRepository(given, owner) }
  }
  const slash = url.path.indexOf('/')
  if (slash < 0) throw new PintleError('chart.locate', `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${withoutPassword(reference)}`)
  return fromRepository(context, reference, url.path.slice(0, slash), url.path.slice(slash + 1), version, file, given)
}

function parsed(reference: string) {
  try {
    return parseUrl(reference)
  } catch (error) {
    throw new PintleError('chart.locate', `invalid chart URL format: ${withoutPassword(reference)}`, { cause: error })
  }
}

function fromRepository(context: RegistryContext, reference: string, name: string, chart: string, version: string, file: RepositoriesFile, given: FetchOptions): ResolvedChart {
  const entry = file.repositories.find((r) => r.name === name)
  if (entry === undefined) {
    const known = file.repositories.map((r) => r.name)
    throw new PintleError('repo.config', `repo ${name} not found`, {
      hint: known.length === 0 ? `No repository was added yet: pintle repo add ${name} URL.` : `Known are: ${known.join(', ')}.`,
    })
  }
  if (entry.url === '') throw new PintleError('repo.config', `no URL found for repository ${name}`)
  checkRepositoryUrl(entry.url)
  let index
  try {
    index = openIndexFile(join(context.paths.repositoryCache, indexFileName(name)), context.log)
  } catch (error) {
    throw noIndex(error)
  }
  let found: ChartVersion
  try {
    found = index.get(chart, version)
  } catch (error) {
    throw new PintleError('repo.notFound', `chart ${JSON.stringify(chart)} matching ${version} not found in ${name} index. (try 'helm repo update'): ${(error as Error).message}`, { cause: error })
  }
  const [first] = found.urls
  if (first === undefined) throw new PintleError('repo.index', `chart ${JSON.stringify(reference)} has no downloadable URLs`)
  try {
    return { url: resolveReferenceUrl(entry.url, first), digest: found.digest, options: withRepository(given, entry), entry: found }
  } catch (error) {
    throw new PintleError('chart.locate', `invalid chart URL format: ${withoutPassword(reference)}`, { cause: error })
  }
}

const noIndex = (error: unknown): PintleError => new PintleError('repo.index', `no cached repo found. (try 'helm repo update'): ${(error as Error).message}`, { cause: error })

/** The repository whose index holds a URL, for its certificates and credentials. Upstream: scanReposForURL. */
function ownerOf(context: RegistryContext, url: string, file: RepositoriesFile): RepositoryEntry | undefined {
  for (const entry of file.repositories) {
    checkRepositoryUrl(entry.url)
    let index
    try {
      index = openIndexFile(join(context.paths.repositoryCache, indexFileName(entry.name)), context.log)
    } catch (error) {
      throw noIndex(error)
    }
    // Equal URLs are written with the same last part, whatever precedes it.
    if (!index.mentions(url.slice(url.lastIndexOf('/') + 1))) continue
    for (const name of index.names) for (const version of index.versions(name) ?? []) if (version.urls.some((u) => urlsEqual(url, u))) return entry
  }
  return undefined
}

/** What a repository says wins over the flags, as far as it says something. */
function withRepository(given: FetchOptions, entry: RepositoryEntry): FetchOptions {
  const { url, certFile, keyFile, caFile, username, password, passCredentials } = entry
  return {
    ...given,
    owner: url,
    ...(certFile !== '' || keyFile !== '' || caFile !== '' ? { tls: { ...given.tls, certFile, keyFile, caFile } } : {}),
    ...(username !== '' && password !== '' ? { username, password, passCredentials } : {}),
  }
}
