import { PintleError } from '../../errors/index.ts'
import { fetchIndex } from './download-index.ts'
import type { ChartVersion } from './index-file.ts'
import type { RegistryContext } from './registry-context.ts'
import type { RepositoryEntry } from './repositories.ts'
import { resolveReferenceUrl, withoutPassword } from './repo-url.ts'

/**
 * Finds a chart in a repository that was not added. Upstream: FindChartInRepoURL in pkg/repo/v1/chartrepo.go, which keeps the index in
 * the cache for a moment; here it never leaves memory.
 * @param version '' for the newest release
 * @throws PintleError repo.index, repo.notFound with Helm's text
 */
export async function findChartInRepo(context: RegistryContext, repository: RepositoryEntry, chart: string, version: string): Promise<{ url: string; entry: ChartVersion }> {
  const { url: repoUrl } = repository
  let index
  try {
    index = await fetchIndex(context, repository)
  } catch (error) {
    context.signal?.throwIfAborted()
    if (error instanceof PintleError && error.code === 'repo.config') throw error
    throw new PintleError('repo.index', `looks like ${JSON.stringify(withoutPassword(repoUrl))} is not a valid chart repository or cannot be reached: ${(error as Error).message}`, {
      cause: error, ...(error instanceof PintleError && error.hint !== undefined ? { hint: error.hint } : {}),
    })
  }
  const what = `chart ${JSON.stringify(chart)}${version === '' ? '' : ` version ${JSON.stringify(version)}`}`
  let entry: ChartVersion
  try {
    entry = index.get(chart, version)
  } catch (error) {
    throw new PintleError('repo.notFound', `${what} not found in ${withoutPassword(repoUrl)} repository`, { cause: error })
  }
  const [first] = entry.urls
  if (first === undefined) throw new PintleError('repo.index', `${what} has no downloadable URLs`)
  try {
    return { url: resolveReferenceUrl(repoUrl, first), entry }
  } catch (error) {
    throw new PintleError('repo.index', `failed to make chart URL absolute: ${(error as Error).message}`, { cause: error })
  }
}
