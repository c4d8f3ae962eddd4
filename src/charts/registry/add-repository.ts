import { PintleError, isPintleError } from '../../errors/index.ts'
import { changeRepositories } from './change-repositories.ts'
import { checkRepositoryUrl, downloadIndex } from './download-index.ts'
import type { RegistryContext } from './registry-context.ts'
import { noRepositories, readRepositories, type RepositoriesFile, type RepositoryEntry } from './repositories.ts'
import { withoutPassword } from './repo-url.ts'

/** Repositories that are gone. Upstream: deprecatedRepos in pkg/cmd/repo_add.go. */
const gone: readonly (readonly [old: string, instead: string])[] = [
  ['//kubernetes-charts.storage.googleapis.com', 'https://charts.helm.sh/stable'],
  ['//kubernetes-charts-incubator.storage.googleapis.com', 'https://charts.helm.sh/incubator'],
]

/** @throws PintleError repo.config for a repository that is no longer there */
export function refuseGone(url: string): void {
  for (const [old, instead] of gone) {
    if (url.includes(old)) throw new PintleError('repo.config', `repo ${JSON.stringify(withoutPassword(url))} is no longer available; try ${JSON.stringify(instead)} instead`)
  }
}

/**
 * Adds a repository, or replaces it with `force`: fetches its index into the cache, then writes repositories.yaml. Upstream: pkg/cmd/repo_add.go.
 * @param options.timeout for the index, in milliseconds
 * @returns 'same' when it is there already as it should be
 * @throws PintleError repo.config, repo.index with Helm's text
 */
export async function addRepository(context: RegistryContext, entry: RepositoryEntry, options: { force: boolean; timeout?: number }): Promise<'added' | 'same'> {
  const { repositoryConfig } = context.paths
  if (entry.name.includes('/')) throw new PintleError('repo.config', `repository name (${entry.name}) contains '/', please specify a different name without '/'`)
  const there = (file: RepositoriesFile): 'same' | undefined => {
    const existing = options.force ? undefined : file.repositories.find((r) => r.name === entry.name)
    if (existing === undefined) return undefined
    if (isSame(existing, entry)) return 'same'
    throw new PintleError('repo.config', `repository name (${entry.name}) already exists, please specify a different name`, { hint: `It stands for ${withoutPassword(existing.url)}; --force-update replaces it.` })
  }
  if (there(readRepositories(repositoryConfig) ?? noRepositories) === 'same') return 'same'
  checkRepositoryUrl(entry.url)
  try {
    await downloadIndex(context, entry, options.timeout === undefined ? {} : { timeout: options.timeout })
  } catch (error) {
    context.signal?.throwIfAborted()
    throw new PintleError('repo.index', `looks like ${JSON.stringify(withoutPassword(entry.url))} is not a valid chart repository or cannot be reached: ${(error as Error).message}`, {
      cause: error, ...(isPintleError(error) && error.hint !== undefined ? { hint: error.hint } : {}),
    })
  }
  let result: 'added' | 'same' = 'added'
  await changeRepositories(repositoryConfig, (file) => {
    result = there(file) ?? 'added'
    return result === 'same' ? undefined : withEntry(file, entry)
  }, { signal: context.signal })
  return result
}

const fields = ['name', 'url', 'username', 'password', 'certFile', 'keyFile', 'caFile', 'insecureSkipTlsVerify', 'passCredentials'] as const
const isSame = (a: RepositoryEntry, b: RepositoryEntry): boolean => fields.every((field) => a[field] === b[field])

function withEntry(file: RepositoriesFile, entry: RepositoryEntry): RepositoriesFile {
  const at = file.repositories.findIndex((r) => r.name === entry.name)
  return { ...file, repositories: at < 0 ? [...file.repositories, entry] : file.repositories.with(at, entry) }
}
