import type { Rule } from '../../rule.ts'

export default {
  id: 'target/explicit-namespace',
  title: 'The namespace is said, not taken from the kubeconfig.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Without `--namespace` a release goes to whatever namespace the context happens to name: a second release of the same name in another place, beside the one that was meant.',
  fix: 'Set `namespace` of the service or of the environment in pintle.yaml, or give `--namespace`.',
  check({ target }) {
    if (target === undefined) return 'the target was not looked at'
    return target.namespaceExplicit ? [] : [{ message: `namespace ${target.namespace} comes from the context` }]
  },
} satisfies Rule as Rule
