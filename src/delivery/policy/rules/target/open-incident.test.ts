import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './open-incident.ts'

ruleSuite(rule, {
  fires: {
    'an open one': [target({ incidents: [{ id: 'P7', title: 'checkout is slow', source: 'pagerduty', url: 'https://example.com/P7' }] }), 'pagerduty: checkout is slow (P7) https://example.com/P7'],
    'one, though another source did not answer': [target({ incidents: [{ id: '3', title: 'errors', source: 'opsgenie' }], unread: { incidents: 'pagerduty: 500' } }), 'opsgenie: errors (3)'],
  },
  passes: { 'none': target({ incidents: [] }) },
  missing: [facts(), target({}), target({ incidents: [], unread: { incidents: 'opsgenie answered 401' } })],
})
