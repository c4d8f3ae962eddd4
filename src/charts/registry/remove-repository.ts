import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { changeRepositories } from './change-repositories.ts'
import { chartsFileName, indexFileName, type RegistryContext } from './registry-context.ts'
import { readRepositories, type RepositoriesFile } from './repositories.ts'
import { cannotWrite } from './write-atomic.ts'

/** @throws PintleError repo.config when there are none */
export function configuredRepositories(context: RegistryContext, message = 'no repositories configured'): RepositoriesFile {
  const file = readRepositories(context.paths.repositoryConfig)
  if (file === undefined || file.repositories.length === 0) throw new PintleError('repo.config', message, { hint: 'Add one with `pintle repo add NAME URL`.' })
  return file
}

/** Removes a repository and what the cache holds of it. Upstream: pkg/cmd/repo_remove.go. @throws PintleError repo.config with Helm's text */
export async function removeRepository(context: RegistryContext, name: string): Promise<void> {
  await changeRepositories(context.paths.repositoryConfig, (file) => {
    const repositories = file.repositories.filter((r) => r.name !== name)
    if (repositories.length === file.repositories.length) throw new PintleError('repo.config', `no repo named ${JSON.stringify(name)} found`)
    return { ...file, repositories }
  }, { signal: context.signal })
  // A name that is more than a name would lead out of the cache; none can be added, but a file can be edited.
  if (/[/\\]|^\.\.?$/.test(name)) return
  rmSync(join(context.paths.repositoryCache, chartsFileName(name)), { force: true })
  const index = join(context.paths.repositoryCache, indexFileName(name))
  if (statSync(index, { throwIfNoEntry: false }) === undefined) return
  try {
    rmSync(index)
  } catch (error) {
    throw cannotWrite(error, index)
  }
}
