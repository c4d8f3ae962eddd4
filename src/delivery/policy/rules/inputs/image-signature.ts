import { judgeImages, unverified } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/image-signature',
  title: 'Every image is signed by whom it must be.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Whoever can push to a registry can put anything under a tag, and anything under a digest that somebody then pins.',
  fix: 'Sign images in CI with `cosign sign`, and give the key or identity with `--key` or `--certificate-identity`. Images of others are copied into a registry of your own and signed there.',
  check: (facts) => judgeImages(facts, 'signatures', (image) => unverified(image.signature, 'it has no signature that holds')),
} satisfies Rule
