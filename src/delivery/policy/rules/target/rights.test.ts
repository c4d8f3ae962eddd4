import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rights.ts'

const may = { verb: 'get', group: '', resource: 'secrets', namespace: 'shop', allowed: true }

ruleSuite(rule, {
  fires: {
    'a right that is missing': [target({ rights: [may, { ...may, verb: 'patch', group: 'apps', resource: 'deployments', allowed: false, why: 'apply' }] }), 'may not patch deployments.apps in shop (apply)'],
    'several, cluster-wide and by name': [target({ rights: [{ ...may, allowed: false }, { ...may, resource: 'namespaces', namespace: '', name: 'shop', allowed: false, reason: 'no' }] }), 'may not get secrets in shop', 'may not get namespaces "shop" cluster-wide: no'],
  },
  passes: { 'all of them': target({ rights: [may] }), 'one that only explains is missing': target({ rights: [may, { ...may, resource: 'events', allowed: false, optional: true }] }), 'none are needed': target({ rights: [] }) },
  missing: [facts(), target({}), target({ unread: { rights: 'the server does not answer' } })],
})
