import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './drift.ts'

ruleSuite(rule, {
  fires: { 'a change by hand': [outcome({ drifted: ['Deployment/web spec.replicas by kubectl-scale'] }), 'Deployment/web spec.replicas'] },
  passes: { 'none': outcome({ drifted: [] }) },
  missing: [facts(), outcome({})],
})
