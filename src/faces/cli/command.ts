import type { Cluster } from '../../cluster/kube/index.ts'
import type { Chart } from '../../charts/chart/index.ts'
import type { Engine } from '../../charts/render/index.ts'
import type { StorageDriver } from '../../cluster/release/index.ts'
import type { FlagSpec, Flags } from './flags.ts'
import type { Settings } from './settings.ts'
import type { Output } from './output.ts'

/** What an argument names: `name` and `none` leave nothing to offer, `chart` falls back to files. */
export type ArgumentKind = 'release' | 'releases...' | 'revision' | 'chart' | 'name' | 'none...' | 'variable' | 'repository...' | 'file' | 'remote'

/** One CLI command. The file that exports it is loaded only when the command runs. */
export interface Command {
  /** The line after `Usage:`, without the program's name: 'template [NAME] [CHART] [flags]'. */
  readonly use: string
  /** Long help. */
  readonly long: string
  readonly examples?: string
  readonly flags: readonly FlagSpec[]
  /** Global flags are accepted too, unless this is false. */
  readonly globals?: boolean
  /** Least and most positional arguments; checked before `run` with Helm's texts. */
  readonly args?: readonly [min: number, max: number]
  /** What completion offers for each argument, the last one again for all that follow it when it says so. Left out: files. */
  readonly completes?: readonly ArgumentKind[]
  /** Its words are no flags of its own: they come as arguments, unread. */
  readonly raw?: boolean
  /** Flags it does not know are passed over, each with the word that looks like its value. */
  readonly ignoreUnknownFlags?: () => boolean
  /** What it prints are values, or made of them: those that were encrypted stand there, too. In all else they are shown as `***`. */
  readonly printsValues?: boolean | ((flags: Flags) => boolean)
  /** Pairs of flags that exclude each other. */
  readonly exclusive?: readonly (readonly string[])[]
  /**
   * What SIGINT and SIGTERM do. Left out, they end the process at once, as they do Helm's. `cancel` and `stop` abort the context's signal, so
   * that the command can leave a state that is known; it then fails with 1, as Helm's install and upgrade do, or ends as if the signal
   * had ended it.
   */
  readonly interrupts?: 'cancel' | 'stop'
  run(context: CommandContext): Promise<number | void>
}

/** A row of the table of commands: a name of one or two words, and the chunk that holds it. */
export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly short: string
  readonly group: string
  readonly hidden?: boolean
  load(): Promise<Command>
}

export interface CommandContext {
  readonly flags: Flags
  readonly args: readonly string[]
  readonly settings: Settings
  readonly out: Output
  readonly signal: AbortSignal
  /** The whole command line after the program's name, for evidence. Never print it: --set may hold secrets. */
  readonly argv: readonly string[]
  /** What is shared with other command lines of this process. */
  readonly shared?: Shared | undefined
  /** What the command line names that is in memory only. */
  readonly memory?: InMemory | undefined
  /** Helm in this process, for commands that call it. */
  readonly helm?: (() => Promise<HelmProgram>) | undefined
}

/** What command lines of one process share; see SharedWork. */
export interface Shared {
  /** Keeps compiled templates. */
  readonly engine: Engine
  /** The session for these settings: the first to ask for a cluster opens it, and others get it in their own namespace. */
  session(settings: Settings, open: (settings: Settings) => Promise<Session>): Promise<Session>
  /** The chart at a path, loaded once. Nobody may change it. */
  chart(path: string, load: () => Promise<Chart>): Promise<Chart>
  /** A chart that was changed on disk is loaded anew. */
  forgetChart(path: string): void
}

/** Files and charts that are no files of this machine, by the path that stands in the command line; and what standard input would give. */
export interface InMemory {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly charts: ReadonlyMap<string, Chart>
  readonly stdin?: string | undefined
  /** Takes what `template --output-dir` would write, by path. */
  readonly written?: Map<string, string> | undefined
}

/** A cluster to work on, and the namespace the command works in. */
export interface Session {
  readonly cluster: Cluster
  readonly namespace: string
  /** Where release records are kept: HELM_DRIVER. */
  readonly records: StorageDriver
  /** It is the embedded sandbox. */
  readonly simulated: boolean
  /** How the cluster was chosen, for people: a context's name, or `sandbox`. */
  readonly context: string
  close(): Promise<void>
}

export interface HelmRun {
  /** Files that are in memory only, by the path that the command line names: values, decrypted or not. */
  readonly files?: ReadonlyMap<string, Uint8Array>
  /** Charts that are in memory only, by the path that the command line names. */
  readonly charts?: ReadonlyMap<string, Chart>
  /** Standard input: passwords. */
  readonly stdin?: string | undefined
  /** Takes what `template --output-dir` would write, by path. */
  readonly written?: Map<string, string> | undefined
  /** What was decrypted or fetched up to now: it stands in no diff and in nothing that is said, as where a command decrypts itself. */
  readonly secrets?: ReadonlySet<string>
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

/** Helm, and those of its plugins that Pintle has, called by command lines. */
export interface HelmProgram {
  readonly shared: Shared
  /** Never throws for what a command would report: see `code`, `stderr` and `error`. */
  run(argv: readonly string[], options?: HelmRun): Promise<HelmResult>
  close(): Promise<void>
}
