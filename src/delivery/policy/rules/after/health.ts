import type { Rule } from '../../rule.ts'

export default {
  id: 'after/health',
  title: 'Every object of the release is there and ready.',
  phase: 'after',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A release is done when what it released runs. What is missing or not ready a minute after is an outage that has not been noticed yet.',
  fix: 'Look at the objects that are named, and their pods: `pintle status NAME --show-resources`. Roll back if it is not clear soon.',
  check({ outcome }) {
    if (outcome === undefined) return 'the release has not ended'
    const checks = outcome.checks.filter((c) => c.kind === 'health')
    if (checks.length === 0) return 'nobody looked whether the objects are ready'
    return checks.filter((c) => !c.passed).map((c) => ({ message: `health check ${c.name} failed${c.detail === undefined ? '' : `: ${c.detail}`}` }))
  },
} satisfies Rule as Rule
