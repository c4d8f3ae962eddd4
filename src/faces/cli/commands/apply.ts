import { dirname } from 'node:path'
import { clusterConfig } from '../../../cluster/kube/index.ts'
import { existsSync } from 'node:fs'
import { approvalsFolder, checkApprovals, readApprovalDocuments, type ApprovalReport } from '../../../delivery/attestation/index.ts'
import { checkPlan, readPlan, readPlanKey, refusedPlan, rulesDigest, type CheckedPlan, type DigestedPlan, type Project, type Refusal } from '../../../delivery/plan/index.ts'
import { defaultPolicy } from '../../../delivery/policy/index.ts'
import type { StepResult } from '../../../delivery/evidence/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import { requirementsFor, trustOf } from '../approval-policy.ts'
import type { ApprovalTrail } from '../approval-trail.ts'
import { applyRun } from '../apply-run.ts'
import type { ApplyRun } from '../plan-run.ts'
import type { Command, CommandContext, Session } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { evidenceFlag, ticketFlag } from '../evidence-flag.ts'
import { outputFlag } from '../flag-sets.ts'
import { usage } from '../flags.ts'
import { evidenceSigner, signKeyFlag } from '../evidence-signer.ts'
import { operator } from '../operator.ts'
import { planKeyFlag } from '../plan-key-flag.ts'
import { showPlan } from '../plan-review.ts'
import { recordsFor } from '../records.ts'
import { projectOf } from '../release-target.ts'
import { rolloutFlags } from '../rollout/rollout-flags.ts'
import { withSession } from '../session.ts'
import { printStructured } from '../structured.ts'
import { versions } from '../versions.ts'
import { carefulFlags } from '../waiting-flags.ts'

/** `pintle apply` */
export const apply: Command = {
  use: 'apply PLAN [flags]',
  long: `Applies exactly what a plan froze, verifies it and keeps evidence; on failure it goes back. Nothing is rendered. Before anything is changed every precondition is checked: digest, expiry,
approvals, cluster, namespace, revision, every object, definitions, capabilities, lookups, and chart, values and lock where they are at hand. Those that do not hold are listed
together, each by its name (docs/plans.md), and nothing is changed.

A plan that was applied already is left alone. After a crash the same command goes on where the run ended. After a release that fails, those that follow are not started.

Where no approval is required a terminal is asked; elsewhere --approve-digest or --yes says that the plan was reviewed.

Exit codes: 0 applied (or applied already), 1 failed, 5 refused with nothing changed, 6 failed and rolled back.`,
  examples: `pintle apply plan.pintle
pintle apply plan.pintle --approve-digest sha256:4f0c...
pintle apply plan.pintle --approval approvals/ --check`,
  flags: [
    { name: 'approve-digest', type: 'string', usage: 'digest of the plan that was reviewed' },
    { name: 'approval', type: 'stringArray', usage: 'file or folder of approvals (default: PLAN.approvals)' },
    { name: 'yes', short: 'y', type: 'bool', usage: 'the plan was reviewed: do not ask' },
    { name: 'check', type: 'bool', usage: 'check the preconditions and change nothing' },
    { ...outputFlag, usage: 'with --check, output format: table, json, yaml' },
    { name: 'check-sources', type: 'string', default: 'auto', noValue: 'true', choices: ['auto', 'true', 'false'], usage: 'refuse when chart, values or lock changed: auto where they are at hand, true always, false never' },
    { name: 'config', type: 'string', default: 'pintle.yaml', usage: 'path of pintle.yaml, which says whom to trust' },
    planKeyFlag, evidenceFlag, ticketFlag, signKeyFlag, ...carefulFlags, ...rolloutFlags,
  ],
  args: [1, 1],
  completes: ['file'],
  interrupts: 'cancel',
  async run(context) {
    const { flags, out, args, signal } = context
    if (flags.changed('output') && !flags.bool('check')) throw usage('--output says how the result of --check is printed')
    const read = readPlan(args[0]!)
    const key = readPlanKey({ file: flags.string('plan-key') })
    const project = existsSync(flags.string('config')) ? projectOf(context).project : undefined
    const base = project === undefined ? process.cwd() : dirname(project.file)
    if (read.plan.releases.length === 0) {
      out.line('nothing to apply: the plan changes nothing')
      return 0
    }
    return await withTarget(context, read, async (session) => {
      let trail: ApprovalTrail | undefined
      const sources = flags.string('check-sources')
      const checked = await checkPlan({
        plan: read, key, cluster: session.cluster, driver: (namespace, cluster) => recordsFor(session, namespace, context.settings.driver, cluster), version: versions.pintle, signal,
        ...(flags.string('approve-digest') !== '' && { approvedDigest: flags.string('approve-digest') }),
        ...(project !== undefined && { policyDigests: await policiesOf(project, read.plan.environment) }),
        ...(sources !== 'false' && { sources: { base, strict: sources === 'true' } }),
        async approvals() {
          trail = await approvalsOf(context, read, project)
          return refusalsOf(trail.report)
        },
      })
      if (flags.bool('check')) return printCheck(context, read, checked)
      if (checked.refusals.length > 0) throw refusedPlan(checked.refusals)
      const run = { context, session, checked, digest: read.digest, environment: read.plan.environment, base }
      const signer = await evidenceSigner(context)
      const review = checked.applied ? { by: operator(), how: 'none' as const } : await reviewOf(context, read, trail?.report)
      const rules = checked.applied ? [] : await reviewRules(context, read, trail?.report)
      return await applyRun({ ...run, review, rules, plan: read.plan, ...(trail && { approvals: trail }), ...(signer && { signer }) })
    })
  },
}

/** What `--check` found: each precondition that does not hold, and where each release stands. */
function printCheck(context: CommandContext, { digest }: DigestedPlan, { refusals, releases, applied }: CheckedPlan): number {
  const { out, args } = context
  const data = () => ({ plan: digest, applicable: refusals.length === 0 && !applied, applied, refusals, releases: releases.map(({ planned: { name, namespace }, state }) => ({ name, namespace, state: state?.state ?? 'stale' })) })
  if (printStructured(context, data)) return refusals.length === 0 ? 0 : 5
  if (refusals.length > 0) throw refusedPlan(refusals)
  out.line(applied ? `${args[0]}: applied already` : `${args[0]}: every precondition holds; nothing was changed`)
  return 0
}

/** Speaks to the cluster of the plan, by the context it was made with unless another one is named. */
async function withTarget(context: CommandContext, { plan }: DigestedPlan, work: (session: Session) => Promise<number>): Promise<number> {
  const [{ target, namespace }] = plan.releases as [DigestedPlan['plan']['releases'][number]]
  const settings = { ...context.settings, namespace, ...(target.simulated && target.context === 'sandbox' && !context.flags.changed('sandbox') ? { sandbox: true } : { kubeContext: context.settings.kubeContext || knownContext(context, target.context) }) }
  let reached = false
  try {
    return await withSession({ ...context, settings }, (session) => {
      reached = true
      return work(session)
    })
  } catch (error) {
    if (reached || !isPintleError(error, 'kube.unreachable', 'kube.config', 'kube.unauthorized', 'kube.timeout')) throw error
    throw refusedPlan([{ id: 'target/unreachable', message: error.message }])
  }
}

/** The policy of the environment, and its rules under the stricter pack: a plan may be judged by more than is asked for. */
async function policiesOf(project: Project, environment: string): Promise<string[]> {
  const of = { settings: project.environments.get(environment)?.policy ?? defaultPolicy, base: dirname(project.file) }
  return [await rulesDigest(of), await rulesDigest({ ...of, pack: 'production' })]
}

/** The plan's context, where this kubeconfig has one of that name; else the current one. Which cluster it is is told by its UID in any case. */
function knownContext({ settings }: CommandContext, name: string): string {
  try {
    return clusterConfig(connectOptions({ ...settings, kubeContext: name })).context === name ? name : ''
  } catch (error) {
    if (isPintleError(error, 'kube.config')) return ''
    throw error
  }
}

async function approvalsOf({ flags, args, signal }: CommandContext, read: DigestedPlan, project: Project | undefined): Promise<ApprovalTrail> {
  const given = flags.list('approval')
  const documents = readApprovalDocuments(given.length > 0 ? given : [approvalsFolder(args[0]!)])
  const { author, created, expires, environment } = read.plan
  const report = await checkApprovals({ digest: read.digest, author, created, expires, environment }, documents, {
    trust: project === undefined ? { identities: [], importers: [] } : trustOf(project), requirements: requirementsFor(read.plan, project), now: new Date(), signal,
  })
  return { report, documents }
}

function refusalsOf(report: ApprovalReport): Refusal[] {
  if (report.satisfied) return []
  const against = report.rejectedBy.map((r) => `rejected by ${r.identity}${r.reason === undefined ? '' : `: ${r.reason}`}`)
  const faults = report.examined.flatMap((e) => (e.counts ? [] : [`${e.name}: ${e.why}`]))
  return [{ id: 'plan/unapproved', message: [`${report.approvedBy.length} of ${report.needed} approvals`, ...against, ...faults].join('; ') }]
}

/** The rules on reviews, for the record. What they refuse is refused by the preconditions before, unless the rules of the project ask for more. */
async function reviewRules(context: CommandContext, { plan, digest }: DigestedPlan, report: ApprovalReport | undefined): Promise<StepResult[]> {
  const { applyRules } = await import('../run-rules.ts')
  const { created, expires, author, environment, releases } = plan
  const approvals = report && { needed: report.needed, by: report.approvedBy.map((a) => a.identity), byAuthor: report.examined.some((e) => !e.counts && e.fault === 'author') }
  const steps = await applyRules(context, { environment, service: releases[0]!.service, process: { plan: { digest, created, expires, author }, ...(approvals && { approvals }) } })
  const failed = steps.filter((s) => !s.passed)
  if (failed.length > 0) throw refusedPlan(failed.map((s) => ({ id: 'plan/blocked', message: `${s.name}: ${s.detail ?? ''}` })))
  return steps
}

async function reviewOf({ flags, out }: CommandContext, read: DigestedPlan, report: ApprovalReport | undefined): Promise<ApplyRun['review']> {
  const at = new Date().toISOString()
  if (report !== undefined && report.approvedBy.length > 0) return { by: report.approvedBy.map((a) => a.identity).join(', '), how: 'approvals', at }
  if (flags.string('approve-digest') !== '') return { by: operator(), how: 'digest', at }
  if (flags.bool('yes')) return { by: operator(), how: 'prompt', at }
  if (out.isTerminal) {
    const { confirm } = await import('../confirm.ts')
    showPlan(out, read)
    if (await confirm('Apply this plan?')) return { by: operator(), how: 'prompt', at }
  }
  throw refusedPlan([{ id: 'plan/unapproved', message: out.isTerminal ? 'not approved' : `nobody says that it was reviewed: --approve-digest ${read.digest}, or --yes` }])
}
