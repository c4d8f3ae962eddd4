import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/dry-run',
  title: 'The server accepts every object in a dry run.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'What the server refuses it refuses in the middle of the upgrade, when half of it is done. The dry run asks first: defaults, validation, admission webhooks and quota included.',
  fix: 'Correct what the server names. Objects it could not be asked about (their namespace or definition is only made by this release, or the right is missing) are told in the plan.',
  check: ({ manifests }) => manifests?.dryRun?.rejected.map(({ object, reason, place }) => ({ object, message: reason, ...(place && { place }) })) ?? "the server's dry run",
} satisfies Rule
