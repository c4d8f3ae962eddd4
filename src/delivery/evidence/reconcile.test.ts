import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { kept, recordFacts } from '../../../test/cluster/evidence-store-suite.ts'
import { openStore, reconcile, type EvidenceStore, type LiveRevision, type RecordFacts } from './index.ts'

let root: string
let store: EvidenceStore
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'pintle-reconcile-'))
  store = await openStore(root, '/')
})
afterEach(() => rmSync(root, { recursive: true }))

const target = (release: string, namespace = 'n', clusterUid = 'u') => ({ ...recordFacts().target, release, namespace, clusterUid })
const add = async (release: string, revisions: number[], more: Partial<RecordFacts> = {}) => {
  const { record } = kept({ target: target(release), revisions, revision: { before: 0, after: revisions.at(-1) ?? 0 }, ...more })
  await store.append(record)
  return record.id
}
const live = (release: string, ...revisions: number[]): LiveRevision[] => revisions.map((revision) => ({ namespace: 'n', release, revision, status: 'superseded' }))
const compare = (...all: LiveRevision[][]) => reconcile(store, all.flat(), { cluster: 'u' })

it('matches what has a record, failed revisions and those gone back to included', async () => {
  await add('web', [1])
  await add('web', [2, 3], { outcome: 'rolled-back' })
  expect(await compare(live('web', 1, 2, 3))).toEqual({ matched: 3, differences: [] })
})

it('lists revisions without a record, of releases nobody recorded too', async () => {
  await add('web', [1])
  expect(await compare(live('web', 1, 2), live('other', 1))).toEqual({ matched: 1, differences: [{ kind: 'unrecorded', namespace: 'n', release: 'web', revision: 2, status: 'superseded' }, { kind: 'unrecorded', namespace: 'n', release: 'other', revision: 1, status: 'superseded' }] })
})

it('lists records without a revision, but not what the limit of the history removed', async () => {
  await add('web', [1])
  const two = await add('web', [2])
  await add('web', [3])
  const four = await add('web', [4])
  expect((await compare(live('web', 3, 4))).differences).toEqual([])
  expect((await compare(live('web', 1, 3))).differences).toEqual([{ kind: 'missing', namespace: 'n', release: 'web', revision: 2, record: two }, { kind: 'missing', namespace: 'n', release: 'web', revision: 4, record: four }])
})

it('lists releases that are gone, unless a record says they were removed', async () => {
  const id = await add('web', [1])
  await add('back', [1], { outcome: 'rolled-back', rollback: { target: 0, steps: [], used: { at: '', reason: '', toRevision: 0 } } })
  await add('old', [1])
  await add('old', [], { operation: 'uninstall' })
  expect((await compare([])).differences).toEqual([{ kind: 'gone', namespace: 'n', release: 'web', revision: 1, record: id }])
  expect((await compare(live('web', 1), live('old', 1))).differences).toMatchObject([{ kind: 'unrecorded', release: 'old' }])
})

it('looks at one cluster, and at one namespace when asked to', async () => {
  await add('web', [1], { target: target('web', 'n', 'another') })
  await add('web', [1], { target: target('web', 'm') })
  expect((await reconcile(store, [], { cluster: 'u', namespace: 'n' })).differences).toEqual([])
  expect((await reconcile(store, [], { cluster: 'u' })).differences).toMatchObject([{ kind: 'gone', namespace: 'm' }])
})

it('reads records of the first version', async () => {
  const { revisions: _, ...old } = kept({ outcome: 'rolled-back', target: target('web'), revision: { before: 1, after: 3 } }).record
  await store.append(old)
  expect(await compare(live('web', 2, 3))).toEqual({ matched: 2, differences: [] })
})
