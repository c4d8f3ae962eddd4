import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './staged.ts'

ruleSuite(rule, {
  fires: {
    'no record': [processed({ staging: { environment: 'staging', passed: false } }), 'not staged in staging: no record of it'],
    'other digests': [processed({ staging: { environment: 'staging', passed: false, reason: 'the image there is sha256:1' } }), 'the image there is sha256:1'],
  },
  passes: { 'the same digests passed': processed({ staging: { environment: 'staging', passed: true, record: 'r1' } }) },
  missing: [facts(), processed({})],
})
