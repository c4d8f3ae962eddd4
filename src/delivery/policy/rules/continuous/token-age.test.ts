import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './token-age.ts'

ruleSuite(rule, {
  fires: { 'old ones': [outcome({ tokenAgeDays: 400.5 }), 'the credentials are 400 days old'] },
  passes: { 'young ones': outcome({ tokenAgeDays: 0.1 }), 'the last day': outcome({ tokenAgeDays: 90 }) },
  missing: [facts(), outcome({})],
})
