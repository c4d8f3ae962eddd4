import { facts, planned, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './reviewed.ts'

ruleSuite(rule, {
  fires: { 'an expired plan': [planned({ expires: '2026-11-26T11:59:59Z' }), 'the plan expired at 2026-11-26T11:59:59Z'], 'the very moment': [planned({ expires: '2026-11-26T12:00:00Z' }), 'expired'], 'a time nobody can read': [planned({ expires: 'soon' }), 'expired at soon'] },
  passes: { 'a plan that still holds': planned({ expires: '2026-11-26T12:00:01Z' }) },
  missing: [facts(), processed({})],
})
