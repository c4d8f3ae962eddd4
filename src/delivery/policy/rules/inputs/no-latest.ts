import { judgeImages } from '../../images-check.ts'
import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/no-latest',
  title: 'No image is `latest` or without a tag.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: '`latest` is whatever was pushed last, on every node at another time: nobody knows what runs, and nothing can be brought back.',
  fix: 'Name a version, better yet with its digest.',
  check: (facts) => judgeImages(facts, 'tags', ({ image }) => {
    if (image.includes('@')) return ''
    const tag = /:([^/:]+)$/.exec(image)?.[1]
    return tag === undefined ? 'it has no tag, which means latest' : tag === 'latest' ? 'its tag is latest' : ''
  }),
} satisfies Rule
