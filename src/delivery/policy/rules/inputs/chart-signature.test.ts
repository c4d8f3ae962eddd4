import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './chart-signature.ts'

const git = { commit: 'abc', dirty: false, files: [] }

ruleSuite(rule, {
  fires: { 'none that holds': [inputs({ chart: { signature: { verified: false, reason: 'signed by somebody else' } } }), 'repo/shop: signed by somebody else'], 'no reason known': [inputs({ chart: { signature: { verified: false } } }), 'no signature that holds'] },
  passes: { 'verified': inputs({ chart: { signature: { verified: true, by: 'ci@example.com' } } }), 'a folder of the repository': inputs({ chart: { local: true }, git }) },
  missing: [facts(), inputs(), inputs({ chart: { local: true } })],
})
