import type { Rule } from '../../rule.ts'

export default {
  id: 'continuous/error-budget',
  title: 'The service has some of its error budget left.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'The budget says how much risk the users still bear. When it is spent, the next change should make the service more reliable, or wait.',
  fix: 'Release only what mends reliability, with an override that says so, until the budget recovers; in an emergency `--break-glass REASON`.',
  check({ process, run }) {
    const detail = process?.errorBudgetDetail === undefined ? '' : `: ${process.errorBudgetDetail}`
    if (process?.errorBudgetLeft === undefined) return `the error budget is not known${detail}`
    return process.errorBudgetLeft > 0 || (run.breakGlass ?? '') !== '' ? [] : [{ message: `the error budget is spent${detail}` }]
  },
} satisfies Rule as Rule
