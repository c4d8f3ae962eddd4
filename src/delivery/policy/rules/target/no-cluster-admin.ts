import type { Rule } from '../../rule.ts'

export default {
  id: 'target/no-cluster-admin',
  title: 'The release does not run with all rights over the cluster.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'block' },
  reason: 'Whoever takes over a pipeline that is cluster-admin has the cluster: every secret, every namespace, every node. A release needs a few verbs on a few kinds in one namespace.',
  fix: 'Make a service account for releases and bind it to the role that `pintle doctor --role` prints.',
  check({ target }) {
    if (target?.clusterAdmin === undefined) return target?.unread?.clusterAdmin ?? 'nobody asked what else the user may do'
    // In the sandbox everybody may do everything.
    return target.clusterAdmin && !target.simulated ? [{ message: 'the user may do everything in the whole cluster' }] : []
  },
} satisfies Rule as Rule
