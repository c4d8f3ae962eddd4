import type { Rule } from '../../rule.ts'

export default {
  id: 'after/revision-live',
  title: 'The new revision is the one that runs.',
  phase: 'after',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A paused Deployment, an autoscaler of another controller or an old ReplicaSet that kept its pods: the record says new, the users get old.',
  fix: 'Compare the pod template hash of the running pods with the newest ReplicaSet: `kubectl rollout status`.',
  check({ outcome }) {
    if (outcome?.revisionLive === undefined) return 'nobody looked which revision runs'
    return outcome.revisionLive ? [] : [{ message: 'the pods that run are not those of the new revision' }]
  },
} satisfies Rule as Rule
