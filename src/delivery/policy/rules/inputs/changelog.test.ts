import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './changelog.ts'

ruleSuite(rule, {
  fires: { 'no entry': [inputs({ changelog: false }), 'no changelog mentions shop 1.4.2'] },
  passes: { 'an entry': inputs({ changelog: true }) },
  missing: [facts(), inputs()],
})
