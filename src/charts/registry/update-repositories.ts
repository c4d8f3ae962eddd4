import { PintleError } from '../../errors/index.ts'
import { checkRepositoryUrl, downloadIndex } from './download-index.ts'
import type { RegistryContext } from './registry-context.ts'
import type { RepositoryEntry } from './repositories.ts'
import { withoutPassword } from './repo-url.ts'

/** How many indexes are fetched at once. */
const atOnce = 8

export interface UpdatedRepository {
  readonly entry: RepositoryEntry
  /** Why there is no new index. */
  readonly error?: Error
}

/** Fetches the indexes of repositories into the cache, several at once; the results come in the order of the entries, as soon as they can. */
export async function* updateRepositories(context: RegistryContext, entries: readonly RepositoryEntry[], options: { timeout?: number } = {}): AsyncGenerator<UpdatedRepository> {
  for (const entry of entries) checkRepositoryUrl(entry.url)
  const under: Promise<UpdatedRepository>[] = []
  let next = 0
  const start = (): void => {
    const entry = entries[next++]
    if (entry === undefined) return
    under.push(downloadIndex(context, entry, options).then(
      () => ({ entry }),
      (error: Error) => ({ entry, error }),
    ))
  }
  for (let i = 0; i < atOnce; i++) start()
  for (let i = 0; i < entries.length; i++) {
    const done = await under[i]!
    context.signal?.throwIfAborted()
    start()
    yield done
  }
}

/** The repositories of `names`, all when there are none. @throws PintleError repo.config with Helm's text */
export function chosenRepositories(all: readonly RepositoryEntry[], names: readonly string[]): readonly RepositoryEntry[] {
  if (names.length === 0) return all
  for (const name of names) {
    if (!all.some((entry) => entry.name === name)) throw new PintleError('repo.config', `no repositories found matching '${name}'.  Nothing will be updated`, { hint: `There are: ${all.map((entry) => entry.name).join(', ')}.` })
  }
  return all.filter((entry) => names.includes(entry.name))
}

/** The line Helm says of one. @param byUrl of a repository that was not added */
export function updateLine({ entry, error }: UpdatedRepository, byUrl = false): string {
  const url = withoutPassword(entry.url)
  const shown = byUrl ? JSON.stringify(url) : JSON.stringify(entry.name)
  if (error === undefined) return `...Successfully got an update from the ${shown} chart repository`
  return `...Unable to get an update from the ${shown} chart repository${byUrl ? '' : ` (${url})`}:\n\t${error.message}`
}
