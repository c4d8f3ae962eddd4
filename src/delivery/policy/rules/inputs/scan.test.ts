import { facts, image } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './scan.ts'

const scan = { critical: 0, high: 0, medium: 7, at: '2026-11-20T00:00:00Z', source: 'trivy' }

ruleSuite(rule, {
  fires: {
    'findings': [image('web:1', { scan: { ...scan, critical: 2, high: 5 } }), 'web:1: 2 critical and 5 high findings (trivy, 2026-11-20)'],
    'an old scan': [image('web:1', { scan: { ...scan, at: '2026-09-01T00:00:00Z' } }), 'its scan is 86 days old'],
    'a scan of no date': [image('web:1', { scan: { ...scan, at: '' } }), 'of no known date'],
  },
  passes: { 'nothing bad': image('web:1', { scan }) },
  missing: [facts(), image('web:1')],
})
