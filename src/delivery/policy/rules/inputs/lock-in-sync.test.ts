import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './lock-in-sync.ts'

ruleSuite(rule, {
  fires: {
    'Chart.lock': [inputs({ chart: { lockInSync: false } }), 'Chart.lock does not fit'],
    'no pin': [inputs({ pins: { present: false, moved: [] } }), 'pintle.lock has no pin'],
    'moved': [inputs({ pins: { present: true, moved: ['chart version: 1 -> 2', 'values a.yaml: x -> y'] } }), 'chart version: 1 -> 2', 'values a.yaml'],
  },
  passes: { 'both fit': inputs({ chart: { lockInSync: true }, pins: { present: true, moved: [] } }), 'no dependencies, nobody pins': inputs() },
  missing: [facts(), inputs({ chart: { dependencies: [{ name: 'db', range: '1.0.0', repository: '' }] } })],
})
