import { facts, outcome } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './vulnerabilities.ts'

const scan = { critical: 0, high: 4, at: '2026-11-25', source: 'trivy' }

ruleSuite(rule, {
  fires: { 'critical ones': [outcome({ vulnerabilities: { ...scan, critical: 2 } }), '2 critical and 4 high findings (trivy, 2026-11-25)'] },
  passes: { 'none that are critical': outcome({ vulnerabilities: scan }) },
  missing: [facts(), outcome({})],
})
