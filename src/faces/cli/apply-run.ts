import { applyPlan, type CheckedRelease } from '../../delivery/plan/index.ts'
import type { ApplyRun } from './plan-run.ts'
import { withEvidence, type OpenEvidence } from './open-evidence.ts'
import { recordsFor } from './records.ts'
import { ReleaseNotices } from './release-notices.ts'
import { ReleaseRun } from './release-run.ts'
import { waitingOptions } from './waiting-flags.ts'

/**
 * Applies a checked plan, verifies each release and keeps its evidence, saying on stderr what is done.
 * @returns 0 done, 1 failed, 3 done and not on record, 5 refused with nothing changed, 6 failed and rolled back
 */
export async function applyRun(run: ApplyRun): Promise<number> {
  // Opened first: a store that cannot be found stops the run while nothing is changed.
  return await withEvidence(run.context, async (evidence) => {
    // So does who is to be told, where that cannot be read.
    const notices = await ReleaseNotices.open(run.context, { digest: run.digest, environment: run.environment, services: run.checked.releases.map((r) => r.planned.service) })
    try {
      return await applied(run, evidence, notices)
    } finally {
      await notices.close()
    }
  }, run.base)
}

async function applied(run: ApplyRun, evidence: OpenEvidence, notices: ReleaseNotices): Promise<number> {
  const { context: { flags, out, signal }, session, checked, digest } = run
  const runs = new Map<CheckedRelease, ReleaseRun>()
  let code = 0
  const all = await applyPlan({
    digest, checked, signal,
    settings: (release) => ({ cluster: session.cluster, driver: recordsFor(session, release.planned.namespace, run.context.settings.driver), signal, ...waitingOptions(flags), onEvent: runs.get(release)!.progress.onEvent }),
    starting: (release) => runs.set(release, new ReleaseRun(run, release, evidence, notices)),
    rollOut: async (release) => {
      const { rollOut } = await import('./rollout/roll-out.ts')
      return await runs.get(release)!.rolledOut((onEvent) => rollOut(run, release, onEvent))
    },
    perform: (release, work) => runs.get(release)!.shown(work),
    async ended(release, performed) {
      const ended = await runs.get(release)!.ended(performed)
      code ||= ended
      return ended === 0
    },
  }).catch(async (error: unknown) => {
    for (const started of runs.values()) await started.broken(error as Error)
    throw error
  })
  for (const { release: { planned, state }, outcome } of all) {
    if (outcome === 'applied-already') out.line(`${planned.name}: applied already, revision ${state?.state === 'applied' ? state.revision : '?'}`)
    if (outcome === 'not-started') out.line(`${planned.name}: not started`)
  }
  if (code === 0 && all.some((a) => a.outcome === 'not-started')) return 1
  // What was refused after others were changed is no refusal of the plan.
  return code === 5 && all.some((a) => a.outcome === 'deployed' || a.outcome === 'applied-already') ? 1 : code
}
