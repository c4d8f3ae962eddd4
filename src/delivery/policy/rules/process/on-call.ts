import type { Rule } from '../../rule.ts'

export default {
  id: 'process/on-call',
  title: 'Whoever is on call knows of the release.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'The page at three in the morning is answered faster by somebody who knows what changed at five in the afternoon.',
  fix: 'Tell them, and say so: tick the item of the checklist that names on-call, or set up `notify`.',
  check({ process }) {
    if (process?.onCallTold === undefined) return 'nobody knows whether on-call was told'
    return process.onCallTold ? [] : [{ message: 'on-call was not told' }]
  },
} satisfies Rule as Rule
