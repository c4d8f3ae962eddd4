import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { parseDuration } from '../../../../language/go/index.ts'

export type CanaryPhase = 'Initializing' | 'Initialized' | 'Waiting' | 'Progressing' | 'WaitingPromotion' | 'Promoting' | 'Finalising' | 'Succeeded' | 'Failed' | 'Terminating' | 'Terminated'

/** What a Canary's status says, the traps of reading it seen to (pkg/canary/status.go of Flagger). */
export interface CanaryState {
  readonly phase: CanaryPhase
  /** Nothing is under way. */
  readonly resting: boolean
  /** What it looked at last is what it promoted last. */
  readonly even: boolean
  /** Percent of the traffic that the new version has. */
  readonly weight: number
  readonly failedChecks: number
  readonly iterations: number
  readonly message: string
  /** When the phase last became another, milliseconds since 1970; 0 before the first. */
  readonly turned: number
}

const restful: readonly CanaryPhase[] = ['Initialized', 'Succeeded', 'Failed']

export function canaryState(canary: KubeObject): CanaryState {
  const { phase = 'Initializing', canaryWeight = 0, failedChecks = 0, iterations = 0, conditions = [], lastAppliedSpec, lastPromotedSpec } = canary.status ?? {}
  const promoted = (conditions as { type?: string; message?: string; lastUpdateTime?: string }[]).find((c) => c?.type === 'Promoted')
  // status.lastTransitionTime changes at every look at a failed Canary, the condition only with the phase.
  const turned = Date.parse(promoted?.lastUpdateTime ?? '')
  // The status loses its weight while a promotion waits; the routes keep theirs.
  const weight = phase === 'WaitingPromotion' ? (weightsOfCanary(canary).at(-1) ?? 0) : canaryWeight
  return { phase, weight, failedChecks, iterations, message: promoted?.message ?? '', turned: Number.isNaN(turned) ? 0 : turned, resting: restful.includes(phase), even: lastAppliedSpec === lastPromotedSpec }
}

/** How Flagger judges: v1alpha3 called it otherwise. */
export const analysisOf = (canary: KubeObject): any => canary.spec?.analysis ?? canary.spec?.canaryAnalysis

/** Whether new pods are only looked at before all traffic goes to them: a number of iterations, by Services alone or by a mesh. */
export const isBlueGreen = (canary: KubeObject): boolean => canary.spec?.provider === 'kubernetes' || (analysisOf(canary)?.iterations ?? 0) > 0

/** The weights that a Canary goes through before its promotion (pkg/controller/scheduler.go, nextStepWeight). Empty for blue-green. */
export function weightsOfCanary(canary: KubeObject): number[] {
  const { stepWeight = 0, stepWeights = [], maxWeight } = analysisOf(canary) ?? {}
  if (isBlueGreen(canary)) return []
  const listed = (stepWeights as unknown[]).filter((w): w is number => typeof w === 'number')
  const most = Math.min(100, listed.at(-1) ?? (maxWeight > 0 ? maxWeight : 100))
  if (!(stepWeight > 0)) return listed.filter((w) => w <= most)
  const weights: number[] = []
  for (let w = 0; w < most;) weights.push(w = Math.min(100, w + stepWeight))
  return weights
}

/** The workload that is rolled out. */
export function targetOf(canary: KubeObject): { readonly kind: string; readonly name: string } {
  const { kind = 'Deployment', name = '' } = canary.spec?.targetRef ?? {}
  return { kind, name }
}

/** Milliseconds between two looks of Flagger: 60 s, and never below 10 s. */
export function intervalOf(canary: KubeObject): number {
  const { interval } = analysisOf(canary) ?? {}
  return typeof interval !== 'string' || interval === '' ? 60_000 : Math.max(10_000, Number(parseDuration(interval).nanoseconds / 1_000_000n))
}
