import type { Rule } from '../../rule.ts'

export default {
  id: 'target/expected-cluster',
  title: 'The cluster is the one the environment expects.',
  phase: 'plan',
  severity: { baseline: 'block', production: 'block' },
  reason: 'A context is a name in a file: it can be pointed at another cluster, or a cluster can be made anew under its old address. The UID of the kube-system namespace stays with one cluster for its whole life.',
  fix: 'Check where the context leads. If the cluster was really replaced, write its UID into `cluster` of the environment: `kubectl get namespace kube-system -o jsonpath={.metadata.uid}`.',
  check({ environment, target }) {
    if (target === undefined) return 'the target was not looked at'
    const { clusterUid, expectedClusterUid } = target
    if (expectedClusterUid === undefined) return 'the environment names no cluster'
    if (clusterUid === '') return `the UID of the cluster could not be read${target.unread?.clusterUid === undefined ? '' : `: ${target.unread.clusterUid}`}`
    return clusterUid === expectedClusterUid ? [] : [{ message: `the kube-system namespace has UID ${clusterUid}, ${environment || 'the environment'} expects ${expectedClusterUid}` }]
  },
} satisfies Rule as Rule
