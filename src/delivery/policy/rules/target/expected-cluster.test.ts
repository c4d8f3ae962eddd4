import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './expected-cluster.ts'

ruleSuite(rule, {
  fires: { 'another cluster': [target({ clusterUid: 'b', expectedClusterUid: 'a' }), 'the kube-system namespace has UID b, prod expects a'] },
  passes: { 'the one that is expected': target({ clusterUid: 'a', expectedClusterUid: 'a' }) },
  missing: [facts(), target({ clusterUid: 'a' }), target({ clusterUid: '', expectedClusterUid: 'a', unread: { clusterUid: 'forbidden' } })],
})
