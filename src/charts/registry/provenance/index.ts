/**
 * Owns PGP provenance files beside chart archives: signing, verifying, keyrings in GnuPG's formats.
 * Refuses: fetching charts or keys, asking for passphrases, and signatures of other kinds. What is trusted follows Helm's library (ProtonMail's go-crypto).
 */
export { verifyProvenance } from './verify-provenance.ts'
export type { Verification } from './verify-provenance.ts'
export { provenanceSigner } from './sign-provenance.ts'
export type { ProvenanceSigner, SignerOptions } from './sign-provenance.ts'
