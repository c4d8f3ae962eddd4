import type { CommandEntry } from './command.ts'
import type { Chart } from '../../charts/chart/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { usage } from './flags.ts'
import { Output } from './output.ts'
import { printError } from './print-error.ts'
import { resolveCommand } from './resolve-command.ts'
import { runCommand } from './run-command.ts'
import { unwrapSecrets } from './secrets-wrapper.ts'
import { SharedWork } from './shared-work.ts'

export interface HelmRun {
  /** Files that are in memory only, by the path that the command line names: values, decrypted or not. */
  readonly files?: ReadonlyMap<string, Uint8Array>
  /** Charts that are in memory only, by the path that the command line names. */
  readonly charts?: ReadonlyMap<string, Chart>
  /** Standard input: passwords. */
  readonly stdin?: string | undefined
  readonly signal?: AbortSignal
  /** Told what is printed as it comes; the result holds it in any case. */
  readonly onStdout?: (text: string) => void
  readonly onStderr?: (text: string) => void
}

/** What a program would have left behind. */
export interface HelmResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What failed, beside its text in stderr. */
  readonly error?: unknown
}

/**
 * Runs Helm's commands, and those of its plugins `diff` and `secrets`, by their command lines without starting a program. All runs share connections, discovery,
 * charts and compiled templates. Each behaves as if called as `helm`: Helm's texts, nothing more.
 *
 * ```ts
 * const helm = new InProcessHelm(commands)
 * const { code, stdout } = await helm.run(['template', 'shop', './charts/shop', '--values', 'mem:1'], { files: new Map([['mem:1', text]]) })
 * await helm.close()
 * ```
 */
export class InProcessHelm {
  readonly shared = new SharedWork()
  readonly #commands: readonly CommandEntry[]
  constructor(commands: readonly CommandEntry[]) {
    this.#commands = commands
  }

  /** Never throws for what a command would report: see `code`, `stderr` and `error`. */
  async run(given: readonly string[], options: HelmRun = {}): Promise<HelmResult> {
    const { files, charts, stdin, signal = new AbortController().signal, onStdout, onStderr } = options
    let stdout = ''
    let stderr = ''
    const out = new Output({
      plain: true,
      stdout: (text) => { stdout += text; onStdout?.(text) },
      stderr: (text) => { stderr += text; onStderr?.(text) },
    })
    let debug = false
    try {
      const wrapped = given.includes('secrets') ? unwrapSecrets(given, this.#commands, 'helm') : undefined
      if (wrapped?.text !== undefined) {
        out.write(wrapped.text)
        return { code: wrapped.code ?? 0, stdout, stderr }
      }
      const argv = wrapped?.argv ?? given
      const found = resolveCommand(this.#commands, argv)
      if (found === undefined) throw usage(`unknown command ${JSON.stringify(argv[0] ?? '')} for "helm"`)
      const { path, words, entry } = found
      const memory = { files: files ?? new Map(), charts: charts ?? new Map(), stdin }
      const code = await runCommand({ command: await entry.load(), path, words, argv, program: 'helm' }, { out, signal, env: wrapped?.env, shared: this.shared, memory, onDebug: () => { debug = true } })
      return { code, stdout, stderr }
    } catch (error) {
      const code = await printError(error, out, { debug, plain: true })
      return { code: isPintleError(error) ? code : 1, stdout, stderr, error }
    }
  }

  async close(): Promise<void> {
    await this.shared.close()
  }
}
