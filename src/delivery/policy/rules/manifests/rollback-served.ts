import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/rollback-served',
  title: 'Every API version of the rollback target is served, too.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A rollback to a revision whose API versions are gone fails when it is needed most.',
  fix: 'Release once with the new API versions and nothing else, so that there is a revision to go back to; or prepare a fix forward, and override this on record.',
  check: ({ manifests }) => manifests?.unserved?.filter((u) => u.of === 'rollback-target').map(({ object, reason }) => ({ object, message: `in the revision a rollback returns to: ${reason}` })) ?? 'the API versions that are served',
} satisfies Rule
