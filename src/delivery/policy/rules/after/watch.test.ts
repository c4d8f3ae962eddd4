import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './watch.ts'

ruleSuite(rule, {
  fires: { 'too short': [outcome({ watch: { minutes: 14, green: true } }), 'it was watched for 14 minutes'], 'it turned red': [outcome({ watch: { minutes: 15, green: false } }), 'it did not stay well'] },
  passes: { 'green to the end': outcome({ watch: { minutes: 15, green: true } }) },
  missing: [facts(), outcome({})],
})
