import type { Rule } from '../../rule.ts'

export default {
  id: 'process/rollback-documented',
  title: 'The way back is written down before the way forward is taken.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'The moment in which a rollback is needed is the worst one to find out how it goes, and whether it is possible at all.',
  fix: 'Plans write the steps by themselves. Where a change cannot be undone (a migration that drops data), the steps must say what to do instead.',
  check({ process }) {
    if (process?.rollback === undefined) return 'there is no plan of the way back'
    const { steps, reversible } = process.rollback
    return steps.some((s) => s.trim() !== '') ? [] : [{ message: reversible ? 'no step of the rollback is written down' : 'the change cannot be undone, and nothing says what to do instead' }]
  },
} satisfies Rule as Rule
