import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { noManifests, podsOf } from '../../objects/pods.ts'
import { scaleOf, scaled } from '../../objects/scaling.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/rolling-update',
  title: 'Rollouts add a pod before they take one away.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'With `maxUnavailable` above 0 a rollout starts by removing capacity, and keeps it removed when the new version does not start. `Recreate` removes all of it; `OnDelete` rolls nothing out.',
  fix: 'Set `maxSurge: 1` and `maxUnavailable: 0`. The default of 25% for both takes pods away from four replicas on. Volumes that only one pod may mount need another access mode, or an override.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return podsOf(manifests).flatMap(({ object, ref }) => {
      const fault = object.kind === 'Deployment' ? ofDeployment(object, scaleOf(object, manifests).max) : ofSet(object)
      return fault === undefined ? [] : [{ object: ref, message: fault }]
    })
  },
} satisfies Rule

/** Upstream: deploymentutil.ResolveFenceposts: surge is rounded up, unavailable down, and 1 when both are 0. */
function ofDeployment({ spec }: KubeObject, replicas: number): string | undefined {
  if (replicas === 0) return undefined
  if (spec.strategy?.type === 'Recreate') return 'strategy Recreate stops all pods before it starts new ones'
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {}
  const surge = scaled(maxSurge ?? '25%', replicas, 'up')
  const unavailable = scaled(maxUnavailable ?? '25%', replicas, 'down')
  if (unavailable > 0 || surge === 0) return `of ${replicas} pods ${Math.max(unavailable, surge === 0 ? 1 : 0)} may be missing during a rollout (maxUnavailable ${maxUnavailable ?? '25% by default'}, maxSurge ${maxSurge ?? '25% by default'})`
  return undefined
}

/** StatefulSets and DaemonSets replace pods in place by their nature; OnDelete replaces none. */
const ofSet = ({ kind, spec }: KubeObject): string | undefined => ((kind === 'StatefulSet' || kind === 'DaemonSet') && spec.updateStrategy?.type === 'OnDelete' ? 'updateStrategy OnDelete rolls nothing out' : undefined)
