import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './flag-ticket.ts'

ruleSuite(rule, {
  fires: { 'not so': [outcome({ flagTicket: false }), 'a flag was flipped and nothing will remove it'] },
  passes: { 'so': outcome({ flagTicket: true }) },
  missing: [facts(), outcome({})],
})
