import { expect, it } from 'vitest'
import { deployNote, makeRecord, type RecordFacts } from '../evidence/index.ts'
import type { Evaluation } from '../gates/index.ts'
import { rolloutRecord, type Journal, type StepRecord } from './index.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const raw = (query: string, body: string) => ({ query, endpoint: 'http://prometheus:9090', at: at(3), body })
const evaluation = (more: Partial<Evaluation> = {}): Evaluation => ({
  gate: 'error-rate', verdict: 'pass', at: at(3), provider: 'prometheus', endpoint: 'http://prometheus:9090', simulated: false, value: 0.001, threshold: 0.005, comparison: '<=', samples: 900, needed: 600, window: 300_000,
  arithmetic: '0.9 errors / 900 requests = 0.001 <= 0.005', answers: [raw('sum(rate(errors[5m]))', '{"a":1}'), raw('sum(rate(all[5m]))', '{"a":2}')], ...more,
})
const pods = { stable: { ready: 3, wanted: 3 }, canary: { ready: 1, wanted: 1 } }
const step = (index: number, weight: number, more: Partial<StepRecord> = {}): StepRecord => ({ step: index, name: `${weight}%`, started: at(index), ended: at(index + 1), weight, achieved: weight, pods, evaluations: [], outcome: 'promoted', ...more })
const journal = (more: Partial<Journal> = {}): Journal => ({
  schema: 'pintle.dev/rollout/v1', id: 'x', service: 'web', release: 'web', namespace: 'shop', environment: 'prod', planDigest: 'sha256:2', author: 'ann', started: at(0), phase: 'promoted', step: 2, weight: 100, achieved: 100,
  spec: { strategy: 'canary', router: 'replicas', steps: [], tolerance: 5, deadline: 1, undecided: 'abort', lost: 'abort', lostAfter: 1, watch: 0 },
  from: { revision: 4, chart: 'web-1', images: ['a:1'] }, to: { revision: 5, chart: 'web-2', images: ['a:2'] }, steps: [], transitions: [], requests: [], ...more,
})
const transitions = [
  { at: at(6), by: 'ann@ci', phase: 'aborting' as const, step: 1, detail: 'error-rate failed' }, { at: at(8), by: 'ann@ci', phase: 'aborted' as const, step: 1, detail: 'revision 6 deployed: rollback to 4' },
]

it('keeps each step with split, pods and gates, and raw answers in a file of the step', () => {
  const { steps, files, rollback } = rolloutRecord(journal({ steps: [step(0, 5, { achieved: 25, evaluations: [evaluation(), evaluation({ gate: 'p95', answers: [] })] }), step(1, 100)] }))
  expect(rollback).toBeUndefined()
  expect(steps[0]).toMatchObject({
    name: '5%', weight: 5, achieved: 25, split: [{ to: 'canary (revision 5)', percent: 25 }, { to: 'stable (revision 4)', percent: 75 }], pods: { ready: 1, wanted: 1 }, stablePods: { ready: 3, wanted: 3 }, outcome: 'promoted',
    gates: [{ name: 'error-rate', query: 'sum(rate(errors[5m])) ; sum(rate(all[5m]))', value: 0.001, threshold: 0.005, samples: 900, needed: 600, response: 'gates-step-1.json' }, { name: 'p95' }],
  })
  expect(steps[0]!.gates[1]).not.toHaveProperty('response')
  expect(Object.keys(files)).toEqual(['gates-step-1.json'])
  expect(JSON.parse(files['gates-step-1.json']!)).toEqual([{ gate: 'error-rate', at: at(3), verdict: 'pass', answers: evaluation().answers }])
})

it.each([
  ['a gate that failed', evaluation({ verdict: 'fail', value: 0.18, reason: '0.18 > 0.005' }), { metric: 'error-rate', value: 0.18, threshold: 0.005, verdict: 'fail', samples: 900, at: at(3), query: 'sum(rate(errors[5m])) ; sum(rate(all[5m]))', reason: '0.18 > 0.005' }],
  ['missing data', { ...evaluation({ verdict: 'no-data', reason: 'no requests' }), value: undefined as never }, { metric: 'error-rate', threshold: 0.005, verdict: 'no-data', samples: 900, at: at(3), query: 'sum(rate(errors[5m])) ; sum(rate(all[5m]))', reason: 'no requests' }],
])('says what led back: %s', (_, trigger, expected) => {
  const { rollback } = rolloutRecord(journal({ phase: 'aborted', message: 'aborted at 25%', trigger, transitions }))
  expect(rollback).toEqual({ at: at(8), reason: 'aborted at 25%', toRevision: 4, automatic: true, trigger: expected, output: 'revision 6 deployed: rollback to 4' })
})

it('tells an abort that was asked for from one by itself, and says nothing of one that did not end', () => {
  const asked = transitions.map((t) => (t.phase === 'aborting' ? { ...t, detail: 'aborting: aborted by bob' } : t))
  expect(rolloutRecord(journal({ phase: 'aborted', transitions: asked })).rollback).toMatchObject({ automatic: false })
  for (const phase of ['aborting', 'failed'] as const) expect(rolloutRecord(journal({ phase, transitions: transitions.slice(0, 1) })).rollback).toBeUndefined()
})

it('leaves out the oldest answers where all are too many, and says so', () => {
  const body = 'x'.repeat(1 << 20)
  const { files } = rolloutRecord(journal({ steps: [step(0, 5, { evaluations: Array.from({ length: 8 }, (_, i) => evaluation({ at: at(i), answers: [raw('q', body)] })) })] }))
  const read = JSON.parse(files['gates-step-1.json']!) as { note?: string; at?: string }[]
  expect(read[0]!.note).toMatch(/^5 earlier answers/)
  expect(read.at(-1)!.at).toBe(at(7))
})

it('makes a note with everything a canary is asked for', () => {
  const parts = rolloutRecord(journal({
    phase: 'aborted', compression: 60, message: 'error-rate: 0.18 > 0.005', transitions, trigger: evaluation({ verdict: 'fail', value: 0.18 }),
    steps: [
      step(0, 5, { evaluations: [evaluation({ estimated: true, simulated: true })], approvals: [{ by: 'cleo', at: at(1) }], override: { by: 'dan', reason: 'known <noise>', at: at(1) } }),
      step(1, 25, { evaluations: [evaluation({ verdict: 'fail', value: 0.18, dryRun: true, reason: 'too high' })], outcome: 'aborted' }),
    ],
  }))
  const facts: RecordFacts = {
    tool: { pintle: '1', helm: '4' }, service: 'web', environment: 'prod', target: { server: 'https://x', clusterUid: 'u', context: 'c', namespace: 'shop', release: 'web', simulated: true }, operator: 'ann', started: at(0), ended: at(9), outcome: 'rolled-back',
    chart: { name: 'web', version: '1', appVersion: '1', digest: 'sha256:1' }, dependencies: [], values: [], images: { before: [], after: [] }, plan: { digest: 'sha256:2', changes: { add: 0, change: 1, remove: 0 }, classes: [] },
    review: { by: 'bob', how: 'approvals' }, revision: { before: 4, after: 6 }, steps: [], strategy: 'canary', rollout: parts.steps, compression: 60, rollback: { target: 4, steps: [], used: { ...parts.rollback!, paged: ['pagerduty'] } },
  }
  const note = deployNote(makeRecord(facts, parts.files, (t) => t).record)
  for (const text of [
    'Strategy: canary. **Time compressed 60x, simulated cluster.** **Metrics are simulated.**', '| 5% | 5% | canary (revision 5) 5%, stable (revision 4) 95% | 1/1 new, 3/3 before | promoted |',
    'step 5%: pass error-rate at', '[estimated, simulated]: value 0.001, limit 0.005, 900 samples of 600 needed query sum(rate(errors[5m]))', 'raw answer in gates-step-1.json', 'approved by cleo', '**went on without a pass**, by dan', 'known &lt;noise>',
    '**fail** error-rate', '[dry run, decides nothing]: value 0.18, limit 0.005, 900 samples of 600 needed; too high', 'by itself: back to revision 4', `| trigger | error-rate 0.18, limit 0.005, 900 samples, at ${at(3)}: sum(rate(errors[5m])) ; sum(rate(all[5m])) |`,
    '| output | revision 6 deployed: rollback to 4 |', '| paged | pagerduty |',
  ]) expect(note).toContain(text)
})
