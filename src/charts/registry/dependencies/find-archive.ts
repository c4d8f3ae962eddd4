import { usableDigest } from '../content-cache.ts'
import { fetchOptionsOf } from '../download-index.ts'
import { openFetch, type FetchOptions } from '../fetch-file.ts'
import type { ChartVersion } from '../index-file.ts'
import { isOci, resolveReferenceUrl, urlsEqual, withoutPassword } from '../repo-url.ts'
import type { Dependency } from '../../chart/index.ts'
import { findChartInRepo } from '../find-in-repo.ts'
import { versionOf, type DependencyRun } from './dependency-run.ts'
import { unmanagedEntry, unmanagedName } from './resolve-repositories.ts'

/** Where the archive of a locked dependency lies. */
export interface FoundArchive {
  /** For registries `oci://.../name`, the version apart. */
  readonly url: string
  readonly version: string
  readonly fetch: FetchOptions
  /** What the index says of its digest, '' when nothing. */
  readonly digest: string
}

/**
 * Upstream: findChartURL in pkg/downloader/manager.go, which fetches the index of a repository that was not added anew for each dependency.
 * @throws Error with Helm's text, without `could not find`
 */
export async function findArchive(run: DependencyRun, { name, version, repository }: Dependency): Promise<FoundArchive> {
  if (isOci(repository)) return { url: `${repository}/${name}`, version, fetch: run.fetch, digest: '' }
  const entry = run.repositories.find((r) => urlsEqual(repository, r.url))
  if (entry !== undefined) {
    const versions = run.indexes.of(entry.name).versions(name)
    if (versions === undefined) throw new Error('entry not found')
    const found = versions.find((v) => v.urls.length > 0 && (version === '' || sameVersion(version, v.metadata.version)))
    if (found === undefined) throw new Error('no matching version')
    return archive(repository, found, fetchOptionsOf(entry))
  }
  const unmanaged = unmanagedName(repository)
  try {
    let found: ChartVersion
    try {
      found = run.indexes.of(unmanaged).get(name, version)
      if (found.urls.length === 0) throw new Error(`chart ${JSON.stringify(name)} version ${JSON.stringify(version)} has no downloadable URLs`)
    } catch {
      ;({ entry: found } = await findChartInRepo(run.registry, unmanagedEntry(unmanaged, repository), name, version))
    }
    return archive(repository, found, { ...openFetch, owner: repository })
  } catch (error) {
    throw new Error(`chart ${name} not found in ${withoutPassword(repository)}: ${(error as Error).message}`, { cause: error })
  }
}

const archive = (repository: string, found: ChartVersion, fetch: FetchOptions): FoundArchive =>
  ({ url: resolveReferenceUrl(repository, found.urls[0]!), version: '', fetch, digest: usableDigest(found.digest) })

function sameVersion(a: string, b: string): boolean {
  const [left, right] = [versionOf(a), versionOf(b)]
  return left === undefined ? a === b : right !== undefined && left.equal(right)
}
