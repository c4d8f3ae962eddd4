import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/secret-stores',
  title: 'Stores that ExternalSecrets read exist, and are ready.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without its store an ExternalSecret makes no Secret: pods that need it hang, and the rollout fails minutes later.',
  fix: 'Create the store, add it to the release, or correct `secretStoreRef`. Of a store that is not ready, `kubectl describe` tells what its provider said.',
  check: ({ manifests }) => manifests?.secretStores?.map(({ object, store, fault }) => ({ object, message: `it reads ${store}, which ${fault}` })) ?? 'the stores of External Secrets',
} satisfies Rule
