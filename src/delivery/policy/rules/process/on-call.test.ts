import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './on-call.ts'

ruleSuite(rule, {
  fires: { 'not told': [processed({ onCallTold: false }), 'on-call was not told'] },
  passes: { 'told': processed({ onCallTold: true }) },
  missing: [facts(), processed({})],
})
