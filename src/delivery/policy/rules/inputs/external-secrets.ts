import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/external-secrets',
  title: 'ExternalSecrets of the release are Ready.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'An ExternalSecret that does not sync leaves an old Secret in place, or none: pods start with yesterday’s password.',
  fix: 'See its status (`kubectl describe externalsecret NAME`): store, path, rights. New ones are judged after they were made.',
  check: ({ manifests }) => manifests?.externalSecrets?.filter((e) => !e.ready).map(({ object, reason }) => ({ object, message: `it is not Ready${reason === undefined ? '' : `: ${reason}`}` })) ?? 'the state of ExternalSecrets',
} satisfies Rule
