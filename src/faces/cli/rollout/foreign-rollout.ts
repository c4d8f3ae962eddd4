import type { KubeObject } from '../../../cluster/kube/index.ts'
import { line, podsOf } from './words.ts'

/** How far something is that Pintle does not roll out itself. `stopped` waits for somebody. */
export interface WorkloadState {
  readonly state: 'done' | 'going' | 'stopped' | 'failed'
  readonly message: string
  readonly rows: readonly (readonly [name: string, text: string])[]
}

/** Rollouts that other controllers run. */
export const foreignKinds = [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', words: ['rollout', 'rollouts', 'ro'] },
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', words: ['canary', 'canaries'] },
]

/** How far another controller's rollout is, by its own status; undefined for everything else. */
export function foreignState(object: KubeObject): WorkloadState | undefined {
  if (object.kind === 'Rollout' && object.apiVersion.startsWith('argoproj.io/')) return argo(object)
  if (object.kind === 'Canary' && object.apiVersion.startsWith('flagger.app/')) return flagger(object)
  return undefined
}

/** Upstream: rolloututil.GetRolloutPhase of argo-rollouts; its `phase` stands in the status since 1.1. */
function argo({ spec = {}, status = {}, metadata }: KubeObject): WorkloadState {
  const steps: unknown[] = spec.strategy?.canary?.steps ?? []
  const observed = status.observedGeneration === undefined || String(status.observedGeneration) === String(metadata.generation)
  const phase = observed ? String(status.phase ?? 'Progressing') : 'Progressing'
  const weight = status.canary?.weights?.canary?.weight
  const state = phase === 'Healthy' ? 'done' : phase === 'Degraded' ? 'failed' : phase === 'Paused' ? 'stopped' : 'going'
  const why = status.pauseConditions?.[0]?.reason
  return {
    state, message: `${phase}${status.message ? `: ${line(String(status.message))}` : why ? `: ${line(String(why))}` : ''}`,
    rows: [
      ['run by', 'Argo Rollouts'],
      ...(steps.length > 0 ? [['step', `${status.currentStepIndex ?? 0} of ${steps.length}`] as const] : []),
      ...(weight === undefined ? [] : [['traffic', `${weight}% to the new version`] as const]),
      ['pods', `${podsOf({ ready: Number(status.availableReplicas ?? 0), wanted: Number(spec.replicas ?? 1) })} available, ${Number(status.updatedReplicas ?? 0)} of the new version`],
      ...(state === 'stopped' ? [['next', `kubectl argo rollouts promote ${metadata.name} -n ${metadata.namespace}`] as const] : []),
    ],
  }
}

/** Upstream: CanaryPhase in flagger's pkg/apis/flagger/v1beta1/status.go. */
function flagger({ status = {} }: KubeObject): WorkloadState {
  const phase = String(status.phase ?? 'Initializing')
  const message = (status.conditions as { type?: string; message?: string }[] | undefined)?.find((c) => c.type === 'Promoted')?.message
  const state = phase === 'Succeeded' || phase === 'Initialized' ? 'done' : phase === 'Failed' ? 'failed' : phase.startsWith('Waiting') ? 'stopped' : 'going'
  return {
    state, message: `${phase}${message === undefined ? '' : `: ${line(message)}`}`,
    rows: [['run by', 'Flagger'], ['traffic', `${Number(status.canaryWeight ?? 0)}% to the new version`], ['failures', `${Number(status.failedChecks ?? 0)} checks in a row`]],
  }
}
