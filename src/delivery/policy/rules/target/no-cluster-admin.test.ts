import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './no-cluster-admin.ts'

ruleSuite(rule, {
  fires: { 'a cluster admin': [target({ clusterAdmin: true }), 'the user may do everything in the whole cluster'] },
  passes: { 'a user with a role': target({ clusterAdmin: false }), 'the sandbox': target({ clusterAdmin: true, simulated: true }) },
  missing: [facts(), target({}), target({ unread: { clusterAdmin: 'forbidden' } })],
})
