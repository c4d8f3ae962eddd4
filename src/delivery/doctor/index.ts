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
