/**
 * Owns what is kept of a release: the record, its folder of evidence, the deploy note, the hash chain over all records.
 * Refuses secrets: whoever hands it text has redacted it, and it checks values it was told are secret.
 */
export { isAddendum } from './record.ts'
export type { Addendum, Entry, ImageDigest, Operation, Outcome, ReleaseRecord } from './record.ts'
export type * from './record-parts.ts'
export { makeAddendum, makeRecord } from './make-record.ts'
export type { Kept, RecordFacts } from './make-record.ts'
export { EvidenceStore } from './store.ts'
export type { ChainProblem, StoredRecord } from './store.ts'
export { deployNote } from './note.ts'
export { canonicalJson, sha256 } from '../attestation/index.ts'
