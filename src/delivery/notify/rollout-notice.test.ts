import { expect, it } from 'vitest'
import type { Evaluation } from '../gates/index.ts'
import type { Journal, RolloutPhase, Step, StepRecord } from '../rollout/index.ts'
import { notice } from '../../../test/notify/channel-suite.ts'
import { commentBody } from './markdown.ts'
import { headline, rows } from './notice.ts'
import { noticePhase, rolloutNotice } from './rollout-notice.ts'
import { slackMessage } from './slack-text.ts'

const at = '2026-01-01T00:00:00Z'
const evaluation = (more: Partial<Evaluation> = {}): Evaluation => ({
  gate: 'error-rate', verdict: 'pass', at, provider: 'prometheus', endpoint: 'http://p', simulated: false, value: 0.001, threshold: 0.005, samples: 900, needed: 600, window: 1, arithmetic: '', answers: [{ query: 'sum(secretive)', endpoint: 'http://p', at, body: 'raw' }], ...more,
})
const step = (more: Partial<StepRecord> = {}): StepRecord => ({ step: 1, name: '25%', started: at, weight: 25, achieved: 33, pods: { stable: { ready: 3, wanted: 3 }, canary: { ready: 1, wanted: 1 } }, evaluations: [evaluation({ verdict: 'fail' }), evaluation()], ...more })
const journal = (phase: RolloutPhase, steps: readonly Step[] = [], more: Partial<Journal> = {}): Journal => ({
  schema: 'pintle.dev/rollout/v1', id: 'x', service: 'web', release: 'web', namespace: 'shop', environment: 'prod', planDigest: 'sha256:2', author: 'ann', started: at, phase, step: 1, weight: 25, achieved: 33,
  spec: { strategy: 'canary', router: 'replicas', steps: [{ kind: 'weight', weight: 5 }, ...steps], tolerance: 5, deadline: 600_000, undecided: 'abort', lost: 'abort', lostAfter: 1, watch: 0 },
  from: { revision: 4, chart: 'web-1', images: [] }, to: { revision: 5, chart: 'web-2', images: [] }, steps: [step()], transitions: [], requests: [], ...more,
})

it('tells a step: weight, pods, the last word of each gate, and nothing of queries and answers', () => {
  const told = notice('progressing', { rollout: rolloutNotice(journal('progressing', [{ kind: 'gate' }])) })
  expect(headline(told)).toBe('web 1.4.2 being rolled out, 33% of the traffic in prod')
  expect(rows(told).slice(0, 3)).toEqual([['step', '2 of 2: 25%'], ['traffic', '33% to the new version (25% wanted), pods ready 1/1 new, 3/3 before'], ['gates', 'error-rate pass 0.001 (limit 0.005), 900 of 600 samples']])
  expect(JSON.stringify(told)).not.toMatch(/secretive|raw/)
})

it.each<[string, RolloutPhase, Step, Partial<Journal>, RegExp]>([
  ['a pause', 'paused', { kind: 'pause', message: 'look at the dashboards' }, {}, /^look at the dashboards: `pintle rollout promote web -n shop` goes on, .*abort web -n shop` goes back$/],
  ['an approval', 'paused', { kind: 'approval', approvers: ['@acme/sre', 'bob'], count: 2 }, {}, /^2 approvals of this step by @acme\/sre, bob;/],
  ['a pause that somebody asked for', 'paused', { kind: 'wait', for: 1 }, { message: 'paused by bob' }, /^paused by bob: /],
  ['no verdict', 'holding', { kind: 'gate' }, { message: 'too few requests', held: { since: at, why: 'undecided' } }, /^no gate has decided \(too few requests\): .* with --reason goes on, .* goes back; it goes back by itself at 2026-01-01T00:10:00\.000Z$/],
  ['a hand in between', 'holding', { kind: 'gate' }, { message: 'Deployment/web: scaled (by kubectl)', held: { since: at, why: 'disturbed' } }, /^somebody else changed what it works with \(Deployment\/web: scaled \(by kubectl\)\): `pintle rollout resume web -n shop` puts it right/],
])('says who must do what: %s', (_, phase, current, more, needs) => {
  expect(noticePhase(phase)).toBe('paused')
  const told = notice('paused', { rollout: rolloutNotice(journal(phase, [current], more)) })
  expect(told.rollout!.needs).toMatch(needs)
  expect(rows(told)[0]![0]).toBe('to do')
  for (const text of [JSON.stringify(slackMessage(told)), commentBody(told)]) expect(text).toContain('pintle rollout abort web -n shop')
})

it('says what led back: metric, value, limit and time, or that there was no number', () => {
  expect(noticePhase('aborted')).toBe('rolled-back')
  const failed = notice('rolled-back', { rollout: rolloutNotice(journal('aborted', [], { trigger: evaluation({ verdict: 'fail', value: 0.18 }) })) })
  expect(rows(failed)[0]).toEqual(['trigger', `error-rate 0.18, limit 0.005, 900 samples at ${at}`])
  const { value: _, ...none } = evaluation({ verdict: 'no-data', reason: 'no series' })
  expect(rows(notice('rolled-back', { rollout: rolloutNotice(journal('aborted', [], { trigger: none })) }))[0]).toEqual(['trigger', `error-rate NO-DATA, limit 0.005, 900 samples at ${at}: no series`])
})
