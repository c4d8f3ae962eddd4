/**
 * Owns what a signature is: DSSE envelopes around in-toto statements, public keys, Sigstore's bundles by certified identity.
 * Refuses to know where signatures lie, what they mean, and to ask any service.
 */
export { envelopeOf, signedBytes, statementOf, statementType } from './envelope.ts'
export type { Envelope, EnvelopeSignature, Statement } from './envelope.ts'
export { PublicKey } from './public-key.ts'
export { readTrustedRoot, verifyBundle } from './bundle.ts'
export type { TrustedRoot } from './trusted-root.ts'
export type { CertifiedSigner, KeylessPolicy } from './keyless.ts'
