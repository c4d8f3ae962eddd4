import type { Rule } from '../../rule.ts'

export default {
  id: 'process/automatic-rollback',
  title: 'A failed release goes back by itself, says why, and has somebody to page.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A rollback that waits for a person takes as long as it takes to wake one. The person is needed all the same: to know that it happened, and to find out why.',
  fix: 'Leave automatic rollback on, set `owner` of the service, and set up `notify`.',
  check({ process }) {
    if (process?.settings === undefined) return 'the settings of the run are not known'
    return [
      ...(process.settings.rollbackOnFailure ? [] : [{ message: 'a failed release stays as it is' }]),
      ...(process.owner === undefined || process.owner === '' ? [{ message: 'nobody would be paged: the service has no owner' }] : []),
      ...(process.notify === false ? [{ message: 'nobody would be told: the service has no notifications' }] : []),
    ]
  },
} satisfies Rule as Rule
