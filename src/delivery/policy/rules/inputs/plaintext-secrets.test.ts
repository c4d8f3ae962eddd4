import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './plaintext-secrets.ts'

const found = { file: 'values.yaml', line: 3, column: 5, path: 'auth.password', reason: 'the key "password" names a secret and the value is a literal', confidence: 'certain' } as const

ruleSuite(rule, {
  fires: { 'in values': [inputs({ secrets: [{ ...found, where: 'values' }] }), 'auth.password: the key'] },
  passes: { 'none': inputs({ secrets: [] }), 'in an object: another rule': inputs({ secrets: [{ ...found, where: 'secret' }] }) },
  missing: [facts(), inputs()],
})
