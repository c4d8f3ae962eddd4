import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chartsFileName, readRepositories, type RepositoryEntry } from '../../charts/registry/index.ts'
import type { Completions } from './completions.ts'
import type { Settings } from './settings.ts'

const noSpace = 2
const noFiles = 4

function repositories(settings: Settings): readonly RepositoryEntry[] {
  try {
    return readRepositories(settings.repositoryConfig)?.repositories ?? []
  } catch {
    return []
  }
}

/** Repositories that were added, without those named already. Upstream: compListRepos in pkg/cmd/repo_list.go. */
export function repositoryNames(settings: Settings, already: readonly string[]): Completions {
  return { words: repositories(settings).filter((r) => !already.includes(r.name)).map((r) => `${r.name}\t${r.url}`), directive: noFiles }
}

const prefixes = ['oci://\tChart OCI prefix', 'https://\tChart URL prefix', 'http://\tChart URL prefix', 'file://\tChart local URL prefix']

/**
 * `repo/`, then the charts of a repository, URL prefixes and files. Upstream: compListCharts in pkg/cmd/search_repo.go.
 * @param local charts of this machine count, too
 */
export function chartReferences(settings: Settings, typed: string, local: boolean): Completions {
  const words: string[] = []
  let directive = local ? 0 : noFiles
  for (const { name, url } of repositories(settings)) {
    if (typed.startsWith(`${name}/`)) {
      words.push(...chartsOf(settings, name))
      directive &= ~noSpace
      break
    }
    if (name.startsWith(typed)) {
      words.push(`${name}/\t${url}`)
      directive |= noSpace
    }
  }
  for (const prefix of prefixes) {
    if (prefix.startsWith(typed)) {
      words.push(prefix)
      directive |= noSpace
    }
  }
  if (local && words.length > 0 && typed !== '') words.push(...filesHere().filter((name) => name.startsWith(typed)))
  if (local && typed === '') words.push('./\tRelative path prefix to local chart', '/\tAbsolute path prefix to local chart')
  return { words, directive }
}

function filesHere(): string[] {
  try {
    return readdirSync('.').sort()
  } catch {
    return []
  }
}

/** From the list that is kept beside the index; the index itself may take long to read. */
function chartsOf(settings: Settings, repository: string): string[] {
  try {
    return readFileSync(join(settings.repositoryCache, chartsFileName(repository)), 'utf8').split('\n').filter((name) => name !== '').map((name) => `${repository}/${name}`)
  } catch {
    return []
  }
}
