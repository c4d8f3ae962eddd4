import type { Rule } from '../../rule.ts'

export default {
  id: 'after/logs',
  title: 'The logs of the new pods show no errors.',
  phase: 'after',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Errors stand in the logs minutes before they stand in the metrics.',
  fix: 'Read them (`kubectl logs`), and decide: roll back, or note why they are expected.',
  check({ outcome }) {
    if (outcome === undefined) return 'the release has not ended'
    const checks = outcome.checks.filter((c) => c.kind === 'logs')
    if (checks.length === 0) return 'nobody read the logs'
    return checks.filter((c) => !c.passed).map((c) => ({ message: `log of ${c.name} failed${c.detail === undefined ? '' : `: ${c.detail}`}` }))
  },
} satisfies Rule as Rule
