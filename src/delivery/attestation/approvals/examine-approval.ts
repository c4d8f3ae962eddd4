import { statementOf, statementType } from '../../../charts/signatures/index.ts'
import { statementV1 } from '../statement.ts'
import { githubName, isCalled, mayApprove, type Requirement, type Trust, type TrustedIdentity } from '../trust/trust.ts'
import { approvalType, readApproval, type Approval } from './approval.ts'
import { signerOf, type SignedDocument, type SignerFault } from '../signer-of.ts'

/** The plan that is to be approved, as far as approvals depend on it. Times are RFC 3339. */
export interface PlanUnderReview {
  /** Recomputed from the plan at hand: `sha256:<hex>`. */
  readonly digest: string
  readonly author: string
  readonly created: string
  readonly expires: string
  readonly environment: string
}

/** Why a document does not count. */
export type ApprovalFault =
  | SignerFault | 'wrong-type' | 'other-plan' | 'malformed' | 'wrong-name' | 'import-not-trusted' | 'key-not-valid' | 'not-yet-valid' | 'expired' | 'too-old' | 'author' | 'not-an-approver' | 'superseded' | 'duplicate'

/** What was found about one document. */
export type Examined =
  | { readonly name: string; readonly counts: false; readonly fault: ApprovalFault; readonly why: string; readonly identity?: string; readonly approval?: Approval }
  | { readonly name: string; readonly counts: true; readonly identity: string; readonly approval: Approval; readonly how: SignedDocument['how'] | 'github'; readonly at: Date; readonly payload: Buffer; readonly keyId?: string }

export interface ApprovalPolicy {
  readonly trust: Trust
  /** All of them must be satisfied: that of the plan, that of the project that applies it. */
  readonly requirements: readonly Requirement[]
  readonly now: Date
  /** Envelopes may be written in any way that means the same; see signerOf. */
  readonly anyForm?: boolean
}

/** Clocks may differ by so much, in milliseconds. */
const skew = 60_000

/**
 * Examines one document by itself, in the order of delivery's verifier: envelope, identity, time of the signature, payload type, statement type, subject, predicate type, expiry. The payload is not
 * read before its signature is known to be good and by somebody trusted.
 * @param document its name, for people, and its text
 */
export async function examineApproval(plan: PlanUnderReview, document: { readonly name: string; readonly text: string }, policy: ApprovalPolicy): Promise<Examined> {
  const { name } = document
  const signed = await signerOf(document.text, policy.trust, policy)
  if ('fault' in signed) return { name, counts: false, ...signed }
  const signer = signed.identity.name
  const refuse = (fault: ApprovalFault, why: string, approval?: Approval): Examined => ({ name, counts: false, fault, why, identity: signer, ...(approval && { approval }) })

  if (signed.envelope.payloadType !== statementType) return refuse('wrong-type', `its payload is of type ${JSON.stringify(signed.envelope.payloadType.slice(0, 80))}`)
  let statement
  try {
    statement = statementOf(signed.envelope)
  } catch (error) {
    return refuse('wrong-type', (error as Error).message)
  }
  if (statement.type !== statementV1) return refuse('wrong-type', 'its statement is of an older version')
  if (statement.subjects.length !== 1 || statement.subjects[0] !== plan.digest) return refuse('other-plan', `it is about ${statement.subjects.map((s) => s.slice(0, 80)).join(', ').slice(0, 400) || 'nothing'}, not about this plan`)
  if (statement.predicateType !== approvalType) return refuse('wrong-type', `it is a statement of type ${JSON.stringify(statement.predicateType.slice(0, 120))}, no approval`)
  const approval = readApproval(statement.predicate)
  if (typeof approval === 'string') return refuse('malformed', approval)

  const whose = decidedBy(approval, signed, policy.trust)
  if (typeof whose === 'string') return refuse(approval.imported === undefined ? 'wrong-name' : 'import-not-trusted', whose, approval)
  const decided = Date.parse(approval.decidedAt)
  const at = signed.signedAt ?? new Date(decided)
  const no = (fault: ApprovalFault, why: string): Examined => ({ name, counts: false, fault, why, identity: whose.name, approval })
  const { key } = signed
  if (key?.validAfter !== undefined && at < key.validAfter) return no('key-not-valid', `its key is valid from ${key.validAfter.toISOString()} on`)
  // Who holds an old key could say that it was signed long ago: without a log that saw it, the key must still be valid.
  if (key?.validBefore !== undefined && (at >= key.validBefore || policy.now >= key.validBefore)) return no('key-not-valid', `its key was valid until ${key.validBefore.toISOString()}`)
  const time = whenWrong(plan, approval, at, policy)
  if (time !== undefined) return no(...time)
  if (approval.environment !== undefined && approval.environment !== plan.environment) return no('other-plan', `it is for environment ${approval.environment.slice(0, 80)}`)

  // Whoever made the plan may withdraw it, as may everybody who could have approved it.
  if (approval.decision === 'approve' && isCalled(whose, plan.author)) return no('author', `${whose.name} made the plan, and somebody else has to approve it`)
  if (!policy.requirements.every((r) => mayApprove(whose, r)) && !(approval.decision === 'reject' && isCalled(whose, plan.author))) return no('not-an-approver', `${whose.name} is not among the approvers`)
  return { name, counts: true, identity: whose.name, approval, how: approval.imported === undefined ? signed.how : 'github', at, payload: signed.envelope.payload, ...(key && { keyId: key.key.id }) }
}

/** Whose decision it is. @returns why nobody's */
function decidedBy(approval: Approval, { identity }: SignedDocument, trust: Trust): TrustedIdentity | string {
  if (approval.imported === undefined) return isCalled(identity, approval.approver) ? identity : `it says that ${approval.approver.slice(0, 80)} decided, and ${identity.name} signed it`
  if (!trust.importers.includes(identity.name)) return `${identity.name} imported it, and is not among trust.importers`
  const reviewer = trust.identities.find((i) => i.github !== undefined && githubName(i.github).toLowerCase() === approval.approver.toLowerCase())
  return reviewer ?? `${approval.approver.slice(0, 80)} is nobody's name in trust`
}

function whenWrong(plan: PlanUnderReview, approval: Approval, at: Date, { requirements, now }: ApprovalPolicy): [ApprovalFault, string] | undefined {
  if (at.getTime() > now.getTime() + skew || Date.parse(approval.decidedAt) > at.getTime() + skew) return ['not-yet-valid', `it is of ${new Date(Math.max(at.getTime(), Date.parse(approval.decidedAt))).toISOString()}, which is not yet`]
  if (at.getTime() < Date.parse(plan.created) - skew) return ['other-plan', `it is older than the plan, which was made at ${plan.created}`]
  if (Date.parse(approval.expiresAt) <= now.getTime()) return ['expired', `it expired at ${approval.expiresAt}`]
  if (Date.parse(plan.expires) <= now.getTime()) return ['expired', `the plan expired at ${plan.expires}`]
  const oldest = Math.min(...requirements.map((r) => r.maxAge ?? Infinity))
  return now.getTime() - at.getTime() > oldest ? ['too-old', `it is of ${at.toISOString()}, longer ago than requires.maxAge allows`] : undefined
}
