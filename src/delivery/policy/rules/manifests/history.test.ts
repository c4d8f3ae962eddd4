import { facts } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './history.ts'

const settings = { timeout: 300, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: 10, recordDriver: 'secret', snapshot: true }

ruleSuite(rule, {
  fires: { 'no cap': [facts({ process: { settings: { ...settings, historyMax: 0 } } }), 'history-max is 0'] },
  passes: { 'ten': facts({ process: { settings } }) },
  missing: [facts(), facts({ process: {} })],
})
