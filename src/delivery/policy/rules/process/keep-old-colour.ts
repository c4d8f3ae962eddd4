import type { Rule } from '../../rule.ts'

export default {
  id: 'process/keep-old-colour',
  title: 'The old colour runs on through the soak.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'The way back of a blue-green release is one switch, as long as the old pods are there. Once they are gone it is a cold start under full traffic.',
  fix: 'Keep the old colour until the soak is over and for the scale-down delay after it (300 seconds).',
  check({ process }) {
    if (process?.strategy === undefined) return 'the strategy is not known'
    return process.strategy.kind === 'blue-green' && !process.strategy.keepOldColour ? [{ message: 'the old colour goes as soon as the new one has traffic' }] : []
  },
} satisfies Rule as Rule
