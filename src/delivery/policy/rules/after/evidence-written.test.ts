import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './evidence-written.ts'

ruleSuite(rule, {
  fires: { 'not so': [outcome({ evidenceWritten: false }), 'the evidence was not stored: the outcome counts as unverified'] },
  passes: { 'so': outcome({ evidenceWritten: true }) },
  missing: [facts(), outcome({})],
})
