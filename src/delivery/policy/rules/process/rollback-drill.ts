import type { Rule } from '../../rule.ts'

export default {
  id: 'process/rollback-drill',
  title: 'A rollback of this service was practised in the last 90 days.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'warn' },
  reason: 'A way back that was never taken is a guess. Backups turn out empty, images gone from the registry, old pods unable to read what new ones wrote.',
  fix: 'Practise it: roll staging back and forward again. The record of that rollback is the drill.',
  check({ now, process }) {
    if (process?.rollback?.lastDrill === undefined) return 'no rollback is on record'
    const days = Math.floor((now.getTime() - Date.parse(process.rollback.lastDrill)) / 86_400_000)
    if (Number.isNaN(days)) return `${JSON.stringify(process.rollback.lastDrill)} is no time`
    return days <= 90 ? [] : [{ message: `the last rollback was ${days} days ago` }]
  },
} satisfies Rule as Rule
