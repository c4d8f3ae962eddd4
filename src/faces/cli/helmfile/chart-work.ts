import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { isPintleError } from '../../../errors/index.ts'
import type { Chart } from '../../../charts/chart/index.ts'
import type { Cluster } from '../../../cluster/kube/index.ts'
import { HelmRunner, ValuesRun, type ChartifyHost, type LoadedState, type ReleaseSpec } from '../../../delivery/helmfile/index.ts'
import type { HelmProgram } from '../command.ts'
import { kustomizer } from './kustomize.ts'
import type { SharedCharts } from './shared-charts.ts'
import { StateWork } from './state-work.ts'
import type { HelmfileContext } from './verb.ts'

/** A variable for one run becomes the flag that says the same: runs share the process's environment. */
function coloured(argv: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const { HELM_DIFF_COLOR: colour } = env
  return colour === undefined ? argv : [...argv, colour === 'true' ? '--color' : '--no-color']
}

/**
 * What one command of helmfile shares over all its states: Helm in this process, charts that were fetched or made, decrypted values, repositories that were added. To be
 * closed at the end.
 */
export class ChartWork implements SharedCharts {
  readonly context: HelmfileContext
  #helm: Promise<HelmProgram> | undefined
  readonly values: ValuesRun
  /** Charts of memory, by the path that command lines name. */
  readonly charts = new Map<string, Chart>()
  /** Charts that were fetched, by chart and version. */
  readonly fetched = new Map<string, Promise<string>>()
  /** Names of repositories that Helm knows by now. */
  readonly repositories = new Set<string>()
  readonly #folders: string[] = []
  #count = 0

  constructor(context: HelmfileContext) {
    this.context = context
    this.values = new ValuesRun(context.env, context.log)
  }

  /** Helm in this process, from when it is needed. */
  helm(): Promise<HelmProgram> {
    return (this.#helm ??= this.context.helm())
  }

  /** The work on one state. Paths of command lines are relative to its folder, which becomes the process's, as helmfile's does. */
  on(state: LoadedState): StateWork {
    // Threads cannot; they run no Helm there.
    if (isMainThread && process.cwd() !== state.cwd) process.chdir(state.cwd)
    return new StateWork(this, state, this.#runner(state))
  }

  #runner({ spec }: LoadedState): HelmRunner {
    const { globals, log, signal } = this.context
    return new HelmRunner({
      program: { run: async (argv, input) => (await this.helm()).run(coloured(argv, input.env), { charts: this.charts, secrets: this.context.secrets, ...input }) },
      log, signal, stripArgs: globals.stripArgsValuesOnExitError, kubeconfig: globals.kubeconfig, kubeContext: spec.helmDefaults.kubeContext, ociPlainHttp: globals.ociPlainHttp, repoRetries: globals.repoRetries,
      disableForceUpdate: globals.disableForceUpdate,
      ...(globals.enableLiveOutput && { live: (text: string) => { this.context.out.write(text) } }),
    })
  }

  /** What making charts of a state reaches. */
  chartifyHost(state: LoadedState, release: ReleaseSpec, helm: HelmRunner): ChartifyHost {
    return { helm, kustomize: kustomizer, cwd: state.cwd, print: (text) => { this.context.out.write(text) }, render: (path, text) => state.access.renderText(release, path, text) }
  }

  /** Source: DetectServerVersion in pkg/cluster/version.go. */
  async serverVersion(): Promise<string> {
    try {
      const cluster = await this.clusterOf(this.context.globals.kubeContext)
      return (await cluster.version({ signal: this.context.signal })).gitVersion.replace(/^v/, '')
    } catch (error) {
      if (!isPintleError(error)) throw error
      return ''
    }
  }

  /** The cluster of a context, in the kubeconfig of --kubeconfig. */
  async clusterOf(kubeContext: string): Promise<Cluster> {
    const { kubeconfig } = this.context.globals
    return await this.cluster([...(kubeconfig === '' ? [] : ['--kubeconfig', kubeconfig]), ...(kubeContext === '' ? [] : ['--kube-context', kubeContext])])
  }

  /** The cluster that kubectl would speak to. @param words flags that name another */
  async cluster(words: readonly string[] = []): Promise<Cluster> {
    const { readSettings, globalFlags } = await import('../settings.ts')
    const { parseFlags } = await import('../flags.ts')
    const { openSession } = await import('../session.ts')
    const { context } = this
    const settings = readSettings(parseFlags(words, globalFlags).flags, context.env)
    return (await (await this.helm()).shared.session(settings, (chosen) => openSession({ settings: chosen, out: context.out, signal: context.signal }))).cluster
  }

  /** A folder that is removed at the end; it may not be there yet. */
  scratch(kind: 'chartify' | 'helmfile'): string {
    const base = kind === 'chartify' ? this.context.env.CHARTIFY_TEMPDIR : undefined
    if (base !== undefined && base !== '') return resolve(base)
    const folder = join(tmpdir(), `${kind}${process.pid}${++this.#count}`)
    this.#folders.push(folder)
    return folder
  }

  /** To be removed at the end. */
  remove(path: string): void {
    this.#folders.push(path)
  }

  async close(): Promise<void> {
    for (const folder of this.#folders) if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    await (await this.#helm)?.close()
  }
}

