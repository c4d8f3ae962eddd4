import type { Router, Sizing } from './routers/router.ts'
import type { RolloutSpec } from './types.ts'

/** What becomes of one weight that was asked for. */
export interface PlannedWeight {
  /** Index of the step. */
  readonly step: number
  readonly wanted: number
  /** Percent, to one decimal. */
  readonly achieved: number
  readonly pods: { readonly stable: number; readonly canary: number }
  /** It is missed by more than the tolerance: the plan is refused. */
  readonly beyond: boolean
}

/**
 * What every weight of a rollout comes to, for the plan.
 * @param full pods of the old version
 * @example planWeights({ steps: [{ kind: 'weight', weight: 5 }], tolerance: 2, ... }, replicasRouter, 3) // [{ step: 0, wanted: 5, achieved: 0, pods: { stable: 3, canary: 0 }, beyond: true }]
 */
export function planWeights(spec: Pick<RolloutSpec, 'steps' | 'tolerance'> & Sizing, router: Pick<Router, 'plan'>, full: number): PlannedWeight[] {
  return spec.steps.flatMap((s, step) => {
    if (s.kind !== 'weight') return []
    const { achieved, stable, canary } = router.plan(s.weight, full, spec)
    const missed = Math.abs(achieved - s.weight)
    // A share of nothing is no share: nothing would be judged.
    return [{ step, wanted: s.weight, achieved: Math.round(achieved * 10) / 10, pods: { stable, canary }, beyond: missed > spec.tolerance + 1e-9 || (s.weight > 0 && achieved === 0) }]
  })
}

/** Those of them that are missed beyond the tolerance. */
export const unreachable = (weights: readonly PlannedWeight[]): PlannedWeight[] => weights.filter((w) => w.beyond)
