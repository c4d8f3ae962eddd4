import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './expected-context.ts'

ruleSuite(rule, {
  fires: {
    'another context': [target({ context: 'staging', expectedContext: 'us-east-prod' }), 'the context is staging, prod expects us-east-prod'],
    'no context': [target({ context: '', expectedContext: 'us-east-prod' }), 'there is no context'],
  },
  passes: { 'the one that is expected': target({ context: 'us-east-prod', expectedContext: 'us-east-prod' }) },
  missing: [facts(), target({ context: 'staging' })],
})
