import { createHash } from 'node:crypto'
import { parseUrl } from '../../../language/go/index.ts'
import type { RepositoryEntry } from '../repositories.ts'
import { isOci, urlsEqual } from '../repo-url.ts'
import { updateLine, updateRepositories } from '../update-repositories.ts'
import { failed, localFolder, type DependencyRun } from './dependency-run.ts'

/** The prefix of indexes of repositories that nobody added. Upstream: managerKeyPrefix in pkg/downloader/manager.go. */
const unmanagedPrefix = 'helm-manager-'

/** The name by which the index of a repository that was not added lies in the cache. */
export const unmanagedName = (url: string): string => unmanagedPrefix + createHash('sha256').update(url).digest('hex')

/**
 * The repository of each dependency, by the dependency's name, and aliases (`@name`, `alias:name`) replaced by URLs. Upstream: resolveRepoNames.
 * @throws PintleError chart.dependency with Helm's text: a folder or an alias that is not there
 */
export function resolveRepositories(run: DependencyRun): Map<string, string> {
  const names = new Map<string, string>()
  const missing: string[] = []
  for (const dependency of run.wanted) {
    const { name, repository } = dependency
    if (repository === '') continue
    if (repository.startsWith('file://')) {
      localFolder(repository, run.path)
      if (run.debug === true) run.registry.say(`Repository from local path: ${repository}`)
      names.set(name, repository)
    } else if (isOci(repository)) {
      names.set(name, repository)
    } else {
      const entry = run.repositories.find((r) => isAlias(repository, r) || urlsEqual(r.url, repository))
      if (entry !== undefined) {
        if (isAlias(repository, entry)) dependency.repository = entry.url
        names.set(name, entry.name)
      } else if (!isRequestUrl(repository)) missing.push(repository)
    }
  }
  if (missing.length > 0) throw unknownRepositories(missing, run.repositories)
  return names
}

const isAlias = (repository: string, entry: RepositoryEntry): boolean => repository === `@${entry.name}` || repository === `alias:${entry.name}`

/** url.ParseRequestURI: an absolute URL or path. */
function isRequestUrl(text: string): boolean {
  if (text === '') return false
  try {
    const url = parseUrl(text)
    return url.scheme !== '' || text.startsWith('/')
  } catch {
    return false
  }
}

function unknownRepositories(missing: readonly string[], known: readonly RepositoryEntry[]) {
  const bareWord = missing.some((r) => !r.includes('//') && !r.startsWith('@') && !r.startsWith('alias:'))
  const note = `
Note that repositories must be URLs or aliases. For example, to refer to the "example"
repository, use "https://charts.example.com/" or "@example" instead of
"example". Don't forget to add the repo, too ('helm repo add').`
  return failed(
    `no repository definition for ${missing.join(', ')}. Please add them via 'helm repo add'${bareWord ? note : ''}`,
    known.length === 0 ? 'No repository was added yet.' : `Added are: ${known.map((r) => r.name).join(', ')}.`,
  )
}

/** Names the repositories that nobody added, and fetches their indexes. Upstream: ensureMissingRepos. */
export async function ensureUnmanaged(run: DependencyRun, names: Map<string, string>): Promise<void> {
  const entries = new Map<string, RepositoryEntry>()
  for (const { name, repository } of run.wanted) {
    // As in Helm, a second dependency of the same name is looked for where the first one is.
    if (repository === '' || names.has(name)) continue
    const own = unmanagedName(repository)
    names.set(name, own)
    entries.set(own, unmanagedEntry(own, repository))
  }
  if (run.skipRefresh || entries.size === 0) return
  run.registry.say('Getting updates for unmanaged Helm repositories...')
  await refresh(run, [...entries.values()], true)
}

export const unmanagedEntry = (name: string, url: string): RepositoryEntry =>
  ({ name, url, username: '', password: '', certFile: '', keyFile: '', caFile: '', insecureSkipTlsVerify: false, passCredentials: false })

/** Fetches the indexes of all repositories that were added. Upstream: UpdateRepositories. */
export async function refreshManaged(run: DependencyRun): Promise<void> {
  if (run.skipRefresh || run.repositories.length === 0) return
  run.registry.say('Hang tight while we grab the latest from your chart repositories...')
  await refresh(run, run.repositories, false)
  run.registry.say('Update Complete. ⎈Happy Helming!⎈')
}

/** A repository that cannot be had is told, and is no error yet: its old index may do. Upstream: parallelRepoUpdate. */
async function refresh(run: DependencyRun, entries: readonly RepositoryEntry[], byUrl: boolean): Promise<void> {
  // Of several names of one URL Helm refreshes and tells the last alone; here all are refreshed.
  const told = new Set(new Map(entries.map((entry) => [entry.url.replace(/\/$/, ''), entry])).values())
  for await (const updated of updateRepositories(run.registry, entries)) {
    if (told.has(updated.entry)) run.registry.say(updateLine(updated, byUrl))
  }
}
