import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noOpenssh, sshKeygen } from '../fixtures/openssh.ts'
import { openSigningKey } from './open-signing-key.ts'
import { agentKeys } from './ssh-agent.ts'
import { SshPublicKey } from './ssh-public-key.ts'
import { armorSshSignature, sshSignature, sshSignedData, unarmorSshSignature } from './ssh-signature.ts'
import { sshString, sshUint32 } from '../../../charts/ssh/index.ts'

const data = Buffer.from('DSSEv1 1 x 5 hello')
const never = (): Promise<string> => Promise.reject(new Error('nobody asked for a passphrase'))
let dir: string
const at = (name: string): string => join(dir, name)
const publicKey = (name: string): SshPublicKey => SshPublicKey.fromLine(readFileSync(at(`${name}.pub`), 'utf8'), name)
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'pintle-ssh-')) })
afterAll(() => rmSync(dir, { recursive: true }))

/** Whether the real ssh-keygen takes a signature by a key of this folder. */
function realVerifies(name: string, signature: Buffer, options: { namespace?: string; data?: Buffer } = {}): boolean {
  writeFileSync(at('allowed'), `alice@acme ${readFileSync(at(`${name}.pub`), 'utf8')}`)
  writeFileSync(at('sig'), armorSshSignature(signature))
  return spawnSync('ssh-keygen', ['-Y', 'verify', '-f', at('allowed'), '-I', 'alice@acme', '-n', options.namespace ?? 'pintle', '-s', at('sig')], { input: options.data ?? data }).status === 0
}

describe.skipIf(noOpenssh)('OpenSSH', () => {
  test.each([['ed25519', []], ['ecdsa', ['-b', '256']], ['ecdsa', ['-b', '384']], ['ecdsa', ['-b', '521']], ['rsa', ['-b', '2048']], ['rsa', ['-b', '3072']]])('%s %j: each takes what the other signs', async (type, size) => {
    const name = `${type}${size.join('')}`
    sshKeygen('-q', '-t', type, ...size, '-N', '', '-f', at(name))
    const key = await openSigningKey(at(name), never)
    expect(key.id).toBe(sshKeygen('-l', '-f', at(name)).split(' ')[1])
    for (let round = 0; round < 5; round++) {
      const ours = await key.sign(data)
      expect(realVerifies(name, ours)).toBe(true)
      expect(realVerifies(name, ours, { data: Buffer.from('other') })).toBe(false)
      expect(publicKey(name).verifies(data, ours)).toBe(true)
    }
    for (const hash of ['sha256', 'sha512']) {
      const theirs = unarmorSshSignature(execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'pintle', '-O', `hashalg=${hash}`, '-f', at(name)], { input: data, encoding: 'utf8', stdio: 'pipe' }))!
      expect(publicKey(name).verifies(data, theirs)).toBe(true)
      expect(publicKey(name).verifies(Buffer.concat([data, Buffer.of(0)]), theirs)).toBe(false)
      // Every bit of it counts.
      for (let i = 0; i < theirs.length; i++) expect(publicKey(name).verifies(data, theirs.map((b, j) => (i === j ? b ^ 1 : b)))).toBe(false)
      expect(publicKey(name).verifies(data, Buffer.concat([theirs, Buffer.of(0)]))).toBe(false)
    }
  }, 60_000)

  test('a signature for something else is none for Pintle', () => {
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-f', at('other'))
    for (const namespace of ['git', 'file', 'pintle2']) {
      const signature = unarmorSshSignature(execFileSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', at('other')], { input: data, encoding: 'utf8', stdio: 'pipe' }))!
      expect(publicKey('other').verifies(data, signature)).toBe(false)
    }
  })

  test('an encrypted key is used through ssh-keygen, and never by Pintle', async () => {
    sshKeygen('-q', '-t', 'ed25519', '-N', 'secret words', '-f', at('locked'))
    writeFileSync(at('ask'), '#!/bin/sh\necho "$ANSWER"\n', { mode: 0o755 })
    const saved = { ...process.env }
    try {
      Object.assign(process.env, { SSH_ASKPASS: at('ask'), SSH_ASKPASS_REQUIRE: 'force', ANSWER: 'secret words' })
      const key = await openSigningKey(at('locked'), never)
      expect(realVerifies('locked', await key.sign(data))).toBe(true)
      process.env.ANSWER = 'wrong'
      await expect(key.sign(data)).rejects.toMatchObject({ code: 'attestation.key', message: expect.stringContaining('it is encrypted, and ssh-keygen did not sign'), hint: expect.stringContaining('ssh-add') })
      process.env.PATH = '/nonexistent'
      await expect(key.sign(data)).rejects.toThrow('it is encrypted, and ssh-keygen is not here')
    } finally {
      process.env = saved
    }
  })

  test('damaged and foreign key files', async () => {
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-f', at('whole'))
    const text = readFileSync(at('whole'), 'utf8')
    writeFileSync(at('cut'), text.replace(/.{40}\n-----END/, '\n-----END'))
    await expect(openSigningKey(at('cut'), never)).rejects.toMatchObject({ code: 'attestation.key', message: expect.stringMatching(/cut: it is damaged/) })
    await expect(openSigningKey(at('whole.pub'), never)).rejects.toThrow('holds a public key; the private one signs')
    await expect(openSigningKey(at('absent'), never)).rejects.toThrow('cannot be read')
    sshKeygen('-q', '-t', 'rsa', '-b', '1024', '-N', '', '-f', at('short'))
    await expect(openSigningKey(at('short'), never)).rejects.toThrow('RSA keys below 2048 bits are not trusted')
  })

  describe('ssh-agent', () => {
    let agent: ChildProcess
    const socket = (): string => at('agent.sock')
    beforeAll(async () => {
      agent = spawn('ssh-agent', ['-D', '-a', socket()], { stdio: ['ignore', 'pipe', 'ignore'] })
      await new Promise((done) => agent.stdout!.once('data', done))
      for (const [type, ...size] of [['ed25519'], ['ecdsa'], ['rsa', '-b', '2048']] as string[][]) {
        sshKeygen('-q', '-t', type!, ...size, '-N', '', '-C', `${type} key`, '-f', at(`a-${type}`))
        execFileSync('ssh-add', ['-q', at(`a-${type}`)], { env: { ...process.env, SSH_AUTH_SOCK: socket() }, stdio: 'pipe' })
      }
    })
    afterAll(() => { agent.kill() })

    test('signs with each of its keys', async () => {
      const keys = await agentKeys({ socket: socket() })
      expect(keys.map((k) => k.comment)).toEqual(['ed25519 key', 'ecdsa key', 'rsa key'])
      for (const [i, name] of ['a-ed25519', 'a-ecdsa', 'a-rsa'].entries()) expect(realVerifies(name, await keys[i]!.sign(data))).toBe(true)
    })

    test('a key that was taken away is an error', async () => {
      const [key] = await agentKeys({ socket: socket() })
      execFileSync('ssh-add', ['-q', '-d', at('a-ed25519')], { env: { ...process.env, SSH_AUTH_SOCK: socket() }, stdio: 'pipe' })
      await expect(key!.sign(data)).rejects.toMatchObject({ code: 'attestation.key', message: 'the SSH agent refused to sign' })
    })
  })
})

test.each<[string, (request: Buffer) => Buffer | undefined, string]>([
  ['says nothing', () => Buffer.alloc(0), 'did not answer in time'],
  ['hangs up', () => undefined, 'closed the connection without an answer'],
  ['claims a huge answer', () => sshUint32(0xffffffff), 'answers against its protocol'],
  ['sends more than it said', () => Buffer.concat([sshUint32(1), Buffer.of(12, 13)]), 'answers against its protocol'],
  ['claims many keys', () => Buffer.concat([sshUint32(5), Buffer.of(12), sshUint32(0xffffffff)]), "'s answer is not readable"],
  ['refuses', () => Buffer.concat([sshUint32(1), Buffer.of(5)]), 'refused to list its keys'],
])('an agent that %s', async (_, answer, message) => {
  const path = join(tmpdir(), `pintle-agent-${process.pid}-${Math.floor(Math.random() * 1e9)}.sock`)
  const server = createServer((connection) => connection.on('data', (request) => {
    const bytes = answer(request as Buffer)
    if (bytes === undefined) connection.destroy()
    else connection.write(bytes)
  }))
  await new Promise<void>((done) => server.listen(path, done))
  try {
    await expect(agentKeys({ socket: path, timeout: 300 })).rejects.toThrow(message)
  } finally {
    server.close()
  }
})

test('no agent', async () => {
  await expect(agentKeys({ socket: '/nonexistent/agent' })).rejects.toMatchObject({ code: 'attestation.key', hint: expect.stringContaining('ssh-add') })
})

test('an agent that signs with another key is noticed', async () => {
  const [mine, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.from(mine.publicKey.export({ format: 'jwk' }).x!, 'base64url'))])
  const path = join(tmpdir(), `pintle-agent-${process.pid}-swap.sock`)
  const framed = (body: Buffer): Buffer => Buffer.concat([sshUint32(body.length), body])
  const server = createServer((connection) => connection.on('data', (request: Buffer) => {
    const answer = request[4] === 11 ? Buffer.concat([Buffer.of(12), sshUint32(1), sshString(blob), sshString('key')])
      : Buffer.concat([Buffer.of(14), sshString(Buffer.concat([sshString('ssh-ed25519'), sshString(sign(null, sshSignedData(data, 'sha512'), theirs.privateKey))]))])
    connection.write(framed(answer))
  }))
  await new Promise<void>((done) => server.listen(path, done))
  try {
    const [key] = await agentKeys({ socket: path })
    await expect(key!.sign(data)).rejects.toThrow("the SSH agent's signature is not by the key")
  } finally {
    server.close()
  }
})

test('keys on tokens: what they sign is bound to the token, and to a touch', () => {
  const { publicKey: raw, privateKey } = generateKeyPairSync('ed25519')
  const application = Buffer.from('ssh:')
  const blob = Buffer.concat([sshString('sk-ssh-ed25519@openssh.com'), sshString(Buffer.from(raw.export({ format: 'jwk' }).x!, 'base64url')), sshString(application)])
  const key = new SshPublicKey(blob, 'token')
  const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
  const made = (flags: number, of = application): Buffer => {
    const tail = Buffer.concat([Buffer.of(flags), sshUint32(42)])
    const inner = sign(null, Buffer.concat([digest(of), tail, digest(sshSignedData(data, 'sha512'))]), privateKey)
    return sshSignature(blob, 'sha512', Buffer.concat([sshString('sk-ssh-ed25519@openssh.com'), sshString(inner), tail]))
  }
  expect(key.verifies(data, made(1))).toBe(true)
  expect(key.verifies(data, made(5))).toBe(true)
  expect(key.verifies(data, made(0))).toBe(false)
  expect(key.verifies(data, made(1, Buffer.from('ssh:other')))).toBe(false)
})

test.each([['ssh-dss AAAA', 'signature.key'], ['ssh-ed25519 AAAA', 'signature.key'], ['ssh-ed25519', 'signature.key'], ['', 'signature.key']])('%j is no key', (line, code) => {
  expect(() => SshPublicKey.fromLine(line, 'x')).toThrow(expect.objectContaining({ code }))
})
