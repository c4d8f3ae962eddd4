import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './deterministic.ts'

ruleSuite(rule, {
  fires: { 'a line that differs': [inputs({ nondeterministic: [{ template: 'shop/templates/secret.yaml', line: 7, why: 'randAlphaNum gives something else each time' }] }), 'randAlphaNum'] },
  passes: { 'none': inputs({ nondeterministic: [] }) },
  missing: [facts(), inputs()],
})
