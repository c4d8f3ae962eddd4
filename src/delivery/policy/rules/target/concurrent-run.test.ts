import { facts, target } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './concurrent-run.ts'

const release = { name: 'shop', status: 'deployed', revision: 4, lastFailed: false }

ruleSuite(rule, {
  fires: { 'a live Lease': [target({ release: { ...release, heldBy: 'ci@runner-7' } }), 'ci@runner-7 works on shop'] },
  passes: { 'nobody': target({ release }) },
  missing: [facts(), target({}), target({ unread: { release: 'forbidden' } })],
})
