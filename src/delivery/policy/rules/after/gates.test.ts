import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './gates.ts'

const gate = { name: 'error rate', verdict: 'pass', hasRawResponse: true, simulated: false }

ruleSuite(rule, {
  fires: { 'failed and undecided': [outcome({ gates: [gate, { ...gate, verdict: 'fail' }, { ...gate, name: 'p95', verdict: 'inconclusive' }] }), 'gate error rate: fail', 'gate p95: inconclusive'] },
  passes: { 'all passed': outcome({ gates: [gate] }), 'there were none': outcome({ gates: [] }) },
  missing: [facts(), outcome({})],
})
