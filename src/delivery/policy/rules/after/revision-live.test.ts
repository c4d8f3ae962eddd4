import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './revision-live.ts'

ruleSuite(rule, {
  fires: { 'not so': [outcome({ revisionLive: false }), 'the pods that run are not those of the new revision'] },
  passes: { 'so': outcome({ revisionLive: true }) },
  missing: [facts(), outcome({})],
})
