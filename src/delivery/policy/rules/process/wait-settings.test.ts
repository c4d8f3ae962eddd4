import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './wait-settings.ts'

const settings = { timeout: 300_000, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: 10, recordDriver: 'secret', snapshot: true }
const run = (more: Partial<typeof settings>) => processed({ settings: { ...settings, ...more } })

ruleSuite(rule, {
  fires: {
    'no waiting': [run({ wait: false }), 'it does not wait until the workloads are ready'], 'Jobs': [run({ waitForJobs: false }), 'does not wait for Jobs'],
    'for ever': [run({ timeout: Infinity }), 'it has no timeout'], 'nothing cleaned up, no timeout': [run({ timeout: 0, cleanupOnFail: false }), 'it has no timeout', 'stays behind'],
  },
  passes: { 'the defaults': run({}) },
  missing: [facts(), processed({})],
})
