import { sha256 } from '../digest.ts'
import { examineApproval, type ApprovalPolicy, type Examined, type PlanUnderReview } from './examine-approval.ts'

/** Documents beside one plan; more are refused, so that a full folder costs bounded time. */
export const mostApprovals = 200

export interface ApprovalReport {
  /** Enough people have approved, and nobody who may has rejected. */
  readonly satisfied: boolean
  readonly needed: number
  /** One entry for each identity that approved. */
  readonly approvedBy: readonly CountedApproval[]
  readonly rejectedBy: readonly { readonly identity: string; readonly reason?: string }[]
  /** Every document, with the reason where it does not count. */
  readonly examined: readonly Examined[]
}

export interface CountedApproval {
  readonly identity: string
  /** Of the signed statement. */
  readonly digest: string
  /** Name of the document. */
  readonly name: string
  readonly at: string
  readonly expires: string
  readonly how: string
}

/**
 * Counts the approvals of a plan: distinct identities, never the author, each by their last decision. A rejection by anybody who may approve vetoes.
 * @param documents envelopes and bundles, in any order; whatever they hold, they are values of the report
 * @throws PintleError signature.key when the trusted root cannot be used
 */
export async function checkApprovals(plan: PlanUnderReview, documents: readonly { readonly name: string; readonly text: string }[], policy: ApprovalPolicy & { readonly signal?: AbortSignal }): Promise<ApprovalReport> {
  const examined: Examined[] = []
  for (const document of documents.slice(0, mostApprovals)) {
    policy.signal?.throwIfAborted()
    examined.push(await examineApproval(plan, document, policy))
  }
  for (const { name } of documents.slice(mostApprovals)) examined.push({ name, counts: false, fault: 'unreadable', why: `more than ${mostApprovals} approvals are not looked at` })
  const last = new Map<string, Extract<Examined, { counts: true }>>()
  for (const [i, e] of examined.entries()) {
    if (!e.counts) continue
    const before = last.get(e.identity)
    const loser = before === undefined ? undefined : isLater(e, before) ? before : e
    if (loser !== e) last.set(e.identity, e)
    if (loser === undefined) continue
    const winner = last.get(e.identity)!
    const same = winner.approval.decision === loser.approval.decision
    examined[loser === e ? i : examined.indexOf(loser)] = {
      name: loser.name, counts: false, identity: loser.identity, approval: loser.approval, fault: same ? 'duplicate' : 'superseded',
      why: same ? `${loser.identity} counts once` : `${loser.identity} decided otherwise at ${winner.at.toISOString()}`,
    }
  }
  const decisions = [...last.values()]
  const approvedBy = decisions.filter((e) => e.approval.decision === 'approve').map((e): CountedApproval => ({ identity: e.identity, digest: sha256(e.payload), name: e.name, at: e.at.toISOString(), expires: e.approval.expiresAt, how: e.how }))
  const rejectedBy = decisions.filter((e) => e.approval.decision === 'reject').map((e) => ({ identity: e.identity, ...(e.approval.reason !== undefined && { reason: e.approval.reason }) }))
  const needed = Math.max(0, ...policy.requirements.map((r) => r.approvals))
  return { satisfied: approvedBy.length >= needed && rejectedBy.length === 0, needed, approvedBy, rejectedBy, examined }
}

/** At the same moment a rejection is the later word. */
function isLater(a: Extract<Examined, { counts: true }>, b: Extract<Examined, { counts: true }>): boolean {
  return a.at.getTime() === b.at.getTime() ? a.approval.decision === 'reject' : a.at > b.at
}
