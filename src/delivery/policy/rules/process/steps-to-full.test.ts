import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './steps-to-full.ts'

const steps = (...list: number[]) => processed({ strategy: { kind: 'canary', simple: false, steps: list, gates: 1, keepOldColour: true } })

ruleSuite(rule, {
  fires: {
    'falling': [steps(25, 5, 100), 'step 2 is 5'], 'standing still': [steps(5, 5, 100), 'step 2 is 5'], 'not to the end': [steps(5, 50), 'the last step is 50, not 100'], 'none': [steps(), 'the canary has no steps'],
    'beyond': [steps(5, 120), 'step 2 is 120'], 'nothing': [steps(0, 100), 'step 1 is 0'], 'no number': [steps(5, Number.NaN, 100), 'step 2 is NaN'],
  },
  passes: { 'rising': steps(5, 25, 50, 100), 'at once': steps(100), 'rolling': processed({ strategy: { kind: 'rolling', simple: true, steps: [], gates: 0, keepOldColour: false } }) },
  missing: [facts(), processed({})],
})
