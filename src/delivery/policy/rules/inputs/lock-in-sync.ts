import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/lock-in-sync',
  title: 'Chart.lock and pintle.lock say what would be released.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A lock that does not fit was not reviewed: chart, dependency, values or images moved since somebody looked.',
  fix: 'Run `pintle dependency update` for Chart.lock and `pintle pin` for pintle.lock, review what moved, and commit both.',
  check({ inputs }) {
    if (inputs?.chart === undefined) return 'the chart'
    const { chart, pins } = inputs
    if (chart.lockInSync === undefined && pins === undefined) return chart.dependencies.length === 0 ? [] : 'the lock files'
    return [
      ...(chart.lockInSync === false ? [{ message: 'Chart.lock does not fit Chart.yaml' }] : []),
      ...(pins?.present === false ? [{ message: 'pintle.lock has no pin of this release' }] : []),
      ...(pins?.moved ?? []).map((what) => ({ message: `moved since pintle.lock: ${what}` })),
    ]
  },
} satisfies Rule
