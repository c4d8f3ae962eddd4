import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { StandaloneSchema } from '../../../charts/chart/index.ts'
import type { RolloutEvent } from '../../../delivery/rollout/index.ts'
import { unmarshal } from '../../../language/yaml/index.ts'
import { Output } from '../output.ts'
import { panelLines } from './panel-lines.ts'
import { rolloutScreen } from './rollout-screen.ts'
import { canaryJournal, evaluation, slow } from './rollout.fixtures.ts'
import { after, stateOf, type ScreenState } from './screen-state.ts'

const now = Date.parse('2026-03-01T09:14:00.000Z')
const observed = (more: object = {}) => ({ weight: 25, stable: { workload: 'checkout-api', ready: 15, wanted: 15, images: ['ghcr.io/acme/checkout-api:2.4.0'] }, canary: { workload: 'checkout-api-canary', ready: 4, wanted: 5, images: ['ghcr.io/acme/checkout-api:2.5.0'], ...more } })
const all = (state: ScreenState, columns = 120): string[] => panelLines(state, { columns, now })

describe('the panel', () => {
  test('weights, pods of both versions, gates with threshold and samples, what is next, what was last', () => {
    expect(all(stateOf(canaryJournal(), { observed: observed() }))).toEqual([
      'checkout-api in prod: canary by replicas, progressing, step 6 of 12: gates  14m',
      '[##########------------------------------] 25% to the new version',
      'stable  revision 7  15/15  checkout-api-2.4.0  ghcr.io/acme/checkout-api:2.4.0',
      'canary  revision 8  4/5    checkout-api-2.5.0  ghcr.io/acme/checkout-api:2.5.0',
      '  error-rate   0.00213 <= 0.005  n 1200/600  PASS',
      '  p95-latency  0.31 > 0.3 s      n 120/200   INCONCLUSIVE  120 of 200 samples that are needed',
      'now the gates judge; undecided, it holds for 30m, then aborts',
      'then 50%, soak 5m, gates, ...',
      '09:00:00 beginning  revision 8 is pending',
      '09:06:00 progressing  gates of 5% passed',
      '09:07:00 progressing  25% reached: 5 of 20 pods',
      '09:12:00 progressing  soaked for 5m',
    ])
  })

  test('says what holds pods up, that a weight was missed, who meddled, and what is waited for', () => {
    let state: ScreenState | undefined = stateOf(canaryJournal({ weight: 30, phase: 'paused', message: 'paused by bob@acme' }))
    const events: RolloutEvent[] = [
      { type: 'observed', observed: observed({ trouble: ['pod checkout-api-canary-x (app): CrashLoopBackOff:\nback-off'] }) },
      { type: 'disturbance', disturbance: { ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'checkout-api' }, what: 'was scaled to 30', by: 'kubectl-scale', fatal: false } },
      { type: 'release', event: { type: 'progress', done: 1, total: 2, waiting: [{ ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'checkout-api-canary' }, status: 'InProgress', message: 'Available: 4/5' }] } },
    ]
    for (const event of events) state = after(state, event)
    const text = all(state!)
    expect(text).toContain('[##########------------------------------] 25% to the new version, asked for 30%')
    expect(text).toContain('  canary: pod checkout-api-canary-x (app): CrashLoopBackOff: back-off')
    expect(text).toContain('  somebody else: Deployment/checkout-api was scaled to 30 (kubectl-scale)')
    expect(text).toContain('now waits until somebody resumes  (pintle rollout resume checkout-api)')
    expect(text).toContain('    paused by bob@acme')
    expect(text.join('\n')).toMatch(/waiting on 1 object \[1\/2 done\][^\n]*\nRESOURCE [^\n]*\nDeployment\/checkout-api-canary  InProgress  Available: 4\/5/)
  })

  test.each([
    ['a pause', { message: 'look at the dashboards', step: 0, spec: { ...canaryJournal().spec, steps: [{ kind: 'pause', message: 'look at the dashboards' }] }, phase: 'paused' }, 'now waits until somebody promotes  (pintle rollout promote checkout-api)'],
    ['an approval', { step: 0, spec: { ...canaryJournal().spec, steps: [{ kind: 'approval', approvers: ['@acme/sre'], count: 2 }] }, phase: 'paused', steps: [{ step: 0, name: 'approval', started: '2026-03-01T09:12:00.000Z', weight: 0, evaluations: [], approvals: [{ by: 'bob', at: '2026-03-01T09:13:00.000Z' }] }] }, 'now waits for approval: 1 of 2 by @acme/sre  (pintle rollout promote checkout-api --sign-key KEY)'],
    ['a hold', { phase: 'holding', message: 'p95-latency: 120 of 200 samples', held: { since: '2026-03-01T09:13:00.000Z', why: 'undecided' } }, 'now holds, and aborts unless it is decided, 29m left  (pintle rollout promote checkout-api --skip-gates --reason TEXT)'],
    ['a soak', { step: 4, steps: [{ step: 4, name: 'soak', started: '2026-03-01T09:12:00.000Z', weight: 25, evaluations: [] }] }, 'now soak of 5m, 3m left'],
    ['compressed time', { step: 4, compression: 10, steps: [{ step: 4, name: 'soak', started: '2026-03-01T09:13:50.000Z', weight: 25, evaluations: [] }] }, 'now soak of 5m, 20s left'],
    ['the watch', { phase: 'watching', transitions: [{ at: '2026-03-01T09:13:00.000Z', by: 'a', phase: 'watching', step: 12, detail: 'promoted' }], step: 12 }, 'now the gates watch, 14m left'],
    ['the end', { phase: 'aborted', message: 'error-rate 0.02 > 0.005 at 25%' }, 'error-rate 0.02 > 0.005 at 25%'],
  ] as [string, object, string][])('says what comes next: %s', (_, more, expected) => {
    expect(all(stateOf(canaryJournal(more)))).toContain(expected)
  })

  test('says loudly that nobody runs it', () => {
    expect(all(stateOf(canaryJournal(), { runner: { lost: true } })).join('\n')).toContain('nobody runs it any more: pintle rollout resume checkout-api -n prod, or abort')
  })

  test.each([20, 40, 80])('no line is longer than a terminal of %i columns, painted or not, and none moves the cursor', (columns) => {
    const nasty = stateOf(canaryJournal({ message: 'x\u001b[2Jy'.repeat(50), phase: 'holding' }), { observed: observed({ trouble: ['é\u001b]0;title\u0007'.repeat(100)] }) })
    // oxlint-disable-next-line no-control-regex
    const plain = (text: string): string => text.replaceAll(/\u001b\[\d*m/g, '')
    for (const paint of [undefined, (_: unknown, text: string) => `\u001b[1m${text}\u001b[0m`]) {
      const lines = panelLines(nasty, { columns, now, ...(paint && { paint }) })
      expect(lines.filter((l) => plain(l).length >= columns)).toEqual([])
      // oxlint-disable-next-line no-control-regex
      expect(lines.filter((l) => /[\u0000-\u001f\u007f]/.test(plain(l)))).toEqual([])
    }
  })

  test('gates of the step before stay until the next has something to say', () => {
    const before = stateOf(canaryJournal())
    const moved = after(before, { type: 'transition', journal: canaryJournal({ step: 6 }), transition: canaryJournal().transitions[0]! })!
    expect([...moved.evaluations.keys()]).toEqual(['error-rate', 'p95-latency'])
    const judged = after(moved, { type: 'evaluation', evaluation: evaluation({ value: 0.001 }), step: 6, background: true })!
    expect(judged.evaluations.get('error-rate')!.value).toBe(0.001)
  })
})

const journal = canaryJournal()
const course: readonly RolloutEvent[] = [
  { type: 'transition', journal, transition: journal.transitions[2]! },
  { type: 'observed', observed: observed({ trouble: ['pod a: Unschedulable'] }) },
  { type: 'observed', observed: observed({ trouble: ['pod a: Unschedulable'] }) },
  { type: 'evaluation', evaluation: evaluation(), step: 5, background: true },
  { type: 'evaluation', evaluation: evaluation({ value: 0.0022 }), step: 5, background: true },
  { type: 'evaluation', evaluation: slow, step: 5, background: false },
  { type: 'evaluation', evaluation: evaluation({ gate: 'queue', verdict: 'no-data', dryRun: true, reason: 'no series', value: undefined as never, samples: undefined as never }), step: 5, background: false },
  { type: 'disturbance', disturbance: { ref: { apiVersion: 'v1', kind: 'Service', namespace: 'prod', name: 'api' }, what: 'is gone', fatal: true } },
  { type: 'release', event: { type: 'hook', hook: 'migrate', kind: 'Job', event: 'pre-upgrade', state: 'started', path: 'x' } },
  { type: 'transition', journal: canaryJournal({ phase: 'aborting', trigger: evaluation({ verdict: 'fail', value: 0.02 }) }), transition: { at: '2026-03-01T09:15:00.000Z', by: 'alice@laptop', phase: 'aborting', step: 5, detail: 'error-rate 0.02 > 0.005' } },
]

function told(mode: string): string[] {
  let text = ''
  const screen = rolloutScreen(new Output({ stdout: () => {}, stderr: (t) => { text += t } }), mode)
  for (const event of course) screen.onEvent(event)
  screen.runner({ lost: true, lease: { holder: 'alice@laptop', renewed: '2026-03-01T09:15:00.000Z', expired: true } })
  screen.close({ journal: canaryJournal({ phase: 'aborted' }), exitCode: 6, message: 'rolled back to revision 7' })
  return text.split('\n').filter((l) => l !== '')
}

test('lines for a log: what changed, once', () => {
  expect(told('plain')).toEqual([
    '09:07:00 progressing 25% reached: 5 of 20 pods',
    '         observed    25% to the new version; pods ready: stable 15/15, canary 4/5',
    '                     pod a: Unschedulable',
    '         gate        error-rate  0.00213 <= 0.005  n 1200/600  PASS',
    '         gate        p95-latency  0.31 > 0.3 s  n 120/200  INCONCLUSIVE  120 of 200 samples that are needed',
    '         gate        queue  - <= 0.005  NO DATA  dry run; no series',
    '         WARNING: somebody else: Service/api is gone',
    'hook pre-upgrade Job/migrate started',
    '09:15:00 aborting    error-rate 0.02 > 0.005',
    'WARNING: nobody runs this rollout any more',
  ])
})

test('nothing but warnings when nothing is to be told', () => {
  expect(told('none')).toEqual(['WARNING: nobody runs this rollout any more'])
})

test('JSON lines: as the published schema says, with no field that it does not name, and without raw answers', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../schema/rollout-event.schema.json'), 'utf8')
  const schema = new StandaloneSchema(text)
  const { $defs } = JSON.parse(text)
  const lines = told('json')
  expect(lines.map((l) => JSON.parse(l).type)).toEqual(['transition', 'observed', 'observed', 'evaluation', 'evaluation', 'evaluation', 'evaluation', 'disturbance', 'hook', 'transition', 'runner', 'done'])
  expect(lines.join('\n')).not.toMatch(/sum\(rate|raw/)
  const names = (node: { properties?: object; allOf?: { $ref: string }[] }): string[] => [...Object.keys(node.properties ?? {}), ...(node.allOf ?? []).flatMap(({ $ref }) => names($defs[$ref.replace('#/$defs/', '')]))]
  for (const one of lines) {
    expect(schema.violations(unmarshal(one))).toEqual([])
    const event = JSON.parse(one)
    if (event.type === 'hook') continue
    expect(Object.keys(event).filter((k) => !['time', 'namespace', ...names($defs[event.type])].includes(k))).toEqual([])
    expect(event).toMatchObject({ rollout: '0d5c1b7e', release: 'checkout-api' })
  }
  // A schema that takes anything would be none.
  const [first] = lines.map((l) => JSON.parse(l))
  for (const wrong of [{ ...first, phase: 'going' }, { ...first, by: undefined }, { ...first, weight: '25' }, { ...first, type: 'transit' }]) expect(schema.violations(unmarshal(JSON.stringify(wrong)))).not.toEqual([])
})
