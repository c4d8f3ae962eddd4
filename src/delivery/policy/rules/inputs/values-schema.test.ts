import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './values-schema.ts'

ruleSuite(rule, {
  fires: { 'faults': [inputs({ schema: { present: true, faults: ["at '/replicas': got string, want integer"] } }), "at '/replicas'"] },
  passes: { 'valid': inputs({ schema: { present: true, faults: [] } }), 'no schema': inputs({ schema: { present: false, faults: [] } }) },
  missing: [facts(), inputs()],
})
