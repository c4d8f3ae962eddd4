import type { VerifyingKey } from './verifying-key.ts'

/** Signs for an envelope; the private key itself is held by a file, an agent or a token. */
export interface SigningKey {
  readonly id: string
  /** How what it signs is checked. */
  readonly verifying: VerifyingKey
  /** @throws PintleError attestation.key when the holder of the key refuses or does not answer */
  sign(data: Uint8Array, options?: { signal?: AbortSignal }): Promise<Buffer>
}
