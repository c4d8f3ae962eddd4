import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { once } from '../../../cluster/release/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { ReleaseSpec } from '../spec.ts'
import { downloadFlags, isDevelopment, isOciChart, keyringFlags, registryFlags, repositoryOf, verifyFlags } from './chart-flags.ts'
import { isVersionConstraint, ociChart, ociFolder, parseOciChart, pullReference } from './oci-reference.ts'
import type { ChartSources, PrepareOptions } from './prepare-options.ts'

/**
 * Fetches a chart of a registry into helmfile's cache, once for each chart and version.
 * Source: getOCIChart in pkg/state/state.go.
 * @returns where Chart.yaml lies; undefined when the chart is of no registry
 */
export async function downloadOciChart(release: ReleaseSpec, sources: ChartSources, options: PrepareOptions, folder: string): Promise<string | undefined> {
  const { state, helm } = sources
  if (!isOciChart(state, release.chart)) return undefined
  const repository = repositoryOf(state, release.chart)
  const version = await resolvedVersion(release, sources, options)
  const chart = ociChart(release.chart, version, repository)
  return once(sources.fetched, `${release.chart}\0${version}`, async () => {
    const target = options.outputDirTemplate === '' ? ociFolder(sources.cache, release.chart, chart.version) : sources.folderFor(release, chart.name, folder)
    const cached = await usable(target, sources, options)
    if (cached !== undefined) return cached
    await mkdir(resolve(state.cwd, dirname(target)), { recursive: true })
    helm.log('info', `Pulling ${chart.qualified}`)
    const { stdout } = await helm.exec([
      'pull', pullReference(chart.qualified), '--destination', target, '--untar',
      ...registryFlags(state, release), ...verifyFlags(state, release), ...keyringFlags(state, release), ...downloadFlags(state, release),
      ...(chart.version !== '' && !chart.qualified.includes('@') ? ['--version', chart.version] : []), ...(isDevelopment(state, release) ? ['--devel'] : []),
      ...(helm.options.ociPlainHttp ? ['--plain-http'] : []),
    ])
    helm.info(stdout)
    const found = await chartBelow(resolve(state.cwd, target), target)
    if (found === undefined) throw new PintleError('chart.load', 'no Chart.yaml found')
    return found
  })
}

/** Asks a registry which version a constraint means, so that the cache does not keep an old answer. Source: applyOCIConstraintResolution. */
async function resolvedVersion(release: ReleaseSpec, { state, helm, fetched }: ChartSources, options: PrepareOptions): Promise<string> {
  const { version } = release
  const { helmDefaults } = state.spec
  const skip = options.skipRefresh || (release.skipRefresh ?? helmDefaults.skipRefresh)
  const chart = ociChart(release.chart, version, repositoryOf(state, release.chart))
  if (skip || !(release.resolveOCIVersions ?? helmDefaults.resolveOCIVersions ?? true) || !isVersionConstraint(chart.version) || chart.qualified.includes('@')) return version
  const { base } = parseOciChart(chart.qualified)
  try {
    return await once(fetched, `version\0${base}\0${chart.version}`, async () => {
      const reference = `oci://${base}`
      const { stdout } = await helm.exec([
        'show', 'chart', reference, ...registryFlags(state, release), ...verifyFlags(state, release), ...keyringFlags(state, release), ...downloadFlags(state, release), '--version', chart.version,
      ])
      const chartYaml = unmarshalV3(stdout)
      const found = chartYaml instanceof Map ? chartYaml.get('version') : undefined
      if (typeof found !== 'string' || found === '') throw new Error(`helm show chart ${reference} --version ${chart.version} returned an empty Chart.yaml version`)
      return found
    })
  } catch (error) {
    helm.log('warn', `resolving OCI version constraint ${JSON.stringify(chart.version)} for release ${JSON.stringify(release.name)} failed: ${(error as Error).message}; falling back to unresolved constraint for cache key (a stale cache may be served)`)
    return version
  }
}

/** What lies in the cache already, as far as it may be used. Source: acquireChartLock. */
export async function usable(target: string, { state, helm, cache }: ChartSources, options: PrepareOptions): Promise<string | undefined> {
  const absolute = resolve(state.cwd, target)
  if (!existsSync(absolute)) return undefined
  const found = await chartBelow(absolute, target)
  const shared = `${absolute}/`.startsWith(`${resolve(state.cwd, cache)}/`)
  if (found === undefined) {
    if (shared) throw new PintleError('chart.load', `chart directory at ${target} is corrupted (no Chart.yaml found); cannot safely remove from shared cache while other processes may be running. Please run 'helmfile cache cleanup' to clear the cache`)
  } else if (options.skipDeps || options.skipRefresh) {
    return found
  } else if (shared) {
    helm.log('info', `Skipping refresh for chart at ${target} (shared cache, another process may be using it; run 'helmfile cache cleanup' to force refresh)`)
    return found
  }
  await rm(absolute, { recursive: true, force: true })
  return undefined
}

/** The folder of the first Chart.yaml below a folder, in the order of the paths. Source: findChartDirectory. */
export async function chartBelow(absolute: string, shown: string): Promise<string | undefined> {
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => !entry.isDirectory() && entry.name.includes('Chart.yaml')).map((entry) => join(shown, entry.parentPath.slice(absolute.length), entry.name)).sort()
  return paths[0] === undefined ? undefined : dirname(paths[0])
}
