import { outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './rollback-told.ts'

const back = { automatic: true, reason: 'error rate 0.02 > 0.01', posted: true, paged: true }

ruleSuite(rule, {
  fires: {
    'nobody was told': [outcome({ rolledBack: { ...back, posted: false, paged: false } }), 'the rollback was not posted', 'the owner was not paged'], 'no reason': [outcome({ rolledBack: { ...back, reason: '' } }), 'nothing says why'],
  },
  passes: { 'told': outcome({ rolledBack: back }), 'by a person, who knows': outcome({ rolledBack: { ...back, automatic: false, paged: false } }), 'it was not rolled back': outcome({}) },
})
