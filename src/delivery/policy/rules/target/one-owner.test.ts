import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './one-owner.ts'

const object = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' }

ruleSuite(rule, {
  fires: { 'another release': [target({ foreignOwners: [{ object, owner: 'release web in namespace shop' }] }), 'Service/web: it belongs to release web in namespace shop'] },
  passes: { 'none': target({ foreignOwners: [] }) },
  missing: [facts(), target({}), target({ foreignOwners: [], unread: { foreignOwners: 'services may not be read' } })],
})
