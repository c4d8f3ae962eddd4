import type { KeySpec } from './key-spec.ts'
import type { MasterKey } from './metadata.ts'

export interface KeyOptions {
  /** Names and contents of variables: SOPS_AGE_KEY and its like. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Who is asked for passphrases, where somebody is there. */
  readonly person?: Person
  /** PGP private keys that take the place of gpg's: what a file of keys holds. */
  readonly pgpKeys?: readonly Uint8Array[]
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
