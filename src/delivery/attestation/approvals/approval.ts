import { statement, subjectOf, type AttestationStatement } from '../statement.ts'

export const approvalType = 'https://pintle.dev/attestation/approval/v1'

/** What somebody decided about a plan: the predicate of type approvalType. Times are RFC 3339 in UTC. */
export interface Approval {
  readonly decision: 'approve' | 'reject'
  /** Who decided, as they call themselves; whose key signed decides whether it is believed. */
  readonly approver: string
  readonly decidedAt: string
  readonly expiresAt: string
  readonly reason?: string
  readonly environment?: string
  /** The decision was made in another system, and the signer took it over. */
  readonly imported?: ImportedApproval
}

export interface ImportedApproval {
  readonly from: 'github-environment'
  /** The run whose reviews they are. */
  readonly run: string
  readonly environment: string
}

/** @param name of the plan's file; @param digest of the plan, `sha256:...` */
export function approvalStatement(name: string, digest: string, approval: Approval): AttestationStatement<Approval> {
  return statement([subjectOf(name, digest)], approvalType, approval)
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
const known = ['decision', 'approver', 'decidedAt', 'expiresAt', 'reason', 'environment', 'imported']

/** @returns what is wrong with a predicate that should be an approval */
export function readApproval(predicate: unknown): Approval | string {
  if (typeof predicate !== 'object' || predicate === null || Array.isArray(predicate)) return 'its predicate is no map'
  const raw = predicate as Record<string, unknown>
  const unknown = Object.keys(raw).find((key) => !known.includes(key))
  if (unknown !== undefined) return `its predicate has ${JSON.stringify(unknown.slice(0, 40))}, which this version does not know`
  if (raw.decision !== 'approve' && raw.decision !== 'reject') return 'its decision is neither approve nor reject'
  if (typeof raw.approver !== 'string' || raw.approver === '') return 'it names no approver'
  for (const key of ['decidedAt', 'expiresAt']) if (typeof raw[key] !== 'string' || !time.test(raw[key]) || Number.isNaN(Date.parse(raw[key]))) return `its ${key} is no time in UTC`
  for (const key of ['reason', 'environment']) if (raw[key] !== undefined && typeof raw[key] !== 'string') return `its ${key} is no text`
  if (raw.imported !== undefined) {
    const { from, run, environment } = (raw.imported ?? {}) as Record<string, unknown>
    if (from !== 'github-environment' || typeof run !== 'string' || typeof environment !== 'string') return 'it does not say where it was imported from'
  }
  return raw as unknown as Approval
}
