import type { Rule } from '../../rule.ts'

export default {
  id: 'after/rollback-told',
  title: 'An automatic rollback says why, is posted, and pages the owner.',
  phase: 'after',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A rollback that nobody hears of is tried again the next morning, with the same result.',
  fix: 'Set `owner` and `notify` of the service; post the reason and the values of the metric where releases are announced.',
  check({ outcome }) {
    if (outcome === undefined) return 'the release has not ended'
    const back = outcome.rolledBack
    if (back === undefined) return []
    return [
      ...(back.reason === '' ? [{ message: 'nothing says why it was rolled back' }] : []), ...(back.posted ? [] : [{ message: 'the rollback was not posted' }]),
      ...(!back.automatic || back.paged ? [] : [{ message: 'the owner was not paged' }]),
    ]
  },
} satisfies Rule as Rule
