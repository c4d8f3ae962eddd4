import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/changelog',
  title: 'The version of the chart has an entry in its changelog.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'Whoever is on call tonight reads the changelog, not the diff of the templates.',
  fix: 'Describe the version in CHANGELOG.md of the chart, or in the annotation `artifacthub.io/changes` of Chart.yaml.',
  check({ inputs }) {
    if (inputs?.changelog === undefined || inputs.chart === undefined) return 'the changelog of the chart'
    return inputs.changelog ? [] : [{ message: `no changelog mentions ${inputs.chart.name} ${inputs.chart.version}` }]
  },
} satisfies Rule
