import { facts, inputs } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './literal-secrets.ts'

const found = { file: 'values.yaml', line: 3, column: 5, path: 'auth.password', reason: 'the key "password" names a secret and the value is a literal', confidence: 'certain' } as const

ruleSuite(rule, {
  fires: { 'in a Secret, in env, in a ConfigMap': [inputs({ secrets: [{ ...found, where: 'secret' }, { ...found, where: 'env' }, { ...found, where: 'configmap' }] }), 'auth.password', 'auth.password', 'auth.password'] },
  passes: { 'none': inputs({ secrets: [] }), 'in values: another rule': inputs({ secrets: [{ ...found, where: 'values' }] }) },
  missing: [facts(), inputs()],
})
