import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/tests-green',
  title: 'Lint and tests of this commit are green.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A failure that is known before the release is the cheapest one there is.',
  fix: 'Mend what failed. Results are handed over with `--test-report` (JUnit), and count for the commit they are of.',
  check({ inputs }) {
    if (inputs?.lint === undefined && inputs?.tests === undefined) return 'results of lint and tests'
    const lint = (inputs.lint ?? []).filter((f) => f.severity === 'error').map(({ rule, path, line, message }) => ({ message: `lint: ${message} (${rule})`, place: { file: path, ...(line !== undefined && { line }) } }))
    const tests = (inputs.tests ?? []).flatMap(({ name, passed, commit }) => {
      if (!passed) return [{ message: `test ${name} failed` }]
      return commit !== undefined && inputs.git !== undefined && commit !== inputs.git.commit ? [{ message: `test ${name} is of commit ${commit.slice(0, 12)}, not of this one` }] : []
    })
    return [...lint, ...tests]
  },
} satisfies Rule
