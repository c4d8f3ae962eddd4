import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { EvidenceStore, deployNote, sha256, type ReleaseRecord } from './index.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pintle-evidence-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const record = (id: string): Omit<ReleaseRecord, 'files'> => ({
  schema: 'pintle.dev/release-record/v1', id, tool: { pintle: '1', helm: '4' }, service: 'web', environment: 'prod',
  target: { server: 'https://x', clusterUid: 'u', context: 'c', namespace: 'n', release: 'web', simulated: false }, operator: 'me',
  started: '2026-01-01T00:00:00Z', ended: '2026-01-01T00:01:00Z', outcome: 'rolled-back', reason: 'pods crashed',
  chart: { name: 'web', version: '1.0.0', appVersion: '1', digest: 'sha256:1' }, dependencies: [], values: [], images: { before: ['a:1'], after: ['a:2'] },
  plan: { digest: 'sha256:2', changes: { add: 0, change: 1, remove: 0 }, classes: ['image'] }, review: { by: 'me', how: 'prompt' }, revision: { before: 1, after: 2 },
  rollback: { target: 1, steps: ['pintle rollback web 1'], used: { at: '2026-01-01T00:00:50Z', reason: 'timeout', toRevision: 1 } }, steps: [],
})

it('keeps a chain that holds, and notices each kind of tampering', () => {
  const store = new EvidenceStore(root)
  for (const id of ['a', 'b', 'c']) store.add({ record: { ...record(id), files: { 'diff.txt': sha256(`diff ${id}`) } }, files: { 'diff.txt': `diff ${id}` } }, deployNote)
  expect(store.verify()).toEqual([])
  writeFileSync(join(root, 'b', 'diff.txt'), 'other')
  expect(store.verify()).toEqual([{ sequence: 2, problem: 'b/diff.txt was changed' }])
  writeFileSync(join(root, 'b', 'diff.txt'), 'diff b')
  const lines = readFileSync(join(root, 'chain.jsonl'), 'utf8').trim().split('\n')
  writeFileSync(join(root, 'chain.jsonl'), `${[lines[0], lines[2]].join('\n')}\n`)
  expect(store.verify().map((p) => p.problem)).toEqual(['expected sequence 2', 'does not follow the line before it', 'b is in no line of the chain'])
})

it('writes a note that names outcome, revisions, images and the way back', () => {
  const note = deployNote({ ...record('a'), files: {} })
  for (const text of ['# web FAILED and rolled back in prod', 'revision 1 -> 2', 'a:2', 'back to revision 1', 'pintle rollback web 1', '> pods crashed']) expect(note).toContain(text)
})
