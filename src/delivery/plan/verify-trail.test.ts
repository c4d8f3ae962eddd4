import { beforeAll, expect, test } from 'vitest'
import { approvalStatement, canonicalJson, sha256, signStatement, writeEnvelope, type Trust } from '../attestation/index.ts'
import { person } from '../attestation/fixtures/people.ts'
import { mutants } from '../attestation/fixtures/mutants.ts'
import { makeRecord, recordSignature, signRecord, type Kept, type RecordFacts, type ReleaseRecord } from '../evidence/index.ts'
import { attestRelease } from './attest-release.ts'
import { PlanKey } from './plan-key.ts'
import { planText } from './plan-text.ts'
import { smallPlan } from './small-plan.ts'
import { planFileName, verifyTrail } from './verify-trail.ts'

const [alice, ci] = [person('alice@acme'), person('ci@acme', { groups: [] })]
const trust: Trust = { identities: [alice.identity, ci.identity], importers: [] }
const plan = smallPlan(new PlanKey(new Uint8Array(32).fill(7)), { author: 'carol@acme' })
const { clear, digest } = planText(plan)
const [release] = plan.releases
let kept: Kept

beforeAll(async () => {
  const approval = { decision: 'approve', approver: 'alice@acme', decidedAt: '2026-01-01T01:00:00Z', expiresAt: '2026-01-01T09:00:00Z' } as const
  const envelope = await signStatement(approvalStatement('plan', digest, approval), alice.key)
  const facts: RecordFacts = {
    tool: plan.tool, service: 'web', environment: 'prod', target: { server: release!.target.server, clusterUid: release!.target.clusterUid, context: 'prod', namespace: 'shop', release: 'web', simulated: true }, operator: 'ci',
    started: '2026-01-01T02:00:00.000Z', ended: '2026-01-01T02:01:00.000Z', outcome: 'succeeded', chart: { ...release!.pin.chart, appVersion: '1' }, dependencies: [], values: release!.pin.values, images: release!.images,
    plan: { digest, changes: { add: 0, change: 1, remove: 0 }, classes: ['config'] }, review: { by: 'alice@acme', how: 'approvals', at: '2026-01-01T02:00:00.000Z' }, revision: { before: 1, after: 2 }, rollback: { target: 1, steps: ['go back'], reversible: true }, steps: [],
    author: plan.author, approvals: [{ by: 'alice@acme', decision: 'approved', at: approval.decidedAt, how: 'key', counted: true, digest: sha256(envelope.payload) }],
  }
  const statements = await attestRelease({ digest, plan, release: release!, checks: [{ name: 'smoke x', passed: true }] }, ci.key)
  const exact = Object.fromEntries(Object.entries({ [planFileName]: clear, 'approval-1.dsse.json': writeEnvelope(envelope), ...statements }).map(([name, text]) => [name, { text }]))
  kept = await signRecord(makeRecord(facts, { 'diff.md': 'x' }, (text) => text, exact), ci.key)
})

/** As a store does it: what a file holds is what its digest says, or it is missing. */
const walk = (record: ReleaseRecord, texts: Readonly<Record<string, string>> = kept.files) =>
  verifyTrail({ record, file: async (name) => (texts[name] === undefined || sha256(texts[name]) !== record.files[name] ? undefined : Buffer.from(texts[name])) }, trust)

test('a whole trail', async () => {
  expect(await walk(kept.record)).toMatchObject({ problems: [], notes: [], approvedBy: ['alice@acme'], signedBy: 'ci@acme', release: { name: 'web' } })
})

test('every byte of a signed record that was changed is told, though the chain was made anew over it', async () => {
  const text = canonicalJson(kept.record)
  let tried = 0
  for (const { text: mutant, what } of mutants(text, { every: 1 })) {
    let record: ReleaseRecord
    try {
      record = JSON.parse(mutant) as ReleaseRecord
    } catch {
      continue
    }
    // What is written otherwise and means the same is another line of the chain, and no other record.
    if (canonicalJson(record) === text) continue
    tried++
    const found = await walk(record)
    if (found.problems.length === 0 && found.signedBy !== undefined) throw new Error(`not told: ${what}`)
  }
  console.log(`signed record: ${tried} changes that are JSON, all told`)
  expect(tried).toBeGreaterThan(1300)
}, 120_000)

test.each([planFileName, 'approval-1.dsse.json', 'provenance.dsse.json', 'policy.dsse.json', 'checks.dsse.json', recordSignature])('%s of another digest, or missing', async (name) => {
  const other = `${kept.files[name]} `
  const changed = { ...kept.record, files: { ...kept.record.files, [name]: sha256(other) } }
  expect((await walk(changed, { ...kept.files, [name]: other })).problems).not.toEqual([])
  const { [name]: _, ...rest } = kept.files
  expect((await walk(kept.record, rest)).problems).not.toEqual([])
})

test.each<[string, unknown]>([['nothing', {}], ['no target', { target: undefined }], ['files that are none', { files: null }], ['approvals that are none', { approvals: 3 }]])('a record with %s is told, not died of', async (_, parts) => {
  const found = await walk((Object.keys(parts as object).length === 0 ? {} : { ...kept.record, ...(parts as object) }) as ReleaseRecord)
  expect(found.problems.length).toBeGreaterThan(0)
})

test('without trust it says what was not looked at', async () => {
  const found = await verifyTrail({ record: kept.record, file: async (name) => Buffer.from(kept.files[name]!) }, { identities: [], importers: [] })
  expect(found).toMatchObject({ problems: [], approvedBy: [], notes: ['the signature was not checked: nobody is trusted here', 'approvals were not checked: nobody is trusted here'] })
})

test('an exact file that repeats a secret is left out, and named', () => {
  const leave = makeRecord({ ...kept.record } as RecordFacts, {}, (text) => text.replaceAll('hunter2', 'REDACTED'), { a: { text: 'hunter2' }, b: { text: 'encoded', says: 'reason: hunter2' }, c: { text: 'fine' } })
  expect([leave.leftOut, Object.keys(leave.files)]).toEqual([['a', 'b'], ['c']])
})
