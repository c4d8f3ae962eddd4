import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './health.ts'

const check = { kind: 'health', name: 'one', passed: true }

ruleSuite(rule, {
  fires: { 'one of two failed': [outcome({ checks: [check, { ...check, kind: 'health', name: 'two', passed: false, detail: 'not well' }] }), 'health check two failed: not well'] },
  passes: { 'all passed': outcome({ checks: [check, { kind: 'other', name: 'x', passed: false }] }) },
  missing: [facts(), outcome({}), outcome({ checks: [{ kind: 'other', name: 'x', passed: true }] })],
})
