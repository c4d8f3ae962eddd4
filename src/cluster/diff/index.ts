/**
 * Owns the comparison of Kubernetes objects: what changes, field by field, what kind of change it is, and how to show it.
 * Pure: it is given both sides. Refuses to fetch anything, and to show a secret's value.
 */
export { diffObjects, refKey } from './diff-objects.ts'
export type { ChangeSet, FieldChange, ObjectChange, ObjectPair } from './diff-objects.ts'
export { classify, riskOrder } from './classify.ts'
export type { ChangeClass } from './classify.ts'
export { redactObject } from './redact.ts'
export type { Redactor } from './redact.ts'
export { diffLines } from './lines.ts'
export type { DiffLine } from './lines.ts'
export { formatMarkdown, formatText, summary } from './format.ts'
export type { Notes } from './format.ts'
export { formatHtml } from './format-html.ts'
export { findMoves } from './moves.ts'
export type { Move } from './moves.ts'
export { noises, withoutNoise } from './noise.ts'
export type { Noise } from './noise.ts'
export { dropServerFields } from './normalise.ts'
