import { join } from 'node:path'
import { pathClean } from '../../language/go/index.ts'
import { openIndexFile } from './cached-index.ts'
import { indexFileName, type RegistryContext } from './registry-context.ts'
import { configuredRepositories } from './remove-repository.ts'
import type { RepositoryIndex } from './repository-index.ts'
import { searchEntries, type SearchEntry, type SearchOptions } from './search-index.ts'

/** Searches the cached indexes of all repositories. Upstream: pkg/cmd/search_repo.go. @throws PintleError repo.config when there are none */
export function searchRepositories(context: RegistryContext, options: SearchOptions): SearchEntry[] {
  const entries: SearchEntry[] = []
  for (const { name } of configuredRepositories(context).repositories) {
    context.signal?.throwIfAborted()
    try {
      for (const entry of entriesOf(name, openIndexFile(join(context.paths.repositoryCache, indexFileName(name)), context.log))) entries.push(entry)
    } catch (error) {
      context.log?.({ level: 'warn', message: 'repo is corrupt or missing', attributes: [['repo', name], ['error', (error as Error).message]] })
    }
  }
  return searchEntries(entries, options)
}

/** Every version once: of two that say the same version, the later one stays. Upstream: AddRepo in pkg/cmd/search/search.go. */
function entriesOf(repository: string, index: RepositoryIndex): SearchEntry[] {
  const entries = new Map<string, SearchEntry>()
  for (const { key, versions } of index.scan()) {
    const name = pathClean(`${repository}/${key}`)
    for (const { name: own, version, appVersion, description, keywords } of versions) {
      entries.set(`${name}$$${version}`, { name, version, appVersion, description, text: `${own}\v${repository}/${own}\v${description}\v${keywords.join(' ')}` })
    }
  }
  return [...entries.values()]
}
