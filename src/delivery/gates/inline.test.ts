import { expect, it } from 'vitest'
import { answers, scripted, slo, subject, timed, type Answer, type Answers, type Script } from './gates.fixtures.ts'
import type { Evaluation, GateOutcome } from './types.ts'

const minute = 60_000

/** Judges a step inline; what was told, with the seconds since the step began. */
async function inline(settings: Parameters<typeof scripted>[0], script: Script, options: { only?: readonly string[]; signal?: AbortSignal; weight?: number; whole?: boolean } = {}): Promise<{ outcome: GateOutcome; told: string[]; provider: ReturnType<typeof scripted>['provider'] }> {
  const { gates, since, provider } = scripted(settings, script)
  const told: string[] = []
  const { weight, whole, ...more } = options
  const tell = (evaluation: Evaluation): void => { told.push(`${(Date.parse(evaluation.at) - since) / 1000} ${evaluation.gate} ${evaluation.verdict} ${evaluation.window / 1000}`) }
  const outcome = await gates.inline({ subject: { ...subject, ...(weight !== undefined && { weight }), ...(whole !== undefined && { whole }) }, since, onEvaluation: tell, ...more })
  return { outcome, told, provider }
}

it('looks first when two scrapes and a window have passed, and once when that decides', async () => {
  const { outcome, told, provider } = await inline({ slo }, answers({ errors: 1, requests: 900 }))
  expect(told).toEqual(['330 error-rate pass 300'])
  expect(outcome).toMatchObject({ verdict: 'pass', reason: 'error-rate: 1 errors / 900 requests = 0.00111111; 0.00111111 <= 0.005' })
  expect(provider.asked.map((q) => q.text)).toEqual([
    'sum(increase(http_requests_total{service="checkout-api",status=~"5..",pod=~"checkout-api-canary-[a-z0-9]+-[a-z0-9]+"}[5m]))',
    'sum(increase(http_requests_total{service="checkout-api",pod=~"checkout-api-canary-[a-z0-9]+-[a-z0-9]+"}[5m]))',
  ])
  expect(new Set(provider.asked.map((q) => q.at)).size).toBe(1)
})

it('settles for two of the scrapes that are told', async () => {
  expect((await inline({ slo: { ...slo, window_minutes: undefined, window: '30s', scrape_interval: '1s' } }, answers({ errors: 0, requests: 900 }))).told).toEqual(['32 error-rate pass 30'])
})

it('extends the window up to three times while there are too few requests', async () => {
  const growing = timed((seconds) => ({ errors: 0, requests: Math.floor(seconds / 2) }))
  expect((await inline({ slo }, growing)).told).toEqual(['330 error-rate inconclusive 300', '630 error-rate inconclusive 600', '930 error-rate inconclusive 900', '1230 error-rate pass 1200'])
  const { outcome, told } = await inline({ slo }, answers({ errors: 0, requests: 10 }))
  expect(told).toHaveLength(4)
  expect(outcome).toMatchObject({ verdict: 'inconclusive', reason: 'error-rate: 10 requests are too few: 600 are needed, in a window that was extended 3 times' })
})

it('waits as long for data that is missing, and says that it is', async () => {
  const { outcome, told } = await inline({ slo }, answers({}))
  expect(told.map((t) => t.split(' ')[2])).toEqual(['no-data', 'no-data', 'no-data', 'no-data'])
  expect(outcome).toMatchObject({ verdict: 'no-data', reason: 'error-rate: there is no series of requests, in a window that was extended 3 times' })
})

it('takes data that comes late', async () => {
  expect((await inline({ slo }, timed((s) => (s < 600 ? {} : { errors: 0, requests: 700 })))).outcome.verdict).toBe('pass')
})

it('asks again after errors, and gives up after more than four in a row', async () => {
  const recovers = await inline({ slo }, timed((s) => (s < 440 ? { requests: { error: 'down' } } : { errors: 0, requests: 700 })))
  expect(recovers.told).toEqual(['330', '360', '390', '420'].map((at) => `${at} error-rate error 300`).concat('450 error-rate pass 300'))
  expect(recovers.outcome.verdict).toBe('pass')
  const stays = await inline({ slo }, answers({ requests: { error: 'down' } }))
  expect(stays.told).toEqual(['330', '360', '390', '420'].map((at) => `${at} error-rate error 300`).concat('450 error-rate inconclusive 300'))
  expect(stays.outcome).toMatchObject({ verdict: 'inconclusive', reason: 'error-rate: 5 errors in a row, the last one: requests: down' })
})

it('waits two scrapes between errors where they are long', async () => {
  expect((await inline({ slo: { ...slo, scrape_interval: '1m' } }, answers({ requests: { error: 'down' } }))).told.map((t) => t.split(' ')[0])).toEqual(['420', '540', '660', '780', '900'])
})

it('lets one failure decide, and does not wait for the others', async () => {
  const gates = [{ name: 'lag', query: 'lag', max: 1, window: '30s' }]
  const { outcome, told } = await inline({ slo, gates }, answers({ errors: 0, requests: 1, free: 2 }))
  expect(told).toEqual(['60 lag fail 30'])
  expect(outcome).toMatchObject({ verdict: 'fail', reason: 'lag: 2 > 1', decisive: { gate: 'lag' } })
  expect(outcome.evaluations).toHaveLength(1)
})

it('ends with a verdict whatever comes and goes', async () => {
  // A series that is there every other time; a server that fails in between.
  const kinds: Readonly<Record<string, (round: number) => Answers>> = {
    'series that come and go': (round) => (round % 2 === 0 ? {} : { errors: 0, requests: 100 }),
    'errors between gaps': (round) => (round % 3 === 0 ? {} : { requests: { error: 'down' } }),
    'few requests between errors': (round) => (round % 5 === 4 ? { errors: 0, requests: 3 } : { requests: { error: 'down' } }),
  }
  for (const of of Object.values(kinds)) {
    let round = 0
    const { outcome, told } = await inline({ slo }, (query) => answers(of(query.about.measure === 'requests' ? round++ : round))(query, 0))
    expect(['no-data', 'inconclusive']).toContain(outcome.verdict)
    expect(told.length).toBeLessThanOrEqual(4 * 5)
  }
})

it('takes a value around the threshold as it is when the window is over', async () => {
  const around = (errors: number) => timed((s) => ({ errors: s < 331 ? errors : 5 - errors, requests: 800 }))
  expect((await inline({ slo }, around(4))).outcome.verdict).toBe('pass')
  expect((await inline({ slo }, around(5))).outcome.verdict).toBe('fail')
})

it('tells dry runs and never lets them decide or wait', async () => {
  const gates = [{ name: 'lag', query: 'lag', max: 1, dryRun: true }]
  const failing = await inline({ slo, gates }, answers({ errors: 0, requests: 700, free: 2 }))
  expect(failing.told.sort()).toEqual(['330 error-rate pass 300', '330 lag fail 300'])
  expect(failing.outcome).toMatchObject({ verdict: 'pass', evaluations: [{ gate: 'error-rate' }, { gate: 'lag', verdict: 'fail', dryRun: true }] })
  const missing = await inline({ slo: { ...slo, dryRun: ['error-rate'] } }, answers({}))
  expect(missing.told).toEqual(['330 error-rate no-data 300'])
  expect(missing.outcome).toMatchObject({ verdict: 'pass', reason: 'every gate is a dry run' })
})

it('keeps the verdicts apart, the worst first', async () => {
  const gates = [{ name: 'a', query: 'a', max: 1 }, { name: 'b', query: 'b', max: 1 }]
  const of = (a: Answer, b: Answer): Script => ({ text }) => (text === 'a' ? a : b)
  expect((await inline({ gates }, of('absent', 1))).outcome.verdict).toBe('no-data')
  expect((await inline({ gates }, of('absent', 2))).outcome.verdict).toBe('fail')
  expect((await inline({ gates }, of({ error: 'x' }, 'absent'))).outcome.verdict).toBe('no-data')
  expect((await inline({ gates }, of({ error: 'x' }, 1))).outcome.verdict).toBe('inconclusive')
  expect((await inline({}, of(1, 1))).outcome).toMatchObject({ verdict: 'inconclusive', reason: 'there is no gate to judge by' })
})

it('judges those that are named, and knows no others', async () => {
  const gates = [{ name: 'a', query: 'a', max: 1 }, { name: 'b', query: 'b', max: 1, inline: false }]
  expect((await inline({ gates }, () => 1, { only: ['a'] })).told).toEqual(['330 a pass 300'])
  expect((await inline({ gates }, () => 1)).told).toEqual(['330 a pass 300'])
  await expect(inline({ gates }, () => 1, { only: ['c'] })).rejects.toMatchObject({ code: 'usage', message: 'there is no gate "c"' })
})

it('ends when the signal fires', async () => {
  const stop = new AbortController()
  const running = inline({ slo }, () => { stop.abort(new Error('enough')); return { error: 'down' } }, { signal: stop.signal })
  await expect(running).rejects.toThrow('enough')
})

it('does not wait again for what has passed, as after a resumption', async () => {
  const { gates, since } = scripted({ slo }, answers({ errors: 0, requests: 700 }))
  const told: string[] = []
  await gates.inline({ subject, since: since - 20 * minute, onEvaluation: (e) => { told.push(e.at) } })
  expect(told).toEqual([new Date(since).toISOString()])
})

it('counts compressed time as the rollout does, and asks what is outside of it about the time that passed', async () => {
  const { gates, since, provider } = scripted({ slo, compression: 60 }, answers({ errors: 0, requests: 700 }))
  const { evaluations: [evaluation] } = await gates.inline({ subject, since })
  expect(Date.parse(evaluation!.at) - since).toBe(330_000 / 60)
  expect(provider.asked[0]).toMatchObject({ window: 5000 })
})

it('estimates by what the service was like before the rollout, where nothing tells versions apart', async () => {
  const settings = { slo: { ...slo, p95_latency_ms: 300, subset: 'none' } }
  const before = { 'errors:service': 5, 'requests:service': 5000, 'latency-bucket:service': 4950, 'latency-count:service': 5000 }
  const during = (errors: number, fast: number) => timed((s) => (s <= 0 ? before : { 'errors:service': errors, 'requests:service': 4000, 'latency-bucket:service': fast, 'latency-count:service': 4000 }))
  const good = await inline(settings, during(4, 3960))
  // (4/4000 - 0.75 * 5/5000) / 0.25 = 0.001; (0.99 - 0.75 * 0.99) / 0.25 = 0.99
  expect(good.outcome).toMatchObject({ verdict: 'pass', evaluations: [{ estimated: true, value: expect.closeTo(0.001, 9) as number, samples: 1000 }, { estimated: true, value: expect.closeTo(0.99, 9) as number }] })
  expect(good.outcome.evaluations[0]!.arithmetic).toBe('estimated: (0.001 - 0.75 * 0.001) / 0.25 = 0.001; all of the service: 4 errors / 4000 requests = 0.001; before: 5 errors / 5000 requests = 0.001; 0.001 <= 0.005')
  // Of the whole service 0.225% are errors, which is below the maximum of 0.5%: diluted, it would pass.
  expect((await inline(settings, during(9, 3960))).outcome).toMatchObject({ verdict: 'fail', decisive: { gate: 'error-rate', value: expect.closeTo(0.006, 9) as number } })
  expect((await inline(settings, during(0, 4000))).outcome.evaluations[0]).toMatchObject({ verdict: 'pass', value: 0, arithmetic: expect.stringContaining('= -0.003, taken as 0') as string })
  expect((await inline(settings, during(1000, 3960), { weight: 0 })).outcome).toMatchObject({ verdict: 'no-data', evaluations: [{ estimated: true }, {}] })
  // There is only one version then: nothing to estimate.
  for (const only of [{ weight: 100 }, { whole: true }]) expect((await inline(settings, during(4, 3960), only)).outcome.evaluations[0]).not.toHaveProperty('estimated')
})

it('compares with the stable version, by more than chance', async () => {
  const settings = { slo: { ...slo, error_rate_max: 0.05, baseline: true } }
  const against = (errors: number) => answers({ 'errors:canary': errors, 'requests:canary': 600, 'errors:stable': 3, 'requests:stable': 600 })
  expect((await inline(settings, against(7))).outcome.verdict).toBe('pass')
  expect((await inline(settings, against(12))).outcome).toMatchObject({ verdict: 'fail', decisive: { gate: 'error-rate-baseline', value: 0.02, threshold: 0.005, reason: expect.stringMatching(/^0.02 against 0.005 of the baseline is no chance \(z = 2.33\d+, p = 0.009\d+ < 0.02\)$/) as string } })
  expect((await inline(settings, answers({ 'errors:canary': 0, 'requests:canary': 600, 'requests:stable': 3 }))).outcome).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('3 requests of the baseline are too few') as string })
  expect((await inline(settings, against(12), { whole: true })).outcome).toMatchObject({ evaluations: [{ gate: 'error-rate', verdict: 'no-data' }] })
  const twin = await inline({ slo: { ...slo, baseline: { workload: 'checkout-api-baseline' } } }, against(2))
  expect(twin.provider.asked.filter((q) => q.track === 'stable').map((q) => q.text)).toEqual([expect.stringContaining('pod=~"checkout-api-baseline-[a-z0-9]+-[a-z0-9]+"'), expect.stringContaining('pod=~"checkout-api-baseline-')])
})

it('tells how courses differ, by the test that Kayenta makes, and never decides by it', async () => {
  const settings = { slo: { p95_latency_ms: 300, window_minutes: 5, baseline: true } }
  const course = (canary: (at: number) => Answer): Script => (query, at) => {
    const { measure, track } = query.about
    if (measure !== 'latency-quantile') return measure === 'latency-count' ? 400 : 399
    return track === 'stable' ? 0.1 + (at % 7) / 1000 : canary(at)
  }
  const judged = async (canary: (at: number) => Answer) => (await inline(settings, course(canary))).outcome
  const slower = await judged((at) => 0.2 + (at % 5) / 1000)
  expect(slower).toMatchObject({ verdict: 'pass', evaluations: [{ gate: 'p95-latency' }, { gate: 'p95-latency-baseline', verdict: 'pass' }, { gate: 'p95-latency-course', verdict: 'fail', dryRun: true, samples: 6 }] })
  expect(slower.evaluations[2]!.arithmetic).toMatch(/^shift of p95 by 0\.09\d* s, with 98% from 0\.09\d* to 0\.\d+; 0\.09\d* > 0\.25 \* \|0\.09\d*\| = 0\.02\d*, of 6 moments against 6$/)
  expect((await judged((at) => 0.1 + (at % 7) / 1000)).evaluations[2]).toMatchObject({ verdict: 'pass', value: expect.any(Number) as number })
  expect((await judged(() => 'absent')).evaluations[2]).toMatchObject({ verdict: 'no-data', reason: 'canary: there is no series' })
  let left = 4
  expect((await judged(() => (left-- > 0 ? 0.1 : 'absent'))).evaluations[2]).toMatchObject({ verdict: 'inconclusive', reason: 'canary: 4 moments are too few: 5 are needed' })
})
