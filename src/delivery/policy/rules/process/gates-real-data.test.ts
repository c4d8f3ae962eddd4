import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './gates-real-data.ts'

const gate = { name: 'error rate', verdict: 'pass', hasRawResponse: true, simulated: false }
const canary = { kind: 'canary' as const, simple: false, steps: [100], gates: 1, keepOldColour: true }

ruleSuite(rule, {
  fires: {
    'simulated': [outcome({ gates: [gate, { ...gate, name: 'p95', simulated: true }] }), 'gate p95 judged simulated data'], 'nothing kept': [outcome({ gates: [{ ...gate, hasRawResponse: false }] }), 'raw answer of gate error rate'],
    'none in a canary': [outcome({ gates: [] }, { strategy: canary }), 'a canary release without any gate'],
  },
  passes: { 'real data': outcome({ gates: [gate] }, { strategy: canary }), 'a rolling release has none': outcome({ gates: [] }) },
  missing: [facts(), outcome({})],
})
