import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ManualClock, fault, subject } from '../gates.fixtures.ts'
import { openGates } from '../open-gates.ts'
import { readGates } from '../read-gates.ts'
import type { MetricQuery } from '../types.ts'
import { simulatedProvider, trafficOf, type PodTemplate } from './simulated.ts'

const at = Date.parse('2026-11-27T10:00:00Z')
const image = (name: string, annotations: Record<string, string> = {}): PodTemplate => ({ metadata: { annotations }, spec: { containers: [{ image: name }] } })
const provider = (canary: PodTemplate | undefined, weight = 25, stable = image('example.com/shop:1.0')) => simulatedProvider({ simulated: true, observe: () => Promise.resolve({ canary, stable, weight }) })
const ask = async (from: ReturnType<typeof provider>, about: MetricQuery['about'], window = 60_000) => {
  const found = await from.measure({ text: 'any text', about, window }, { at })
  return found.kind === 'value' ? found.value : found
}

it('refuses a real cluster', () => {
  expect(() => simulatedProvider({ simulated: false, observe: () => Promise.reject(new Error('asked')) })).toThrow('simulated metrics are for the sandbox alone')
})

it('splits the traffic by weight, and errors by version', async () => {
  const metrics = provider(image('example.com/shop:2.0-errors-3pct'))
  expect(await ask(metrics, { measure: 'requests', track: 'canary' })).toBe(1500)
  expect(await ask(metrics, { measure: 'errors', track: 'canary' })).toBe(45)
  expect(await ask(metrics, { measure: 'requests', track: 'stable' })).toBe(4500)
  expect(await ask(metrics, { measure: 'errors', track: 'stable' })).toBe(0)
  expect(await ask(metrics, { measure: 'requests', track: 'service' })).toBe(6000)
  expect(await ask(metrics, { measure: 'errors', track: 'service' })).toBe(45)
  expect(await ask(metrics, { measure: 'samples', track: 'canary' })).toBe(1500)
})

it('says that it is simulated, and shows what it answered from', async () => {
  const metrics = provider(image('shop:2'))
  expect(metrics).toMatchObject({ name: 'simulated', endpoint: 'simulated', simulated: true })
  const found = await metrics.measure({ text: 'sum(x)', about: { measure: 'requests', track: 'canary' }, window: 60_000 }, { at })
  expect(found.raw).toMatchObject({ query: 'sum(x)', endpoint: 'simulated', at: '2026-11-27T10:00:00.000Z', body: '{"simulated":true,"versions":[{"errors":0,"p95":0.05,"requestsPerSecond":100,"silent":false,"track":"canary","requests":1500}]}' })
})

it('keeps the latency that is asked for at 95 %: at the limit it passes, above it fails', async () => {
  const slow = provider(image('shop:2-latency-450ms'))
  const share = async (seconds: number): Promise<number> => (await ask(slow, { measure: 'latency-bucket', track: 'canary', seconds }) as number) / (await ask(slow, { measure: 'latency-count', track: 'canary' }) as number)
  expect(await share(0.45)).toBeGreaterThanOrEqual(0.95)
  expect(await share(0.44)).toBeLessThan(0.95)
  expect(await share(0.3)).toBeCloseTo(1 - 20 ** (-0.3 / 0.45), 2)
  expect(await ask(slow, { measure: 'latency-quantile', track: 'canary', quantile: 0.95 })).toBeCloseTo(0.45, 9)
  expect(await ask(slow, { measure: 'latency-quantile', track: 'stable', quantile: 0.95 })).toBeCloseTo(0.05, 9)
  const both = await ask(slow, { measure: 'latency-quantile', track: 'service', quantile: 0.95 }) as number
  expect(both).toBeGreaterThan(0.05)
  expect(both).toBeLessThan(0.45)
  expect(await ask(slow, { measure: 'latency-top', track: 'canary' })).toBe(3600)
})

it.each<[PodTemplate, object]>([
  [image('shop:1'), { errors: 0, p95: 0.05, requestsPerSecond: 100, silent: false }],
  [image('shop:errors-0.5pct'), { errors: 0.005 }],
  [image('errors-18pct/shop:1'), { errors: 0.18 }],
  [image('shop:2.0-errors-200pct'), { errors: 1 }],
  [image('shop:noerrors-3pct'), { errors: 0 }],
  [image('shop:errors-3pcts'), { errors: 0 }],
  [image('shop:latency-450ms-errors-3pct-10rps'), { errors: 0.03, p95: 0.45, requestsPerSecond: 10 }],
  [image('shop:errors-3pct', { 'pintle.dev/simulate-errors': '0.2' }), { errors: 0.2 }],
  [image('shop', { 'pintle.dev/simulate-latency-ms': '300', 'pintle.dev/simulate-requests-per-second': '0.5', 'pintle.dev/simulate-metrics': 'none' }), { p95: 0.3, requestsPerSecond: 0.5, silent: true }],
  [image('shop:2-no-metrics'), { silent: true }],
  [{}, { errors: 0 }],
])('%j behaves as it says', (template, expected) => {
  expect(trafficOf(template)).toMatchObject(expected)
})

it('has no data of a version that nobody scrapes, and too little of one with little traffic', async () => {
  const silent = provider(image('shop:2-no-metrics'))
  expect(await ask(silent, { measure: 'requests', track: 'canary' })).toMatchObject({ kind: 'absent' })
  expect(await ask(silent, { measure: 'requests', track: 'service' })).toBe(4500)
  expect(await ask(provider(image('shop:2-1rps')), { measure: 'requests', track: 'canary' })).toBe(15)
  expect(await ask(provider(undefined), { measure: 'requests', track: 'service' })).toBe(6000)
  expect(await ask(provider(undefined), { measure: 'requests', track: 'canary' })).toMatchObject({ kind: 'absent' })
  expect(await ask(provider(image('shop:2'), 0), { measure: 'requests', track: 'canary' })).toBe(0)
})

it.each<[string, number, string, object]>([
  ['shop:2', 5, 'pass', {}],
  ['shop:2-errors-18pct', 5, 'fail', { gate: 'error-rate', value: 0.18, threshold: 0.005, samples: 1500 }],
  ['shop:2-errors-0.5pct', 25, 'pass', {}],
  ['shop:2-latency-300ms', 50, 'pass', {}],
  ['shop:2-latency-310ms', 50, 'fail', { gate: 'p95-latency' }],
  ['shop:2-no-metrics', 25, 'no-data', { gate: 'error-rate' }],
  ['shop:2-1rps', 25, 'inconclusive', { gate: 'error-rate', samples: 75, needed: 600 }],
])('is judged as any other source: %s at %d%% comes to %s', async (name, weight, verdict, decisive) => {
  const settings = readGates({ error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5, prometheus: 'http://prometheus:9090' }, undefined, fault)
  const outcome = await openGates(settings, { clock: new ManualClock(), simulated: provider(image(name), weight) }).once({ subject: { ...subject, weight }, since: 0 })
  expect(outcome.verdict).toBe(verdict)
  expect(outcome.evaluations.every((e) => e.simulated && e.provider === 'simulated' && e.endpoint === 'simulated')).toBe(true)
  if (verdict !== 'pass') expect(outcome.decisive).toMatchObject(decisive)
})

it('leaves commands to be run', async () => {
  const settings = readGates({ error_rate_max: 0.005 }, [{ name: 'script', command: ': $1; exit 1' }], fault)
  const outcome = await openGates(settings, { clock: new ManualClock(), simulated: provider(image('shop:2')) }).once({ subject, since: 0 })
  expect(outcome).toMatchObject({ verdict: 'fail', decisive: { gate: 'script', provider: 'command', simulated: false } })
})

it('tells what it cannot do', async () => {
  expect(await ask(provider(image('shop', { 'pintle.dev/simulate-errors': '3%' })), { measure: 'errors', track: 'canary' })).toMatchObject({ kind: 'error', message: 'the annotation pintle.dev/simulate-errors must be a number from 0 to 1' })
  expect(await ask(provider(image('shop')), { measure: 'free', track: 'canary' })).toMatchObject({ kind: 'error', message: expect.stringContaining('query of your own') })
  const gone = simulatedProvider({ simulated: true, observe: () => Promise.reject(new Error('the Deployment is gone')) })
  expect(await ask(gone, { measure: 'errors', track: 'canary' })).toMatchObject({ kind: 'error', message: 'the Deployment is gone' })
  const reason = new Error('enough')
  await expect(gone.measure({ text: '', about: { measure: 'free', track: 'canary' }, window: 1 }, { at, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

it('counts no more errors than requests, of no more than there are, the same each time', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 86_400 }), async (weight, errors, latency, seconds) => {
    const metrics = provider(image(`shop:errors-${errors}pct-latency-${latency}ms`), weight)
    const value = async (measure: MetricQuery['about']['measure'], track: 'canary' | 'service', more: object = {}) => await ask(metrics, { measure, track, ...more }, seconds * 1000) as number
    const [requests, bad, all, fast] = [await value('requests', 'canary'), await value('errors', 'canary'), await value('requests', 'service'), await value('latency-bucket', 'canary', { seconds: latency / 1000 })]
    expect(bad).toBeLessThanOrEqual(requests)
    expect(requests).toBeLessThanOrEqual(all)
    expect(fast).toBeLessThanOrEqual(requests)
    expect(fast).toBeGreaterThanOrEqual(0.95 * requests - 1e-6)
    expect(await value('errors', 'canary')).toBe(bad)
  }), { seed: 7, numRuns: 200 })
})
