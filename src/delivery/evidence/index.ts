/**
 * Owns what is kept of a release: the record, the store with its hash chain, the deploy note, and where else they go.
 * Refuses secrets: whoever hands it text says how it is cleaned, and it puts that over every text.
 */
export { isAddendum } from './record.ts'
export type { Addendum, Entry, ImageDigest, Operation, Outcome, ReleaseRecord } from './record.ts'
export type * from './record-parts.ts'
export { makeAddendum, makeRecord } from './make-record.ts'
export type { Kept, RecordFacts } from './make-record.ts'
export { readWhole } from './store.ts'
export type { Added, EvidenceStore, Filter, Head, Problem, StoredEntry, Summary, Verification, VerifyOptions, WholeRecord } from './store.ts'
export { keep } from './keep.ts'
export type { KeepOptions, KeepReport } from './keep.ts'
export { storeUnsaved } from './unsaved.ts'
export { openStore } from './open-store.ts'
export { defaultEvidence, parseEvidenceSettings } from './settings.ts'
export type { EvidenceSettings, EventSettings, SinkSettings } from './settings.ts'
export { exportEntry, exportName } from './export-record.ts'
export type { ExportedFile } from './export-record.ts'
export { deployNote } from './note.ts'
export { canonicalJson, sha256 } from '../attestation/index.ts'
