import type { Rule } from '../../rule.ts'

export default {
  id: 'target/ci-only',
  title: 'Releases to this environment come from CI.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A release from a workstation has no reviewed commit, no log that outlives the terminal, and the rights of a person. Environments that ask for CI refuse it; an emergency is possible, and on record.',
  fix: 'Run the pipeline. In an emergency give the reason with `--break-glass REASON`: it is kept in the record, and asks for a review afterwards.',
  check({ environment, run }) {
    if (!run.ciRequired || run.ci !== undefined || (run.breakGlass ?? '') !== '') return []
    return [{ message: `${run.operator} releases from outside of CI, which ${environment || 'the environment'} does not take` }]
  },
} satisfies Rule as Rule
