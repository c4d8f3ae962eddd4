import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './ticket-closed.ts'

ruleSuite(rule, {
  fires: { 'not so': [outcome({ ticketClosed: false }), 'the ticket is still open'] },
  passes: { 'so': outcome({ ticketClosed: true }) },
  missing: [facts(), outcome({})],
})
