import { hookPods } from '../../objects/hooks.ts'
import { noManifests } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'hooks/timeout',
  title: 'Every hook ends by itself.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'A timeout of the release ends the waiting, not the hook: a migration that hangs goes on holding its locks while the release is rolled back around it.',
  fix: 'Set `activeDeadlineSeconds` on the Job, or on its pod, below the timeout of the release.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return hookPods(manifests)
      .filter(({ object, spec }) => !(Number(object.kind === 'Job' ? object.spec.activeDeadlineSeconds ?? spec.activeDeadlineSeconds : spec.activeDeadlineSeconds) > 0))
      .map(({ ref }) => ({ object: ref, message: 'it has no activeDeadlineSeconds' }))
  },
} satisfies Rule
