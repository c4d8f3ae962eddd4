import type { LoadedState } from '../loaded-state.ts'
import type { ReleaseSpec } from '../spec.ts'
import type { HelmRunner } from './helm-runner.ts'

/** What a command wants of charts. Source: ChartPrepareOptions in pkg/state/state.go. */
export interface PrepareOptions {
  /** Every remote chart is fetched by helmfile: lint, unittest, fetch. */
  readonly forceDownload: boolean
  /** A remote chart that several releases use is fetched once: diff, apply, sync. */
  readonly prefetchShared: boolean
  readonly skipDeps: boolean
  readonly skipRefresh: boolean
  /** --allow-failed-releases */
  readonly allowFailed: boolean
  readonly outputDir: string
  readonly outputDirTemplate: string
  /** 0: no bound. */
  readonly concurrency: number
}

/** What preparing charts needs from outside. */
export interface ChartSources {
  readonly state: LoadedState
  readonly helm: HelmRunner
  /** Name of the command as hooks see it; `fetch` is `pull`. */
  readonly command: string
  /** helmfile's own cache: HELMFILE_CACHE_HOME, or `helmfile` below the user's. */
  readonly cache: string
  /** Charts that this run fetched, by chart and version. Shared by all states. */
  readonly fetched: Map<string, Promise<string>>
  /** Whether a chart is a URL of go-getter; with `force` it must be one. @throws PintleError when it is not */
  isRemote(chart: string, force: boolean): boolean
  /** Fetches a go-getter URL below the cache. @returns the path of what it leads to */
  fetch(url: string, folder: string): Promise<string>
  /** Hooks of `prepare`. */
  prepare(release: ReleaseSpec): Promise<void>
  /**
   * A chart made of what is no chart yet, or of a chart with patches; undefined where there is nothing to do.
   * @param chart what it was up to now
   */
  chartify(release: ReleaseSpec, chart: string, options: { readonly isLocal: boolean; readonly skipDeps: boolean }): Promise<string | undefined>
  /** Where a chart is fetched to, by the template of --output-dir-template. */
  folderFor(release: ReleaseSpec, chartName: string, outputDir: string): string
  /** Whether a chart is in memory: its dependencies are in it. */
  inMemory(chart: string): boolean
  /** A chart that was changed on disk must be read anew. */
  forget(chart: string): Promise<void>
}

/** A release whose chart is there. */
export interface PreparedChart {
  readonly release: ReleaseSpec
  readonly chart: string
}

export interface PreparedCharts {
  readonly prepared: readonly PreparedChart[]
  /** Releases without a chart, with --allow-failed-releases. */
  readonly failed: ReadonlyMap<ReleaseSpec, Error>
  readonly errors: readonly Error[]
}
