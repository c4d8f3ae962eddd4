import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './tracked-decrypted.ts'

ruleSuite(rule, {
  fires: { 'one': [inputs({ trackedDecrypted: ['secrets/prod.yaml.dec'] }), 'secrets/prod.yaml.dec is decrypted and tracked'] },
  passes: { 'none': inputs({ trackedDecrypted: [] }) },
  missing: [facts(), inputs()],
})
