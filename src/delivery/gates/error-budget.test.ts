import fc from 'fast-check'
import { expect, it } from 'vitest'
import { errorBudget } from './error-budget.ts'
import { fault, ScriptedProvider, type Answer } from './gates.fixtures.ts'
import { readGates } from './read-gates.ts'

const at = Date.parse('2026-11-27T10:00:00Z')
const hour = 3_600_000
const subject = { service: 'checkout-api', release: 'checkout', namespace: 'prod', environment: 'prod' }
const settings = (slo: object) => readGates({ prometheus: 'http://prometheus:9090', error_rate_max: 0.01, ...slo }, undefined, fault)

type Counts = (window: number) => { readonly errors: Answer; readonly requests: Answer }
const source = (counts: Counts) => new ScriptedProvider(({ about, window }) => counts(window)[about.measure as 'errors' | 'requests'])
const budget = async (counts: Counts, slo: object = { objective: 0.999 }) => (await errorBudget(settings(slo), subject, { at, simulated: source(counts) }))!

it('is what the errors of 30 days leave of what may go wrong', async () => {
  const asks = source(() => ({ errors: 12, requests: 24_000 }))
  const found = (await errorBudget(settings({ objective: 0.999 }), subject, { at, simulated: asks }))!
  expect(found).toMatchObject({ objective: 0.999, window: 30 * 24 * hour, at: '2026-11-27T10:00:00.000Z', left: 0.5, simulated: false, arithmetic: '1 - 0.0005 / 0.001 = 0.5 of the budget of 720h is left: 12 errors / 24000 requests = 0.0005' })
  expect(found.answers).toHaveLength(12)
  // Of the whole service, whatever its versions; numerator and denominator apart.
  expect(asks.asked.map((q) => q.text)).toContain('sum(increase(http_requests_total{service="checkout-api",status=~"5..",}[720h]))')
  expect(asks.asked.map((q) => q.text)).toContain('sum(increase(http_requests_total{service="checkout-api",}[720h]))')
  expect(new Set(asks.asked.map(({ text }) => /\[(\w+)\]/.exec(text)![1]))).toEqual(new Set(['720h', '1h', '5m', '6h', '30m', '72h']))
})

it.each<[Answer, Answer, number | undefined, string]>([
  ['absent', 1000, 1, '0 (no series) errors / 1000 requests = 0'],
  [0, 1000, 1, '1 - 0 / 0.001 = 1'],
  [1, 1000, 0, '1 - 0.001 / 0.001 = 0'],
  [2, 1000, -1, '1 - 0.002 / 0.001 = -1'],
  [1000, 1000, -999, '1 - 1 / 0.001 = -999'],
  ['absent', 'absent', undefined, 'there is no series of requests'],
  [0, 0, undefined, 'there were no requests'],
  [1, NaN, undefined, 'requests is NaN'],
  [NaN, 10, undefined, 'errors is NaN'],
  [1, Infinity, undefined, 'requests is Infinity'],
  [0, { error: 'the server answered 503' }, undefined, 'requests: the server answered 503'],
])('%j errors of %j requests leave %j', async (errors, requests, left, text) => {
  const found = await budget(() => ({ errors, requests }))
  expect(found.left).toBe(left)
  expect(found.arithmetic).toContain(text)
  expect(found.reason === undefined).toBe(left !== undefined)
})

it('burns at 14.4, 6 and 1 times the even rate, where both windows say so', async () => {
  const rates = new Map([[1, 0.0145], [1 / 12, 0.0145], [6, 0.0061], [0.5, 0.0059], [72, 0.001], [720, 0.0005]].map(([hours, rate]) => [hours! * hour, rate!]))
  const found = await budget((window) => ({ errors: rates.get(Math.round(window))! * 1_000_000, requests: 1_000_000 }))
  expect(found.burns.map(({ severity, factor, burning, long, short }) => ({ severity, factor, burning, long: long.rate, short: short.rate }))).toEqual([
    { severity: 'page', factor: 14.4, burning: true, long: 14.5, short: 14.5 },
    { severity: 'page', factor: 6, burning: false, long: 6.1, short: 5.9 },
    // At the even rate it lasts: only more is an alarm.
    { severity: 'ticket', factor: 1, burning: false, long: 1, short: 6.1 },
  ])
  expect(found.burns[0]!.long.text).toBe('1h: 14500 errors / 1000000 requests = 0.0145, 14.5 times the even rate')
})

it('does not know a rate without requests, and counts on with the others', async () => {
  const found = await budget((window) => ({ errors: 0, requests: window < hour ? 0 : 5000 }))
  expect(found.left).toBe(1)
  expect(found.burns.map((b) => b.burning)).toEqual([undefined, undefined, false])
  expect(found.burns[0]!.short.text).toBe('5m: there were no requests')
})

it('takes other objectives and times, and the alarms with them', async () => {
  const found = await budget(() => ({ errors: 5, requests: 1000 }), { objective: 0.99, objective_window: '7d' })
  expect(found).toMatchObject({ left: 0.5, window: 168 * hour })
  expect(found.burns.map((b) => b.factor)).toEqual([3.36, 1.4, 0.233333333])
})

it('is nothing without an objective, and not known where the source cannot be opened', async () => {
  expect(await errorBudget(settings({}), subject, { at })).toBeUndefined()
  const closed = await errorBudget(settings({ objective: 0.999, prometheus: '${NO_SUCH_URL}' }), subject, { at, env: {} })
  expect(closed).toMatchObject({ reason: 'the environment variable NO_SUCH_URL is not set', burns: [] })
  expect(closed).not.toHaveProperty('left')
  const reason = new Error('enough')
  await expect(errorBudget(settings({ objective: 0.999 }), subject, { at, signal: AbortSignal.abort(reason), simulated: source(() => ({ errors: 0, requests: 1 })) })).rejects.toBe(reason)
})

it('never leaves more than all, and less with every error', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(1_000_000), fc.double({ min: 0.5, max: 0.99999, noNaN: true }), async (requests, errors, objective) => {
    const bad = Math.min(errors, requests)
    const one = await budget(() => ({ errors: bad, requests }), { objective })
    const more = await budget(() => ({ errors: bad + 1, requests: requests + 1 }), { objective })
    expect(one.left).toBeLessThanOrEqual(1)
    expect(more.left).toBeLessThanOrEqual(one.left! + 1e-9)
    const over = bad / requests - (1 - objective)
    if (Math.abs(over) > 1e-6) expect(one.left! > 0).toBe(over < 0)
  }), { seed: 7, numRuns: 100 })
})

it('reads the objective beside the other keys of slo, or alone', () => {
  expect(settings({ objective: 0.999 }).budget).toEqual({ provider: 'prometheus', objective: 0.999, window: 720 * hour, errors: expect.stringContaining('{{ .Window }}'), requests: expect.stringContaining('{{ .Window }}') })
  const alone = readGates({ prometheus: 'http://p', objective: 0.99 }, undefined, fault)
  expect(alone).toMatchObject({ gates: [], budget: { objective: 0.99 }, providers: { prometheus: { url: 'http://p' } } })
  expect(readGates({ datadog: true, objective: 0.99, queries: { errors: 'sum:e{service:{{ .Service }}}', requests: 'sum:r{*}' } }, undefined, fault).budget).toMatchObject({ provider: 'datadog', errors: 'sum:e{service:{{ .Service }}}' })
})

it.each<[object, string]>([
  [{ objective: 1 }, 'slo.objective must be a number between 0 and 1'], [{ objective: 0 }, 'slo.objective must be'], [{ objective: 99.9 }, 'slo.objective must be'], [{ objective: '0.999' }, 'slo.objective must be'], [{ objective: NaN }, 'slo.objective must be'],
  [{ objective: 0.9, objective_window: '1h' }, 'slo.objective_window must be a time from 1d to 90d'], [{ objective: 0.9, objective_window: 30 }, 'slo.objective_window'], [{ objective: 0.9, objective_window: '91d' }, 'slo.objective_window'], [{ objective_window: '30d' }, 'says nothing without objective'],
  [{ objective: 0.9, error_rate_max: undefined, prometheus: undefined, datadog: true }, 'slo has no queries for them'],
])('refuses %j', (slo, message) => {
  const written = Object.fromEntries(Object.entries({ prometheus: 'http://p', error_rate_max: 0.01, ...slo }).filter(([, v]) => v !== undefined))
  expect(() => readGates(written, undefined, fault)).toThrow(message)
})
