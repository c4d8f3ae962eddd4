import type { Rule } from '../../rule.ts'

export default {
  id: 'process/reviewed',
  title: 'What is applied was reviewed, and the review still holds.',
  phase: 'apply',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A diff that was reviewed yesterday describes yesterday. After its expiry nobody knows any more whether what was read is what will happen.',
  fix: 'Plan again and have it reviewed: `pintle plan`, then `pintle approve`.',
  check({ now, process }) {
    if (process?.plan === undefined) return 'there is no plan file'
    const { expires } = process.plan
    return Date.parse(expires) > now.getTime() ? [] : [{ message: `the plan expired at ${expires}` }]
  },
} satisfies Rule as Rule
