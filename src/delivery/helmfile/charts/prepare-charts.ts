import { existsSync, statSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { basename, normalize, resolve } from 'node:path'
import { once } from '../../../cluster/release/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import { fetchFlags, repositoryOf } from './chart-flags.ts'
import { normalizeChart, shownChart } from './chart-reference.ts'
import { chartBelow, downloadOciChart, usable } from './oci-download.ts'
import type { ChartSources, PrepareOptions, PreparedCharts } from './prepare-options.ts'

/** A chart that is there, and what is still to be done for it. */
interface Found {
  readonly release: ReleaseSpec
  readonly chart: string
  /** `helm dependency build` is due. */
  readonly build: boolean
  readonly skipRefresh: boolean
  /** From a URL of go-getter: a failure to build is told, not fatal. */
  readonly fetched: boolean
}

/**
 * Fetches and makes the charts of releases, then builds the dependencies of those that are folders.
 * Source: PrepareCharts in pkg/state/state.go.
 * @param releases those that are to be installed; with an overriding chart they are changed
 * @throws PintleError the first failure, unless failures are allowed
 */
export async function prepareCharts(releases: readonly ReleaseSpec[], sources: ChartSources, options: PrepareOptions, folder: string): Promise<PreparedCharts> {
  const { state } = sources
  if (state.spec.chart !== '') for (const release of releases) release.chart = state.spec.chart
  const shared = options.prefetchShared ? sharedCharts(releases, sources) : new Set<string>()
  const failed = new Map<ReleaseSpec, Error>()
  const errors: Error[] = []
  const found: Found[] = []
  const results = await inOrder(releases, options.concurrency, async (release) => {
    try {
      return await findChart(release, sources, shared.has(chartKey(release)) ? { ...options, forceDownload: true } : options, folder)
    } catch (error) {
      if (!options.allowFailed) throw error
      return error as Error
    }
  })
  for (const [i, result] of results.entries()) {
    if (result instanceof Error) {
      failed.set(releases[i]!, result)
      errors.push(result)
    } else found.push(result)
  }
  await buildAll(found.filter((one) => one.build), sources, options, failed, errors)
  return { prepared: found.filter((one) => !failed.has(one.release)).map(({ release, chart }) => ({ release, chart })), failed, errors }
}

/** Source: prepareChartForRelease. */
async function findChart(release: ReleaseSpec, sources: ChartSources, options: PrepareOptions, folder: string): Promise<Found> {
  const { state, helm } = sources
  await sources.prepare(release)
  const { chart: name } = release
  const failing = (error: unknown): never => {
    throw new PintleError('chart.locate', `release ${JSON.stringify(release.name)}: ${(error as Error).message}`, { cause: error })
  }
  let chart = await goGetterChart(release, sources).catch(failing)
  const fetched = chart !== name
  if (!fetched) chart = await downloadOciChart(release, sources, options, folder).catch(failing) ?? chart
  const isLocal = isFolder(state.cwd, normalizeChart(state.basePath, name))
  const { helmDefaults } = state.spec
  const skipDeps = (!isLocal && !fetched) || options.skipDeps || (release.skipDeps ?? helmDefaults.skipDeps)
  const skipRefresh = !isLocal || options.skipRefresh || (release.skipRefresh ?? helmDefaults.skipRefresh)
  const done = (path: string, build: boolean): Found => ({ release, chart: path, build, skipRefresh, fetched })

  const made = await sources.chartify(release, chart, { isLocal, skipDeps })
  if (made !== undefined) return done(made, !skipDeps)
  const path = normalizeChart(state.basePath, chart)
  if (isFolder(state.cwd, path)) return done(sources.command === 'pull' && isLocal ? await copyChart(path, release, sources, folder) : path, !skipDeps)
  if (!options.forceDownload) return done(chart, false)
  return done(await once(sources.fetched, chartKey(release), async () => {
    const target = sources.folderFor(release, name, folder)
    const cached = await usable(target, sources, options)
    if (cached !== undefined) return cached
    helm.log('info', `Fetching ${shownChart(name)}`)
    helm.info((await helm.exec(['fetch', name, ...fetchFlags(state, release), '--untar', '--untardir', target])).stdout)
    return await chartBelow(resolve(state.cwd, target), target) ?? target
  }), false)
}

/** Source: downloadChartWithGoGetter. */
async function goGetterChart(release: ReleaseSpec, sources: ChartSources): Promise<string> {
  const chart = release.chart === '' ? release.directory : release.chart
  if (!sources.isRemote(chart, release.forceGoGetter)) return chart
  const folder = [release.namespace, release.kubeContext, release.name].filter((part) => part !== '').join('/')
  try {
    return await sources.fetch(chart, folder)
  } catch (error) {
    throw new PintleError('chart.locate', `fetching ${JSON.stringify(chart)}: ${(error as Error).message}`, { cause: error })
  }
}

/** `fetch` gathers local charts, too. Source: processLocalChart. */
async function copyChart(path: string, release: ReleaseSpec, sources: ChartSources, folder: string): Promise<string> {
  const absolute = normalize(path).replace(/(.)\/$/, '$1')
  const target = sources.folderFor(release, basename(absolute), folder)
  await cp(resolve(sources.state.cwd, path), resolve(sources.state.cwd, target), { recursive: true })
  return target
}

/**
 * `helm dependency build` of every chart that needs one, one after another as helmfile does; a chart of several releases is built once, and what was said of it is
 * said again.
 * Source: runHelmDepBuilds.
 */
async function buildAll(builds: readonly Found[], sources: ChartSources, options: PrepareOptions, failed: Map<ReleaseSpec, Error>, errors: Error[]): Promise<void> {
  const { state, helm } = sources
  const fail = (one: Found, error: Error): void => {
    if (!options.allowFailed) throw error
    failed.set(one.release, error)
    if (!errors.includes(error)) errors.push(error)
  }
  if (builds.some((one) => one.skipRefresh) && !options.skipRefresh && !state.spec.helmDefaults.skipRefresh && state.spec.repositories.some((r) => !r.oci)) {
    try {
      await helm.updateRepositories()
    } catch (error) {
      const wrapped = new PintleError('repo.index', `updating repo: ${(error as Error).message}`, { cause: error })
      for (const one of builds) fail(one, wrapped)
      return
    }
  }
  for (const one of builds) {
    try {
      if (sources.inMemory(one.chart)) helm.log('info', `Building dependency release=${one.release.name}, chart=${one.chart}`)
      else {
        await helm.buildDependencies(one.release.name, one.chart, one.skipRefresh ? ['--skip-refresh'] : [])
        await sources.forget(resolve(state.cwd, one.chart))
      }
    } catch (error) {
      const { message } = error as Error
      if (one.fetched) helm.log('warn', toleratedText(one, message))
      else fail(one, new PintleError('chart.dependency', `building dependencies of local chart ${JSON.stringify(one.release.chart)} for release ${JSON.stringify(one.release.name)}: ${message}`, { cause: error }))
    }
  }
}

function toleratedText({ release }: Found, message: string): string {
  return `WARN: \`helm dep build\` failed. While processing release ${JSON.stringify(release.name)}, Helmfile observed that remote chart ${JSON.stringify(release.chart)} fetched by go-getter is seemingly broken. One of well-known causes of this is that the chart has outdated Chart.lock, which needs the chart maintainer needs to run \`helm dep up\`. Helmfile is tolerating the error to avoid blocking you until the remote chart gets fixed. But this may result in any failure later if the chart is broken badly. FYI, the tolerated error was: ${message}`
}

/** Remote charts that several releases fetch in the same way. */
function sharedCharts(releases: readonly ReleaseSpec[], { state }: ChartSources): Set<string> {
  const uses = new Map<string, string[][]>()
  for (const release of releases) uses.set(chartKey(release), [...(uses.get(chartKey(release)) ?? []), fetchFlags(state, release)])
  const remote = (key: string): boolean => key.startsWith('oci://') || repositoryOf(state, key) !== undefined
  return new Set([...uses].filter(([key, flags]) => flags.length > 1 && new Set(flags.map((f) => f.join('\0'))).size === 1 && !flags[0]!.includes('--verify') && remote(key)).map(([key]) => key))
}

const chartKey = ({ chart, version }: ReleaseSpec): string => `${chart}\0${version}`

const isFolder = (cwd: string, path: string): boolean => {
  const absolute = resolve(cwd, path)
  return existsSync(absolute) && statSync(absolute).isDirectory()
}

/** Works on all at once, or on `bound` at a time; results come in the order of the items. The first failure is thrown when what was begun has ended. */
async function inOrder<T, R>(items: readonly T[], bound: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length })
  let next = 0
  let failure: { error: unknown } | undefined
  const worker = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const i = next++
      try {
        results[i] = await work(items[i]!)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(bound < 1 ? 8 : bound, items.length) }, worker))
  if (failure !== undefined) throw failure.error
  return results
}
