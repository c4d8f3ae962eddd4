import { judgeImages } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/sbom',
  title: 'Every image has a bill of materials.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'When the next widely used library turns out to be broken, the question is which releases hold it, and the answer is wanted within the hour.',
  fix: 'Attach a CycloneDX or SPDX document to each image (`cosign attest --type cyclonedx`, or the builder of your CI).',
  check: (facts) => judgeImages(facts, 'bills of materials', (image) => (image.sbom === undefined ? undefined : image.sbom ? '' : 'it has no bill of materials')),
} satisfies Rule
