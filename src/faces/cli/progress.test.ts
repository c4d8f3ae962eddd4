import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import type { PodReason } from '../../cluster/release/index.ts'
import { failureReport } from './failure-report.ts'
import { panelLines, type Waiting } from './live-panel.ts'
import { Output } from './output.ts'
import { PlainWaiting } from './plain-waiting.ts'
import { progress } from './progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const waiting = (message: string, ...pods: PodReason[]): Waiting => ({
  type: 'progress', done: 1, total: 2, waiting: [{ ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'n', name: 'app' }, status: 'InProgress', message, pods }],
})
const pull: PodReason = { pod: 'app-1', container: 'main', reason: 'ErrImagePull', message: 'not found', fatal: false, fatalAt: '2026-01-01T00:01:00.000Z' }

test('plain: a trouble is said at once, the rest calmly, nothing twice, and nothing gets lost', () => {
  const said: string[] = []
  const plain = new PlainWaiting((text) => said.push(text))
  plain.waiting(waiting('Available: 0/1'))
  expect(said).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(said).toEqual(['waiting on 1 object [1/2 done]\n  Deployment/app: Available: 0/1'])
  plain.waiting(waiting('Available: 0/1', { pod: 'app-1', reason: 'NotReady' }))
  plain.waiting(waiting('Available: 0/1', pull))
  expect(said.at(-1)).toBe('waiting on 1 object [1/2 done]\n  Deployment/app: Available: 0/1\n    pod app-1 (main): ErrImagePull: not found')
  plain.waiting(waiting('Updated: 0/1', pull))
  vi.advanceTimersByTime(1900)
  expect(said).toHaveLength(2)
  vi.advanceTimersByTime(100)
  expect(said.at(-1)).toContain('Updated: 0/1')
  plain.waiting(waiting('Updated: 0/1', pull))
  vi.advanceTimersByTime(60_000)
  expect(said).toHaveLength(3)
})

test('plain: what is over in a moment is not worth a line', () => {
  const said: string[] = []
  const plain = new PlainWaiting((text) => said.push(text))
  plain.waiting(waiting('Available: 0/1'))
  plain.clear()
  vi.advanceTimersByTime(60_000)
  expect(said).toEqual([])
})

test('live: a table no wider than the terminal, with the time that is left', () => {
  const at = { now: Date.parse('2026-01-01T00:00:20Z'), began: Date.parse('2026-01-01T00:00:00Z') }
  expect(panelLines(waiting('Available: 0/1', pull, { pod: 'ReplicaSet/app-x', reason: 'FailedCreate', message: 'two\nlines' }), { columns: 200, ...at })).toEqual([
    'waiting on 1 object [1/2 done] 20s',
    'RESOURCE            STATE         INFO',
    'Deployment/app      InProgress    Available: 0/1',
    '  app-1 (main)      ErrImagePull  fails in 40s: not found',
    '  ReplicaSet/app-x  FailedCreate  two lines',
  ])
  expect(panelLines(waiting('x'.repeat(500), pull), { columns: 40, ...at }).every((l) => l.length < 40)).toBe(true)
})

test('json: one event a line with the fields docs/progress.md promises, and how it ended', async () => {
  vi.setSystemTime(0)
  let text = ''
  const shown = progress(new Output({ stdout: () => {}, stderr: (t) => { text += t } }), 'json')
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'p' }
  shown.onEvent({ type: 'phase', phase: 'hooks', detail: 'pre-upgrade' })
  shown.onEvent({ type: 'object', action: 'created', ref })
  shown.onEvent({ type: 'hook', hook: 'p', kind: 'Pod', event: 'pre-upgrade', state: 'failed', path: 'c/templates/p.yaml', error: 'no' })
  shown.onEvent({ type: 'record', version: 3, status: 'failed' })
  shown.onEvent(waiting('Available: 0/1', pull))
  await shown.of(Promise.reject(new PintleError('release.rolledBack', 'it failed', { hint: 'why', details: { logs: [] } }))).catch(() => {})
  await shown.of(Promise.resolve(1))
  await shown.of(Promise.resolve(1), () => new Error('no'))
  const time = '1970-01-01T00:00:00.000Z'
  expect(text.trimEnd().split('\n').map((l) => JSON.parse(l))).toEqual([
    { time, type: 'phase', phase: 'hooks', detail: 'pre-upgrade' },
    { time, type: 'object', action: 'created', ...ref },
    { time, type: 'hook', name: 'p', kind: 'Pod', event: 'pre-upgrade', state: 'failed', path: 'c/templates/p.yaml', error: 'no' },
    { time, type: 'record', revision: 3, status: 'failed' },
    { time, type: 'waiting', done: 1, total: 2, objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'n', name: 'app', status: 'InProgress', message: 'Available: 0/1', reasons: [pull] }] },
    { time, type: 'done', outcome: 'rolled-back', code: 'release.rolledBack', message: 'it failed', reason: 'why', logs: [] },
    { time, type: 'done', outcome: 'succeeded' },
    { time, type: 'done', outcome: 'failed', message: 'no' },
  ])
})

test('called as helm from a script: why it did not wait any longer, as a log line, and nothing else', async () => {
  let text = ''
  const shown = progress(new Output({ plain: true, stdout: () => {}, stderr: (t) => { text += t } }), 'none')
  shown.onEvent(waiting('Available: 0/1', pull))
  const error = new PintleError('release.notReady', 'not ready', { details: { waiting: waiting('', { ...pull, fatal: true }).waiting } })
  await shown.of(Promise.reject(error)).catch(() => {})
  expect(text).toBe('level=WARN msg="not waiting any longer for Deployment/app: pod app-1 (main): ErrImagePull: not found"\n')
})

test('the report of a failure: reasons, last words, warnings', () => {
  const details = {
    waiting: waiting('', pull, { pod: 'app-2', reason: 'Unschedulable' }).waiting,
    logs: [{ namespace: 'n', pod: 'app-1', container: 'main', previous: true, text: `${Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n')}\n` }],
    events: [{ object: 'Pod/app-1', reason: 'Failed', message: 'no', count: 3 }],
  }
  const report = [...failureReport(details)].join('\n')
  expect(report).toContain('what holds it up:\n  Deployment/app: pod app-1 (main): ErrImagePull: not found\n  Deployment/app: pod app-2: Unschedulable\n')
  expect(report).toContain('last words of pod app-1, container main (its run before):\n  line 15\n')
  expect(report).toContain('warnings of the cluster:\n  Pod/app-1: Failed: no (3 times)')
  expect([...failureReport(undefined)]).toEqual([])
})
