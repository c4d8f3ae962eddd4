import { changeHooks } from '../../objects/hooks.ts'
import { noManifests, refOf } from '../../objects/pods.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'hooks/delete-policy',
  title: 'A hook that stays behind is not in the way of the next.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A hook without `before-hook-creation` is only removed as its policy says. With `hook-succeeded` alone a failed hook stays, and every further release fails with "already exists"; with `hook-failed` alone a good one does.',
  fix: 'Leave the annotation out (then it is `before-hook-creation`), or add `before-hook-creation` to `helm.sh/hook-delete-policy`.',
  check({ manifests }) {
    if (manifests === undefined) return noManifests
    return changeHooks(manifests).flatMap(({ object, hook }) => {
      const { deletePolicies } = hook!
      const named = object.metadata.name === undefined || /-\d+$/.test(object.metadata.name)
      if (named || deletePolicies.length === 0 || deletePolicies.includes('before-hook-creation') || (deletePolicies.includes('hook-succeeded') && deletePolicies.includes('hook-failed'))) return []
      return [{ object: refOf(object), message: `its delete policy is ${deletePolicies.join(', ')}: one that ${deletePolicies.includes('hook-succeeded') ? 'failed' : 'succeeded'} makes the next release fail` }]
    })
  },
} satisfies Rule
