/**
 * Owns what is kept of a release: the record, its folder of evidence, the deploy note, the hash chain over all records.
 * Refuses secrets: whoever hands it text has redacted it, and it checks values it was told are secret.
 */
export type { Outcome, ReleaseRecord, StepResult } from './record.ts'
export { EvidenceStore } from './store.ts'
export type { ChainProblem, StoredRecord } from './store.ts'
export { deployNote } from './note.ts'
export { canonicalJson, sha256 } from '../attestation/index.ts'
