import { expect, test } from 'vitest'
import { commands } from './commands.ts'
import { unwrapSecrets } from './secrets-wrapper.ts'

const unwrap = (line: string, variables: Record<string, string> = {}, program = 'helm') => {
  const found = unwrapSecrets(line.split(' '), commands, program, variables)
  return found && { line: found.argv.join(' '), env: found.env, ...(found.text !== undefined && { text: found.text.split('\n')[0] }), ...(found.code !== undefined && { code: found.code }) }
}
const wrapped = { PINTLE_SECRETS_WRAPPER: 'true' }

test.each<[string, string, Record<string, string>]>([
  ['secrets upgrade shop ./c -f a.yaml', 'upgrade shop ./c -f a.yaml', wrapped],
  ['-n x secrets diff upgrade shop ./c', '-n x diff upgrade shop ./c', wrapped],
  ['secrets -b vals template c', 'template c', { ...wrapped, HELM_SECRETS_BACKEND: 'vals' }],
  ['secrets --backend=vals -q --ignore-missing-values template c', 'template c', { ...wrapped, HELM_SECRETS_BACKEND: 'vals', HELM_SECRETS_QUIET: 'true', HELM_SECRETS_IGNORE_MISSING_VALUES: 'true' }],
  ['secrets --ignore-missing-values false --evaluate-templates true template c', 'template c', { ...wrapped, HELM_SECRETS_IGNORE_MISSING_VALUES: 'false', HELM_SECRETS_EVALUATE_TEMPLATES: 'true' }],
  ['secrets --backend-args --verbose lint c', 'lint c', { ...wrapped, HELM_SECRETS_BACKEND_ARGS: '--verbose' }],
  ['secrets decrypt a.yaml', 'secrets decrypt a.yaml', {}],
  ['secrets -b noop decrypt a.yaml', 'secrets backend-decrypt a.yaml', { HELM_SECRETS_BACKEND: 'noop' }],
  ['secrets scan', 'secrets scan', {}],
])('%s', (line, argv, env) => expect(unwrap(line)).toEqual({ line: argv, env }))

test('what is only printed', () => {
  expect(unwrap('secrets')).toMatchObject({ code: 1, text: 'Values from encrypted files and secret stores, read in memory.' })
  expect(unwrap('secrets', {}, 'pintle')).toMatchObject({ code: 0 })
  expect(unwrap('secrets --version')).toMatchObject({ text: '4.8.0-dev' })
  expect(unwrap('secrets template --help')).toMatchObject({ text: 'helm secrets [ OPTIONS ] template' })
})

test('other command lines', () => {
  expect(unwrap('template c -f secrets')).toBeUndefined()
  expect(unwrap('template c', { HELM_SECRETS_WRAPPER_ENABLED: 'true' })).toEqual({ line: 'template c', env: wrapped })
  expect(unwrap('list', { HELM_SECRETS_WRAPPER_ENABLED: 'true' })).toBeUndefined()
})
