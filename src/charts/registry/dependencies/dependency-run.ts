import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { parseConstraint, parseVersion, type Constraint } from '../../../language/semver/index.ts'
import { goFsError, loadChart, type Chart, type Dependency } from '../../chart/index.ts'
import { openIndexFile } from '../cached-index.ts'
import type { ProvenanceUse } from '../download-chart.ts'
import type { FetchOptions } from '../fetch-file.ts'
import { indexFileName, type RegistryContext } from '../registry-context.ts'
import type { RepositoryEntry } from '../repositories.ts'
import type { RepositoryIndex } from '../repository-index.ts'
import { withoutPassword } from '../repo-url.ts'

export interface DependencyOptions {
  readonly registry: RegistryContext
  /** For registries: credentials, certificates, plain HTTP. Repositories have their own, in repositories.yaml. */
  readonly fetch: FetchOptions
  readonly provenance: ProvenanceUse
  readonly keyring: string
  /** Use the indexes of the cache as they are. */
  readonly skipRefresh: boolean
  /** --debug: say more. */
  readonly debug?: boolean
  /** SOURCE_DATE_EPOCH in milliseconds: the time of all archived files. */
  readonly epoch?: number
}

/** One run over the dependencies of a chart folder: what its steps share. */
export interface DependencyRun extends DependencyOptions {
  readonly path: string
  readonly chart: Chart
  /** As Chart.yaml has them, repository aliases replaced by URLs as they are resolved. */
  readonly wanted: Dependency[]
  readonly repositories: readonly RepositoryEntry[]
  readonly indexes: Indexes
}

/** The indexes of the cache, each read once. */
export class Indexes {
  readonly #context: RegistryContext
  readonly #read = new Map<string, RepositoryIndex>()

  constructor(context: RegistryContext) {
    this.#context = context
  }

  /** @throws PintleError repo.index */
  of(name: string): RepositoryIndex {
    let index = this.#read.get(name)
    if (index === undefined) {
      index = openIndexFile(join(this.#context.paths.repositoryCache, indexFileName(name)), this.#context.log)
      this.#read.set(name, index)
    }
    return index
  }
}

/** Loads a chart folder. Upstream: loadChartDir in pkg/downloader/manager.go. */
export async function loadChartFolder(path: string, signal: AbortSignal | undefined): Promise<Chart> {
  let folder
  try {
    folder = statSync(path).isDirectory()
  } catch (error) {
    throw failed(`could not find ${path}: ${goFsError(error, 'stat', path).message}`)
  }
  if (!folder) throw failed('only unpacked charts can be updated')
  return loadChart(path, { fetchSchemas: false, ...(signal === undefined ? {} : { signal }) })
}

/** The folder of `file://...`, or of a path below the chart. Upstream: GetLocalPath in internal/resolver/resolver.go. */
export function localFolder(repository: string, path: string): string {
  const below = repository.replace(/^file:\/\//, '')
  const folder = below.startsWith('/') ? resolve(below) : join(path, below)
  if (existsSync(folder)) return folder
  throw failed(`directory ${folder} not found`)
}

export function constraintOf(version: string, what: string): Constraint {
  try {
    return parseConstraint(version)
  } catch (error) {
    throw failed(`${what} has an invalid version/constraint format: ${(error as Error).message}`)
  }
}

/** The version read; undefined when it is none. */
export function versionOf(text: string) {
  try {
    return parseVersion(text)
  } catch {
    return undefined
  }
}

export const failed = (message: string, hint?: string): PintleError => new PintleError('chart.dependency', withoutPassword(message), hint === undefined ? {} : { hint })
