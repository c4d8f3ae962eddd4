/**
 * Owns the search for secrets that stand in plain text: in values files, rendered objects, tracked files. Findings hold no part of a value.
 * Refuses to read files and clusters: it is handed text.
 */
export { findPlaintextSecrets } from './plaintext-secrets.ts'
export type { ScannedValue, SecretFinding } from './plaintext-secrets.ts'
