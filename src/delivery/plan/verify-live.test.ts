import { expect, test } from 'vitest'
import type { StoredRelease } from '../../cluster/release/index.ts'
import type { ReleaseRecord } from '../evidence/index.ts'
import { PlanKey } from './plan-key.ts'
import { smallPlan } from './small-plan.ts'
import { compareLive } from './verify-live.ts'

const key = new PlanKey(new Uint8Array(32).fill(7))
const { payload: _, ...planned } = smallPlan(key).releases[0]!
const release = { ...planned, payload: { digest: `sha256:${'0'.repeat(64)}` } }
const digest = `sha256:${'a'.repeat(64)}`
const record = (after: number, outcome = 'succeeded') => ({ revision: { before: 1, after }, outcome, plan: { digest } }) as ReleaseRecord
const revision = (version: number, description: string, manifest = 'manifest') => ({ version, readable: { manifest, info: { description } } }) as unknown as StoredRelease
const made = `Upgrade complete (plan ${digest})`

test.each<[string, ReleaseRecord, StoredRelease[], { problems?: unknown[]; notes?: unknown[] }]>([
  ['what fits', record(2), [revision(2, made)], {}],
  ['nothing was changed', record(0), [], {}],
  ['the revision is gone', record(2), [revision(1, '')], { problems: ['the cluster has no revision 2'] }],
  ['the revision was pruned', record(2), [revision(5, '')], { notes: ['the revision is no longer kept in the cluster'] }],
  ['another plan made it', record(2), [revision(2, `Upgrade complete (plan sha256:${'b'.repeat(64)})`)], { problems: [expect.stringContaining('was made by plan sha256:bbb')] }],
  ['nobody knows who made it', record(2), [revision(2, 'Upgrade complete')], { notes: [expect.stringContaining('does not say by which plan')] }],
  ['it was gone back by', record(3, 'rolled-back'), [revision(3, 'Rollback to 1')], {}],
  ['another manifest', record(2), [revision(2, made, 'other')], { problems: ['the manifest of revision 2 in the cluster is not the planned one'] }],
  ['it cannot be read', record(2), [{ version: 2 } as unknown as StoredRelease], { problems: ['revision 2 in the cluster is not readable'] }],
])('%s', (_name, of, revisions, { problems = [], notes = [] }) => {
  expect(compareLive(of, revisions, release, key)).toEqual({ problems, notes })
})

test('without the key manifests are not compared', () => {
  expect(compareLive(record(2), [revision(2, made, 'other')], release, undefined).notes).toEqual(["manifests in the cluster were not compared: the plan's key is not at hand"])
})
