import type { KubeObject } from '../../../../cluster/kube/index.ts'
import type { ManifestFacts } from '../../facts.ts'
import { noManifests, podsOf, type Pod } from '../../objects/pods.ts'
import { scaleOf, scaled } from '../../objects/scaling.ts'
import { selects } from '../../objects/selectors.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/disruption-budget',
  title: 'Replicated workloads have a disruption budget that lets a pod go.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without a PodDisruptionBudget a node upgrade may evict all replicas at once. With one that never lets a pod go, nodes cannot be drained at all.',
  fix: 'Add a PodDisruptionBudget whose selector matches the pods, with `maxUnavailable: 1`, or a `minAvailable` below the number of replicas.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    const budgets = manifests.objects.map((o) => o.object).filter((o) => o.kind === 'PodDisruptionBudget')
    return podsOf(manifests).filter((pod) => pod.object.kind === 'Deployment' || pod.object.kind === 'StatefulSet').flatMap((pod) => {
      const own = budgets.filter((b) => (b.metadata.namespace ?? '') === (pod.object.metadata.namespace ?? '') && selects(b.spec?.selector, pod.metadata.labels))
      const tight = own.find((b) => letsNobodyGo(b, pod, manifests))
      if (tight !== undefined) return [{ object: pod.ref, message: `PodDisruptionBudget/${tight.metadata.name} never lets one of its pods go: nodes cannot be drained` }]
      return own.length === 0 && scaleOf(pod.object, manifests).max > 1 ? [{ object: pod.ref, message: 'it has several replicas and no PodDisruptionBudget' }] : []
    })
  },
} satisfies Rule

/** At no number of replicas the workload can have. Percentages are rounded up, both of them (disruption controller). */
function letsNobodyGo({ spec }: KubeObject, pod: Pod, manifests: ManifestFacts): boolean {
  const { max } = scaleOf(pod.object, manifests)
  if (max === 0) return false
  if (spec.maxUnavailable !== undefined && spec.maxUnavailable !== null) return scaled(spec.maxUnavailable, max, 'up') < 1
  return scaled(spec.minAvailable ?? 1, max, 'up') >= max
}
