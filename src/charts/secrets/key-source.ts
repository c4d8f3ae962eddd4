import type { KeySpec } from './key-spec.ts'
import type { KeyEntry } from './key-entry.ts'
import type { MasterKey } from './metadata.ts'

export interface KeyOptions {
  /** Names and contents of variables: SOPS_AGE_KEY and its like. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Who is asked for passphrases, where somebody is there. */
  readonly person?: Person
  /** PGP private keys that take the place of gpg's: what a file of keys holds. */
  readonly pgpKeys?: readonly Uint8Array[]
  /** Keys that several files share, so that tokens and passphrases are asked for once; whoever made them closes them. They have options of their own. */
  readonly keys?: KnownKeys
}

/** The keys of every kind that somebody has access to. */
export interface KnownKeys {
  /** @returns undefined when none of the keys here fits @throws PintleError secrets.key that says why not */
  open(key: MasterKey): Promise<Uint8Array | undefined>
  /** Encrypts a data key, or a part of one. @returns what the metadata says of it @throws PintleError secrets.key */
  wrap(spec: KeySpec, dataKey: Uint8Array): Promise<KeyEntry>
  /** What a name leaves open is asked for: two names are of one key when they are alike after this. @throws PintleError secrets.key */
  resolve(spec: KeySpec): Promise<KeySpec>
  close(): void
}

/** Whoever sits at the terminal. */
export interface Person {
  /** @param secret what is typed must not be seen @throws where nobody answers */
  ask(prompt: string, secret: boolean): Promise<string>
  /** Says that something else waits for them: a button of a token. */
  tell(line: string): void
}

/** The keys of one kind. Whatever a service or a program says in an error is said without credentials and plain keys. */
export interface KeySource {
  /**
   * Opens what was encrypted for a key. @returns undefined when none of the keys here fits
   * @throws PintleError secrets.key that says why not
   */
  open(key: MasterKey): Promise<Uint8Array | undefined>
  /**
   * Encrypts a data key, or a part of one, for a key. @returns the text that the metadata has as `enc`
   * @throws PintleError secrets.key
   */
  wrap(spec: KeySpec, dataKey: Uint8Array): Promise<string>
  /** Asks for what a name leaves open: the version of an Azure key. */
  resolve?(spec: KeySpec): Promise<KeySpec>
  close?(): void
}
