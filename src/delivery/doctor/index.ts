/**
 * Owns what is looked at before a release: the stack it meets, the rights it has and needs, the state of cluster and release, incidents, credentials.
 * Refuses to judge (the policy room does), to change anything, and to guess: what could not be looked at is said to be unknown.
 */
export { operations } from './rights/needed-right.ts'
export type { NeededRight, Operation } from './rights/needed-right.ts'
export { rightsOfRelease } from './rights/rights-of-release.ts'
export type { ReleaseRightsOptions } from './rights/rights-of-release.ts'
export { minimalRoles } from './rights/minimal-role.ts'
export type { RoleObject } from './rights/minimal-role.ts'
export { isClusterAdmin, reviewRights } from './rights/review-rights.ts'
export { examine } from './examine.ts'
export type { Examination, ExamineOptions } from './examine.ts'
export { gatherTarget } from './gather-target.ts'
export type { GatherOptions, Gathered, PlannedRelease } from './gather-target.ts'
export type { Check, CheckStatus } from './check.ts'
export { parseIncidentSettings } from './incidents/settings.ts'
export type { IncidentSettings } from './incidents/settings.ts'
export { openIncidents } from './incidents/open-incidents.ts'
export { parseBusinessHours } from './settings/business-hours.ts'
export { onCallTold, parseChecklist, readChecklistFile } from './settings/checklist.ts'
export type { Checklist } from './settings/checklist.ts'
export { lastDrill, stagingProof } from './state/staging-proof.ts'
export type { StagedParts } from './state/staging-proof.ts'
