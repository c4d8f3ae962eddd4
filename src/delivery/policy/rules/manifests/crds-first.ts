import type { Rule } from '../../rule.ts'

export default {
  id: 'manifests/crds-first',
  title: 'Definitions of custom resources are established before objects of their kinds.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'An object whose definition is not there, or not yet established, is refused: the release stops half-way, or works only at the second try.',
  fix: 'Put the definition into the `crds/` folder of the chart, or install it in a release of its own before this one (`needs:` in pintle.yaml), or wait until it is Established.',
  check: ({ manifests }) => manifests?.pendingCrds?.map((name) => ({ message: `${name} is not established, and the manifest has objects of its kind`, object: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name } })) ?? 'the definitions the cluster has',
} satisfies Rule
