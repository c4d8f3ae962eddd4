/** Checks signatures of one key over the bytes an envelope signs. */
export interface VerifyingKey {
  /** `SHA256:...`, its fingerprint in SSH's form, as `ssh-keygen -l` prints it; keyid in envelopes. */
  readonly id: string
  readonly kind: 'pem' | 'ssh'
  verifies(data: Uint8Array, signature: Uint8Array): boolean
  /** By Ed25519ph, as cosign signs with some keys. It costs a hundred times as much. */
  verifiesPrehashed?(data: Uint8Array, signature: Uint8Array): boolean
  /** The digest by which Sigstore's bundles hint at the key, in base64. */
  readonly hint?: string
}
