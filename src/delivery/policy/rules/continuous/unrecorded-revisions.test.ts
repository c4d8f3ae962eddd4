import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './unrecorded-revisions.ts'

ruleSuite(rule, {
  fires: { 'some': [outcome({ unrecorded: [3, 5] }), 'revision 3 has no record', 'revision 5'] },
  passes: { 'none': outcome({ unrecorded: [] }) },
  missing: [facts(), outcome({})],
})
