import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/schema',
  title: 'Every object fits the schema of its kind in the Kubernetes version.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A server drops a field it does not know, or refuses the object: a probe under the wrong key is no probe, and nobody is told.',
  fix: 'Correct the field named; `pintle lint` shows its template line. Kinds without a known schema are not judged.',
  check: ({ manifests }) => manifests?.schema ?? 'the schemas of the Kubernetes version',
} satisfies Rule
