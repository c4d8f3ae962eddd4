import { approvalEndings, type ApprovalReport, type Examined } from '../../delivery/attestation/index.ts'
import type { ApprovalRecord, ExactFile } from '../../delivery/evidence/index.ts'

/** The decisions about a plan as they were found before it was applied: what they came to, and their documents. */
export interface ApprovalTrail {
  readonly report: ApprovalReport
  readonly documents: readonly { readonly name: string; readonly text: string }[]
}

/** What a record says of the decisions, those that did not count with the reason. */
export function approvalRecords({ report }: ApprovalTrail): ApprovalRecord[] {
  const digests = new Map(report.approvedBy.map((a) => [a.name, a.digest]))
  return report.examined.filter((e) => e.identity !== undefined && e.approval !== undefined).map((e): ApprovalRecord => ({
    by: e.identity!, decision: e.approval!.decision === 'approve' ? 'approved' : 'rejected', at: e.approval!.decidedAt, expires: e.approval!.expiresAt, how: howOf(e),
    ...(digests.has(e.name) && { digest: digests.get(e.name)! }), counted: e.counts, ...(e.counts ? (e.approval.reason === undefined ? {} : { detail: e.approval.reason }) : { detail: e.why }),
  }))
}

/** The signed decisions that counted, as files to keep. Not those of strangers, of whom there may be many. */
export function approvalFiles({ report, documents }: ApprovalTrail): Record<string, ExactFile> {
  const files: Record<string, ExactFile> = {}
  for (const [i, e] of report.examined.entries()) {
    const text = documents[i]?.text
    if (!e.counts || text === undefined) continue
    const ending = text.includes('"mediaType"') ? approvalEndings.bundle : approvalEndings.envelope
    files[`approval-${Object.keys(files).length + 1}${ending}`] = { text, says: e.payload.toString() }
  }
  return files
}

const howOf = (e: Examined): string => (e.approval?.imported !== undefined ? 'github-environment' : e.counts ? e.how : 'unknown')
