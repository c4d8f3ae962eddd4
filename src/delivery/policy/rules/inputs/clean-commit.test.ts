import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './clean-commit.ts'

ruleSuite(rule, {
  fires: { 'changes': [inputs({ git: { commit: 'abc', dirty: true, files: ['a', 'b', 'c', 'd', 'e', 'f'] } }), '6 files are not committed: a, b, c, d, e, ...'], 'no commit': [inputs({ git: { commit: '', dirty: false, files: [] } }), 'there is no commit'] },
  passes: { 'clean': inputs({ git: { commit: 'abc', dirty: false, files: [] } }) },
  missing: [facts(), inputs()],
})
