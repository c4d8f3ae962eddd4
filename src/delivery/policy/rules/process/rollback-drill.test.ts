import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rollback-drill.ts'

const drilled = (lastDrill?: string) => processed({ rollback: { target: 3, steps: ['pintle rollback shop 3'], reversible: true, ...(lastDrill !== undefined && { lastDrill }) } })

ruleSuite(rule, {
  fires: { 'long ago': [drilled('2026-08-01T12:00:00Z'), 'the last rollback was 117 days ago'] },
  passes: { 'the last day that counts': drilled('2026-08-28T12:00:00Z'), 'today': drilled('2026-11-26T11:00:00Z') },
  missing: [facts(), processed({}), drilled(), drilled('never')],
})
