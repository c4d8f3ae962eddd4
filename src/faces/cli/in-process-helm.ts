import { HiddenTexts, isPintleError } from '../../errors/index.ts'
import { usage } from './flags.ts'
import type { CommandEntry, HelmProgram, HelmResult, HelmRun } from './command.ts'
import { Output } from './output.ts'
import { printError } from './print-error.ts'
import { resolveCommand } from './resolve-command.ts'
import { runCommand } from './run-command.ts'
import { unwrapSecrets } from './secrets-wrapper.ts'
import { SharedWork } from './shared-work.ts'

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
export class InProcessHelm implements HelmProgram {
  readonly shared = new SharedWork()
  readonly #commands: readonly CommandEntry[]
  #hidden: { readonly size: number; readonly texts: HiddenTexts } | undefined
  constructor(commands: readonly CommandEntry[]) {
    this.#commands = commands
  }

  async run(given: readonly string[], options: HelmRun = {}): Promise<HelmResult> {
    const { files, charts, stdin, written, secrets, signal = new AbortController().signal, onStdout, onStderr } = options
    let stdout = ''
    let stderr = ''
    const out = new Output({
      plain: true,
      ...(secrets !== undefined && secrets.size > 0 && { hidden: { texts: this.#hiding(secrets), results: false, later: [] } }),
      stdout: (text) => { stdout += text; onStdout?.(text) },
      stderr: (text) => { stderr += text; onStderr?.(text) },
    })
    let debug = false
    let found: ReturnType<typeof resolveCommand>
    // What Helm adds when a plugin failed: callAndRunPlugin in pkg/cmd/load_plugins.go.
    const ended = (code: number): void => { if (code !== 0 && found?.path.startsWith('diff')) out.note('Error: plugin "diff" exited with error') }
    try {
      const wrapped = given.includes('secrets') ? unwrapSecrets(given, this.#commands, 'helm') : undefined
      if (wrapped?.text !== undefined) {
        out.write(wrapped.text)
        return { code: wrapped.code ?? 0, stdout, stderr }
      }
      const argv = wrapped?.argv ?? given
      found = resolveCommand(this.#commands, argv)
      if (found === undefined) throw usage(`unknown command ${JSON.stringify(argv[0] ?? '')} for "helm"`)
      const { path, words, entry } = found
      const memory = { files: files ?? new Map(), charts: charts ?? new Map(), stdin, written }
      const code = await runCommand({ command: await entry.load(), path, words, argv, program: 'helm' }, { out, signal, env: wrapped?.env, shared: this.shared, memory, onDebug: () => { debug = true } })
      ended(code)
      return { code, stdout, stderr }
    } catch (error) {
      const code = await printError(error, out, { debug, plain: true })
      ended(1)
      return { code: isPintleError(error) ? code : 1, stdout, stderr, error }
    }
  }

  /** Made once for as many secrets as there are. */
  #hiding(secrets: ReadonlySet<string>): HiddenTexts {
    if (this.#hidden?.size !== secrets.size) {
      this.#hidden = { size: secrets.size, texts: new HiddenTexts(() => '***') }
      this.#hidden.texts.addValues([...secrets])
    }
    return this.#hidden.texts
  }

  async close(): Promise<void> {
    await this.shared.close()
  }
}
