import type { MasterKey } from './metadata.ts'

export interface KeyOptions {
  /** Names and contents of variables: SOPS_AGE_KEY and its like. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
}

/** Opens what was encrypted for keys of one kind. @returns undefined when none of its keys fits */
export type KeySource = (key: MasterKey) => Promise<Uint8Array | undefined>
