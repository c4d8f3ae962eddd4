import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './stuck-pods.ts'

ruleSuite(rule, {
  fires: { 'pods in a loop': [outcome({ stuckPods: ['web-1: CrashLoopBackOff', 'web-2: ImagePullBackOff'] }), 'web-1: CrashLoopBackOff', 'web-2'] },
  passes: { 'none': outcome({ stuckPods: [] }) },
  missing: [facts(), outcome({})],
})
