import { getRelease } from '../../../cluster/release/index.ts'
import type { Performed } from '../../../delivery/plan/index.ts'
import { readTarget, type Journal, type StoredJournal } from '../../../delivery/rollout/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { ApplyRun } from '../plan-run.ts'
import type { CommandContext, Session } from '../command.ts'
import { evidenceSigner } from '../evidence-signer.ts'
import { withEvidence } from '../open-evidence.ts'
import { recordsFor } from '../records.ts'
import { ReleaseNotices } from '../release-notices.ts'
import { ReleaseRun } from '../release-run.ts'
import { restored } from './kept-context.ts'

/**
 * Keeps the evidence of a rollout that ended where none could be kept: in a Job, or in a process that died between its end and its record. What runs now is verified as after any release.
 * @param base where the evidence is at home
 * @returns 0 kept and verified, 1 the release is not as it should be, 3 not on record, 6 kept: it was rolled back
 */
export async function collectEvidence(context: CommandContext, session: Session, stored: StoredJournal, base: string): Promise<number> {
  const { signal, settings } = context
  const { journal } = stored
  const target = await readTarget(session.cluster, journal.namespace, journal.release, { signal })
  const driver = recordsFor(session, journal.namespace, settings.driver)
  const { run: began, release } = await restored(stored, target, driver, signal)
  const signer = await evidenceSigner(context)
  const run: ApplyRun = { ...began, context, session, checked: { refusals: [], releases: [release], applied: false }, base, ...(signer && { signer }) }
  return await withEvidence(context, async (evidence) => {
    const notices = await ReleaseNotices.open(context, { digest: run.digest, environment: run.environment, services: [release.planned.service] })
    const one = new ReleaseRun(run, release, evidence, notices, new Date(journal.started))
    try {
      return await one.ended(await endOf(journal, (version) => getRelease({ cluster: session.cluster, driver, namespace: journal.namespace, name: journal.release, version, signal }).then((r) => r.record)))
    } finally {
      await notices.close()
    }
  }, base)
}

/** How it ended, from its journal and the release's records. */
async function endOf(journal: Journal, recordOf: (version: number) => Promise<NonNullable<Performed['record']>>): Promise<Performed> {
  const { phase, release, message = 'unknown why', to, spec } = journal
  if (phase === 'promoted') return { outcome: 'deployed', record: await recordOf(to.revision), rollout: journal }
  const error = new PintleError(phase === 'aborted' ? 'release.rolledBack' : 'release.failed', `the ${spec.strategy} of ${release} was ${phase}: ${message}`)
  return { outcome: phase === 'aborted' ? 'rolled-back' : 'failed', error, rollout: journal }
}
