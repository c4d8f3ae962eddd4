import { expect, it } from 'vitest'
import { scanYaml } from './scan-values.ts'

/** A value at a path, in a file of somebody's own. */
function scan(path: readonly (string | number)[], value: unknown) {
  const tree = path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)
  return scanYaml('values.yaml', JSON.stringify(tree)).findings
}

it.each([
  [['auth', 'password'], 'hunter2'],
  [['db', 'rootPassword'], 'changeme'],
  [['api_key'], 'k3y-1234'],
  [['oauth', 'clientSecret'], 'Zm9v-1234-bar'],
  [['env', 0, 'value'], 'postgres://app:s3cret@db/app'],
  [['tls', 'key'], '-----BEGIN RSA PRIVATE KEY-----\nabc'],
  [['anything'], `ghp_${'a1B2'.repeat(9)}`],
  [['botToken'], 'abc123'],
])('takes %j for a secret', (path, value) => {
  const [finding] = scan(path, value)
  expect(finding).toMatchObject({ file: 'values.yaml', line: 1, confidence: expect.stringMatching(/certain|likely/) })
  expect(JSON.stringify(finding)).not.toContain(value.slice(0, 5))
})

it.each([
  [['existingSecret'], 'checkout-api'],
  [['auth', 'existingPasswordSecret'], 'name'],
  [['auth', 'passwordKey'], 'redis-password'],
  [['auth', 'password'], ''],
  [['auth', 'password'], 'ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]'],
  [['auth', 'password'], 'ref+vault://secret/app#password'],
  [['auth', 'password'], '{{ .Values.x }}'],
  [['auth', 'password'], '${DB_PASSWORD}'],
  [['secretName'], 'my-secret'],
  [['tls', 'secret'], 'my-tls'],
  [['tokenExpiry'], '1h'],
  [['automountServiceAccountToken'], true],
  [['serviceAccount', 'tokenPath'], '/var/run/token'],
  [['image', 'digest'], `sha256:${'ab'.repeat(32)}`],
  [['url'], 'https://example.com/a:b'],
])('lets %j pass', (path, value) => {
  expect(scan(path, value)).toEqual([])
})

it('places a finding in a block by its own line and column', () => {
  const text = 'config: |\n  # settings\n\n  port=80\n  password=hunter2\nother: x\n'
  expect(scanYaml('values.yaml', text).findings).toMatchObject([{ path: 'config', line: 5, column: 12 }])
})

it('reads the further documents of a file, and what is no YAML as text', () => {
  expect(scanYaml('a.yaml', 'a: b\n---\nauth:\n  password: hunter2\n').findings).toMatchObject([{ line: 4, path: 'auth.password' }])
  expect(scanYaml('a.yaml.gotmpl', '{{ if .x }}\npassword: hunter2\n{{ end }}\n').findings).toMatchObject([{ line: 2, column: 11 }])
})

it('does not show a key that is a secret itself', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  const { findings } = scanYaml('values.yaml', `tokens:\n  ${token}: {password: hunter2}\n`)
  expect(findings.map((f) => f.path)).toEqual(['tokens.(hidden).password', ''])
  expect(JSON.stringify(findings)).not.toContain(token)
})

it('takes the line itself or the one above for leave, not another one', () => {
  const allowed = (text: string) => scanYaml('values.yaml', text).findings.map((f) => f.allowed)
  expect(allowed('password: hunter2 # pintle:allow-secret demo\n')).toEqual(['demo'])
  expect(allowed('# pintle:allow-secret demo\npassword: hunter2\n')).toEqual(['demo'])
  expect(allowed('# pintle:allow-secret demo\n\npassword: hunter2\n')).toEqual([undefined])
  expect(allowed('a: b # pintle:allow-secret demo\npassword: hunter2\n')).toEqual([undefined])
  expect(allowed('password: hunter2 # pintle:allow-secret it is hunter2\n')).toEqual(['(the reason holds the secret)'])
})

it('looks at the beginning of what is very long, and says so', () => {
  const { findings, notes } = scanYaml('values.yaml', `password: hunter2\n${'a: b\n'.repeat(1_000_000)}`)
  expect(findings).toMatchObject([{ line: 1 }])
  expect(notes).toEqual(['values.yaml: only the first 4 MiB were looked at'])
})
