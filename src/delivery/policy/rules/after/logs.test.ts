import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './logs.ts'

const check = { kind: 'logs', name: 'one', passed: true }

ruleSuite(rule, {
  fires: { 'one of two failed': [outcome({ checks: [check, { ...check, kind: 'logs', name: 'two', passed: false, detail: 'not well' }] }), 'log of two failed: not well'] },
  passes: { 'all passed': outcome({ checks: [check, { kind: 'other', name: 'x', passed: false }] }) },
  missing: [facts(), outcome({}), outcome({ checks: [{ kind: 'other', name: 'x', passed: true }] })],
})
