import type { CheckedPlan, CheckedRelease } from './check-plan.ts'
import { perform, type PerformOptions, type Performed } from './perform.ts'
import { originText } from './release-state.ts'

export interface ApplyPlanOptions {
  readonly digest: string
  readonly checked: CheckedPlan
  /** Says where a release is applied, and how its run is shown. */
  readonly settings: (release: CheckedRelease) => Omit<PerformOptions, 'release' | 'origin'>
  /** Takes a release whose plan has such a strategy to its new version step by step. Left out, all of it is changed at once. */
  readonly rollOut?: (release: CheckedRelease) => Promise<Performed>
  /** Before a release is touched. */
  readonly starting?: (release: CheckedRelease) => void
  /** Goes along with its work, to show it. */
  readonly perform?: (release: CheckedRelease, work: Promise<Performed>) => Promise<Performed>
  /** After one was applied, or failed: verifies it, keeps evidence. @returns whether those that follow may start */
  readonly ended: (release: CheckedRelease, performed: Performed) => Promise<boolean>
  readonly signal?: AbortSignal
}

/** What became of one release of a plan. */
export interface AppliedRelease {
  readonly release: CheckedRelease
  readonly outcome: Performed['outcome'] | 'applied-already' | 'not-started'
}

/**
 * Applies a plan whose preconditions were checked: its frozen bytes, one release after the other in the plan's order. What was applied already is left alone;
 * after one that did not end well nothing is started any more.
 */
export async function applyPlan({ digest, checked, settings, rollOut, starting, perform: along = (_release, work) => work, ended, signal }: ApplyPlanOptions): Promise<AppliedRelease[]> {
  const out: AppliedRelease[] = []
  let going = true
  for (const release of checked.releases) {
    if (release.state?.state === 'applied') out.push({ release, outcome: 'applied-already' })
    else if (!going || signal?.aborted === true) out.push({ release, outcome: 'not-started' })
    else {
      starting?.(release)
      const performed = await along(release, rollOut !== undefined && release.planned.strategy.rollout !== undefined ? rollOut(release) : perform({ ...settings(release), release, origin: originText(digest) }))
      out.push({ release, outcome: performed.outcome })
      going = await ended(release, performed)
    }
  }
  return out
}
