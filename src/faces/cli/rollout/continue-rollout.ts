import { readTarget, type StoredJournal } from '../../../delivery/rollout/index.ts'
import type { CheckedPlan } from '../../../delivery/plan/index.ts'
import { evidenceSigner } from '../evidence-signer.ts'
import type { ApplyRun } from '../plan-run.ts'
import type { CommandContext, Session } from '../command.ts'
import { withEvidence } from '../open-evidence.ts'
import { recordsFor } from '../records.ts'
import { ReleaseNotices } from '../release-notices.ts'
import { ReleaseRun } from '../release-run.ts'
import { restored } from './kept-context.ts'
import { performed, runner } from './roll-out.ts'
import { runKept } from './run-kept.ts'
import { stepTrust } from './step-trust.ts'

/**
 * Goes on with a rollout that the cluster keeps, in this process, to its end: verification, evidence and notices as in the run that began it.
 * @param base where evidence, checks and scripts are at home
 * @returns 0 promoted, 1 failed, 3 done and not on record, 5 refused, 6 rolled back
 */
export async function continueRollout(context: CommandContext, session: Session, stored: StoredJournal, base: string): Promise<number> {
  const { signal, settings } = context
  const { journal } = stored
  const target = await readTarget(session.cluster, journal.namespace, journal.release, { signal })
  const driver = recordsFor(session, journal.namespace, settings.driver)
  const { run: began, release } = await restored(stored, target, driver, signal)
  const checked: CheckedPlan = { refusals: [], releases: [release], applied: false }
  const signer = await evidenceSigner(context)
  const run: ApplyRun = { ...began, context, session, checked, base, ...(signer && { signer }) }
  return await withEvidence(context, async (evidence) => {
    const notices = await ReleaseNotices.open(context, { digest: run.digest, environment: run.environment, services: [release.planned.service] })
    const one = new ReleaseRun(run, release, evidence, notices, new Date(journal.started))
    try {
      const trust = await stepTrust(context)
      const ended = await one.rolledOut((onEvent) => performed(stored, () => runKept({ context, session, stored, target, by: runner(), base, onEvent, ...(trust && { trust }) })))
      return await one.ended(ended)
    } catch (error) {
      await one.broken(error as Error)
      throw error
    } finally {
      await notices.close()
    }
  }, base)
}
