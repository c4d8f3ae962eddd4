/**
 * Signatures and attestations of Sigstore's cosign on what lies in registries: by key, offline; by certified identity where a trusted root is at hand.
 * Refuses to sign, and to ask any service.
 */
export { checkSignatures, requireSignature } from './verify-artifact.ts'
export type { SignatureReport, Signer, VerifiedSignature } from './verify-artifact.ts'
export type { RootedPolicy } from './keyless.ts'
