import type { Rule } from '../../rule.ts'

export default {
  id: 'target/namespace-naming',
  title: 'The namespace is one for applications of this environment.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'warn' },
  reason: 'The `default` namespace has no owner, no quota and no policy, and `kube-*` belongs to the cluster. A namespace named after another environment is where that one runs.',
  fix: 'Make a namespace for the application, the team or the environment (`shop`, `shop-prod`, `team-checkout`), and set `namespace` in pintle.yaml.',
  check({ environment, target }) {
    if (target === undefined) return 'the target was not looked at'
    const { namespace, otherEnvironments = [] } = target
    if (namespace === 'default' || namespace.startsWith('kube-')) return [{ message: `namespace ${namespace} is not for applications` }]
    const words = namespace.split('-')
    const other = otherEnvironments.find((e) => e !== environment && words.includes(e))
    return other === undefined || words.includes(environment) ? [] : [{ message: `namespace ${namespace} is named after ${other}, and this is ${environment || 'another environment'}` }]
  },
} satisfies Rule as Rule
