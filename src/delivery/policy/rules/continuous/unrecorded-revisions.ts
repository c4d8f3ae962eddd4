import type { Rule } from '../../rule.ts'

export default {
  id: 'continuous/unrecorded-revisions',
  title: 'Every revision in the cluster has its record.',
  phase: 'continuous',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A revision without a record was released around everything: no review, no approval, no tests that anybody knows of.',
  fix: '`pintle evidence reconcile` says who made it and when. Write down why, and close the way it went.',
  check({ outcome }) {
    if (outcome?.unrecorded === undefined) return 'nobody compared the history with the evidence'
    return outcome.unrecorded.map((revision) => ({ message: `revision ${revision} has no record` }))
  },
} satisfies Rule as Rule
