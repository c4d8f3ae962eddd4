import { expect, test } from 'vitest'
import { exitCodeOf } from './exit-code.ts'
import { between } from './follow-rollout.ts'
import { canaryJournal, evaluation } from './rollout.fixtures.ts'
import { policyForLost, runnerOf, stateOf } from './screen-state.ts'
import { statusData } from './status-data.ts'
import { statusText } from './status-text.ts'

const now = Date.parse('2026-03-01T09:14:00.000Z')
const out = { style: (_: unknown, text: string) => text }
const lease = (more: object = {}) => ({ holder: 'alice@laptop', operation: 'canary', revision: 8, since: '2026-03-01T09:00:00.000Z', renewed: '2026-03-01T09:13:56.000Z', expired: false, ...more })
const text = (journal = canaryJournal(), more: Parameters<typeof stateOf>[1] = { runner: runnerOf(journal, lease(), now) }): string => statusText(stateOf(journal, more), { out, now })

test('once: header, every step with weight, pods and verdicts, the gates, who runs it, what to type', () => {
  expect(text()).toBe(`checkout-api: canary by replicas, progressing, step 6 of 12
  release    checkout-api in prod (prod)
  revisions  7 -> 8
  charts     checkout-api-2.4.0 -> checkout-api-2.5.0
  images     ghcr.io/acme/checkout-api@sha256:a1a1a1a1a1a1 -> ghcr.io/acme/checkout-api@sha256:b2b2b2b2b2b2
  traffic    25% to the new version
  started    2026-03-01T09:00:00.000Z by alice@acme, 14m ago
  plan       sha256:${'4f'.repeat(32)}
  runner     alice@laptop, last heard of 4s ago

#  	STEP   	WEIGHT	REACHED	STABLE	CANARY	VERDICTS                                 	OUTCOME  	TOOK
 1 	5%     	5%    	5%     	19/19 	1/1   	                                         	promoted 	30s
 2 	soak 5m	5%    	5%     	      	      	                                         	promoted 	5m
 3 	gates  	5%    	5%     	      	      	error-rate PASS                          	promoted 	30s
 4 	25%    	25%   	25%    	15/15 	5/5   	                                         	promoted 	1m
 5 	soak 5m	25%   	25%    	      	      	                                         	promoted 	5m
>6 	gates  	25%   	25%    	      	      	error-rate PASS, p95-latency INCONCLUSIVE	under way	2m
 7 	50%    	      	       	      	      	                                         	         	
 8 	soak 5m	      	       	      	      	                                         	         	
 9 	gates  	      	       	      	      	                                         	         	
 10	100%   	      	       	      	      	                                         	         	
 11	soak 5m	      	       	      	      	                                         	         	
 12	gates  	      	       	      	      	                                         	         	

GATE       	VALUE           	SAMPLES   	VERDICT     	
error-rate 	0.00213 <= 0.005	n 1200/600	PASS        	
p95-latency	0.31 > 0.3 s    	n 120/200 	INCONCLUSIVE	120 of 200 samples that are needed

2026-03-01 09:00:00  alice@laptop  beginning  revision 8 is pending
2026-03-01 09:06:00  alice@laptop  progressing  gates of 5% passed
2026-03-01 09:07:00  alice@laptop  progressing  25% reached: 5 of 20 pods
2026-03-01 09:12:00  alice@laptop  progressing  soaked for 5m

now: the gates judge; undecided, it holds for 30m, then aborts
then: 50%, soak 5m, gates, ...
`.replaceAll(/[\t ]+$/gm, ''))
})

test('a lost runner is said loudly, with what to type and what the policy does', () => {
  const journal = canaryJournal()
  const expired = runnerOf(journal, lease({ renewed: '2026-03-01T09:12:30.000Z', expired: true }), now)
  expect(text(journal, { runner: expired })).toMatch(/runner {5}LOST: alice@laptop, last heard of 1m30s ago[\s\S]*\nNobody runs this rollout any more; it stays as it is until somebody does\.\n {2}pintle rollout resume checkout-api -n prod {4}go on from here\n {2}pintle rollout abort checkout-api -n prod {5}back to revision 7\n$/)
  const aborting = canaryJournal({ spec: { ...journal.spec, lost: 'abort', lostAfter: 600_000 } })
  expect(text(aborting, { runner: expired })).toContain('aborts it once it was gone for 10m')
  expect(policyForLost({ journal: aborting, runner: expired }, now)).toBeUndefined()
  expect(policyForLost({ journal: aborting, runner: expired }, now + 600_000)).toBe('abort')
  expect(policyForLost({ journal, runner: expired }, now + 600_000)).toBe('hold')
  // Somebody decided meanwhile that it goes on.
  expect(policyForLost({ journal: aborting, runner: expired }, now + 600_000, now)).toBe('abort')
  expect(policyForLost({ journal: aborting, runner: expired }, now + 600_000, now + 1)).toBeUndefined()
  // Between two runners there is none for a moment.
  expect(runnerOf(journal, undefined, Date.parse('2026-03-01T09:12:05.000Z')).lost).toBe(false)
  expect(runnerOf(journal, undefined, now).lost).toBe(true)
  expect(runnerOf(canaryJournal({ phase: 'promoted' }), undefined, now).lost).toBe(false)
})

test('at the end: why, the verdict that led there with its arithmetic, and what is on record', () => {
  const trigger = evaluation({ verdict: 'fail', value: 0.02, arithmetic: '24 errors / 1200 requests = 0.02 > 0.005' })
  const aborted = canaryJournal({ phase: 'aborted', message: 'error-rate 0.02 > 0.005', trigger, weight: 0, achieved: 0 })
  expect(text(aborted, {})).toMatch(/aborted\n[\s\S]*evidence {3}not on record: pintle rollout evidence checkout-api -n prod\n {2}why {8}error-rate 0\.02 > 0\.005[\s\S]*triggered by error-rate {2}0\.02 > 0\.005 {2}n 1200\/600 {2}FAIL\n {2}24 errors \/ 1200 requests = 0\.02 > 0\.005 at 2026/)
  expect(text(canaryJournal({ phase: 'promoted' }), { evidence: '20260301-1' })).toMatch(/evidence {3}record 20260301-1[\s\S]*next: pintle rollout undo checkout-api -n prod goes back to revision 7\n$/)
})

test('as data: the journal, without raw answers and signed approvals', () => {
  const data = JSON.stringify(statusData(stateOf(canaryJournal({ requests: [{ id: '1', verb: 'promote', by: 'bob', at: '2026-03-01T09:13:00.000Z', approval: 'SIGNED' }] }), { runner: { lost: true } })))
  expect(data).not.toMatch(/SIGNED|sum\(rate|raw/)
  expect(JSON.parse(data)).toMatchObject({ release: 'checkout-api', phase: 'progressing', ended: false, runner: { lost: true }, stepDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), requests: [{ verb: 'promote' }], next: { text: expect.stringContaining('the gates judge') } })
})

test.each([
  ['promoted', 0, {}], ['aborted', 6, { transitions: [...canaryJournal().transitions, { at: '', by: '', phase: 'aborting' as const, step: 1, detail: '' }] }], ['aborted', 5, {}], ['failed', 1, {}], ['superseded', 1, {}], ['progressing', 3, {}], ['holding', 3, {}], ['paused', 3, {}],
] as const)('%s ends with %i', (phase, code, more) => {
  expect(exitCodeOf(canaryJournal({ phase, ...more }))).toBe(code)
})

test('what happened between two looks is told in its order, once', () => {
  const before = canaryJournal()
  const later = canaryJournal({
    step: 6, transitions: [...before.transitions, { at: '2026-03-01T09:15:00.000Z', by: 'a', phase: 'progressing', step: 6, detail: 'gates passed' }],
    steps: before.steps.map((s) => (s.step === 5 ? { ...s, evaluations: [...s.evaluations, evaluation({ at: '2026-03-01T09:15:00.000Z' })] } : s)),
  })
  expect(between(before, later).map((e) => (e.type === 'evaluation' ? `${e.evaluation.gate} ${e.background}` : e.type))).toEqual(['error-rate false', 'transition'])
  expect(between(later, later)).toEqual([])
  // The middle of a long history is not kept.
  expect(between(before, { ...later, transitions: [later.transitions[0]!, ...later.transitions.slice(3)] }).filter((e) => e.type === 'transition')).toHaveLength(1)
})
