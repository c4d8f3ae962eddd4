import type { KubeObject } from '../../../cluster/kube/index.ts'
import type { ManifestFacts } from '../facts.ts'

/** How many pods a workload has, at least and at most. */
export interface Scale {
  readonly min: number
  readonly max: number
  /** What scales it, when something does. */
  readonly by?: KubeObject
}

/** Replicas of a Deployment or StatefulSet: of its autoscaler if the manifest has one, else its own, which are 1 where nothing is said. */
export function scaleOf(workload: KubeObject, manifests: ManifestFacts): Scale {
  for (const { object } of manifests.objects) {
    const target = object.spec?.scaleTargetRef
    if (target?.name !== workload.metadata.name || (target?.kind ?? 'Deployment') !== workload.kind || (object.metadata.namespace ?? '') !== (workload.metadata.namespace ?? '')) continue
    if (object.kind === 'HorizontalPodAutoscaler') return { min: number(object.spec.minReplicas, 1), max: number(object.spec.maxReplicas, 1), by: object }
    // KEDA's defaults: 0 and 100.
    if (object.kind === 'ScaledObject') return { min: number(object.spec.minReplicaCount, 0), max: number(object.spec.maxReplicaCount, 100), by: object }
  }
  const replicas = number(workload.spec?.replicas, 1)
  return { min: replicas, max: replicas }
}

/** A number, or a percentage of `total`. Upstream: intstr.GetScaledValueFromIntOrPercent. */
export function scaled(value: unknown, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'string' && /^\d+%$/.test(value)) return Math[round === 'up' ? 'ceil' : 'floor']((Number(value.slice(0, -1)) * total) / 100)
  return number(value, 0)
}

function number(value: unknown, fallback: number): number {
  if (value === undefined || value === null) return fallback
  const n = Number(value)
  return Number.isFinite(n) ? n : fallback
}
