import { facts, processed } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './automatic-rollback.ts'

const settings = { timeout: 300_000, wait: true, waitForJobs: true, rollbackOnFailure: true, cleanupOnFail: true, historyMax: 10, recordDriver: 'secret', snapshot: true }

ruleSuite(rule, {
  fires: {
    'off': [processed({ settings: { ...settings, rollbackOnFailure: false }, owner: '@acme/shop', notify: true }), 'a failed release stays as it is'],
    'nobody to page, nobody told': [processed({ settings, notify: false }), 'nobody would be paged', 'nobody would be told'],
  },
  passes: { 'on, with an owner': processed({ settings, owner: '@acme/shop', notify: true }) },
  missing: [facts(), processed({ owner: '@acme/shop' })],
})
