import type { Rule } from '../../rule.ts'

export default {
  id: 'after/evidence-written',
  title: 'The evidence of the release is stored.',
  phase: 'after',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Auditors test that every change has its record. A release without one happened for nobody but the cluster.',
  fix: 'Mend the store (the message of the run says what failed), then `pintle evidence push` or `pintle evidence reconcile`.',
  check({ outcome }) {
    if (outcome?.evidenceWritten === undefined) return 'nobody knows whether the evidence was stored'
    return outcome.evidenceWritten ? [] : [{ message: 'the evidence was not stored: the outcome counts as unverified' }]
  },
} satisfies Rule as Rule
