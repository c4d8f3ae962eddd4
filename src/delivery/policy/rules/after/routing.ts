import type { Rule } from '../../rule.ts'

export default {
  id: 'after/routing',
  title: 'Traffic reaches the new version.',
  phase: 'after',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A Service whose selector matches nothing, or a route that was not accepted, leaves the new version running and unused, and every check on the pods green.',
  fix: 'Compare the selector of the Service with the labels of the pods; look at the conditions of the route or ingress.',
  check({ outcome }) {
    if (outcome === undefined) return 'the release has not ended'
    const checks = outcome.checks.filter((c) => c.kind === 'routing')
    if (checks.length === 0) return 'nobody looked where traffic goes'
    return checks.filter((c) => !c.passed).map((c) => ({ message: `route ${c.name} failed${c.detail === undefined ? '' : `: ${c.detail}`}` }))
  },
} satisfies Rule as Rule
