import type { Rule } from '../../rule.ts'

export default {
  id: 'after/smoke',
  title: 'Tests of the chart and smoke checks passed.',
  phase: 'after',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Pods that are ready answer their own probe; a smoke check asks what a user would ask.',
  fix: 'Write `helm test` hooks, or `smoke` of the service in pintle.yaml; when one fails, roll back first.',
  check({ outcome }) {
    if (outcome === undefined) return 'the release has not ended'
    const checks = outcome.checks.filter((c) => c.kind === 'smoke' || c.kind === 'test')
    if (checks.length === 0) return 'no test or smoke check ran'
    return checks.filter((c) => !c.passed).map((c) => ({ message: `check ${c.name} failed${c.detail === undefined ? '' : `: ${c.detail}`}` }))
  },
} satisfies Rule as Rule
