import type { Rule } from '../../rule.ts'

export default {
  id: 'target/expected-context',
  title: 'The kubeconfig context is the one the environment expects.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A shell keeps the context of whoever used it last. A release that was meant for staging then goes to production, or the other way round, and everything about it looks right.',
  fix: 'Leave `--kube-context` out, so that the context of pintle.yaml is used, or correct `kubeContext` of the environment.',
  check({ environment, target }) {
    if (target === undefined) return 'the target was not looked at'
    if (target.expectedContext === undefined) return 'the environment names no kubeContext'
    if (target.context === target.expectedContext) return []
    return [{ message: target.context === '' ? `there is no context; ${environment || 'the environment'} expects ${target.expectedContext}` : `the context is ${target.context}, ${environment || 'the environment'} expects ${target.expectedContext}` }]
  },
} satisfies Rule as Rule
