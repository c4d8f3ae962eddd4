import type { Rule } from '../../rule.ts'

export default {
  id: 'after/flag-ticket',
  title: 'A feature flag that was flipped has a ticket for its removal.',
  phase: 'after',
  severity: { baseline: 'off', production: 'warn' },
  reason: 'Flags that stay double the number of ways the code can go. Nobody dares to remove them a year later.',
  fix: 'File the ticket now, while it is clear what the flag is for.',
  check({ outcome }) {
    if (outcome?.flagTicket === undefined) return 'nobody knows of a flag'
    return outcome.flagTicket ? [] : [{ message: 'a flag was flipped and nothing will remove it' }]
  },
} satisfies Rule as Rule
