import type { Rule } from '../../rule.ts'

export default {
  id: 'continuous/drift',
  title: 'The cluster is as the last release left it.',
  phase: 'continuous',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A change by hand is gone after the next release, or makes it fail. Until then nobody but its author knows that it is there.',
  fix: '`pintle drift` shows each field with who changed it: put the change into the chart, or release again to remove it.',
  check({ outcome }) {
    if (outcome?.drifted === undefined) return 'nobody compared the cluster with the last release'
    return outcome.drifted.map((what) => ({ message: what }))
  },
} satisfies Rule as Rule
