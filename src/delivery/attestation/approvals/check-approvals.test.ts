import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PrivateSigstore } from '../../../charts/signatures/fixtures/private-sigstore.ts'
import { readTrustedRoot, signedBytes } from '../../../charts/signatures/index.ts'
import { approvalBy, decision, person, planOf, signed, type Person } from '../fixtures/people.ts'
import { generatePemKey, pemSigningKey } from '../keys/pem-key.ts'
import { statement, subjectOf } from '../statement.ts'
import { approvalStatement, approvalType } from './approval.ts'
import { checkApprovals, mostApprovals } from './check-approvals.ts'
import type { ApprovalPolicy, PlanUnderReview } from './examine-approval.ts'

const now = new Date('2026-01-01T12:00:00Z')
const alice = person('alice@acme')
const bob = person('bob@acme', { aliases: ['bob'], groups: ['@acme/platform'] })
const carol = person('carol@acme', { aliases: ['carol@laptop'], github: 'Carol-C' })
const ci = person('ci@acme', { groups: [] })
const stranger = person('mallory@evil')

interface Settings extends Partial<ApprovalPolicy> {
  readonly plan?: Partial<PlanUnderReview>
  readonly people?: readonly Person[]
  readonly importers?: readonly string[]
}

function check(texts: readonly string[], { plan, people = [alice, bob, carol, ci], importers = [], ...policy }: Settings = {}) {
  return checkApprovals(planOf(plan), texts.map((text, i) => ({ name: `file ${i}`, text })), {
    trust: { identities: people.map((p) => p.identity), importers }, requirements: [{ approvals: 1, approvers: ['@acme/sre', 'bob@acme'] }], now, ...policy,
  })
}

/** Why the one document does not count. */
async function fault(text: string, settings: Settings = {}) {
  const report = await check([text], settings)
  expect(report.satisfied).toBe(false)
  expect(report.approvedBy).toEqual([])
  const [only] = report.examined
  if (only === undefined || only.counts) throw new Error('it counts')
  return [only.fault, only.why] as const
}

test('an approval counts, and says by whom, when and how', async () => {
  const report = await check([await approvalBy(alice)])
  expect(report).toMatchObject({ satisfied: true, needed: 1, rejectedBy: [], approvedBy: [{ identity: 'alice@acme', at: '2026-01-01T11:00:00.000Z', expires: '2026-01-01T19:00:00.000Z', how: 'key', name: 'file 0', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }] })
})

test('nothing is needed, nothing is there', async () => {
  expect(await check([], { requirements: [{ approvals: 0, approvers: [] }] })).toMatchObject({ satisfied: true, needed: 0 })
  expect(await check([])).toMatchObject({ satisfied: false, needed: 1 })
  expect(await check([], { requirements: [] })).toMatchObject({ satisfied: true })
})

test('what does not count, each with its reason', async () => {
  expect(await fault(await approvalBy(stranger))).toEqual(['unknown-key', expect.stringContaining('a key that nobody trusted has')])
  expect(await fault(await approvalBy(carol))).toEqual(['author', 'carol@acme made the plan, and somebody else has to approve it'])
  expect(await fault(await approvalBy(alice, { digest: `sha256:${'b'.repeat(64)}` }))).toEqual(['other-plan', `it is about sha256:${'b'.repeat(64)}, not about this plan`])
  expect(await fault(await approvalBy(alice, { approval: { expiresAt: '2026-01-01T12:00:00Z' } }))).toEqual(['expired', 'it expired at 2026-01-01T12:00:00Z'])
  expect(await fault(await approvalBy(alice), { plan: { expires: '2026-01-01T11:59:00Z' } })).toEqual(['expired', 'the plan expired at 2026-01-01T11:59:00Z'])
  expect(await fault(await approvalBy(alice, { approval: { decidedAt: '2026-01-01T12:05:00Z' } }))).toEqual(['not-yet-valid', expect.stringContaining('which is not yet')])
  expect(await fault(await approvalBy(alice, { approval: { decidedAt: '2026-01-01T09:00:00Z' } }))).toEqual(['other-plan', expect.stringContaining('older than the plan')])
  expect(await fault(await approvalBy(alice), { requirements: [{ approvals: 1, approvers: ['@acme/sre'], maxAge: 30 * 60_000 }] })).toEqual(['too-old', expect.stringContaining('requires.maxAge')])
  expect(await fault(await approvalBy(ci))).toEqual(['not-an-approver', 'ci@acme is not among the approvers'])
  expect(await fault(await approvalBy(alice, { approval: { approver: 'bob@acme' } }))).toEqual(['wrong-name', 'it says that bob@acme decided, and alice@acme signed it'])
  expect(await fault(await approvalBy(alice, { approval: { environment: 'staging' } }))).toEqual(['other-plan', 'it is for environment staging'])
  expect(await fault('{}')).toEqual(['unreadable', 'it is no DSSE envelope'])
})

test('statements that are no approvals', async () => {
  const about = subjectOf('plan', planOf().digest)
  const fine = decision('alice@acme')
  expect(await fault(await signed(alice, statement([about], 'https://in-toto.io/attestation/svr/v0.2', fine)))).toEqual(['wrong-type', expect.stringContaining('no approval')])
  expect(await fault(await signed(alice, { ...statement([about], approvalType, fine), _type: 'https://in-toto.io/Statement/v0.1' as never }))).toEqual(['wrong-type', 'its statement is of an older version'])
  expect(await fault(await signed(alice, statement([about, subjectOf('other', `sha256:${'c'.repeat(64)}`)], approvalType, fine)))).toEqual(['other-plan', expect.anything()])
  expect(await fault(await signed(alice, statement([], approvalType, fine)))).toEqual(['other-plan', 'it is about nothing, not about this plan'])
  const malformed: [object, string][] = [
    [{ ...fine, decision: 'maybe' }, 'its decision is neither approve nor reject'], [{ ...fine, approver: '' }, 'it names no approver'], [{ ...fine, decidedAt: '2026-01-01' }, 'its decidedAt is no time in UTC'],
    [{ ...fine, expiresAt: '2026-13-01T00:00:00Z' }, 'its expiresAt is no time in UTC'], [{ ...fine, expires: 'x' }, 'its predicate has "expires", which this version does not know'], [{ ...fine, imported: {} }, 'it does not say where it was imported from'],
    [{ ...fine, expiresAt: undefined }, 'its expiresAt is no time in UTC'], [{ ...fine, reason: 1 }, 'its reason is no text'], [[], 'its predicate is no map'],
  ]
  for (const [predicate, why] of malformed) expect(await fault(await signed(alice, statement([about], approvalType, predicate)))).toEqual(['malformed', why])
})

test('a payload of another type is not read, however well it is signed', async () => {
  const payload = Buffer.from(JSON.stringify(approvalStatement('plan', planOf().digest, decision('alice@acme'))))
  const payloadType = 'application/json'
  const sig = (await alice.key.sign(signedBytes({ payloadType, payload }))).toString('base64')
  const text = `${JSON.stringify({ payloadType, payload: payload.toString('base64'), signatures: [{ keyid: alice.key.id, sig }] }, undefined, 2)}\n`
  expect(await fault(text)).toEqual(['wrong-type', 'its payload is of type "application/json"'])
})

test('keyid decides nothing: a false one does not make a signature good, and shows that bytes were changed', async () => {
  const byMallory = await approvalBy(stranger)
  expect(await fault(byMallory.replace(stranger.key.id, alice.key.id))).toEqual(['changed', expect.stringContaining('it names the key of alice@acme, and was not signed with it')])
  const byAlice = await approvalBy(alice)
  expect(await fault(byAlice.replace(alice.key.id, bob.key.id))).toEqual(['changed', expect.stringContaining('it names the key of bob@acme, and was not signed with it')])
})

test('a quorum is of people: two keys of one are one, one file twice is one', async () => {
  const second = pemSigningKey(generatePemKey().privatePem, 'second')
  const twoKeys: Person = { ...alice, identity: { ...alice.identity, keys: [...alice.identity.keys, { key: second.verifying }] } }
  const settings = { people: [twoKeys, bob, carol], requirements: [{ approvals: 2, approvers: [] }] }
  const [first, other, bobs] = await Promise.all([approvalBy(alice), approvalBy({ ...alice, key: second }, { approval: { decidedAt: '2026-01-01T11:30:00Z' } }), approvalBy(bob)])
  const report = await check([first, other, first], settings)
  expect(report).toMatchObject({ satisfied: false, needed: 2, approvedBy: [{ identity: 'alice@acme', name: 'file 1' }] })
  expect(report.examined.map((e) => (e.counts ? 'counts' : e.fault))).toEqual(['duplicate', 'counts', 'duplicate'])
  expect(await check([first, bobs], settings)).toMatchObject({ satisfied: true, approvedBy: [{ identity: 'alice@acme' }, { identity: 'bob@acme' }] })
})

test.each([['their name', 'carol@acme'], ['letters of another case', 'Carol@ACME'], ['an alias', 'carol@laptop'], ['a login', 'carol-c'], ['a login as it is imported', 'github:carol-c']])('the author is known by %s', async (_, author) => {
  expect((await fault(await approvalBy(carol), { plan: { author } }))[0]).toBe('author')
})

test('a rejection vetoes; only an approver may', async () => {
  const [yes, no] = await Promise.all([approvalBy(alice), approvalBy(bob, { approval: { decision: 'reject', reason: 'not on a Friday' } })])
  expect(await check([yes, no])).toMatchObject({ satisfied: false, approvedBy: [{ identity: 'alice@acme' }], rejectedBy: [{ identity: 'bob@acme', reason: 'not on a Friday' }] })
  expect(await check([yes, await approvalBy(ci, { approval: { decision: 'reject' } })])).toMatchObject({ satisfied: true, rejectedBy: [] })
  expect(await check([yes, await approvalBy(stranger, { approval: { decision: 'reject' } })])).toMatchObject({ satisfied: true })
  // Whoever made a plan may withdraw it.
  expect(await check([yes, await approvalBy(carol, { approval: { decision: 'reject' } })])).toMatchObject({ satisfied: false, rejectedBy: [{ identity: 'carol@acme' }] })
})

test('the last word of somebody counts, in whatever order it is found', async () => {
  const first = await approvalBy(alice)
  const later = await approvalBy(alice, { approval: { decision: 'reject', decidedAt: '2026-01-01T11:10:00Z' } })
  const last = await approvalBy(alice, { approval: { decidedAt: '2026-01-01T11:20:00Z' } })
  const same = await approvalBy(alice, { approval: { decision: 'reject' } })
  for (const texts of [[first, later], [later, first]]) expect(await check(texts)).toMatchObject({ satisfied: false, approvedBy: [], rejectedBy: [{ identity: 'alice@acme' }] })
  for (const texts of [[first, later, last], [last, later, first], [later, last, first]]) expect(await check(texts)).toMatchObject({ satisfied: true, rejectedBy: [] })
  for (const texts of [[first, same], [same, first]]) expect(await check(texts)).toMatchObject({ satisfied: false, rejectedBy: [{ identity: 'alice@acme' }] })
})

test('both the plan and the project that applies it have a say', async () => {
  const requirements = [{ approvals: 1, approvers: ['@acme/sre'] }, { approvals: 2, approvers: ['@acme/sre', '@acme/platform'] }]
  expect(await check([await approvalBy(alice)], { requirements })).toMatchObject({ satisfied: false, needed: 2, approvedBy: [{ identity: 'alice@acme' }] })
  expect((await check([await approvalBy(bob)], { requirements })).examined).toMatchObject([{ counts: false, fault: 'not-an-approver' }])
})

test('keys are good in their time only, and nobody can sign for the past with an old one', async () => {
  const limited = (times: { validAfter?: Date; validBefore?: Date }): Person => ({ ...alice, identity: { ...alice.identity, keys: [{ key: alice.key.verifying, ...times }] } })
  const text = await approvalBy(alice)
  expect((await check([text], { people: [limited({ validAfter: new Date('2026-01-01T00:00:00Z'), validBefore: new Date('2027-01-01T00:00:00Z') })] })).satisfied).toBe(true)
  expect(await fault(text, { people: [limited({ validAfter: new Date('2026-01-01T11:30:00Z') })] })).toEqual(['key-not-valid', expect.stringContaining('valid from')])
  expect(await fault(text, { people: [limited({ validBefore: new Date('2026-01-01T11:30:00Z') })] })).toEqual(['key-not-valid', expect.stringContaining('was valid until')])
})

test('reviews of GitHub count where the importer is trusted, as those of the person', async () => {
  const imported = { from: 'github-environment', run: 'https://github.com/acme/shop/actions/runs/1', environment: 'production' } as const
  const dora = person('dora@acme', { github: 'Dora', keys: [] })
  const people = [alice, carol, ci, dora]
  const text = await approvalBy(ci, { approval: { approver: 'github:dora', imported } })
  expect(await check([text], { people, importers: ['ci@acme'] })).toMatchObject({ satisfied: true, approvedBy: [{ identity: 'dora@acme', how: 'github' }] })
  expect(await fault(text, { people })).toEqual(['import-not-trusted', 'ci@acme imported it, and is not among trust.importers'])
  expect(await fault(await approvalBy(ci, { approval: { approver: 'github:eve', imported } }), { people, importers: ['ci@acme'] })).toEqual(['import-not-trusted', "github:eve is nobody's name in trust"])
  // An author cannot approve by a review either, and an importer cannot sign as somebody else without saying that it is one.
  expect((await fault(await approvalBy(ci, { approval: { approver: 'github:carol-c', imported } }), { people, importers: ['ci@acme'] }))[0]).toBe('author')
  expect((await fault(await approvalBy(ci, { approval: { approver: 'dora@acme' } }), { people, importers: ['ci@acme'] }))[0]).toBe('wrong-name')
})

test('certified identities: a bundle each, at the time the log saw it', async () => {
  const sigstore = new PrivateSigstore()
  const folder = mkdtempSync(join(tmpdir(), 'pintle-approvals-'))
  try {
    writeFileSync(join(folder, 'root.json'), sigstore.trustedRoot)
    const root = await readTrustedRoot(join(folder, 'root.json'))
    const keyless = (identity = sigstore.identity, issuer = sigstore.issuer): ApprovalPolicy['trust'] => ({ importers: [], trustedRoot: async () => root, identities: [{ name: 'ann@acme', aliases: [], groups: ['@acme/sre'], keys: [], keyless: [{ identity, issuer }] }] })
    const settings: Settings = { plan: { created: '2026-01-02T03:00:00Z', expires: '2026-01-03T00:00:00Z' }, now: new Date('2026-01-02T03:30:00Z'), trust: keyless() }
    const approval = decision('ann@acme', { decidedAt: '2026-01-02T03:04:00Z', expiresAt: '2026-01-02T12:00:00Z' })
    const text = JSON.stringify(sigstore.bundle(planOf().digest, approvalType, { predicate: approval }))
    expect(await check([text], settings)).toMatchObject({ satisfied: true, approvedBy: [{ identity: 'ann@acme', how: 'sigstore', at: '2026-01-02T03:04:05.000Z' }] })
    expect(await fault(text, { ...settings, trust: keyless('bob@example.com') })).toEqual(['unknown-key', expect.stringContaining('it was signed by ann@example.com, certified for https://issuer.example.com, whom nobody trusts')])
    expect((await fault(text, { ...settings, trust: keyless(sigstore.identity, 'https://evil.example.com') }))[0]).toBe('unknown-key')
    expect(await fault(text, { ...settings, trust: { ...keyless(), trustedRoot: undefined as never } })).toEqual(['unknown-key', expect.stringContaining('trust.trustedRoot')])
    const early = JSON.stringify(sigstore.bundle(planOf().digest, approvalType, { predicate: { ...approval, decidedAt: '2026-01-02T03:30:00Z' } }))
    expect((await fault(early, settings))[0]).toBe('not-yet-valid')
    const about = JSON.stringify(sigstore.bundle(`sha256:${'b'.repeat(64)}`, approvalType, { predicate: approval }))
    expect((await fault(about, settings))[0]).toBe('other-plan')
    const mixed = JSON.parse(text) as { dsseEnvelope: { payload: string } }
    mixed.dsseEnvelope.payload = (JSON.parse(about) as typeof mixed).dsseEnvelope.payload
    expect((await fault(JSON.stringify(mixed), settings))[0]).toBe('changed')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a bundle by a key, without a log', async () => {
  const text = await approvalBy(alice)
  const bundle = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial: { publicKey: { hint: 'x' } }, dsseEnvelope: JSON.parse(text) })
  expect(await check([bundle])).toMatchObject({ satisfied: true, approvedBy: [{ identity: 'alice@acme', how: 'sigstore' }] })
  expect(await fault('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","messageSignature":{}}')).toEqual(['unreadable', expect.stringContaining('is not in it')])
})

test('many documents cost bounded time', async () => {
  const report = await check(Array.from({ length: mostApprovals + 3 }, () => 'nonsense'))
  expect(report.examined).toHaveLength(mostApprovals + 3)
  expect(report.examined.at(-1)).toMatchObject({ counts: false, why: expect.stringContaining(`more than ${mostApprovals}`) })
})

test('a signature of somebody else over the same plan cannot be put beside an approval', async () => {
  const both = JSON.parse(await approvalBy(alice)) as { signatures: object[] }
  both.signatures.push(...(JSON.parse(await approvalBy(bob)) as typeof both).signatures)
  expect(await fault(`${JSON.stringify(both, undefined, 2)}\n`)).toEqual(['unreadable', 'it must have one signature'])
})
