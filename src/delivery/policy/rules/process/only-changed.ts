import type { Rule } from '../../rule.ts'

export default {
  id: 'process/only-changed',
  title: 'Only releases that change are applied.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A release that is applied without a change restarts nothing at best, and at worst undoes by hand-made settings or autoscaling what nobody meant to touch, in the shadow of another change.',
  fix: 'Leave the releases without changes out; `pintle plan` does so by itself.',
  check({ changes }) {
    if (changes === undefined) return 'nobody compared with the cluster'
    return changes.unchangedReleases.map((name) => ({ message: `${name} would be applied without any change` }))
  },
} satisfies Rule as Rule
