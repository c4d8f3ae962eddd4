/**
 * Owns the comparison of whole manifests as helm-diff makes and prints it: objects by their keys, lines, renames, ownership, redacted secrets.
 * Pure: it is given both manifests. Refuses to fetch or render them, and judges nothing: what a change means is the diff room's.
 */
export { indexManifest, indexObject, testHooks } from './manifest-index.ts'
export type { IndexOptions, ManifestIndex, ManifestObject } from './manifest-index.ts'
export { bySource, compareManifests } from './report.ts'
export type { ChangeType, CompareOptions, Ownership, Report, ReportEntry, StructuredChange, StructuredEntry } from './report-types.ts'
export type { LineRecord } from './line-diff.ts'
export type { SecretView } from './secret-content.ts'
export { formatDiff, formatSimple } from './format.ts'
export type { FormatOptions } from './format.ts'
export { formatDyff } from './dyff.ts'
export { formatStructured } from './structured.ts'
export { formatJson, templateEntries } from './template-report.ts'
export type { TemplateEntry } from './template-report.ts'
