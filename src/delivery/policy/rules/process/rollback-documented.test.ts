import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rollback-documented.ts'

ruleSuite(rule, {
  fires: {
    'no steps': [processed({ rollback: { target: 3, steps: [], reversible: true } }), 'no step of the rollback is written down'],
    'empty ones': [processed({ rollback: { target: 3, steps: [' '], reversible: true } }), 'no step'],
    'a change that cannot be undone': [processed({ rollback: { target: 3, steps: [], reversible: false } }), 'cannot be undone'],
  },
  passes: { 'steps': processed({ rollback: { target: 3, steps: ['pintle rollback shop 3'], reversible: true } }), 'what to do instead': processed({ rollback: { target: 3, steps: ['restore the backup'], reversible: false } }) },
  missing: [facts(), processed({})],
})
