import type { Rule } from '../../rule.ts'

export default {
  id: 'continuous/vulnerabilities',
  title: 'What runs has no known critical vulnerability.',
  phase: 'continuous',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'An image that was clean when it was released is not when the next advisory comes out. Nothing else looks at it until the next release.',
  fix: 'Build the image anew on a patched base and release it; or record why the finding does not apply.',
  check({ outcome }) {
    if (outcome?.vulnerabilities === undefined) return 'no scan of what runs is known'
    const { critical, high, at, source } = outcome.vulnerabilities
    return critical === 0 ? [] : [{ message: `${critical} critical and ${high} high findings (${source}, ${at})` }]
  },
} satisfies Rule as Rule
