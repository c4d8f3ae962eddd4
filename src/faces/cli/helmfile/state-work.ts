import { join } from 'node:path'
import type { Cluster } from '../../../cluster/kube/index.ts'
import {
  ReleaseValuesSource, applyLock, chartFolder, chartify, isWanted, isRemoteChart, neededReleases, prepareCharts, releaseId, releaseValues, remoteCacheFolder, repositoryCommand, runHooks,
  selectReleases, setExtraArgs, type HelmRunner, type HookEvent, type LoadedState, type NeedsOptions, type ReleaseInput, type ReleaseSpec,
} from '../../../delivery/helmfile/index.ts'
import { PintleError, isPintleError } from '../../../errors/index.ts'
import { chartifyRequest, type ChartifyFlags } from './chartify-request.ts'
import { hookHost } from './hook-host.ts'
import { outputContext } from './output-context.ts'
import { severalErrors } from './several-errors.ts'
import type { SharedCharts } from './shared-charts.ts'

/** What a command wants of the charts of a state. Source: ChartPrepareOptions in pkg/state/state.go. */
export interface ChartsOptions extends ChartifyFlags {
  /** Every remote chart is fetched: lint, unittest, fetch. */
  readonly forceDownload?: boolean
  /** Remote charts of several releases are fetched once: diff, apply, sync. */
  readonly prefetchShared?: boolean
  readonly skipDeps: boolean
  readonly skipRefresh: boolean
  readonly skipRepos: boolean
  readonly includeTransitiveNeeds?: boolean
  readonly outputDir?: string
  readonly outputDirTemplate?: string
  readonly concurrency: number
}

/** The charts and values of one state, for the command lines of Helm. */
export class StateWork {
  readonly state: LoadedState
  readonly helm: HelmRunner
  readonly #work: SharedCharts
  constructor(work: SharedCharts, state: LoadedState, helm: HelmRunner) {
    this.#work = work
    this.state = state
    this.helm = helm
  }

  /** Makes the state's folder the process's, where another state came between. */
  enter(): void {
    if (process.cwd() !== this.state.cwd) process.chdir(this.state.cwd)
  }

  /** The releases that the selectors leave. */
  selected(includeTransitiveNeeds = false): ReleaseSpec[] {
    return selectReleases(this.state.releases, this.state, includeTransitiveNeeds)
  }

  /** The cluster of a context. @param kubeContext '' for the current one */
  async cluster(kubeContext: string): Promise<Cluster> {
    return await this.#work.clusterOf(kubeContext)
  }

  /** The version of the server that --kubeconfig and --kube-context lead to, without its v; '' when it does not answer. */
  async serverVersion(): Promise<string> {
    return await this.#work.serverVersion()
  }

  /** How values of a release are read. */
  source(release: ReleaseSpec): ReleaseValuesSource {
    return new ReleaseValuesSource(this.#work.values, this.state, release)
  }

  /** A release's values, and how templates are rendered for it. */
  async valuesOf(release: ReleaseSpec): Promise<ReleaseInput> {
    const source = this.source(release)
    const { argv, files } = await releaseValues(release, source)
    // Only these are templates that become flags.
    const rendered = new Map<string, string>()
    for (const text of this.state.spec.helmDefaults.postRendererArgs) rendered.set(text, await source.renderText('', text))
    return { argv, files: new Map(files.map((file) => [file.path, Buffer.from(file.text)])), render: (text) => rendered.get(text) ?? text }
  }

  /** Whether a release's chart was made here, in memory: of manifests, or with patches. */
  isMade(release: ReleaseSpec): boolean {
    return this.#work.charts.has(release.chartPath)
  }

  /** The releases that are worked on, what others need before them; undefined when nothing is selected. @throws PintleError */
  ordered(options: NeedsOptions): ReleaseSpec[] | undefined {
    return neededReleases({ state: this.state, log: this.#work.context.log, select: (needs) => this.selected(needs) }, options, false)
  }

  /** --args and helmDefaults.args: behind every command line of Helm from now on. Source: GetArgs in pkg/app/app.go. */
  setExtraArgs(args: string): void {
    setExtraArgs(this, args)
  }

  /**
   * Runs Helm for one release after another, and the hooks of `cleanup` after each. After a failure the others are looked at and not run, as by helmfile.
   * @param prepare what is to be run; its failures are kept, too
   * @param options `all`: run the others, too; or, when it is false, do not even look at them
   */
  async each(releases: readonly ReleaseSpec[], command: string, prepare: (release: ReleaseSpec) => Promise<() => Promise<void>>, options: { readonly all?: boolean } = {}): Promise<unknown[]> {
    const errors: unknown[] = []
    for (const release of releases.filter(isWanted)) {
      this.#work.context.signal.throwIfAborted()
      try {
        const run = await prepare(release)
        if (errors.length === 0 || options.all === true) await run()
      } catch (error) {
        errors.push(error)
      }
      await this.cleanup(release, command)
      if (options.all === false && errors.length > 0) break
    }
    return errors
  }

  /** The hooks that run when a release is done; their failure is told. */
  async cleanup(release: ReleaseSpec, command: string): Promise<void> {
    try {
      await this.hooks({ name: 'cleanup', command, release })
    } catch (error) {
      this.#work.context.log('warn', `warn: ${(error as Error).message}\n`)
    }
  }

  /** Fetches a URL of go-getter below helmfile's cache. */
  fetch(url: string, folder: string): Promise<string> {
    return this.state.access.fetch(url, folder)
  }

  /** Hooks of a release, or of the state. */
  async hooks(event: HookEvent): Promise<boolean> {
    return runHooks(this.state, event, hookHost(this.#work, this.state))
  }

  /**
   * Makes Helm know the repositories of the state, each once in a run.
   * Source: SyncReposOnce in pkg/app/context.go.
   */
  async syncRepositories(options: { readonly ociOnly?: boolean } = {}): Promise<void> {
    const { context, repositories } = this.#work
    for (const repository of this.state.spec.repositories) {
      if (repositories.has(repository.name) || (options.ociOnly === true && !repository.oci)) continue
      const command = repositoryCommand(repository, context.env, { disableForceUpdate: this.helm.options.disableForceUpdate })
      if (command !== undefined) {
        context.log('info', command.says)
        const { stdout } = await this.helm.retried(command.name, () => this.helm.exec(command.argv, command.stdin === undefined ? {} : { stdin: command.stdin }, []))
        this.helm.info(stdout)
      }
      repositories.add(repository.name)
    }
  }

  /**
   * Repositories, hooks and charts, then `work`, then hooks again.
   * Source: WithPreparedCharts in pkg/app/run.go.
   * @param command its name as hooks see it; `fetch` is `pull`
   * @returns errors: of the work, or why there was none
   */
  async withCharts(command: string, options: ChartsOptions, work: () => Promise<readonly unknown[]>): Promise<unknown[]> {
    const errors: unknown[] = []
    try {
      errors.push(...await this.#withCharts(command, options, work, errors))
    } catch (error) {
      errors.push(error)
    }
    return errors
  }

  async #withCharts(command: string, options: ChartsOptions, work: () => Promise<readonly unknown[]>, out: unknown[]): Promise<readonly unknown[]> {
    const { context } = this.#work
    const { helmDefaults } = this.state.spec
    const prepares = command !== 'write-values' && command !== 'list'
    const skipRepos = options.skipRepos || helmDefaults.skipDeps || helmDefaults.skipRefresh
    if (!skipRepos) await this.syncRepositories()
    else if (prepares) await this.syncRepositories({ ociOnly: true })
    const folder = (options.outputDir ?? '') === '' ? this.#work.scratch('helmfile') : options.outputDir!
    if ((options.outputDir ?? '') !== '') context.out.note(`Charts will be downloaded to: ${folder}`)
    await this.hooks({ name: 'prepare', command })
    const late: Error[] = []
    if (prepares) late.push(...await this.#prepare(command, options, folder))
    const errors = await work()
    out.push(...errors)
    try {
      await this.hooks({ name: 'cleanup', command, ...(errors[0] === undefined ? {} : { error: errors[0] as Error }) })
    } catch (error) {
      if (!context.globals.allowFailedReleases) throw error
      late.push(new PintleError('helmfile.hook', `error during global cleanup event: ${(error as Error).message}`, { cause: error }))
    }
    return late.length === 0 ? [] : [severalErrors(late)]
  }

  /** Sets `chartPath` of every release that needs a chart. @returns failures that are allowed. @throws PintleError for others */
  async #prepare(command: string, options: ChartsOptions, folder: string): Promise<readonly Error[]> {
    const { state, helm } = this
    const work = this.#work
    const { context } = work
    const outputDirTemplate = options.outputDirTemplate ?? ''
    try {
      applyLock(state, state.releases)
      // With --chart they are copies: what the state says of a release stays as it is.
      const own = new Map(this.selected(options.includeTransitiveNeeds).filter((release) => isWanted(release) && (command !== 'build' || !isPatched(release))).map((release) => [state.spec.chart === '' ? release : { ...release }, release]))
      const releases = [...own.keys()]
      const { prepared, failed, errors } = await prepareCharts(releases, {
        state, helm, command, cache: remoteCacheFolder(context.env), fetched: work.fetched,
        isRemote: (chart, force) => isRemoteChart(state, chart, force),
        fetch: (url, kind) => this.fetch(url, kind),
        prepare: async (release) => { await this.hooks({ name: 'prepare', command, release }) },
        chartify: (release, chart, { isLocal, skipDeps }) => this.#chartify(release, chart, { isLocal, skipDeps, command }, options),
        folderFor: (release, name, dir) => chartFolder(outputContext(state), release, name, dir, outputDirTemplate),
        forget: async (chart) => { (await work.helm()).shared.forgetChart(chart) },
        inMemory: (chart) => work.charts.has(chart),
      }, { forceDownload: options.forceDownload === true, prefetchShared: options.prefetchShared === true, skipDeps: options.skipDeps, skipRefresh: options.skipRefresh, allowFailed: context.globals.allowFailedReleases, outputDir: options.outputDir ?? '', outputDirTemplate, concurrency: options.concurrency }, folder)
      for (const { release: copy, chart } of prepared) {
        const release = own.get(copy)!
        if (chart !== release.chart) release.chartPath = chart
      }
      const gone = new Set([...failed.keys()].map((copy) => own.get(copy)))
      if (gone.size > 0) state.releases = state.releases.filter((release) => !gone.has(release))
      return errors
    } catch (error) {
      if (!isPintleError(error)) throw error
      const { place, hint, details } = error
      throw new PintleError(error.code, `[${error.message}]`, { cause: error, ...(place && { place }), ...(hint !== undefined && { hint }), ...(details && { details }) })
    }
  }

  async #chartify(release: ReleaseSpec, chart: string, how: { readonly isLocal: boolean; readonly skipDeps: boolean; readonly command: string }, options: ChartsOptions): Promise<string | undefined> {
    const work = this.#work
    const request = await chartifyRequest(this, release, chart, how, options)
    if (request === undefined) return undefined
    const target = join(work.scratch('chartify'), ...releaseId(release).split(/[/:]/))
    work.remove(target)
    const { path, chart: made } = await chartify({ ...request, target }, work.chartifyHost(this.state, release, this.helm))
    if (made === undefined) work.charts.delete(path)
    else work.charts.set(path, made)
    return path
  }
}

/** `build` prints the state alone: it prepares no charts that would have to be made. Source: filterReleasesForBuild in pkg/state/state.go. */
function isPatched(release: ReleaseSpec): boolean {
  return release.jsonPatches.length > 0 || release.strategicMergePatches.length > 0 || release.transformers.length > 0
}
