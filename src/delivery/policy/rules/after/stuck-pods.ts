import type { Rule } from '../../rule.ts'

export default {
  id: 'after/stuck-pods',
  title: 'No pod of the release is stuck.',
  phase: 'after',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A pod in CrashLoopBackOff or ImagePullBackOff beside healthy old ones looks like a finished rollout, until the old ones go.',
  fix: 'The reason stands with each pod; `pintle status NAME --show-resources` and the logs of the previous container say more.',
  check({ outcome }) {
    if (outcome?.stuckPods === undefined) return 'nobody looked at the pods'
    return outcome.stuckPods.map((pod) => ({ message: pod }))
  },
} satisfies Rule as Rule
