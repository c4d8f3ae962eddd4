import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './snapshot.ts'

const settings = { timeout: 300_000, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: 10, recordDriver: 'secret' }

ruleSuite(rule, {
  fires: { 'none': [processed({ settings: { ...settings, snapshot: false } }), 'nothing keeps what runs now'] },
  passes: { 'kept': processed({ settings: { ...settings, snapshot: true } }) },
  missing: [facts(), processed({})],
})
