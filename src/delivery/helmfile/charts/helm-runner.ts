import type { Chart } from '../../../charts/chart/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { indent } from '../hooks/exit-text.ts'
import { HelmExitError, type HelmOutcome } from './helm-exit-error.ts'

/** Runs Helm's command lines; nothing of it fails but by its code. */
export interface HelmProgram {
  run(argv: readonly string[], options: HelmInput): Promise<Omit<HelmOutcome, 'combined'>>
}

export interface HelmInput {
  readonly files?: ReadonlyMap<string, Uint8Array>
  readonly charts?: ReadonlyMap<string, Chart>
  readonly stdin?: string
  /** Takes what --output-dir would write, by path. */
  readonly written?: Map<string, string>
  readonly signal?: AbortSignal
  readonly onStdout?: (text: string) => void
  readonly onStderr?: (text: string) => void
  /** Variables of the run beside the process's own: HELM_DIFF_COLOR. */
  readonly env?: Readonly<Record<string, string>>
  /** false: what is printed is wanted, also where runs show it as it comes. */
  readonly live?: boolean
}

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void

export interface HelmRunnerOptions {
  readonly program: HelmProgram
  readonly log: Log
  readonly stripArgs: boolean
  /** --kubeconfig and --kube-context of the command line: before every command. */
  readonly kubeconfig: string
  readonly kubeContext: string
  /** --oci-plain-http */
  readonly ociPlainHttp: boolean
  /** --repo-retries */
  readonly repoRetries: number
  readonly disableForceUpdate: boolean
  /** --enable-live-output: told what runs print as it comes; they then leave nothing behind. */
  readonly live?: (text: string) => void
  readonly signal?: AbortSignal
  /** Waits for milliseconds between repetitions. */
  readonly sleep?: (milliseconds: number) => Promise<void>
}

/**
 * helmfile's way of calling Helm: what goes before and after each command line, what is said, how failures read.
 * Source: execer in pkg/helmexec/exec.go.
 */
export class HelmRunner {
  readonly options: HelmRunnerOptions
  /** --args and helmDefaults.args: after every command. */
  extra: readonly string[] = []
  constructor(options: HelmRunnerOptions) {
    this.options = options
  }

  log: Log = (level, message) => this.options.log(level, message)

  /** @throws HelmExitError */
  async exec(argv: readonly string[], input: HelmInput = {}, extra: readonly string[] = this.extra): Promise<HelmOutcome> {
    const { program, kubeconfig, kubeContext, signal, stripArgs } = this.options
    const live = input.live === false ? undefined : this.options.live
    const words = [
      ...(kubeconfig === '' ? [] : ['--kubeconfig', kubeconfig]), ...(kubeContext === '' ? [] : ['--kube-context', kubeContext]), ...argv, ...extra,
    ]
    this.log('debug', `exec: helm ${words.join(' ')}`)
    let combined = ''
    const tell = live ?? ((text: string): void => { combined += text })
    const result = await program.run(words, { ...(signal && { signal }), ...input, onStdout: tell, onStderr: tell })
    const outcome = live === undefined ? { ...result, combined } : { code: result.code, stdout: '', stderr: '', combined: '' }
    if (combined !== '') for (const line of combined.replace(/\n$/, '').split('\n')) this.log('debug', `helm> ${line}`)
    if (result.code !== 0) throw new HelmExitError(words, outcome, { stripArgs })
    return outcome
  }

  /** Without what goes before and after other command lines: what chartify asks of Helm. @throws PintleError helmfile.helm with chartify's text */
  async direct(argv: readonly string[], input: HelmInput = {}): Promise<HelmOutcome> {
    const { program, signal } = this.options
    let combined = ''
    const tell = (text: string): void => { combined += text }
    const result = await program.run(argv, { ...(signal && { signal }), ...input, onStdout: tell, onStderr: tell })
    if (result.code === 0) return { ...result, combined }
    const command = argv.map((word, i) => (argv[i - 1]?.startsWith('--set') === true ? '*** STRIP ***' : word)).join(' ')
    throw new PintleError('helmfile.helm', `exit status ${result.code}\n\nCOMMAND:\n${indent(`helm ${command}`, '  ')}\n\nOUTPUT:\n${indent(result.stderr, '  ')}`)
  }

  /** What Helm printed, as one message; nothing when there is none. Source: info. */
  info(text: string): void {
    const trimmed = text.replace(/\n+$/, '')
    if (trimmed !== '') this.log('info', trimmed)
  }

  /** Runs a command line and says what it printed, also when it fails. @throws HelmExitError */
  async told(argv: readonly string[], input: HelmInput = {}): Promise<void> {
    try {
      this.info((await this.exec(argv, input)).stdout)
    } catch (error) {
      if (error instanceof HelmExitError) this.info(error.outcome.stdout)
      throw error
    }
  }

  /** Repeats what asks a repository, with growing waits. Source: retryRepoOp. */
  async retried<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { repoRetries, sleep = (ms) => new Promise<void>((done) => { setTimeout(done, ms) }) } = this.options
    for (let attempt = 0; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (attempt >= repoRetries) throw error
        const seconds = Math.min(2 ** Math.min(attempt, 5), 30)
        const why = error instanceof HelmExitError ? `exit status ${error.exitStatus}` : (error as Error).message
        this.log('warn', `repo operation ${JSON.stringify(name)} failed (${why}); retry ${attempt + 1}/${repoRetries} in ${seconds}s`)
        await sleep(seconds * 1000)
      }
    }
  }

  /** `helm dependency build` of a chart. */
  async buildDependencies(release: string, chart: string, flags: readonly string[]): Promise<void> {
    this.log('info', `Building dependency release=${release}, chart=${chart}`)
    this.info((await this.exec(['dependency', 'build', chart, ...flags, ...this.#plainHttp()], {}, dependencyExtra(this.extra))).stdout)
  }

  /** `helm dependency update` of a chart. */
  async updateDependencies(chart: string): Promise<void> {
    this.log('info', `Updating dependency ${chart}`)
    this.info((await this.exec(['dependency', 'update', chart, ...this.#plainHttp()], {}, dependencyExtra(this.extra))).stdout)
  }

  async updateRepositories(): Promise<void> {
    this.log('info', 'Updating repo')
    this.info((await this.retried('update', () => this.exec(['repo', 'update'], {}, []))).stdout)
  }

  #plainHttp(): string[] {
    return this.options.ociPlainHttp ? ['--plain-http'] : []
  }
}

/**
 * Flags that `helm dependency` takes; others of --args are kept from it.
 * Source: filterDependencyUnsupportedFlags, which asks Go's structs of Helm 3 for the names and compares their beginnings.
 */
const dependencyFlags = [
  '--kube-config', '--kube-context', '--kube-token', '--kube-as-user', '--kube-as-groups', '--kube-a-p-i-server', '--kube-ca-file', '--kube-insecure-skip-t-l-s-verify', '--kube-t-l-s-server-name',
  '--debug', '--registry-config', '--repository-config', '--repository-cache', '--plugins-directory', '--max-history', '--burst-limit', '--q-p-s', '-n',
  '--chart-path', '--verify', '--keyring', '--skip-refresh', '--column-width', '--username', '--password', '--cert-file', '--key-file', '--ca-file', '--insecure-skip-t-l-sverify', '--plain-h-t-t-p',
]

export const dependencyExtra = (extra: readonly string[]): string[] => extra.filter((flag) => dependencyFlags.some((known) => flag.replace(/=.*/s, '').startsWith(known)))
