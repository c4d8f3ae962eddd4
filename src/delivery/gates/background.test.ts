import { expect, it } from 'vitest'
import { answers, scripted, slo, subject, type Answer } from './gates.fixtures.ts'
import type { GateOutcome } from './types.ts'

/** A letter an evaluation: Pass, Fail, Grave failure, Few requests (I), No data, Error. After them all is well. */
const meaning: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  P: { errors: 3, requests: 600 }, F: { errors: 4, requests: 600 }, G: { errors: 15, requests: 600 }, I: { errors: 4, requests: 6 }, N: {}, E: { requests: { error: 'down' } },
}

/** Watches for one evaluation more than the course has letters, then the signal fires. */
async function watch(course: string, settings: Parameters<typeof scripted>[0] = { slo }): Promise<{ outcome: GateOutcome | undefined; told: string; times: number[] }> {
  const stop = new AbortController()
  let told = ''
  const times: number[] = []
  const { gates, since } = scripted(settings, (query, at) => answers(meaning[course[Math.round((at - since - 330_000) / 30_000)] ?? 'P']!)(query, at))
  const outcome = await gates.background({
    subject, since, signal: stop.signal,
    onEvaluation: ({ verdict, at }) => {
      told += { pass: 'P', fail: 'F', 'no-data': 'N', inconclusive: 'I', error: 'E' }[verdict]
      times.push((Date.parse(at) - since) / 1000)
      if (times.length > course.length) stop.abort()
    },
  })
  return { outcome, told, times }
}

it.each([
  ['PPPPPP', undefined], ['FPPPPF', undefined], ['PPPPPF', undefined], ['FPPPPPFPPPPPF', undefined], ['FF', 'the second failure in a row'], ['PPFFP', 'the second failure in a row'], ['FPF', 'the second failure in 3 evaluations'],
  ['PFPPPFP', 'the second failure in 5 evaluations'], ['PG', '5 times the threshold or more'], ['NNNNNN', undefined], ['IIIIII', undefined], ['FNNNNF', undefined], ['FEF', 'the second failure in 3 evaluations'],
])('%s: %s', async (course, why) => {
  const { outcome } = await watch(course)
  if (why === undefined) expect(outcome).toBeUndefined()
  else expect(outcome).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(new RegExp(`^error-rate: .* \\(${why}\\)$`)) as string, decisive: { gate: 'error-rate', verdict: 'fail' } })
})

it('looks first after settle and window, then every 30 seconds, or every two scrapes', async () => {
  expect((await watch('PPPP')).times).toEqual([330, 360, 390, 420, 450])
  const { gates, since } = scripted({ slo: { ...slo, scrape_interval: '30s' } }, answers(meaning.P!))
  const stop = new AbortController()
  const times: number[] = []
  await gates.background({ subject, since, signal: stop.signal, onEvaluation: ({ at }) => { if (times.push((Date.parse(at) - since) / 1000) === 3) stop.abort() } })
  expect(times).toEqual([360, 420, 480])
})

it('calls a fifth error in a row inconclusive, and does not end a rollout for it', async () => {
  expect(await watch('EEEEEEPE')).toMatchObject({ outcome: undefined, told: 'EEEEIIPEP' })
})

it('never ends a rollout for a dry run, or for what is judged inline alone', async () => {
  expect((await watch('FFFF', { slo: { ...slo, dryRun: true } })).outcome).toBeUndefined()
  const { gates, since, provider } = scripted({ gates: [{ name: 'lag', query: 'lag', max: 1, background: false }] }, () => 5)
  expect(await gates.background({ subject, since, signal: AbortSignal.timeout(50) })).toBeUndefined()
  expect(provider.asked).toEqual([])
})

it('takes a share that is missed by five times as grave', async () => {
  const { gates, since } = scripted({ slo: { p95_latency_ms: 300 } }, answers({ 'latency-bucket': 150, 'latency-count': 200 }))
  const told: string[] = []
  const outcome = await gates.background({ subject, since, onEvaluation: ({ verdict }) => { told.push(verdict) } })
  expect([told, outcome?.reason]).toEqual([['fail'], 'p95-latency: 75% of the requests took at most 300 ms, 95% must (5 times the threshold or more)'])
})
