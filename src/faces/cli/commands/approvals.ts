import { PintleError } from '../../../errors/index.ts'
import { approvalsFolder, checkApprovals, readApprovalDocuments, requirementFaults, type ApprovalReport, type Examined } from '../../../delivery/attestation/index.ts'
import { readPlan, type DigestedPlan } from '../../../delivery/plan/index.ts'
import { requirementsFor, trustOf } from '../approval-policy.ts'
import type { Command, CommandContext } from '../command.ts'
import { outputFlag } from '../flag-sets.ts'
import type { FlagSpec } from '../flags.ts'
import { planTitle } from '../plan-review.ts'
import { projectOf } from '../release-target.ts'
import { shown } from '../shown.ts'
import { printStructured } from '../structured.ts'
import { table } from '../table.ts'
import { configFlag, underReview } from './approve.ts'

const approvalFlag: FlagSpec = { name: 'approval', type: 'stringArray', usage: 'file or folder of approvals (default: PLAN.approvals); can be repeated' }

/** `pintle approve list` */
export const approveList: Command = {
  use: 'approve list PLAN [flags]',
  long: 'Lists the decisions about a plan: whose they are, and for each that does not count why not.',
  examples: 'pintle approve list plan.pintle',
  flags: [approvalFlag, configFlag, outputFlag],
  globals: false,
  args: [1, 1],
  completes: ['file'],
  async run(context) {
    print(context, await reportOf(context))
    return 0
  },
}

/** `pintle approve verify` */
export const approveVerify: Command = {
  use: 'approve verify PLAN [flags]',
  long: `Checks that enough people approved a plan: its digest is recomputed, every signature is checked against 'trust' in pintle.yaml, and distinct people are counted. Whoever made the plan
does not count, nor do expired decisions and those about other plans; a rejection vetoes. Nobody is asked and nothing is fetched.

Exit codes: 0 approved, 1 failed, 5 not approved.`,
  examples: 'pintle approve verify plan.pintle --approval approvals/',
  flags: [approvalFlag, configFlag, outputFlag],
  globals: false,
  args: [1, 1],
  completes: ['file'],
  async run(context) {
    const found = await reportOf(context)
    print(context, found)
    if (!found.report.satisfied) throw new PintleError('rule.refused', `the plan is not approved: ${verdict(found.report)}`, { hint: '`pintle approve PLAN` signs a decision.' })
    return 0
  },
}

interface Found {
  readonly read: DigestedPlan
  readonly report: ApprovalReport
}

async function reportOf(context: CommandContext): Promise<Found> {
  const { flags, args, signal } = context
  const read = readPlan(args[0]!)
  const { project } = projectOf(context)
  const given = flags.list('approval')
  const documents = readApprovalDocuments(given.length > 0 ? given : [approvalsFolder(args[0]!)])
  const trust = trustOf(project)
  const requirements = requirementsFor(read.plan, project)
  for (const fault of new Set(requirements.flatMap((r) => requirementFaults(trust, r, read.plan.author)))) context.out.warn(shown(fault))
  return { read, report: await checkApprovals(underReview(read), documents, { trust, requirements, now: new Date(), signal }) }
}

function print(context: CommandContext, { read, report }: Found): void {
  const { out } = context
  const rows = report.examined.map(rowOf)
  const data = () => ({ plan: read.digest, environment: read.plan.environment, satisfied: report.satisfied, needed: report.needed, approvedBy: report.approvedBy, rejectedBy: report.rejectedBy, decisions: rows })
  if (printStructured(context, data)) return
  out.line(`${read.digest} ${planTitle(read)}`)
  if (rows.length > 0) out.write(table([['WHO', 'DECISION', 'AT', 'EXPIRES', 'COUNTS', 'FILE'], ...rows.map((r) => [r.identity, r.decision, r.at, r.expires, r.counts ? 'yes' : `no: ${r.why}`, r.file].map((t) => shown(t ?? '')))]))
  out.line(verdict(report))
}

function rowOf(e: Examined): { identity?: string; decision?: string; at?: string; expires?: string; reason?: string; how?: string; counts: boolean; fault?: string; why?: string; file: string } {
  const { approval } = e
  return {
    ...(e.identity !== undefined && { identity: e.identity }),
    ...(approval && { decision: approval.decision, at: approval.decidedAt, expires: approval.expiresAt, ...(approval.reason !== undefined && { reason: approval.reason }) }),
    ...(e.counts ? { how: e.how, counts: true } : { counts: false, fault: e.fault, why: e.why }), file: e.name,
  }
}

/** What the approvals come to, in words. */
export function verdict({ needed, approvedBy, rejectedBy }: ApprovalReport): string {
  const by = approvedBy.length === 0 ? '' : ` (${approvedBy.map((a) => a.identity).join(', ')})`
  const against = rejectedBy.map((r) => `; rejected by ${r.identity}${r.reason === undefined ? '' : `: ${r.reason}`}`).join('')
  return shown(`${approvedBy.length} of ${needed} approvals${by}${against}`)
}
