import type { Rule } from '../../rule.ts'

export default {
  id: 'inputs/secret-references',
  title: 'Secrets and ConfigMaps that pods refer to exist.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'A pod with a missing reference stays in CreateContainerConfigError or ContainerCreating, and the rollout hangs until its timeout.',
  fix: 'Create it first, correct its name, or mark the reference `optional: true`. What an operator makes later (a certificate) needs an override with that reason.',
  check: ({ manifests }) => manifests?.missingReferences?.map(({ object, kind, name }) => ({ object, message: `${kind}/${name} is neither in the manifest nor in the cluster` })) ?? 'the Secrets and ConfigMaps of the cluster',
} satisfies Rule
