import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './error-budget.ts'

const emergency = { ...processed({ errorBudgetLeft: -0.2 }), run: { operator: 'ada', ciRequired: false, breakGlass: 'INC-7' } }

ruleSuite(rule, {
  fires: { 'spent': [processed({ errorBudgetLeft: 0 }), 'the error budget is spent'], 'overdrawn': [processed({ errorBudgetLeft: -0.5, errorBudgetDetail: '15 errors / 10000 requests' }), 'the error budget is spent: 15 errors / 10000 requests'] },
  passes: { 'some left': processed({ errorBudgetLeft: 0.01 }), 'an emergency': emergency },
  missing: [facts(), processed({}), processed({ errorBudgetDetail: 'there is no series of requests' })],
})
