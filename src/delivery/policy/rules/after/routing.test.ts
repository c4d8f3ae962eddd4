import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './routing.ts'

const check = { kind: 'routing', name: 'one', passed: true }

ruleSuite(rule, {
  fires: { 'one of two failed': [outcome({ checks: [check, { ...check, kind: 'routing', name: 'two', passed: false, detail: 'not well' }] }), 'route two failed: not well'] },
  passes: { 'all passed': outcome({ checks: [check, { kind: 'other', name: 'x', passed: false }] }) },
  missing: [facts(), outcome({}), outcome({ checks: [{ kind: 'other', name: 'x', passed: true }] })],
})
