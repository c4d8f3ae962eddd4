/** Every single-byte change of an approval, of a key that is trusted, and of a plan is noticed: flipped bits, bytes taken away, put in, exchanged. */
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PintleError } from '../../../errors/index.ts'
import { PrivateSigstore } from '../../../charts/signatures/fixtures/private-sigstore.ts'
import { readTrustedRoot } from '../../../charts/signatures/index.ts'
import { approvalBy, decision, person, planOf } from '../fixtures/people.ts'
import { noOpenssh, sshKeygen } from '../fixtures/openssh.ts'
import { mutants } from '../fixtures/mutants.ts'
import { openSigningKey } from '../keys/open-signing-key.ts'
import { generatePemKey, pemSigningKey } from '../keys/pem-key.ts'
import { readAllowedSigners } from '../trust/allowed-signers.ts'
import { readTrust } from '../trust/read-trust.ts'
import type { Trust } from '../trust/trust.ts'
import { approvalType } from './approval.ts'
import { checkApprovals } from './check-approvals.ts'

let dir: string
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'pintle-tampering-')) })
afterAll(() => rmSync(dir, { recursive: true }))

const now = new Date('2026-01-01T12:00:00Z')
const requirements = [{ approvals: 1, approvers: ['@acme/sre'] }]
const check = (text: string, trust: Trust) => checkApprovals(planOf(), [{ name: 'x', text }], { trust, requirements, now })

/** Every change makes the approval worthless. */
async function allNoticed(text: string, trust: Trust): Promise<number> {
  expect((await check(text, trust)).satisfied).toBe(true)
  let tried = 0
  for (const { text: mutant, what } of mutants(text)) {
    tried++
    const report = await check(mutant, trust)
    if (report.satisfied || report.approvedBy.length > 0) throw new Error(`not noticed: ${what}`)
  }
  return tried
}

test('an approval by an Ed25519 key', async () => {
  const alice = person('alice@acme')
  const tried = await allNoticed(await approvalBy(alice), { identities: [alice.identity], importers: [] })
  expect(tried).toBeGreaterThan(9000)
  console.log(`approval by Ed25519: ${tried} changes, all noticed`)
}, 120_000)

test.skipIf(noOpenssh).each([['ed25519', []], ['ecdsa', []], ['rsa', ['-b', '2048']]])('an approval by an SSH key: %s', async (type, more) => {
  const file = join(dir, type)
  sshKeygen('-q', '-t', type, ...more, '-N', '', '-f', file)
  const key = await openSigningKey(file, () => Promise.reject(new Error()))
  const who = { key, identity: { ...person('alice@acme').identity, keys: [{ key: key.verifying }] } }
  const tried = await allNoticed(await approvalBy(who), { identities: [who.identity], importers: [] })
  console.log(`approval by SSH ${type}: ${tried} changes, all noticed`)
}, 120_000)

test('a trusted key: what is changed trusts nobody, or the same key still', async () => {
  const pair = generatePemKey()
  const signer = pemSigningKey(pair.privatePem, 'alice')
  const text = await approvalBy({ key: signer, identity: { ...person('alice@acme').identity, keys: [{ key: signer.verifying }] } })
  const trustWith = (pem: string): Trust => {
    writeFileSync(join(dir, 'alice.pub'), pem)
    return readTrust({ identities: [{ name: 'alice@acme', key: 'alice.pub', groups: ['@acme/sre'] }] }, dir, (path, message) => new PintleError('config.invalid', `${path.join('.')}: ${message}`))
  }
  let [tried, harmless] = [0, 0]
  for (const { text: mutant, what } of mutants(pair.publicPem)) {
    tried++
    let trust
    try {
      trust = trustWith(mutant)
    } catch (error) {
      expect((error as PintleError).code, what).toBe('config.invalid')
      continue
    }
    const same = trust.identities[0]!.keys.every((k) => k.key.id === signer.id)
    expect((await check(text, trust)).satisfied, what).toBe(same)
    if (same) harmless++
  }
  // White space and what stands outside of the key.
  console.log(`trusted PEM key: ${tried} changes, ${harmless} of them leave the same key`)
}, 120_000)

test.skipIf(noOpenssh)('a line of allowed_signers: what is changed trusts nobody, another, or the same key still', async () => {
  const file = join(dir, 'signer')
  sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file)
  const key = await openSigningKey(file, () => Promise.reject(new Error()))
  const line = `alice@acme namespaces="pintle" ${readFileSync(`${file}.pub`, 'utf8').trim()}`
  const text = await approvalBy({ key, identity: { ...person('alice@acme').identity, keys: [{ key: key.verifying }] } })
  let [tried, harmless] = [0, 0]
  for (const { text: mutant, what } of mutants(line)) {
    tried++
    let signers
    try {
      signers = readAllowedSigners(mutant)
    } catch (error) {
      expect((error as Error).message, what).toMatch(/^line \d+: /)
      continue
    }
    const identities = signers.map((s) => ({ name: s.principals[0]!, aliases: [], groups: ['@acme/sre'], keys: [s.key], keyless: [] }))
    const same = signers.some((s) => s.principals.some((p) => p.toLowerCase() === 'alice@acme') && s.key.key.id === key.id)
    const report = await check(text, { identities, importers: [] })
    // Under another name it is somebody else's word, who did not give it.
    if (report.satisfied) expect(same, what).toBe(true)
    if (same) harmless++
  }
  console.log(`line of allowed_signers: ${tried} changes, ${harmless} of them leave the same name and key`)
}, 120_000)

test("a Sigstore bundle: what is changed does not count, or says the same of the same signer", async () => {
  const sigstore = new PrivateSigstore()
  writeFileSync(join(dir, 'root.json'), sigstore.trustedRoot)
  const root = await readTrustedRoot(join(dir, 'root.json'))
  const trust: Trust = { importers: [], trustedRoot: async () => root, identities: [{ name: 'ann@acme', aliases: [], groups: ['@acme/sre'], keys: [], keyless: [{ identity: sigstore.identity, issuer: sigstore.issuer }] }] }
  const plan = planOf({ created: '2026-01-02T03:00:00Z', expires: '2026-01-03T00:00:00Z' })
  const verdict = (text: string) => checkApprovals(plan, [{ name: 'x', text }], { trust, requirements, now: new Date('2026-01-02T03:30:00Z') })
  const text = JSON.stringify(sigstore.bundle(plan.digest, approvalType, { predicate: decision('ann@acme', { decidedAt: '2026-01-02T03:04:00Z', expiresAt: '2026-01-02T12:00:00Z' }) }))
  const whole = (await verdict(text)).approvedBy
  expect(whole).toHaveLength(1)
  let [tried, harmless] = [0, 0]
  for (const { text: mutant, what } of mutants(text, { every: 4 })) {
    tried++
    const { approvedBy } = await verdict(mutant)
    if (approvedBy.length === 0) continue
    expect(approvedBy, what).toEqual(whole)
    harmless++
  }
  console.log(`Sigstore bundle: ${tried} changes, ${harmless} of them in what is not signed, and without effect`)
}, 300_000)
