/** Checks signatures of one key over the bytes an envelope signs. */
export interface VerifyingKey {
  /** `SHA256:...`, as keyid in envelopes: a name for people. */
  readonly id: string
  readonly kind: 'pem' | 'ssh'
  verifies(data: Uint8Array, signature: Uint8Array): boolean
}
