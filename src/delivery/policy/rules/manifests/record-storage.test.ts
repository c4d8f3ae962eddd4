import { facts } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './record-storage.ts'

const settings = { timeout: 300, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: 10, recordDriver: 'secret', snapshot: true }

ruleSuite(rule, {
  fires: { 'ConfigMaps': [facts({ process: { settings: { ...settings, recordDriver: 'configmap' } } }), 'kept in configmap'], 'memory': [facts({ process: { settings: { ...settings, recordDriver: 'memory' } } }), 'kept in memory'] },
  passes: { 'Secrets': facts({ process: { settings } }), 'the default': facts({ process: { settings: { ...settings, recordDriver: '' } } }), 'a database': facts({ process: { settings: { ...settings, recordDriver: 'sql' } } }) },
  missing: [facts(), facts({ process: {} })],
})
