import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/history',
  title: 'The history of the release is capped.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Every revision is an object of up to 1 MiB in etcd. Without a cap they add up until the API server suffers.',
  fix: 'Leave `--history-max` at its default of 10, or set it to a number; 0 is no cap.',
  check({ process }) {
    const cap = process?.settings?.historyMax
    if (cap === undefined) return 'the settings of the release'
    return cap > 0 ? [] : [{ message: 'history-max is 0: every revision is kept for ever' }]
  },
} satisfies Rule
