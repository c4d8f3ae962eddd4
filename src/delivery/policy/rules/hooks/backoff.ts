import { hookPods } from '../../objects/hooks.ts'
import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

const most = 3

export default {
  id: 'hooks/backoff',
  title: 'Hooks say how often they may be tried.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'Without a `backoffLimit` Kubernetes runs a failing Job seven times, with pauses that add up to ten minutes: the failure is told late, and a half-done migration is repeated over and over.',
  fix: 'Set `backoffLimit: 0` for what must run once, at most 3 for what may be repeated; a bare pod needs `restartPolicy: Never`.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return hookPods(manifests).flatMap(({ object, ref, spec }) => {
      if (object.kind !== 'Job') return object.kind === 'Pod' && (spec.restartPolicy ?? 'Always') === 'Always' ? [{ object: ref, message: 'its restartPolicy is Always: it is started again for ever' }] : []
      const limit = object.spec.backoffLimit
      if (limit === undefined || limit === null) return [{ object: ref, message: 'it has no backoffLimit, which means 6' }]
      return Number(limit) > most ? [{ object: ref, message: `its backoffLimit is ${limit}` }] : []
    })
  },
} satisfies Rule
