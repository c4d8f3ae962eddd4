import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isPintleError, PintleError } from '../../../errors/index.ts'
import { parseConstraint } from '../../../language/semver/index.ts'
import { chartArchive, loadChart, type Dependency } from '../../chart/index.ts'
import { downloadResolved, downloadTo } from '../download-chart.ts'
import { isOci, withoutPassword } from '../repo-url.ts'
import { cannotWrite, writeAtomic } from '../write-atomic.ts'
import { constraintOf, failed, localFolder, versionOf, type DependencyRun } from './dependency-run.ts'
import { findArchive, type FoundArchive } from './find-archive.ts'
import { moveCharts } from './move-charts.ts'

/** How many archives are fetched at once. */
const atOnce = 8

/**
 * Brings every locked dependency into charts/: fetched or packed into a folder beside it first, so that nothing in charts/ changes unless all are there.
 * Archives are fetched several at once; what is said comes in the order of the dependencies. Upstream: downloadAll in pkg/downloader/manager.go.
 * @param locked their versions become those of the folders
 * @throws PintleError chart.dependency and what fetching throws, with Helm's text
 */
export async function downloadAll(run: DependencyRun, locked: readonly Dependency[]): Promise<void> {
  const charts = join(run.path, 'charts')
  const temporary = join(run.path, `tmpcharts-${process.pid}`)
  if (statSync(charts, { throwIfNoEntry: false })?.isDirectory() === false) throw failed(`${JSON.stringify(charts)} is not a directory`)
  const { say } = run.registry
  try {
    for (const folder of [charts, temporary]) {
      try {
        mkdirSync(folder, { recursive: true })
      } catch (error) {
        throw cannotWrite(error, folder)
      }
    }
    say(`Saving ${locked.length} charts`)
    try {
      await saveAll(run, locked, charts, temporary)
    } catch (error) {
      run.registry.signal?.throwIfAborted()
      if (!(error instanceof Fatal)) say(`Save error occurred:  ${(error as Error).message}`)
      throw error instanceof Fatal ? error.cause : error
    }
    await moveCharts(run, locked, temporary, charts)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** An error that Helm returns without saying `Save error occurred` first. */
class Fatal extends Error {}

async function saveAll(run: DependencyRun, locked: readonly Dependency[], charts: string, temporary: string): Promise<void> {
  const downloads = new Downloads(run, temporary)
  try {
    for (const dependency of locked) downloads.plan(dependency)
    for (const dependency of locked) {
      const { name, repository } = dependency
      if (repository === '') await checkOwn(run, dependency, charts)
      else if (repository.startsWith('file://')) dependency.version = await pack(run, dependency, temporary)
      else await downloads.take(name, repository, dependency)
    }
  } finally {
    await downloads.stop()
  }
}

/** A dependency without a repository lies in charts/ already. */
async function checkOwn(run: DependencyRun, { name, version }: Dependency, charts: string): Promise<void> {
  run.registry.say(`Dependency ${name} did not declare a repository. Assuming it exists in the charts directory`)
  const path = join(charts, name)
  let found: string
  try {
    found = (await loadChart(path, loading(run))).metadata.version
  } catch (error) {
    throw new Fatal('', { cause: failed(`unable to load chart '${path}': ${(error as Error).message}`) })
  }
  let constraint
  try {
    constraint = parseConstraint(version)
  } catch (error) {
    throw new Fatal('', { cause: failed(`dependency ${name} has an invalid version/constraint format: ${(error as Error).message}`) })
  }
  if (!constraint.check(versionOf(found)!)) throw failed(`dependency ${name} at version ${found} does not satisfy the constraint ${version}`)
}

/** Upstream: tarFromLocalDir. @returns the version of the chart in the folder */
async function pack(run: DependencyRun, { name, repository, version }: Dependency, temporary: string): Promise<string> {
  if (run.debug === true) run.registry.say(`Archiving ${name} from repo ${repository}`)
  const chart = await loadChart(localFolder(repository, run.path), loading(run))
  const found = chart.metadata.version
  if (!constraintOf(version, `dependency ${name}`).check(versionOf(found)!)) throw failed(`can't get a valid version for dependency ${name}`)
  const archive = chartArchive(chart, { now: Date.now(), ...(run.epoch === undefined ? {} : { epoch: run.epoch }) })
  writeAtomic(join(temporary, archive.name), archive.bytes)
  return found
}

const loading = ({ registry: { signal } }: DependencyRun) => ({ fetchSchemas: false, ...(signal === undefined ? {} : { signal }) })

/** Archives on their way: begun ahead, in order, a few at a time. */
class Downloads {
  readonly #run: DependencyRun
  readonly #folder: string
  readonly #cancel = new AbortController()
  readonly #planned = new Map<Dependency, Promise<{ found: FoundArchive; done: Promise<string[]> }>>()
  /** By archive: several dependencies may be one chart under several names. */
  readonly #fetches = new Map<string, Promise<string[]>>()
  readonly #told = new Set<string>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(run: DependencyRun, folder: string) {
    this.#run = run
    this.#folder = folder
  }

  plan(dependency: Dependency): void {
    if (dependency.repository === '' || dependency.repository.startsWith('file://')) return
    const planned = findArchive(this.#run, dependency).then((found) => {
      const key = archiveKey(found)
      const done = this.#fetches.get(key) ?? this.#fetch(found)
      this.#fetches.set(key, done)
      // Looked at in its turn.
      done.catch(() => {})
      return { found, done }
    })
    planned.catch(() => {})
    this.#planned.set(dependency, planned)
  }

  /** Waits for one, and says what Helm says of it. */
  async take(name: string, repository: string, dependency: Dependency): Promise<void> {
    const { say } = this.#run.registry
    let planned
    try {
      planned = await this.#planned.get(dependency)!
    } catch (error) {
      // Helm names the URL here, which it has not found.
      throw wrapped(error, `could not find : ${(error as Error).message}`)
    }
    const { found, done } = planned
    const key = archiveKey(found)
    // Of charts in a registry Helm does not notice that it has them: it says, and does, all of it again.
    if (this.#told.has(key) && !isOci(found.url)) {
      say(`Already downloaded ${name} from repo ${withoutPassword(repository)}`)
      return
    }
    say(`Downloading ${name} from repo ${withoutPassword(repository)}`)
    try {
      for (const line of await done) say(line)
    } catch (error) {
      throw wrapped(error, `could not download ${withoutPassword(found.url)}: ${(error as Error).message}`)
    }
    this.#told.add(key)
  }

  /** Ends what is still under way. */
  async stop(): Promise<void> {
    this.#cancel.abort()
    for (const wake of this.#waiting.splice(0)) wake()
    await Promise.allSettled([...this.#planned.values()].map((p) => p.then(({ done }) => done)))
  }

  async #fetch({ url, version, fetch, digest }: FoundArchive): Promise<string[]> {
    if (this.#running >= atOnce) await new Promise<void>((wake) => this.#waiting.push(wake))
    this.#running++
    try {
      const lines: string[] = []
      const { registry, provenance, keyring } = this.#run
      const signal = registry.signal === undefined ? this.#cancel.signal : AbortSignal.any([registry.signal, this.#cancel.signal])
      signal.throwIfAborted()
      const context = { ...registry, signal, say: (line: string) => void lines.push(line) }
      const options = { fetch, provenance, keyring }
      if (isOci(url)) await downloadTo(context, url, version, this.#folder, options)
      else await downloadResolved(context, { url, digest, options: fetch }, this.#folder, options)
      return lines
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }
}

const archiveKey = ({ url, version }: FoundArchive): string => (version === '' ? url : `${url}:${version}`)

function wrapped(error: unknown, message: string): PintleError {
  if (!isPintleError(error)) return new PintleError('chart.dependency', message, { cause: error })
  return new PintleError(error.code, message, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
}
