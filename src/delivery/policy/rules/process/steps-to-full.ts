import type { Rule } from '../../rule.ts'

export default {
  id: 'process/steps-to-full',
  title: 'Canary steps rise, and end at 100 percent.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'Steps that fall give traffic back to the old version in the middle of a release; steps that end below 100 leave two versions running, and the next release starts from neither.',
  fix: 'Write rising percentages whose last is 100: `steps: [5, 25, 50, 100]`.',
  check({ process }) {
    if (process?.strategy === undefined) return 'the strategy is not known'
    const { kind, steps } = process.strategy
    if (kind !== 'canary') return []
    const wrong = steps.findIndex((s, i) => !(s > (steps[i - 1] ?? 0) && s <= 100))
    if (wrong >= 0) return [{ message: `step ${wrong + 1} is ${steps[wrong]}: steps rise from above 0 to 100` }]
    return steps.at(-1) === 100 ? [] : [{ message: steps.length === 0 ? 'the canary has no steps' : `the last step is ${steps.at(-1)}, not 100` }]
  },
} satisfies Rule as Rule
