import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PintleError } from '../../../errors/index.ts'
import { noOpenssh, sshKeygen } from '../fixtures/openssh.ts'
import { generatePemKey, pemSigningKey } from '../keys/pem-key.ts'
import { openSigningKey } from '../keys/open-signing-key.ts'
import { armorSshSignature } from '../keys/ssh-signature.ts'
import { sshString } from '../../../charts/ssh/index.ts'
import { readAllowedSigners } from './allowed-signers.ts'
import type { Fault } from '../../settings/index.ts'
import { readRequirement, readTrust } from './read-trust.ts'
import { identityOfKey, requirementFaults } from './trust.ts'

let dir: string
const fault: Fault = (path, message, hint) => new PintleError('config.invalid', `${path.join('.')}: ${message}`, hint === undefined ? {} : { hint })
const read = (raw: unknown) => readTrust(raw, dir, fault)
const pair = generatePemKey()
const sshLine = (byte: number): string => `ssh-ed25519 ${Buffer.concat([sshString('ssh-ed25519'), sshString(Buffer.alloc(32, byte))]).toString('base64')}`
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pintle-trust-'))
  writeFileSync(join(dir, 'alice.pub'), pair.publicPem)
  writeFileSync(join(dir, 'alice.key'), pair.privatePem)
  writeFileSync(join(dir, 'bob.keys'), `${sshLine(3)}\n\n${sshLine(4)} laptop\n`)
  writeFileSync(join(dir, 'signers'), `# people\nalice@acme,alice@example.com namespaces="git,pintle",valid-before="20270101Z" ${sshLine(5)}\nerin@acme ${sshLine(6)} comment\nfrank@acme namespaces="git" ${sshLine(7)}\n`)
})
afterAll(() => rmSync(dir, { recursive: true }))

test('people with keys of every kind, and those of allowed_signers', () => {
  const trust = read({
    identities: [
      { name: 'alice@acme', key: 'alice.pub', groups: ['@acme/sre'], aliases: ['alice'] }, { name: 'bob@acme', ssh: ['bob.keys', sshLine(9)], github: 'bob' },
      { name: 'ann@acme', keyless: { issuer: 'https://issuer.example.com', identity: 'ann@example.com' } },
    ],
    allowedSigners: 'signers', trustedRoot: 'root.json', importers: ['bob@acme'],
  })
  expect(trust.identities.map((i) => [i.name, i.aliases, i.keys.length])).toEqual([['alice@acme', ['alice', 'alice@example.com'], 2], ['bob@acme', [], 3], ['ann@acme', [], 0], ['erin@acme', [], 1]])
  expect(identityOfKey(trust, pemSigningKey(pair.privatePem, 'x').id)?.name).toBe('alice@acme')
  expect(trust.identities[0]!.keys[1]!.validBefore).toEqual(new Date('2027-01-01T00:00:00Z'))
  expect(trust.importers).toEqual(['bob@acme'])
  expect(read(undefined)).toEqual({ identities: [], importers: [] })
})

test.each<[unknown, string]>([
  [[], ': trust must be a map'], [{ people: [] }, 'people: unknown key trust.people'], [{ identities: {} }, 'identities: trust.identities must be a list'],
  [{ identities: [{}] }, 'identities.0.name: name must be a text'], [{ identities: [{ name: 'a', keys: 'x' }] }, 'identities.0.keys: unknown key trust.identities.0.keys'],
  [{ identities: [{ name: 'a', key: 'absent.pub' }] }, 'identities.0.key: a: ENOENT'], [{ identities: [{ name: 'a', key: 'alice.key' }] }, 'identities.0.key: a: alice.key holds a private key'],
  [{ identities: [{ name: 'a', ssh: 'ssh-ed25519 AAAA' }] }, 'identities.0.ssh: a: its key is no usable SSH public key'], [{ identities: [{ name: 'a', groups: ['sre'] }] }, 'identities.0.groups.0: a group begins with @: @sre'],
  [{ identities: [{ name: 'a', keyless: { issuer: 'x', identity: 'y' } }] }, 'identities: keyless identities need trust.trustedRoot'], [{ identities: [{ name: 'a', keyless: { issuer: 'x' } }], trustedRoot: 'r' }, 'identities.0.keyless.identity: identity must be a text'],
  [{ identities: [{ name: 'a' }, { name: 'A' }] }, 'identities.1: there are two identities A'], [{ identities: [{ name: 'a', aliases: ['b'] }, { name: 'b' }] }, 'identities.1: the name b belongs to a and to b'],
  [{ identities: [{ name: 'a', key: 'alice.pub' }, { name: 'b', key: 'alice.pub' }] }, 'identities.1: the key SHA256:'], [{ identities: [{ name: 'a', github: 'x' }, { name: 'b', github: 'X' }] }, 'identities.1: the login X belongs to a and to b'],
  [{ identities: [{ name: 'ci@acme' }], importers: ['ci@acmee'] }, 'importers.0: trust.importers names ci@acmee'], [{ identities: [{ name: 'a\u001b[31m' }] }, 'identities.0.name: a name has no control characters'],
  [{ allowedSigners: 'bob.keys' }, 'allowedSigners: bob.keys: line 1: it has no key'],
])('%j is refused', (raw, message) => {
  expect(() => read(raw)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message) }))
})

test('requirements that nobody can satisfy are named', () => {
  const person = (name: string, groups: string[] = []) => ({ name, aliases: [], groups, keys: [], keyless: [] })
  const trust = { identities: [person('alice@acme', ['@acme/sre']), person('bob@acme')], importers: [] }
  expect(requirementFaults(trust, { approvals: 1, approvers: ['@acme/sre', 'bob@acme'] }, 'carol')).toEqual([])
  expect(requirementFaults(trust, { approvals: 2, approvers: [] }, 'carol')).toEqual([])
  expect(requirementFaults(trust, { approvals: 1, approvers: ['@acme/ops', 'bo@acme', 'bob@acme'] }, 'carol')).toEqual(['requires.approvers names @acme/ops, a group that has nobody', 'requires.approvers names bo@acme, whom trust does not know'])
  expect(requirementFaults(trust, { approvals: 2, approvers: ['@acme/sre', 'bob@acme'] }, 'bob@acme')).toEqual(['2 approvals are asked for, and one identity may give them'])
})

test('did you mean', () => {
  expect(() => read({ identites: [] })).toThrow(expect.objectContaining({ hint: 'Did you mean identities?' }))
})

test.each<[unknown, object]>([
  [undefined, { approvals: 0, approvers: [] }], [{}, { approvals: 0, approvers: [] }], [{ stagedIn: 'staging' }, { approvals: 0, approvers: [] }], [{ approvers: ['a'] }, { approvals: 1, approvers: ['a'] }], [{ approvals: 2, approvers: ['@acme/sre'], maxAge: '8h' }, { approvals: 2, approvers: ['@acme/sre'], maxAge: 28_800_000 }],
])('requires %j', (raw, expected) => {
  expect(readRequirement(raw, fault)).toEqual(expected)
})

test.each<[unknown, string]>([
  [{ approvals: -1 }, 'approvals: requires.approvals must be'], [{ approvals: '2' }, 'approvals: '], [{ approver: [] }, 'approver: unknown key'], [{ approvers: 'alice' }, 'approvers: approvers must be a list'], [{ maxAge: '8' }, 'maxAge: '], [{ maxAge: '-8h' }, 'maxAge: '], [3, ': requires must be a map'],
])('requires %j is refused', (raw, message) => {
  expect(() => readRequirement(raw, fault)).toThrow(message)
})

describe.skipIf(noOpenssh)('allowed_signers as the real ssh-keygen reads it', () => {
  const verify = (line: string, at = '20260601000000Z'): boolean => {
    writeFileSync(join(dir, 'allowed'), line)
    return spawnSync('ssh-keygen', ['-Y', 'verify', '-f', join(dir, 'allowed'), '-I', 'zoe@acme', '-n', 'pintle', '-s', join(dir, 'sig'), '-O', `verify-time=${at}`], { input: 'hello' }).status === 0
  }
  /** Whether Pintle lets zoe's key count in June. */
  const counts = (line: string): boolean => {
    const june = new Date('2026-06-01T00:00:00Z')
    return readAllowedSigners(line).some((s) => s.principals.includes('zoe@acme') && !(s.key.validAfter !== undefined && june < s.key.validAfter) && !(s.key.validBefore !== undefined && june >= s.key.validBefore))
  }
  let key: string
  beforeAll(async () => {
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'zoe'))
    key = readFileSync(join(dir, 'zoe.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
    writeFileSync(join(dir, 'sig'), armorSshSignature(await (await openSigningKey(join(dir, 'zoe'), () => Promise.reject(new Error()))).sign(Buffer.from('hello'))))
  })

  test.each([
    'zoe@acme KEY', 'zoe@acme KEY a comment "with a quote"', '  zoe@acme   KEY', 'max@acme,zoe@acme KEY', 'max@acme KEY', 'zoe@acme namespaces="pintle" KEY', 'zoe@acme namespaces="git,pintle" KEY', 'zoe@acme namespaces="git" KEY', 'zoe@acme namespaces="pin*" KEY',
    'zoe@acme valid-after="20260101" KEY', 'zoe@acme valid-after="20270101" KEY', 'zoe@acme valid-before="20260101Z" KEY', 'zoe@acme valid-before="202701011200Z" KEY', 'zoe@acme namespaces="pintle",valid-after="20260101",valid-before="20270101" KEY',
    'zoe@acme NAMESPACES="pintle" KEY', '# zoe@acme KEY', '',
  ])('%s', (template) => {
    const line = `${template.replace('KEY', key)}\n`
    expect(counts(line)).toBe(verify(line))
  })

  test.each([['zoe@* KEY', 'patterns'], ['zoe@acme cert-authority KEY', 'certificates are not supported'], ['zoe@acme wrong="x" KEY', 'unknown option wrong'], ['zoe@acme', 'it has no key'], ['zoe@acme valid-after="soon" KEY', 'is no time'], ['zoe@acme namespaces="x KEY', 'a quote is not closed']])('%s is refused with its line', (template, why) => {
    expect(() => readAllowedSigners(`\n${template.replace('KEY', key)}`)).toThrow(new RegExp(`^line 2: .*${why}`))
  })
})
