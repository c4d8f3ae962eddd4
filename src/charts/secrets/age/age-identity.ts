import type { Identity } from 'age-encryption'

/** Something that may open a file. */
export interface AgeIdentity {
  /** Where it was found, for people. */
  readonly from: string
  /** Asks for a passphrase where one is needed. @throws PintleError secrets.key */
  open(): Promise<readonly (string | Identity)[]>
}
