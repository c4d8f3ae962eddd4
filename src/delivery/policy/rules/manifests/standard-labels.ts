import { noManifests, podsOf } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

const wanted = ['app.kubernetes.io/name', 'app.kubernetes.io/instance'] as const

export default {
  id: 'manifests/standard-labels',
  title: 'Workloads carry the standard labels.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'Dashboards, alerts, network policies and cost reports find what belongs together by `app.kubernetes.io/name` and `app.kubernetes.io/instance`.',
  fix: 'Give the workload and its pods both labels, as the helpers of `pintle create` do.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return podsOf(manifests).flatMap(({ object, ref, metadata }) => {
      const lacking = (labels: Readonly<Record<string, unknown>> | undefined) => wanted.filter((label) => labels?.[label] === undefined)
      const own = lacking(object.metadata.labels)
      const ofPods = object.kind === 'Pod' ? [] : lacking(metadata.labels)
      return own.length + ofPods.length === 0 ? [] : [{ object: ref, message: [own.length > 0 ? `it has no ${own.join(', ')}` : '', ofPods.length > 0 ? `its pods have no ${ofPods.join(', ')}` : ''].filter(Boolean).join('; ') }]
    })
  },
} satisfies Rule
