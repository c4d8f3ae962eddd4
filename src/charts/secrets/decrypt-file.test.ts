import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPintleError } from '../../errors/index.ts'
import { encodeUtf8 } from '../../language/go/index.ts'
import { decryptFile, formatOfPath, isEncrypted, type Decrypted, type FileFormat } from './index.ts'
import vectors from './vectors/sops.json' with { type: 'json' }

const { files, identities } = vectors
const open = (text: string, format: FileFormat, keys: readonly string[] = [identities[0]!]): Promise<Decrypted> => decryptFile(text, { file: 'f', format, env: { SOPS_AGE_KEY: keys.join('\n'), HOME: '/nowhere' } })

test('a file of YAML keeps order, comments and lines', async () => {
  const { text, secrets } = await open(files.yaml, 'yaml')
  expect(text).toBe(`# head
db:
    # who
    password: "first-secret" # inline
    port: 5432
    ratio: 0.25
    "on": true
    none: null
list:
    - "one"
    - name: "two"
open_unencrypted: plain
---
second: "document"
`)
  expect(secrets).toEqual(['first-secret', '5432', '0.25', 'one', 'two', 'document'])
})

test('JSON, dotenv and binary', async () => {
  expect(JSON.parse((await open(files.json, 'json')).text)).toEqual({ a: { b: 'first-secret', c: [1, 'x'] }, z_unencrypted: 3 })
  expect((await open(files.dotenv, 'dotenv')).text).toBe('# c\nA=first-secret\nB=two\n')
  expect([...encodeUtf8((await open(files.binary, 'binary')).text)]).toEqual([0, 255, 254, 65, 10])
})

test('key groups are put together', async () => {
  expect((await open(files.groups, 'yaml', identities)).text).toBe('a: "first-secret"\n')
  await expect(open(files.groups, 'yaml')).rejects.toMatchObject({ code: 'secrets.key' })
})

test('a file of values is taken for what it is', () => {
  expect(Object.values(files).every((text) => isEncrypted(text))).toBe(true)
  expect(isEncrypted('a: ENC[AES256_GCM,x]\n')).toBe(false)
  expect(['a.yml', 'a.json', '.env', 'a.ini', 'key.pem'].map((path) => formatOfPath(path))).toEqual(['yaml', 'json', 'dotenv', 'ini', 'binary'])
})

test('every key is named with why it does not open', async () => {
  const text = 'a: b\nsops:\n  kms: [{arn: "arn:aws:kms:eu:1:key/k", enc: e}]\n  gcp_kms: [{resource_id: projects/p, enc: e}]\n  lastmodified: "2020-01-01T00:00:00Z"\n  mac: m\n'
  await expect(decryptFile(text, { file: 'f', format: 'yaml', env: { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' } })).rejects.toMatchObject({ code: 'secrets.key', message: expect.stringMatching(/AWS KMS arn:aws:kms:eu:1:key\/k: no credentials of AWS.*\n {2}GCP KMS projects\/p: it is no resource ID of a key/) })
})

test('whatever is done to a file, it opens to what was in it or is refused, and no refusal says what was in it', async () => {
  const formats: [FileFormat, string][] = [['yaml', files.yaml], ['json', files.json], ['dotenv', files.dotenv]]
  const originals = new Map(await Promise.all(formats.map(async ([format, text]) => [format, new Set((await open(text, format)).secrets)] as const)))
  await fc.assert(fc.asyncProperty(fc.constantFrom(...formats), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.string({ maxLength: 8, unit: 'binary' }), async ([format, text], where, remove, insert) => {
    const at = Math.floor(where * text.length)
    try {
      const { secrets } = await open(text.slice(0, at) + insert + text.slice(at + remove), format)
      for (const secret of secrets) expect(originals.get(format)).toContain(secret)
    } catch (error) {
      if (!isPintleError(error)) throw error
      expect(`${error.message} ${error.hint ?? ''} ${JSON.stringify(error.place ?? {})}`).not.toContain('first-secret')
    }
  }), { numRuns: 200, seed: 7 })
})
