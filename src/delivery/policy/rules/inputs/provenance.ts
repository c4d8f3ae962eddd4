import { judgeImages, unverified } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/provenance',
  title: 'Chart and images have provenance: who built them, from what.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'Provenance ties an image to the commit and the pipeline it came from. Without it nobody can tell which source is running.',
  fix: 'Let the pipeline attest SLSA provenance (`cosign attest --type slsaprovenance1`, or the builder of your CI), and a `.prov` file for charts in repositories.',
  check(facts) {
    const images = judgeImages(facts, 'provenance', (image) => unverified(image.provenance, 'it has no provenance'))
    const chart = facts.inputs?.chart
    const ofChart = unverified(chart?.provenance, 'it has no provenance')
    const fault = ofChart === undefined || ofChart === '' ? [] : [{ message: `${chart!.reference}: ${ofChart}` }]
    return typeof images === 'string' ? fault.length > 0 ? fault : images : [...fault, ...images]
  },
} satisfies Rule
