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
