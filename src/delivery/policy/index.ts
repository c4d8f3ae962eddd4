/**
 * Owns the rules a release must satisfy. Refuses to change anything: a rule reports, the caller refuses.
 */
export { findPlaintextSecrets } from './plaintext-secrets.ts'
export type { ScannedValue, SecretFinding } from './plaintext-secrets.ts'
