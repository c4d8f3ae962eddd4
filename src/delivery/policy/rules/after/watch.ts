import type { Rule } from '../../rule.ts'

export default {
  id: 'after/watch',
  title: 'The service was watched for 15 minutes after the release, and stayed well.',
  phase: 'after',
  severity: { baseline: 'off', production: 'block' },
  reason: 'Leaks, caches that run empty and timers that fire every ten minutes show after the rollout is done.',
  fix: 'Keep the watch on to its end: `pintle verify RELEASE --watch 15m`. What turned red in it is a reason to roll back.',
  check({ outcome }) {
    if (outcome?.watch === undefined) return 'nobody watched'
    const { minutes, green } = outcome.watch
    return [...(green ? [] : [{ message: 'it did not stay well' }]), ...(minutes >= 15 ? [] : [{ message: `it was watched for ${minutes} minutes` }])]
  },
} satisfies Rule as Rule
