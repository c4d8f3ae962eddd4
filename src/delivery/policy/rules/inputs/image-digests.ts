import { judgeImages } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/image-digests',
  title: 'Every image is pinned by digest, those of hooks and tests, too.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'A tag can be moved: two pods of one Deployment then run different code, and a rollback brings back something else than what ran.',
  fix: 'Set the digest in the values (`pintle pin` finds it): most charts have `image.digest`. Where a chart knows tags only, `repository@sha256:...` in the repository often works.',
  check: (facts) => judgeImages(facts, 'digests', ({ image }) => (/@sha(?:256|512):[a-f0-9]{64,128}$/.test(image) ? '' : 'it is not pinned by digest')),
} satisfies Rule
