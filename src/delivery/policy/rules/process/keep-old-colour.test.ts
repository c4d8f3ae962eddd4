import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './keep-old-colour.ts'

const strategy = { kind: 'blue-green' as const, simple: false, steps: [], gates: 1, keepOldColour: true }

ruleSuite(rule, {
  fires: { 'removed at once': [processed({ strategy: { ...strategy, keepOldColour: false } }), 'the old colour goes'] },
  passes: { 'kept': processed({ strategy }), 'a canary has no colours': processed({ strategy: { ...strategy, kind: 'canary', keepOldColour: false } }) },
  missing: [facts(), processed({})],
})
