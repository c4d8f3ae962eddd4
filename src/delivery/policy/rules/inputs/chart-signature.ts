import { unverified } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/chart-signature',
  title: 'The chart is signed by whom it must be.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A digest proves that the chart is the one that was pinned; only a signature proves who made it.',
  fix: 'Sign charts with `cosign sign` or `pintle package --sign`, and give the key or identity with `--key` or `--certificate-identity`. A chart that lies in the same repository as pintle.yaml is covered by the review of its commit.',
  check({ inputs }) {
    if (inputs?.chart === undefined) return 'the chart'
    if (inputs.chart.local && inputs.chart.signature === undefined && inputs.git !== undefined) return []
    const fault = unverified(inputs.chart.signature, 'it has no signature that holds')
    if (fault === undefined) return "the chart's signature"
    return fault === '' ? [] : [{ message: `${inputs.chart.reference}: ${fault}` }]
  },
} satisfies Rule
