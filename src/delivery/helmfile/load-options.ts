import type { Value } from '../../language/go/index.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What helmfile's global flags say about loading, and what loading needs from outside. */
export interface LoadOptions {
  /** The process's working directory; absolute. */
  readonly cwd: string
  /** The process's environment: `env` and `requiredEnv` of templates, and HELMFILE_* switches. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--file`; empty: the default search. */
  readonly file?: string
  /** Standard input, asked for when `file` is `-`. */
  readonly readStdin?: () => Promise<string>
  /** `--environment`; default: `default`. */
  readonly environment?: string
  readonly selectors?: readonly string[]
  readonly namespace?: string
  readonly kubeContext?: string
  readonly chart?: string
  /** `--state-values-file`. */
  readonly stateValuesFiles?: readonly string[]
  /** `--state-values-set` and `--state-values-set-string`, parsed as Helm parses --set. */
  readonly stateValuesSet?: Map<string, Value>
  /** `--sequential-helmfiles`. */
  readonly sequential?: boolean
  /** destroy: files, sub-helmfiles and releases in reverse. */
  readonly reverse?: boolean
  /** Only selected releases count (SetFilter): false for commands that look at needs themselves. Default true. */
  readonly filter?: boolean
  /** Whether needs of selected releases are selected, too; with `filter`. */
  readonly includeNeeds?: boolean
  /** Where helmfile logs. */
  readonly log?: (level: LogLevel, message: string) => void
  /** vals references of templates and environment values to their values; without it they are refused. */
  readonly expandReferences?: (value: Value) => Promise<Value>
  /** The text of an encrypted file, in memory; default: SOPS with the keys of the machine. */
  readonly decryptFile?: (path: string) => Promise<string>
  /** Told what was decrypted, to be kept out of what is shown. */
  readonly onSecrets?: (secrets: readonly string[]) => void
  /** Told of the environments that a file defines, as soon as they are known. */
  readonly onEnvironments?: (names: readonly string[]) => void
  readonly signal?: AbortSignal
}
