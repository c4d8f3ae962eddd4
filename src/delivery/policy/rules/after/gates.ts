import type { Rule } from '../../rule.ts'

export default {
  id: 'after/gates',
  title: 'Every gate passed.',
  phase: 'after',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A gate that failed, could not decide or could not measure did not say yes.',
  fix: 'Look at the numbers in the record. Inconclusive is not passed: wait for more data, or record who decided without it.',
  check({ outcome }) {
    if (outcome?.gates === undefined) return 'no gates were judged'
    return outcome.gates.filter((g) => g.verdict !== 'pass').map((g) => ({ message: `gate ${g.name}: ${g.verdict}` }))
  },
} satisfies Rule as Rule
