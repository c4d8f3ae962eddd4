import type { Rule } from '../../rule.ts'

export default {
  id: 'process/strategy',
  title: 'Traffic moves to a new version step by step, with gates; only services declared simple are replaced at once.',
  phase: 'plan',
  severity: { baseline: 'off', production: 'block' },
  reason: 'A rolling update shows every fault to every user within minutes. A canary or blue-green release shows it to few, or to none, and a gate sees it first.',
  fix: 'Set `strategy: canary` (or `blue-green`) with an `slo` for the service, or `strategy: rolling` where the service is simple enough: that declares it.',
  check({ process }) {
    if (process?.strategy === undefined) return 'the strategy is not known'
    const { kind, simple, gates } = process.strategy
    if (kind === 'rolling') return simple ? [] : [{ message: 'it is replaced at once, and was not declared simple' }]
    return gates > 0 ? [] : [{ message: `${kind} without a gate promotes whatever comes` }]
  },
} satisfies Rule as Rule
