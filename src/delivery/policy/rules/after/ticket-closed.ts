import type { Rule } from '../../rule.ts'

export default {
  id: 'after/ticket-closed',
  title: 'The ticket of the release is closed, with digest and revision.',
  phase: 'after',
  severity: { baseline: 'off', production: 'warn' },
  reason: 'The ticket is where people look who were not there. One that stays open says that the release still goes on.',
  fix: 'Close it with the image digest and the revision: `pintle note` has both.',
  check({ outcome }) {
    if (outcome?.ticketClosed === undefined) return 'no ticket is known'
    return outcome.ticketClosed ? [] : [{ message: 'the ticket is still open' }]
  },
} satisfies Rule as Rule
