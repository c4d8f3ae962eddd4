/** Files that the real sops encrypted, and what is left of them when somebody else changed them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readValues } from '../../src/charts/chart/index.ts'
import { decryptFile, type FileFormat } from '../../src/charts/secrets/index.ts'
import { encodeUtf8 } from '../../src/language/go/index.ts'

const sops = await ensureTool('sops')

const yaml = `# of the shop
db:
    # who
    password: hunter2 # inline
    port: 5432
    ratio: 0.25
    big: 12345678901
    on: true
    none: null
    empty: ""
    day: 2024-05-06
    cert: |
        -----BEGIN-----
        abc
        -----END-----
more:
    - one
    - name: two
      tls_unencrypted: open
    - [3, "4"]
plain_unencrypted:
    a: 1
    b: 1.5
    c: text
`
const json = JSON.stringify({ a: { b: 'x"\\\n<>&\u{1f600}', c: 1, d: 1.5, e: true, f: null, g: ['y', 2], h: '' }, z_unencrypted: 3 }, null, '\t')

describe.skipIf(sops === undefined)('sops', () => {
  let folder: string
  let identity: string
  let recipient: string
  let others: string[]
  let gnupg: string
  let fingerprint: string
  const env = (more: Record<string, string> = {}): Record<string, string> => ({ PATH: process.env.PATH!, HOME: folder, GNUPGHOME: gnupg, ...more })
  const encrypt = (name: string, text: string | Uint8Array, ...args: string[]): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return execFileSync(sops!, ['encrypt', ...(args.some((a) => /^--(?:age|pgp)$/.test(a)) ? [] : ['--age', recipient]), ...args, file], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] }).toString()
  }
  const real = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return execFileSync(sops!, ['decrypt', join(folder, name)], { env: env({ SOPS_AGE_KEY: identity }), stdio: ['ignore', 'pipe', 'pipe'] }).toString()
  }
  const open = async (text: string, format: FileFormat = 'yaml', keys: Record<string, string> = { SOPS_AGE_KEY: identity }): Promise<string> => (await decryptFile(text, { file: 'f', format, env: env(keys) })).text

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sops-'))
    gnupg = mkdtempSync(join(tmpdir(), 'gpg-'))
    identity = await generateX25519Identity()
    recipient = await identityToRecipient(identity)
    others = await Promise.all([1, 2].map(() => generateX25519Identity()))
    execFileSync('gpg', ['--batch', '--passphrase', '', '--quick-generate-key', 'shop@example.com', 'rsa2048', 'encrypt,sign', 'never'], { env: env(), stdio: 'ignore' })
    fingerprint = /^fpr:+(\w+):/m.exec(execFileSync('gpg', ['--with-colons', '--list-keys'], { env: env(), stdio: ['ignore', 'pipe', 'ignore'] }).toString())![1]!
  })
  afterAll(() => {
    execFileSync('gpgconf', ['--kill', 'all'], { env: env() })
    for (const path of [folder, gnupg]) rmSync(path, { recursive: true, force: true })
  })

  const selections: [string, string][] = [
    ['by default', ''], ['with an encrypted suffix', 'encrypted_suffix: word'], ['with an encrypted expression', 'encrypted_regex: ^(db|more)$'],
    ['with an unencrypted expression', 'unencrypted_regex: ^po'], ['with a comment that encrypts', 'encrypted_comment_regex: who'],
    ['with a comment that does not', 'unencrypted_comment_regex: who'], ['with a MAC of what is encrypted', 'encrypted_suffix: word, mac_only_encrypted: true'],
  ]
  test.each(selections)('YAML %s means what sops says', async (_, rule) => {
    const config = join(folder, 'rules.yaml')
    writeFileSync(config, `creation_rules: [{age: ${recipient}${rule === '' ? '' : `, ${rule}`}}]`)
    writeFileSync(join(folder, 's.yaml'), yaml)
    const encrypted = execFileSync(sops!, ['--config', config, 'encrypt', join(folder, 's.yaml')], { env: env() }).toString()
    expect(encrypted).toContain(': ENC[')
    const text = await open(encrypted)
    expect(text).not.toContain('ENC[')
    writeFileSync(join(folder, 'mine.yaml'), text)
    writeFileSync(join(folder, 'sops.yaml'), real('e.yaml', encrypted))
    expect(await readValues({ valueFiles: [join(folder, 'mine.yaml')] })).toEqual(await readValues({ valueFiles: [join(folder, 'sops.yaml')] }))
    for (const comment of ['# of the shop', '# who', '# inline']) expect(text).toContain(comment)
  })

  test('comments in lists stay comments; sops refuses its own file', async () => {
    const encrypted = encrypt('s.yaml', 'l:\n    # d\n    - 1\n    - two # x\n    # end\n')
    expect(() => real('e.yaml', encrypted)).toThrow('MAC mismatch')
    expect(await open(encrypted)).toBe('l:\n    # d\n    - 1\n    # x\n    - "two"\n    # end\n')
  })

  test('JSON, dotenv and binary come out as sops gives them', async () => {
    const encrypted = encrypt('s.json', json)
    expect(JSON.parse(await open(encrypted, 'json'))).toEqual(JSON.parse(real('e.json', encrypted)))
    const dotenv = encrypt('s.env', '# c\nA=1\nB=two words\nC=\nD=a\\nb\n')
    expect(await open(dotenv, 'dotenv')).toBe(real('e.env', dotenv))
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)
    const binary = encrypt('s.bin', bytes)
    expect(Buffer.from(encodeUtf8(await open(binary, 'binary')))).toEqual(Buffer.from(bytes))
  })

  test('several documents', async () => {
    const encrypted = encrypt('s.yaml', 'a: 1\n---\nb: two\n')
    expect(await open(encrypted)).toBe('a: 1\n---\nb: "two"\n')
  })

  test('gpg opens what is encrypted for a PGP key', async () => {
    expect(await open(encrypt('s.yaml', 'a: b\n', '--pgp', fingerprint), 'yaml', {})).toBe('a: "b"\n')
  })

  test('key groups need as many keys as the threshold says', async () => {
    const [first, second] = await Promise.all(others.map((o) => identityToRecipient(o)))
    writeFileSync(join(folder, '.sops.yaml'), `creation_rules: [{shamir_threshold: 2, key_groups: [{age: [${recipient}]}, {age: [${first}]}, {age: [${second}]}]}]`)
    writeFileSync(join(folder, 'g.yaml'), 'a: b\n')
    const encrypted = execFileSync(sops!, ['--config', join(folder, '.sops.yaml'), 'encrypt', join(folder, 'g.yaml')], { env: env() }).toString()
    rmSync(join(folder, '.sops.yaml'))
    expect(await open(encrypted, 'yaml', { SOPS_AGE_KEY: `${identity}\n${others[1]!}` })).toBe('a: "b"\n')
    expect(await open(encrypted, 'yaml', { SOPS_AGE_KEY: others.join('\n') })).toBe('a: "b"\n')
    await expect(open(encrypted)).rejects.toMatchObject({ code: 'secrets.key', message: expect.stringContaining('keys of 2 groups are needed, and this machine has those of 1') })
  })

  describe('is refused with the reason', () => {
    const source = 'one: first\ntwo: second\nlist:\n    - a\n    - b\nopen_unencrypted: 1\n'
    const lines = (change: (lines: string[]) => void): string => {
      const all = encrypt('s.yaml', source).split('\n')
      change(all)
      return all.join('\n')
    }
    const cases: [string, () => string, string][] = [
      ['a changed byte', () => lines((l) => { l[0] = l[0]!.replace(/data:(.)/, (_, c: string) => `data:${c === 'A' ? 'B' : 'A'}`) }), 'one was changed, or moved here from another place'],
      ['a value moved to another key', () => lines((l) => { [l[0], l[1]] = [l[0]!.replace('one', 'two'), l[1]!.replace('two', 'one')] }), 'two was changed, or moved here from another place'],
      ['a value that says to be a number', () => lines((l) => { l[0] = l[0]!.replace('type:str', 'type:int') }), 'one is marked as int and is none'],
      ['a removed line', () => lines((l) => { l.splice(1, 1) }), 'the MAC does not fit'],
      ['reordered lines', () => lines((l) => { [l[3], l[4]] = [l[4]!, l[3]!] }), 'the MAC does not fit'],
      ['a plain value that changed', () => encrypt('s.yaml', source).replace('open_unencrypted: 1', 'open_unencrypted: 2'), 'the MAC does not fit'],
      ['a value in plain text', () => lines((l) => { l[0] = 'one: first' }), 'one should be encrypted and is not'],
      ['another time', () => encrypt('s.yaml', source).replace(/lastmodified: "20/, 'lastmodified: "19'), 'the MAC or lastmodified was changed'],
    ]
    test.each(cases)('%s', async (_, text, message) => {
      await expect(open(text())).rejects.toMatchObject({ code: 'secrets.tampered', message: expect.stringContaining(message) })
    })

    test('the wrong key', async () => {
      await expect(open(encrypt('s.yaml', source), 'yaml', { SOPS_AGE_KEY: others[0]! })).rejects.toMatchObject({ code: 'secrets.key', message: expect.stringContaining(`age ${recipient}: none of the keys here`) })
    })
  })

  test('values files are decrypted, and what was encrypted is told', async () => {
    const file = join(folder, 'values.yaml')
    writeFileSync(file, encrypt('s.yaml', 'db:\n    password: hunter2\n    port: 5432\n'))
    const secrets: string[] = []
    process.env.SOPS_AGE_KEY = identity
    try {
      const values = await readValues({ valueFiles: [file], set: ['db.host=h'] }, { onSecrets: (found) => secrets.push(...found) })
      expect(Object.fromEntries(values.get('db') as Map<string, unknown>)).toMatchObject({ password: 'hunter2', host: 'h' })
    } finally {
      delete process.env.SOPS_AGE_KEY
    }
    expect(secrets).toEqual(['hunter2', '5432'])
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2')
  })
})
