/** age's keys of every sort, beside the real sops: its own, SSH's, under passphrases, of plugins. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Encrypter, armor, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readValues } from '../../src/charts/chart/index.ts'
import { decryptFile } from '../../src/charts/secrets/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const folder = mkdtempSync(join(tmpdir(), 'age-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A key of ssh-keygen. @returns its path and its public key */
function sshKey(name: string, ...args: string[]): { path: string; recipient: string } {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-f', path, '-C', 'a comment', ...args], { stdio: 'ignore' })
  return { path, recipient: readFileSync(`${path}.pub`, 'utf8').trim() }
}

describe.skipIf(sops === undefined)('identities of age', () => {
  describe.each([['X25519', generateX25519Identity], ['hybrid', generateHybridIdentity]])('%s', (_, generate) => {
    keySuite(sops!, async () => {
      const identity = await generate()
      return { kind: 'age', name: await identityToRecipient(identity), env: { SOPS_AGE_KEY: identity }, stranger: { SOPS_AGE_KEY: await generate() }, refusal: 'none of the keys here' }
    })
  })

  describe.each([['ed25519', []], ['rsa', ['-b', '2048']], ['rsa of PEM', ['-b', '2048', '-m', 'PEM']]])('SSH %s', (type, more) => {
    keySuite(sops!, async () => {
      const algorithm = type.split(' ')[0]!
      const [mine, other] = [sshKey(`${type}-mine`, '-t', algorithm, '-N', '', ...more), sshKey(`${type}-other`, '-t', algorithm, '-N', '', ...more)]
      return { kind: 'age', name: mine.recipient, env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: mine.path }, stranger: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: other.path }, refusal: 'none of the keys here' }
    })
  })

  describe('a plugin', () => {
    const plugins = join(folder, 'plugins')
    keySuite(sops!, async () => {
      mkdirSync(plugins)
      writeFileSync(join(plugins, 'age-plugin-pintletest'), `#!/bin/sh\nexec ${process.execPath} ${join(import.meta.dirname, 'age-plugin.ts')} "$@"\n`)
      chmodSync(join(plugins, 'age-plugin-pintletest'), 0o755)
      const PATH = `${plugins}:${process.env.PATH}`
      return {
        kind: 'age', name: 'age1pintletest1vys8getnwssxketeyy4yy342', env: { PATH, SOPS_AGE_KEY: 'AGE-PLUGIN-PINTLETEST-1VYS8GETNWSSXKETEYYW4QYYN' },
        stranger: { PATH, SOPS_AGE_KEY: 'AGE-PLUGIN-PINTLETEST-1V9HX7ARGV4EZQMMWV5KRVGEZ' }, refusal: 'none of the keys here',
      }
    })
  })
})

describe.skipIf(sops === undefined)('where identities lie', () => {
  const real = new RealSops(sops ?? '')
  let identity: string
  let other: string
  let encrypted: string
  const expected = { a: 'b', n: 1 }
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const both = async (env: Env, text = encrypted): Promise<void> => {
    expect(await real.decrypt(text, env)).toEqual(expected)
    expect(await pintleDecrypt(text, real.env(env))).toEqual(expected)
  }
  beforeAll(async () => {
    identity = await generateX25519Identity()
    other = await generateX25519Identity()
    encrypted = await real.encrypt({ age: await identityToRecipient(identity) }, {})
  })
  afterAll(() => real.remove())

  test('a variable with several, a file with comments, keys.txt, a command', async () => {
    await both({ SOPS_AGE_KEY: `# mine\n${other} ${identity}\n` })
    await both({ SOPS_AGE_KEY_FILE: file('keys.txt', `# created: today\n# public key: age1...\n\n${other}\n${identity}\n`) })
    const home = join(folder, 'home')
    mkdirSync(join(home, '.config', 'sops', 'age'), { recursive: true })
    writeFileSync(join(home, '.config', 'sops', 'age', 'keys.txt'), `${identity}\n`)
    await both({ HOME: home })
    await both({ HOME: join(folder, 'nobody'), XDG_CONFIG_HOME: join(home, '.config') })
    await both({ SOPS_AGE_KEY_CMD: `sh -c 'test "$SOPS_AGE_RECIPIENT" = "${await identityToRecipient(identity)}" && cat "${file('with blank.txt', `${identity}\n`)}"' # as a shell` })
  })

  test("the SSH keys of the home folder, and a command's", async () => {
    for (const [name, args] of [['id_ed25519', ['-t', 'ed25519']], ['id_rsa', ['-t', 'rsa', '-b', '2048']]] as const) {
      const { path, recipient } = sshKey(`home-${name}`, ...args, '-N', '')
      const home = join(folder, `home-of-${name}`)
      mkdirSync(join(home, '.ssh'), { recursive: true })
      writeFileSync(join(home, '.ssh', name), readFileSync(path))
      const text = await real.encrypt({ age: recipient }, {})
      await both({ HOME: home }, text)
      await both({ SOPS_AGE_SSH_PRIVATE_KEY_CMD: `cat ${path}` }, text)
    }
  })

  test('what cannot be read is said, and others are tried', async () => {
    const missing = join(folder, 'missing.txt')
    await both({ SOPS_AGE_KEY_FILE: missing, SOPS_AGE_KEY: identity })
    const refusal = async (env: Env): Promise<string> => {
      await expect(real.decrypt(encrypted, env)).rejects.toThrow()
      return pintleDecrypt(encrypted, real.env(env)).then(() => '', (error: Error) => error.message)
    }
    expect(await refusal({ SOPS_AGE_KEY_FILE: missing })).toContain(`${missing}: it cannot be read: ENOENT`)
    expect(await refusal({ SOPS_AGE_KEY: 'something secret' })).toMatch(/SOPS_AGE_KEY: a line is no identity of age$/m)
    expect(await refusal({ SOPS_AGE_KEY: identity.replace(/.$/, (c) => (c === 'Q' ? 'P' : 'Q')) })).toContain('an age identity is damaged')
    const failing = await refusal({ SOPS_AGE_KEY_CMD: 'sh -c "echo something secret; exit 7"' })
    expect(failing).toContain('SOPS_AGE_KEY_CMD: the command ended with 7')
    expect(failing).not.toContain('something')
    expect(await refusal({ SOPS_AGE_KEY_CMD: 'sh "' })).toContain('the command has a quote that does not end')
    expect(await refusal({ SOPS_AGE_KEY_CMD: '/no/such/program' })).toContain('SOPS_AGE_KEY_CMD: /no/such/program cannot be run: ENOENT')
    expect(await refusal({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: file('no-key', 'nothing\n') })).toContain('it is no private key of SSH')
    expect(await refusal({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: sshKey('ecdsa', '-t', 'ecdsa', '-N', '').path })).toContain('keys of type "ecdsa-sha2-nistp256" are none of age')
  })

  describe('under a passphrase', () => {
    const asked: string[] = []
    const open = (env: Env, answer: string, text = encrypted): Promise<unknown> => decryptFile(text, {
      file: 'f', format: 'json', env: real.env(env), person: { ask: async (prompt, secret) => { asked.push(`${prompt}${secret}`); return answer }, tell: () => {} },
    }).then((found) => JSON.parse(found.text))

    test.each([true, false])('a file of identities, armored: %s', async (armored) => {
      const encrypter = new Encrypter()
      encrypter.setScryptWorkFactor(12)
      encrypter.setPassphrase('correct horse')
      const bytes = await encrypter.encrypt(`# mine\n${other}\n${identity}\n`)
      const path = file(`encrypted-${armored}`, armored ? armor.encode(bytes) : bytes)
      expect(await open({ SOPS_AGE_KEY_FILE: path }, 'correct horse')).toEqual(expected)
      expect(asked.at(-1)).toBe(`Enter passphrase for identity '${path}': true`)
      await expect(open({ SOPS_AGE_KEY_FILE: path }, 'battery staple')).rejects.toThrow(`${path}: incorrect passphrase`)
      await expect(open({ SOPS_AGE_KEY_FILE: path }, '')).rejects.toThrow('no passphrase was given')
      await expect(pintleDecrypt(encrypted, real.env({ SOPS_AGE_KEY_FILE: path }))).rejects.toThrow('it is protected by a passphrase, and nobody can be asked for it')
      if (armored) expect(await open({ SOPS_AGE_KEY: armor.encode(bytes) }, 'correct horse')).toEqual(expected)
    })

    test.each([['OpenSSH', []], ['PEM', ['-m', 'PEM', '-t', 'rsa', '-b', '2048']]])('an SSH key of %s, which is asked for when a file is for it', async (name, args) => {
      const { path, recipient } = sshKey(`closed-${name}`, '-N', 'correct horse', ...args)
      const text = await real.encrypt({ age: recipient }, {})
      expect(await open({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: path }, 'correct horse', text)).toEqual(expected)
      expect(asked.at(-1)).toBe(`Enter passphrase for ${JSON.stringify(path)}: true`)
      await expect(open({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: path }, 'battery staple', text)).rejects.toThrow(`${path}: incorrect passphrase`)
      const before = asked.length
      expect(await open({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: path, SOPS_AGE_KEY: identity }, 'correct horse')).toEqual(expected)
      expect(asked).toHaveLength(before)
      // Of several values files only the first has it asked for.
      const valueFiles = [file(`${name}-1.yaml`, text), file(`${name}-2.yaml`, text)]
      process.env.SOPS_AGE_SSH_PRIVATE_KEY_FILE = path
      try {
        const values = await readValues({ valueFiles }, { person: { ask: async (prompt) => { asked.push(prompt); return 'correct horse' }, tell: () => {} } })
        expect(values.get('a')).toBe('b')
      } finally {
        delete process.env.SOPS_AGE_SSH_PRIVATE_KEY_FILE
      }
      expect(asked).toHaveLength(before + 1)
    })
  })

  describe('plugins', () => {
    const PATH = `${join(folder, 'plugins')}:${process.env.PATH}`
    const name = 'age1pintletest1vys8getnwssxketeyy4yy342'
    const key = { PATH, SOPS_AGE_KEY: 'AGE-PLUGIN-PINTLETEST-1VYS8GETNWSSXKETEYYW4QYYN' }
    let text: string
    beforeAll(async () => { text = await real.encrypt({ age: name }, { PATH }) })

    test('ask whoever is there', async () => {
      const said: string[] = []
      const person = { ask: async (prompt: string, secret: boolean) => { said.push(`${prompt}${secret}`); return secret ? '1234' : '1' }, tell: (line: string) => void said.push(line) }
      const env = real.env({ ...key, PINTLE_TEST_PLUGIN: 'asks' })
      expect(JSON.parse((await decryptFile(text, { file: 'f', format: 'json', env, person })).text)).toEqual(expected)
      expect(said).toEqual(['age: pintletest plugin: touch the token', 'PIN: true', 'Really? (type 1 for "do it" or 2 for "leave it") false'])
      await expect(pintleDecrypt(text, env)).rejects.toThrow('age-plugin-pintletest ended too early')
    })

    test.each([
      ['refuses', 'age-plugin-pintletest: the token is locked'], ['dies', 'age-plugin-pintletest ended too early'], ['endless', 'age-plugin-pintletest does not keep to the protocol'],
    ])('a plugin that %s', async (how, message) => {
      await expect(pintleDecrypt(text, real.env({ ...key, PINTLE_TEST_PLUGIN: how }))).rejects.toThrow(message)
      await expect(rewrapped(encrypted, [readKeySpecs('age', name)], { SOPS_AGE_KEY: identity }, real.env({ ...key, PINTLE_TEST_PLUGIN: how }))).rejects.toThrow(message)
    })

    test('one that is not there, and one that never answers', async () => {
      await expect(pintleDecrypt(text, real.env({ ...key, PATH: '/bin' }))).rejects.toThrow('age-plugin-pintletest is not there')
      await expect(rewrapped(encrypted, [readKeySpecs('age', 'age1absent1vys8getnwssxketeyyv2ntxj')], { SOPS_AGE_KEY: identity }, {})).rejects.toThrow('age-plugin-absent is not there')
      await expect(pintleDecrypt(text, real.env({ ...key, PINTLE_TEST_PLUGIN: 'silent' }), AbortSignal.timeout(500))).rejects.toMatchObject({ name: 'TimeoutError' })
    })
  })

  test('recipients that are none', async () => {
    for (const name of ['age1qqqq', 'ssh-ed25519 AAAA', 'ssh-rsa !', 'ssh-dss AAAA', 'nobody', '']) {
      await expect(rewrapped(encrypted, [readKeySpecs('age', name || ' ')], { SOPS_AGE_KEY: identity }, {})).rejects.toMatchObject({ code: 'secrets.key' })
    }
  })
})
