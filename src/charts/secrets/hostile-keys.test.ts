import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPintleError } from '../../errors/index.ts'
import { words } from './age/words.ts'
import { identitiesOf } from './age/identity-file.ts'
import { sshIdentity } from './age/ssh-identity.ts'
import { keyEntry } from './key-entry.ts'
import { keyKinds, keyName, nameFields, readKeySpec, type KeyKind } from './key-spec.ts'
import { MasterKeys } from './master-keys.ts'
import vectors from './vectors/sops.json' with { type: 'json' }

/** Nobody is there, and no service can be reached: names lead to a proxy that is none. */
const env = {
  HOME: '/nowhere', PATH: '/nowhere', SOPS_AGE_KEY: vectors.identities[0]!, HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1', AWS_EC2_METADATA_DISABLED: 'true', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
  GOOGLE_OAUTH_ACCESS_TOKEN: 'token-of-google', AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 'secret-of-azure', VAULT_TOKEN: 'token-of-vault', HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'secret-of-huawei', HUAWEICLOUD_SDK_PROJECT_ID: 'p',
}
const secrets = ['secret-of', 'token-of', vectors.identities[0]!]

const text = fc.oneof(fc.string({ maxLength: 40, unit: 'binary' }), fc.constantFrom('..', 'x/../y', 'https://evil.example.org', 'https://a:b@c', '--output=/x', '-', 'arn:aws:kms:eu-west-1:1:key/k', 'age1x1y', 'ssh-rsa AAAA', 'projects/p/locations/l/keyRings/r/cryptoKeys/k', 'a:b', '\u0000', 'https://[::1'))
const key = fc.constantFrom(...keyKinds).chain((kind) => fc.record({ kind: fc.constant(kind), fields: fc.record(Object.fromEntries(nameFields[kind].map((name) => [name, text]))), enc: text, createdAt: fc.constant(''), context: fc.dictionary(text, text, { maxKeys: 2 }) }))

test('whatever a file says of its keys, it opens nothing, and what is said quotes no credential', async () => {
  await fc.assert(fc.asyncProperty(key, async (found) => {
    const keys = new MasterKeys({ env })
    try {
      for (const act of [() => keys.open(found), () => keys.wrap(found, Buffer.alloc(32, 7))]) {
        const error = await act().then((opened) => { expect(opened === undefined || 'kind' in (opened as object)).toBe(true) }, (e: unknown) => e)
        if (error === undefined) continue
        expect(isPintleError(error) ? error.code : error).toMatch(/^secrets\./)
        for (const secret of secrets) expect((error as Error).message).not.toContain(secret)
      }
    } finally {
      keys.close()
    }
  }), { numRuns: 300, seed: 7 })
}, 120_000)

test('whatever a name of a key is, it is one or is refused', () => {
  fc.assert(fc.property(fc.constantFrom(...keyKinds), text, (kind: KeyKind, name) => {
    try {
      const spec = readKeySpec(kind, name)
      expect(typeof keyName(spec)).toBe('string')
      const { fields } = keyEntry(spec, 'e', '2026-01-01T00:00:00Z')
      expect(Object.keys(fields)).toEqual(Object.keys(fields).sort())
    } catch (error) {
      expect(isPintleError(error) && error.code).toBe('secrets.format')
    }
  }))
})

test('whatever lies where identities should, it is one or is refused without being quoted', () => {
  const person = { ask: async () => 'p', tell: () => {} }
  const lines = fc.array(fc.oneof(text, fc.constantFrom('AGE-SECRET-KEY-1', 'AGE-PLUGIN-X-1Y', '# c', 'age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE-----', '-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=')), { maxLength: 5 })
  fc.assert(fc.property(lines, (found) => {
    const content = ['SECRET-MARK', ...found].join('\n')
    for (const read of [() => identitiesOf(content, '/f', { person }), () => sshIdentity(Buffer.from(content), '/nowhere/f', { person })]) {
      try {
        read()
      } catch (error) {
        expect(isPintleError(error) && error.code).toBe('secrets.key')
        expect((error as Error).message).not.toContain('SECRET-MARK')
      }
    }
  }))
})

test.each([
  ['a b  c', ['a', 'b', 'c']], [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']], [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]], ['a # b', ['a']], ['a#b', ['a#b']], [`''`, ['']], ['', []],
])('words of %j', (command, found) => {
  expect(words(command)).toEqual(found)
})
