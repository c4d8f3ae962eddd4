import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './checklist.ts'

ruleSuite(rule, {
  fires: { 'open items': [processed({ checklist: [{ item: 'On-call told', done: false }, { item: 'Tested', done: true }, { item: 'Docs', done: false }] }), 'open: On-call told', 'open: Docs'] },
  passes: { 'all done': processed({ checklist: [{ item: 'Tested', done: true }] }), 'an empty list': processed({ checklist: [] }) },
  missing: [facts(), processed({})],
})
