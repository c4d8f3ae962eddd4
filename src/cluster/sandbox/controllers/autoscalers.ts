import type { JsonMap } from '../json.ts'
import type { Controller } from './engine.ts'
import type { Hands } from './hands.ts'
import { keyOf, withCondition } from './hands.ts'

/** Says that autoscalers could scale; the sandbox has no metrics, so none ever does. */
export function autoscalers(hands: Hands): Controller {
  const table = 'autoscaling/horizontalpodautoscalers'
  return {
    name: 'horizontal-pod-autoscaler',
    watches: [table],
    keys: ({ object, type }) => (type === 'DELETED' ? [] : [keyOf(object)]),
    reconcile(key) {
      const scaler = hands.byKey(table, key)
      if (scaler === undefined) return
      const target = scaler.spec.scaleTargetRef as JsonMap
      const plural = target.kind === 'StatefulSet' ? 'statefulsets' : target.kind === 'ReplicaSet' ? 'replicasets' : 'deployments'
      const found = hands.get(`apps/${plural}`, scaler.metadata.namespace as string, target.name as string)
      const now = hands.now
      const replicas = (found?.spec?.replicas as number | undefined) ?? 0
      let conditions = withCondition(scaler.status?.conditions as JsonMap[] | undefined, found === undefined
        ? { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: `the HPA controller was unable to get the target's current scale: ${plural}.apps "${target.name}" not found` }
        : { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" }, now)
      if (found !== undefined) {
        conditions = withCondition(conditions, { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)' }, now)
      }
      hands.status(table, scaler, { currentMetrics: [{ type: '' }], conditions, currentReplicas: replicas, desiredReplicas: 0 })
    },
  }
}
