import { facts, planned, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './quorum.ts'

ruleSuite(rule, {
  fires: {
    'none': [processed({ approvals: { needed: 1, by: [], byAuthor: false } }), '0 of 1 approvals'],
    "the author's own": [processed({ approvals: { needed: 1, by: [], byAuthor: true } }), "0 of 1 approvals; the author's own does not count"],
    'the author among those counted': [planned({ author: 'ada' }, { approvals: { needed: 2, by: ['ada', 'grace'], byAuthor: false } }), '1 of 2 approvals; the author'],
    'one person twice': [processed({ approvals: { needed: 2, by: ['grace', 'grace'], byAuthor: false } }), '1 of 2 approvals'],
  },
  passes: { 'enough': processed({ approvals: { needed: 2, by: ['grace', 'edsger'], byAuthor: true } }), 'none are needed': processed({ approvals: { needed: 0, by: [], byAuthor: false } }) },
  missing: [facts(), processed({})],
})
