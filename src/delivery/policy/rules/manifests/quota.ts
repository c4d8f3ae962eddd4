import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/quota',
  title: 'The release fits into the quotas of the namespace.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Pods beyond a ResourceQuota are not created: the rollout hangs until its timeout, with the reason hidden in events of the ReplicaSet.',
  fix: 'Raise the quota, or ask for less. A rolling update needs room for its surge beside the running pods.',
  check: ({ manifests }) => manifests?.quota?.map(({ quota, resource, hard, used, wanted }) => ({ message: `ResourceQuota/${quota}: ${resource}: ${used} of ${hard} used, the release needs ${wanted} in all` })) ?? 'the quotas of the namespace',
} satisfies Rule
