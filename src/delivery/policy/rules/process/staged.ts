import type { Rule } from '../../rule.ts'

export default {
  id: 'process/staged',
  title: 'The same digests passed the environment before this one.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'What was tested is what should run: the same chart, the same images, the same templates. A change of configuration only breaks production just as well, so it is staged, too.',
  fix: 'Release to the environment that `requires.stagedIn` names first, let its tests and smoke checks pass, and keep its evidence where this run can read it.',
  check({ process }) {
    if (process?.staging === undefined) return 'the environment names none to pass before (requires.stagedIn)'
    const { environment, passed, reason } = process.staging
    return passed ? [] : [{ message: `not staged in ${environment}: ${reason ?? 'no record of it'}` }]
  },
} satisfies Rule as Rule
