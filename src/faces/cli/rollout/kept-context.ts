import { ReleaseHistory, Storage, type StorageDriver } from '../../../cluster/release/index.ts'
import type { RolloutTarget, StoredJournal } from '../../../delivery/rollout/index.ts'
import { clearPlan, type CheckedRelease, type ClearPlan, type PlannedRelease } from '../../../delivery/plan/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { ApplyRun } from '../plan-run.ts'
import type { ApprovalTrail } from '../approval-trail.ts'

/** What the record of evidence needs of the run that began a rollout. It is kept beside the target, and free of secrets but for what the target holds. */
interface KeptContext extends Pick<ApplyRun, 'digest' | 'environment' | 'review' | 'policy' | 'author' | 'emergency' | 'rules'> {
  readonly planned: Omit<PlannedRelease, 'payload'>
  readonly plan?: ClearPlan
  readonly approvals?: ApprovalTrail
  readonly ticket?: string
}

export function keptContext({ context: { flags }, digest, environment, review, policy, author, emergency, rules, plan, approvals }: ApplyRun, { planned: { payload: _, ...planned } }: CheckedRelease): KeptContext {
  const ticket = flags.has('ticket') ? flags.string('ticket') : ''
  return {
    digest, environment, review, planned, ...(policy && { policy }), ...(author !== undefined && { author }), ...(emergency && { emergency }), ...(rules && { rules }), ...(plan && { plan: clearPlan(plan) }), ...(approvals && { approvals }), ...(ticket !== '' && { ticket }),
  }
}

/** The run and the release as they were when the rollout began. @throws PintleError rollout.invalid */
export async function restored({ journal }: StoredJournal, target: RolloutTarget, driver: StorageDriver, signal: AbortSignal): Promise<{ run: Pick<ApplyRun, 'digest' | 'environment' | 'review' | 'policy' | 'author' | 'emergency' | 'rules' | 'plan' | 'approvals'> & { ticket?: string }; release: CheckedRelease }> {
  const kept = target.context as KeptContext | undefined
  if (typeof kept?.digest !== 'string' || typeof kept.planned?.name !== 'string') throw new PintleError('rollout.invalid', `what is kept of the rollout of ${journal.release} does not say what it belongs to`)
  const { planned, plan, approvals, ...rest } = kept
  const { revisions } = await new Storage(driver).history(journal.release, { signal })
  const { release: { manifest, hooks, notes, config, chart }, crds, smoke, secrets } = target
  return {
    run: { ...rest, ...(plan && { plan: plan as unknown as ApplyRun['plan'] & object }), ...(approvals && { approvals: withBytes(approvals) }) },
    release: { planned: planned as PlannedRelease, frozen: { manifest, hooks, notes, config, chart, crds, smoke, secrets }, state: undefined, history: new ReleaseHistory(journal.release, revisions.filter((stored) => stored.version <= journal.from.revision)) },
  }
}

/** JSON knows no bytes and no dates: they are base64 and texts there. */
function withBytes({ report, documents }: ApprovalTrail): ApprovalTrail {
  return { documents, report: { ...report, examined: report.examined.map((e) => ('payload' in e ? { ...e, at: new Date(e.at), payload: Buffer.from(String(e.payload), 'base64') } : e)) } }
}
