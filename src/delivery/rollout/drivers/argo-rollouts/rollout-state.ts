import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { parseDuration } from '../../../../language/go/index.ts'

/** What a Rollout's status says, the traps of reading it seen to (utils/rollout/rolloututil.go of Argo Rollouts). */
export interface RolloutState {
  /** The controller has seen the spec as it is, and what was asked of it last. Nothing else here means anything before. */
  readonly observed: boolean
  readonly phase: 'Progressing' | 'Paused' | 'Healthy' | 'Degraded'
  readonly message: string
  readonly strategy: 'canary' | 'blueGreen'
  /** Steps that are done. */
  readonly index: number
  /** Percent of the traffic that the steps which are done have given the new version. */
  readonly weight: number
  /** Why it is paused: `CanaryPauseStep`, `BlueGreenPause`, `InconclusiveAnalysisRun`, ... */
  readonly pauses: readonly string[]
  /** `spec.paused`: by a person. */
  readonly halted: boolean
  readonly aborted: boolean
  /** The newest template is the stable one. */
  readonly promoted: boolean
  /** Hashes of the pod templates; empty before the controller's first look. */
  readonly stableHash: string
  readonly currentHash: string
  /** Percent as a traffic router or a Service has it; undefined where pods share the traffic by their number. */
  readonly routed?: number
}

/** Where the Rollout waits for a word. */
export interface Stop {
  /** Index of the pause. */
  readonly index: number
  readonly weight: number
  /** Seconds after which the controller goes on by itself. */
  readonly seconds?: number
}

/** @param workload the Deployment that a Rollout with workloadRef takes its template from */
export function rolloutState(rollout: KubeObject, workload?: KubeObject): RolloutState {
  const { spec = {}, status = {}, metadata } = rollout
  const pauses: string[] = (status.pauseConditions ?? []).map((p: { reason?: unknown }) => String(p?.reason ?? ''))
  const strategy = spec.strategy?.blueGreen === undefined ? 'canary' : 'blueGreen'
  const steps = canarySteps(rollout)
  // Cleared pause conditions beside a controllerPause are a promotion that the controller has not seen yet.
  const isUnpausing = status.controllerPause === true && pauses.length === 0
  const followsWorkload = workload === undefined || (status.workloadObservedGeneration !== undefined && Number(status.workloadObservedGeneration) >= (workload.metadata.generation ?? 0))
  const observed = status.observedGeneration !== undefined && Number(status.observedGeneration) >= (metadata.generation ?? 0) && followsWorkload && !isUnpausing
  const [stableHash, currentHash] = [String(status.stableRS ?? ''), String(status.currentPodHash ?? '')]
  const isStable = status.stableRS !== undefined && status.stableRS === status.currentPodHash
  const index = typeof status.currentStepIndex === 'number' ? status.currentStepIndex : isStable ? steps.length : 0
  const promoted = stableHash !== '' && stableHash === currentHash
  const routed = strategy === 'blueGreen' ? (status.blueGreen?.activeSelector === currentHash ? 100 : 0) : status.canary?.weights?.canary?.weight
  return {
    observed, strategy, index, pauses, promoted, stableHash, currentHash,
    phase: status.phase ?? 'Progressing', message: String(status.message ?? ''),
    halted: spec.paused === true, aborted: status.abort === true,
    weight: promoted ? 100 : strategy === 'blueGreen' ? (routed as number) : weightBefore(steps, index),
    ...(typeof routed === 'number' && { routed }),
  }
}

/** The pauses of a Rollout's strategy, in their order. */
export function stopsOf(rollout: KubeObject): Stop[] {
  const blueGreen = rollout.spec?.strategy?.blueGreen
  if (blueGreen !== undefined) {
    if (blueGreen?.autoPromotionEnabled !== false) return []
    const seconds = blueGreen.autoPromotionSeconds
    return [{ index: 0, weight: 0, ...(typeof seconds === 'number' && seconds > 0 && { seconds }) }]
  }
  const steps = canarySteps(rollout)
  return steps.flatMap((step, index): Stop[] => {
    if (step?.pause === undefined) return []
    const seconds = pauseSeconds(step.pause?.duration)
    return [{ index, weight: weightBefore(steps, index), ...(seconds !== undefined && { seconds }) }]
  })
}

export const canarySteps = (rollout: KubeObject): readonly any[] => {
  const steps = rollout.spec?.strategy?.canary?.steps
  return Array.isArray(steps) ? steps : []
}

const weightBefore = (steps: readonly any[], index: number): number => steps.slice(0, index).findLast((s) => typeof s?.setWeight === 'number')?.setWeight ?? 0

/** `30`, `"30"`, `"5m"`, `"1h30m"`; undefined for a pause without end. */
function pauseSeconds(duration: unknown): number | undefined {
  if (duration === undefined || duration === null) return undefined
  const text = String(duration)
  return /^\d+$/.test(text) ? Number(text) : Number(parseDuration(text).nanoseconds) / 1e9
}
