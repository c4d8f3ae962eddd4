import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './strategy.ts'

const strategy = { kind: 'canary' as const, simple: false, steps: [5, 25, 50, 100], gates: 1, keepOldColour: true }

ruleSuite(rule, {
  fires: {
    'rolling': [processed({ strategy: { ...strategy, kind: 'rolling', gates: 0 } }), 'it is replaced at once, and was not declared simple'],
    'no gates': [processed({ strategy: { ...strategy, gates: 0 } }), 'canary without a gate'],
  },
  passes: { 'canary': processed({ strategy }), 'blue-green': processed({ strategy: { ...strategy, kind: 'blue-green' } }), 'rolling and simple': processed({ strategy: { ...strategy, kind: 'rolling', simple: true, gates: 0 } }) },
  missing: [facts(), processed({})],
})
