import { expect, it } from 'vitest'
import { makeAddendum, type EvidenceStore, type ReleaseRecord } from '../../evidence/index.ts'
import { summaryOf } from '../../evidence/store.ts'
import { lastDrill, stagingProof, type StagedParts } from './staging-proof.ts'

const record = (id: string, more: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  schema: 'pintle.dev/release-record/v2', id, tool: { pintle: '0', helm: '0' }, service: 'shop', environment: 'staging', operator: 'ci', started: `2026-11-2${id.slice(-1)}T09:00:00Z`, ended: '2026-11-20T09:01:00Z', outcome: 'succeeded', operation: 'upgrade',
  target: { server: '', clusterUid: '', context: '', namespace: 'shop', release: 'shop', simulated: false }, chart: { name: 'shop', version: '1.0.0', appVersion: '', digest: 'sha256:chart' }, dependencies: [],
  values: [{ path: 'base.yaml', digest: 'sha256:base' }, { path: 'staging.yaml', digest: 'sha256:s' }], images: { before: [], after: ['app@sha256:1', 'side@sha256:2'] }, plan: { digest: '', changes: { add: 0, change: 1, remove: 0 }, classes: [] },
  review: { by: '', how: 'none' }, revision: { before: 1, after: 2 }, rollback: { target: 1, steps: [] }, steps: [{ name: 'rollout', kind: 'health', passed: true }, { name: '/healthz', kind: 'smoke', passed: true }], files: {}, ...more,
})
const store = (...records: ReleaseRecord[]): EvidenceStore => ({
  async *list(filter: { service?: string; environment?: string } = {}) {
    for (const [i, r] of records.entries()) if (r.service === filter.service && (filter.environment ?? r.environment) === r.environment) yield summaryOf(i + 1, r)
  },
  read: async (id: string) => ({ sequence: 1, previous: '', hash: '', entry: records.find((r) => r.id === id)! }),
}) as never
const parts: StagedParts = { chart: 'sha256:chart', images: ['app@sha256:1'], values: [{ path: 'base.yaml', digests: ['sha256:base', 'hmac-sha256:kb'] }, { path: 'more.yaml', digests: ['sha256:more', 'hmac-sha256:km'] }, { path: 'prod.yaml', digests: ['sha256:p'] }] }
const proof = (...records: ReleaseRecord[]) => stagingProof(store(...records), 'shop', 'staging', parts)

it('proves what passed', async () => {
  expect(await proof(record('r1'))).toEqual({ environment: 'staging', passed: true, record: 'r1' })
  // What came after it there does not take the proof away.
  expect(await proof(record('r1'), record('r2', { chart: { name: 'shop', version: '2.0.0', appVersion: '', digest: 'sha256:next' } }))).toMatchObject({ passed: true, record: 'r1' })
})

it.each([
  ['nothing', [], 'no release there is on record'],
  ['another environment', [record('r1', { environment: 'dev' })], 'no release there is on record'],
  ['another service', [record('r1', { service: 'web' })], 'no release there is on record'],
  ['another chart', [record('r1', { chart: { name: 'shop', version: '1', appVersion: '', digest: 'sha256:other' } })], 'the chart of the last release there (r1) is sha256:other, here sha256:chart'],
  ['another image', [record('r1', { images: { before: ['app@sha256:1'], after: ['app@sha256:9'] } })], 'the last release there (r1) did not run app@sha256:1'],
  ['other shared values', [record('r1', { values: [{ path: 'base.yaml', digest: 'sha256:old' }] })], 'base.yaml is not as in the last release there (r1)'],
  ['a failed release', [record('r1', { outcome: 'rolled-back', reason: 'not ready\nmore' })], 'the release of it there (r1) rolled-back: not ready'],
  ['one that failed after it had passed', [record('r1'), record('r2', { outcome: 'failed' })], 'the release of it there (r2) failed'],
  ['no checks', [record('r1', { steps: [{ name: 'rollout', kind: 'health', passed: true }] })], 'it was released there (r1) without a test or smoke check'],
  ['a failed check', [record('r1', { steps: [{ name: '/healthz', kind: 'smoke', passed: false }] })], 'smoke /healthz failed there (r1)'],
  ['only a refusal', [record('r1', { outcome: 'refused' })], 'no release there is on record'],
  ['an uninstall', [record('r1', { operation: 'uninstall' })], 'no release there is on record'],
])('does not take %s for a proof', async (_, records, reason) => {
  expect(await proof(...records)).toMatchObject({ passed: false, reason })
})

it('compares keyed digests only where the key is shown to be the same', async () => {
  const keyed = (...digests: string[]) => proof(record('r1', { values: ['base.yaml', 'more.yaml'].map((path, i) => ({ path, digest: `hmac-sha256:${digests[i]}` })) }))
  expect(await keyed('kb', 'km')).toMatchObject({ passed: true })
  expect(await keyed('kb', 'other')).toMatchObject({ passed: false, reason: 'more.yaml is not as in the last release there (r1)' })
  expect(await keyed('x', 'y')).toMatchObject({ passed: true })
})

it('takes the last word of who watched it there', async () => {
  const seen = (...greens: boolean[]): EvidenceStore => {
    const later = greens.map((green, i) => makeAddendum({ about: 'r1', at: `2026-11-21T1${i}:00:00Z`, by: 'ann', watch: { minutes: 15, green, detail: 'looked' } }))
    const { list, read } = store(record('r1'))
    return { ...store(), list: (filter) => (filter?.about === 'r1' ? (async function* () { for (const a of later) yield summaryOf(9, a) })() : list(filter)), read: async (id) => { const found = later.find((a) => a.id === id); return found === undefined ? await read(id) : { sequence: 9, previous: '', hash: '', entry: found } } } as EvidenceStore
  }
  const found = (...greens: boolean[]) => stagingProof(seen(...greens), 'shop', 'staging', parts)
  expect(await found(true, false)).toMatchObject({ passed: false, reason: 'it did not stay well there (r1): looked' })
  expect(await found(false, true)).toMatchObject({ passed: true })
})

it('finds the last rollback in any environment', async () => {
  expect(await lastDrill(store(record('r1')), 'shop')).toBeUndefined()
  expect(await lastDrill(store(record('r1', { operation: 'rollback' }), record('r2', { outcome: 'rolled-back', environment: 'dev' }), record('r3'), record('r4', { operation: 'rollback', outcome: 'failed' })), 'shop')).toBe('2026-11-22T09:00:00Z')
})
