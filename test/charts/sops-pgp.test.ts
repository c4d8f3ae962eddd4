/** PGP keys beside the real sops: of gpg and its agent, and of key rings where there is no gpg. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { decryptFile } from '../../src/charts/secrets/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { GpgHome, hasGpg } from './gpg-home.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
if (!hasGpg && process.env.CI === 'true') throw new Error('there is no gpg')

describe.skipIf(sops === undefined || !hasGpg)('PGP', () => {
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'pgp-'))
  const mine = new GpgHome(join(folder, 'mine'))
  const other = new GpgHome(join(folder, 'other'))
  const expected = { a: 'b', n: 1 }
  let fingerprint: string
  let text: string
  beforeAll(async () => {
    fingerprint = mine.key('Shop <shop@example.com>', { algorithm: 'rsa2048', usage: 'encrypt,sign' })
    text = await real.encrypt({ pgp: fingerprint }, { GNUPGHOME: mine.path })
  })
  afterAll(() => {
    for (const home of [mine, other]) execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: home.path } })
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const both = async (env: Env, of = text): Promise<void> => {
    expect(await real.decrypt(of, env)).toEqual(expected)
    expect(await pintleDecrypt(of, real.env(env))).toEqual(expected)
  }
  /** A folder with rings of the old form alone. */
  const rings = (name: string, files: Record<string, Uint8Array>): string => {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes)
    return join(folder, name)
  }
  const exported = (...args: string[]): Buffer => Buffer.from(mine.run([...args, fingerprint]), 'latin1')

  describe('by gpg', () => {
    keySuite(sops!, async () => ({ kind: 'pgp', name: fingerprint, env: { GNUPGHOME: mine.path }, stranger: { GNUPGHOME: other.path }, refusal: 'none of the keys here' }))
  })

  describe('by key rings', () => {
    keySuite(sops!, async () => {
      const SOPS_GPG_EXEC = join(folder, 'no-such-gpg')
      const full = rings('rings', { 'pubring.gpg': exported('--export'), 'secring.gpg': exported('--export-secret-keys') })
      return { kind: 'pgp', name: fingerprint, env: { GNUPGHOME: full, SOPS_GPG_EXEC }, stranger: { GNUPGHOME: rings('public', { 'pubring.gpg': exported('--export') }), SOPS_GPG_EXEC }, refusal: /no-such-gpg cannot be run: ENOENT$/m }
    })
  })

  test('what each wraps by its own way the other opens by the other', async () => {
    const SOPS_GPG_EXEC = join(folder, 'no-such-gpg')
    const env = real.env({ GNUPGHOME: rings('rings', { 'pubring.gpg': exported('--export'), 'secring.gpg': exported('--export-secret-keys') }), SOPS_GPG_EXEC })
    const byRings = await rewrapped(text, [readKeySpecs('pgp', fingerprint)], real.env({ GNUPGHOME: mine.path }), env)
    await both({ GNUPGHOME: mine.path }, byRings.text)
    await both(env, text)
  })

  test('several keys, fingerprints with blanks and with the mark of a subkey', async () => {
    const second = mine.key('Second <second@example.com>', { algorithm: 'rsa2048', usage: 'encrypt,sign' })
    const env = real.env({ GNUPGHOME: mine.path })
    const spaced = second.replace(/(.{4})/g, '$1 ').trim()
    for (const name of [`${fingerprint},${spaced}`, `${fingerprint}!`]) {
      const specs = readKeySpecs('pgp', name)
      await both({ GNUPGHOME: mine.path }, (await rewrapped(text, [specs], env, env)).text)
      await both({ GNUPGHOME: mine.path }, await real.encrypt({ pgp: name }, { GNUPGHOME: mine.path }))
    }
  })

  test('another program in the place of gpg', async () => {
    const program = join(folder, 'my-gpg')
    writeFileSync(program, '#!/bin/sh\necho used >> "$GNUPGHOME/../used"\nexec gpg "$@"\n')
    chmodSync(program, 0o755)
    await both({ GNUPGHOME: mine.path, SOPS_GPG_EXEC: program })
  })

  test('a key under a passphrase', async () => {
    const closed = new GpgHome(join(folder, 'closed'))
    const print = closed.key('Closed <closed@example.com>', { algorithm: 'rsa2048', usage: 'encrypt,sign', passphrase: 'correct horse' })
    const encrypted = await real.encrypt({ pgp: print }, { GNUPGHOME: closed.path })
    // gpg's agent keeps the passphrase, until it ends.
    execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: closed.path } })
    const ring = rings('closed-ring', { 'pubring.gpg': Buffer.from(closed.run(['--export-secret-keys', print], '', 'correct horse'), 'latin1') })
    const env = real.env({ GNUPGHOME: ring, SOPS_GPG_EXEC: join(folder, 'no-such-gpg') })
    const open = (answer: string): Promise<unknown> => decryptFile(encrypted, { file: 'f', format: 'json', env, person: { ask: async () => answer, tell: () => {} } }).then((found) => JSON.parse(found.text))
    expect(await open('correct horse')).toEqual(expected)
    await expect(open('battery staple')).rejects.toThrow(`incorrect passphrase of PGP key ${print}`)
    await expect(pintleDecrypt(encrypted, env)).rejects.toThrow('a PGP key has a passphrase')
    execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: closed.path } })
    // Nobody answers gpg's agent here: what it says is said.
    await expect(pintleDecrypt(encrypted, real.env({ GNUPGHOME: closed.path, GPG_TTY: '' }))).rejects.toThrow(/PGP [0-9A-F]{40}: gpg: /)
    execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: closed.path } })
  })

  test('what cannot be encrypted for is said', async () => {
    const env = real.env({ GNUPGHOME: mine.path })
    await expect(rewrapped(text, [readKeySpecs('pgp', '0'.repeat(40))], env, env)).rejects.toThrow(/PGP 0{40}: gpg: .*No public key/)
    for (const name of ['--output', 'shop@example.com', '']) await expect(rewrapped(text, [[{ kind: 'pgp', fields: { fp: name } }]], env, env)).rejects.toThrow('it is no fingerprint')
    await expect(pintleDecrypt(text, real.env({ GNUPGHOME: rings('garbage', { 'pubring.gpg': Buffer.from('nothing') }), SOPS_GPG_EXEC: join(folder, 'no-such-gpg') }))).rejects.toThrow('cannot be run: ENOENT')
  })
})
