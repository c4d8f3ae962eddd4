import type { Rule } from '../../rule.ts'

export default {
  id: 'continuous/token-age',
  title: 'The credentials that release are at most 90 days old.',
  phase: 'continuous',
  severity: { baseline: 'warn', production: 'warn' },
  reason: 'A token that lives for years is in laptops, logs and backups that nobody remembers. Short-lived ones are worthless by the time they are found.',
  fix: 'Use tokens that expire: `kubectl create token`, or the identity of the CI provider. Replace the old one, and revoke it.',
  check({ outcome }) {
    if (outcome?.tokenAgeDays === undefined) return 'the credentials do not say how old they are'
    return outcome.tokenAgeDays <= 90 ? [] : [{ message: `the credentials are ${Math.floor(outcome.tokenAgeDays)} days old` }]
  },
} satisfies Rule as Rule
