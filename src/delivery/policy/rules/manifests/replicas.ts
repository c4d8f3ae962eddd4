import { noManifests, podsOf } from '../../objects/pods.ts'
import { scaleOf } from '../../objects/scaling.ts'
import type { Rule } from '../../rule.ts'

const least = 3

export default {
  id: 'manifests/replicas',
  title: 'Workloads have at least three replicas.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'One replica is down whenever its node is; two are one while one is replaced. Three keep serving through a failure during a rollout.',
  fix: 'Raise `replicas`, or `minReplicas` of the autoscaler. What can only run once (a leader without election, a single-writer store) needs an override that says so. A workload set to 0 is not judged.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return podsOf(manifests).filter((pod) => pod.object.kind === 'Deployment' || pod.object.kind === 'StatefulSet').flatMap(({ object, ref }) => {
      const { min, max, by } = scaleOf(object, manifests)
      if (max === 0 || min >= least) return []
      return [{ object: ref, message: by === undefined ? `${min} ${min === 1 ? 'replica' : 'replicas'}` : `${by.kind}/${by.metadata.name} may scale it down to ${min}` }]
    })
  },
} satisfies Rule
