import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './release-state.ts'

const release = (status: string, lastFailed = false) => target({ release: { name: 'shop', status, revision: 4, lastFailed } })

ruleSuite(rule, {
  fires: {
    'pending': [release('pending-upgrade'), 'revision 4 of shop is pending-upgrade'], 'being removed': [release('uninstalling'), 'is uninstalling'],
    'failed': [release('failed', true), 'revision 4 of shop is failed'], 'deployed after a failure that nothing brought back': [release('superseded', true), 'nothing brought it back'],
  },
  passes: { 'deployed': release('deployed'), 'not installed': target({ release: { name: 'shop', status: '', revision: 0, lastFailed: false } }), 'uninstalled': release('uninstalled') },
  missing: [facts(), target({}), target({ unread: { release: 'secrets may not be listed' } })],
})
