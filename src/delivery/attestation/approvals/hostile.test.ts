import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PrivateSigstore } from '../../../charts/signatures/fixtures/private-sigstore.ts'
import { readTrustedRoot, signedBytes, statementType } from '../../../charts/signatures/index.ts'
import { decision, person, planOf } from '../fixtures/people.ts'
import { writeEnvelope } from '../envelope-file.ts'
import { SshPublicKey } from '../keys/ssh-public-key.ts'
import { readSshPrivateKey } from '../keys/ssh-private-key.ts'
import { readAllowedSigners } from '../trust/allowed-signers.ts'
import type { Trust } from '../trust/trust.ts'
import { approvalType } from './approval.ts'
import { checkApprovals } from './check-approvals.ts'

const alice = person('alice@acme')
const sigstore = new PrivateSigstore()
let trust: Trust
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pintle-hostile-'))
  writeFileSync(join(dir, 'root.json'), sigstore.trustedRoot)
  const root = await readTrustedRoot(join(dir, 'root.json'))
  trust = { importers: [], trustedRoot: async () => root, identities: [alice.identity, { name: 'ann@acme', aliases: [], groups: ['@acme/sre'], keys: [], keyless: [{ identity: sigstore.identity, issuer: sigstore.issuer }] }] }
})
afterAll(() => rmSync(dir, { recursive: true }))

const check = (text: string) => checkApprovals(planOf(), [{ name: 'x', text }], { trust, requirements: [{ approvals: 1, approvers: [] }], now: new Date('2026-01-01T12:00:00Z') })
const json = fc.jsonValue({ maxDepth: 4 })

test('whatever lies where an approval should, it is a value of the report', async () => {
  const bundle = fc.record({ mediaType: fc.constant('application/vnd.dev.sigstore.bundle.v0.3+json'), verificationMaterial: json, dsseEnvelope: fc.oneof(json, fc.record({ payload: fc.base64String(), payloadType: fc.string(), signatures: fc.array(fc.record({ sig: fc.base64String(), keyid: fc.string() }), { maxLength: 3 }) })) })
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), json.map((v) => JSON.stringify(v)), bundle.map((v) => JSON.stringify(v))), async (text) => {
    const { satisfied, examined } = await check(text)
    expect([satisfied, examined.length]).toEqual([false, 1])
  }), { numRuns: 1500, seed: 7 })
})

test('whatever somebody trusted has signed, it is a value of the report, and nothing but an approval counts', async () => {
  const fine = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'plan', digest: { sha256: planOf().digest.slice(7) } }], predicateType: approvalType, predicate: decision('alice@acme') }
  const nearly = fc.record({ key: fc.constantFrom('_type', 'subject', 'predicateType', 'predicate'), value: json }).map(({ key, value }) => ({ ...fine, [key]: value }))
  const inside = fc.record({ key: fc.constantFrom('decision', 'approver', 'decidedAt', 'expiresAt', 'reason', 'environment', 'imported', 'other'), value: json }).map(({ key, value }) => ({ ...fine, predicate: { ...fine.predicate, [key]: value } }))
  await fc.assert(fc.asyncProperty(fc.oneof(json, nearly, inside), async (statement) => {
    const content = { payloadType: statementType, payload: Buffer.from(JSON.stringify(statement)) }
    const { satisfied, examined } = await check(writeEnvelope({ ...content, signatures: [{ keyid: alice.key.id, sig: await alice.key.sign(signedBytes(content)) }] }))
    expect(examined).toHaveLength(1)
    if (satisfied) expect(statement).toMatchObject({ predicateType: approvalType, predicate: { decision: 'approve', approver: 'alice@acme' } })
  }), { numRuns: 2000, seed: 7 })
})

test('whatever a key or a list of signers is, it is read or refused by name', () => {
  const blob = fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b).toString('base64'))
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), blob.map((b) => `ssh-ed25519 ${b}`), blob.map((b) => `alice@acme ssh-rsa ${b}`), fc.stringMatching(/^[a-z@,]{1,10} ([a-z-]{1,15}="[^\n]{0,20}",?){0,3} ?ssh-ed25519 AAAA$/)), (text) => {
    for (const [work, error] of [[() => SshPublicKey.fromLine(text, 'x'), { code: 'signature.key' }], [() => readAllowedSigners(text), { message: expect.stringMatching(/^line \d+: /) }]] as const) {
      try {
        work()
      } catch (thrown) {
        expect(thrown).toMatchObject(error)
      }
    }
  }), { numRuns: 2000, seed: 7 })
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.concat([Buffer.from('openssh-key-v1\0'), bytes]).toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
    expect(() => readSshPrivateKey(text, 'x')).toThrow()
  }), { numRuns: 1000, seed: 7 })
})
