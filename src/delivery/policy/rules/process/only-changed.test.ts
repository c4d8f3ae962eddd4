import { facts } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './only-changed.ts'

const changed = (...unchangedReleases: string[]) => facts({ changes: { objects: [], acknowledged: [], unchangedReleases } })

ruleSuite(rule, {
  fires: { 'one that stays the same': [changed('redis', 'cron'), 'redis would be applied without any change', 'cron'] },
  passes: { 'all change': changed() },
})
