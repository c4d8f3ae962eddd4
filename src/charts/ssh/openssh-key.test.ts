import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bcryptPbkdf } from './bcrypt-pbkdf.ts'
import { readOpenSshKey } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ssh-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function generated(name: string, ...args: string[]): { text: string; publicBlob: Buffer } {
  execFileSync('ssh-keygen', ['-q', '-f', join(folder, name), ...args], { stdio: 'ignore' })
  return { text: readFileSync(join(folder, name), 'utf8'), publicBlob: Buffer.from(readFileSync(join(folder, `${name}.pub`), 'utf8').split(' ')[1]!, 'base64') }
}

test.each([['ed25519', []], ['rsa', ['-b', '2048']], ['ecdsa', []]])('%s keys of ssh-keygen, with and without a passphrase', (type, more) => {
  const open = generated(`${type}-open`, '-t', type, ...more, '-N', '')
  expect(readOpenSshKey(open.text)).toMatchObject({ encrypted: false, publicBlob: open.publicBlob, key: { type: 'private' } })
  const closed = generated(`${type}-closed`, '-t', type, ...more, '-N', 'correct horse', '-a', '4')
  expect(readOpenSshKey(closed.text)).toEqual({ type: expect.stringContaining(type), encrypted: true, publicBlob: closed.publicBlob })
  expect(readOpenSshKey(closed.text, 'correct horse').key?.type).toBe('private')
  expect(() => readOpenSshKey(closed.text, 'wrong horse')).toThrow('wrong passphrase')
})

test('the old cipher of OpenSSH', () => {
  const { text } = generated('cbc', '-t', 'ed25519', '-N', 'p', '-a', '2', '-Z', 'aes256-cbc')
  expect(readOpenSshKey(text, 'p').key?.asymmetricKeyType).toBe('ed25519')
})

test('a derivation that would take minutes is refused, and others are OpenBSD\'s', () => {
  expect(() => bcryptPbkdf(Buffer.from('p'), Buffer.from('s'), 32, 1_000_000)).toThrow('not as it should be')
  // OpenBSD's regress/lib/libutil/bcrypt_pbkdf, first of its vectors.
  expect(bcryptPbkdf(Buffer.from('password'), Buffer.from('salt'), 32, 4).toString('hex')).toBe('5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9')
})
