/** Keys of every kind, beside the real sops. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readKeySpecs, type KeySpec } from '../../src/charts/secrets/key-spec.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')

/** A folder of gpg with a key of its own. */
class GpgHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'gpg-'))
  readonly env: Env = { PATH: process.env.PATH!, HOME: this.folder, GNUPGHOME: this.folder }

  makeKey(user: string): string {
    execFileSync('gpg', ['--batch', '--passphrase', '', '--quick-generate-key', user, 'rsa2048', 'encrypt,sign', 'never'], { env: this.env, stdio: 'ignore' })
    return /^fpr:+(\w+):/m.exec(execFileSync('gpg', ['--with-colons', '--list-keys', user], { env: this.env, stdio: ['ignore', 'pipe', 'ignore'] }).toString())![1]!
  }

  remove(): void {
    execFileSync('gpgconf', ['--kill', 'all'], { env: this.env })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

describe.skipIf(sops === undefined)('PGP by gpg', () => {
  const [mine, other] = [new GpgHome(), new GpgHome()]
  afterAll(() => [mine, other].forEach((home) => home.remove()))
  keySuite(sops!, async () => ({ kind: 'pgp', name: mine.makeKey('shop@example.com'), env: { GNUPGHOME: mine.folder }, stranger: { GNUPGHOME: other.folder }, refusal: 'none of the keys here' }))
})

describe.skipIf(sops === undefined)('key groups', () => {
  const real = new RealSops(sops ?? '')
  const gpg = new GpgHome()
  let identities: string[]
  let groups: KeySpec[][]
  beforeAll(async () => {
    identities = await Promise.all([generateX25519Identity(), generateX25519Identity()])
    const [first, second] = await Promise.all(identities.map((i) => identityToRecipient(i)))
    groups = [readKeySpecs('age', first!), readKeySpecs('pgp', gpg.makeKey('g@example.com')), readKeySpecs('age', second!)]
  })
  afterAll(() => {
    real.remove()
    gpg.remove()
  })

  test('parts that Pintle makes sops puts together, of as many kinds as there are', async () => {
    const encrypted = await real.encrypt({ age: groups[0]![0]!.fields.recipient! }, {})
    const { text } = await rewrapped(encrypted, groups, { SOPS_AGE_KEY: identities[0]! }, gpg.env, 2)
    for (const env of [{ SOPS_AGE_KEY: identities.join('\n') }, { SOPS_AGE_KEY: identities[1]!, GNUPGHOME: gpg.folder }] as Env[]) {
      expect(await real.decrypt(text, env)).toEqual({ a: 'b', n: 1 })
      expect(await pintleDecrypt(text, real.env(env))).toEqual({ a: 'b', n: 1 })
    }
    await expect(real.decrypt(text, { SOPS_AGE_KEY: identities[0]! })).rejects.toThrow('2 groups')
    await expect(pintleDecrypt(text, real.env({ SOPS_AGE_KEY: identities[0]! }))).rejects.toThrow('keys of 2 groups are needed, and this machine has those of 1')
  })

  test('a threshold that cannot be is refused', async () => {
    const encrypted = await real.encrypt({ age: groups[0]![0]!.fields.recipient! }, {})
    await expect(rewrapped(encrypted, groups, { SOPS_AGE_KEY: identities[0]! }, gpg.env, 1)).rejects.toMatchObject({ code: 'secrets.format' })
  })
})
