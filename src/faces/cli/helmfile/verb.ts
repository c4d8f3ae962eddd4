import type { LogLevel, LoadOptions } from '../../../delivery/helmfile/index.ts'
import type { FlagSpec, Flags } from '../flags.ts'
import type { HelmProgram } from '../command.ts'
import type { Output } from '../output.ts'
import type { HelmfileGlobals } from './global-flags.ts'

/** One verb of helmfile. The file that exports it (commands/helmfile-*.ts) is loaded only when it runs. */
export interface HelmfileVerb {
  /** The line after `Usage:`, without the program's name: `list [flags]`. */
  readonly use: string
  readonly long: string
  /** Its own flags; the global ones come with every verb. */
  readonly flags: readonly FlagSpec[]
  /** Most arguments it takes, with cobra's error beyond; left out: any number, which nobody reads. */
  readonly maxArgs?: number
  /** What SIGINT and SIGTERM do: see Command. */
  readonly interrupts?: 'cancel' | 'stop'
  /** @returns the exit code, 0 when nothing. @throws PintleError with helmfile's text; `details.exitCode` where it is not 1 */
  run(context: HelmfileContext): Promise<number | void>
}

/** A row of the table of verbs. */
export interface HelmfileVerbEntry {
  /** One word, or two: `cache info`. */
  readonly name: string
  readonly short: string
  load(): Promise<HelmfileVerb>
}

export interface HelmfileContext {
  readonly flags: Flags
  readonly args: readonly string[]
  /** The whole command line. Never print it: --set may hold secrets. */
  readonly argv: readonly string[]
  readonly globals: HelmfileGlobals
  readonly out: Output
  /** Absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** helmfile's log: the message alone, on standard error, from the level asked for. */
  readonly log: (level: LogLevel, message: string) => void
  readonly signal: AbortSignal
  /** What was decrypted or fetched up to now: no text that is kept may hold it. */
  readonly secrets: ReadonlySet<string>
  /** The name it was called by: `helmfile` or `pintle helmfile`. */
  readonly program: string
  /** Helm in this process: to be closed by who calls it. */
  readonly helm: () => Promise<HelmProgram>
  /** What the global flags say about loading; verbs add `filter`, `reverse` and `includeNeeds`. */
  readonly load: LoadOptions
}
