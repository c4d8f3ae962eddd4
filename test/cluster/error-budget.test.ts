/** The error budget of thirty days by the real Prometheus: the numbers are those that one expression of its own comes to. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PintleError } from '../../src/errors/index.ts'
import { burnAlarms, errorBudget, readGates, type ErrorBudget } from '../../src/delivery/gates/index.ts'
import { startPrometheus, type PrometheusServer } from './prometheus-server.ts'

const minute = 60_000
const day = 1440 * minute
const objective = 0.999
/** Of a time that is over, so that nothing is added while it is asked. */
const now = Math.floor(Date.now() / minute) * minute - 2 * minute

interface Service { readonly name: string; /** Errors among the requests of one step, by its age in milliseconds. */ readonly errors: (age: number) => number }
/** A request a second. Steady: the even rate twice over; burst: nothing for weeks, then one in ten in the last hour; clean: no series of errors at all. */
const services: readonly Service[] = [{ name: 'steady', errors: () => 0.3 }, { name: 'burst', errors: (age) => (age < 60 * minute ? 15 : 0) }, { name: 'clean', errors: () => 0 }]
/** Two in the shortest window, whatever version of Prometheus counts its ends. */
const step = 2.5 * minute
const perStep = 150

/** Thirty days in one scrape: every sample with its time. */
function exposition(): string {
  const lines = ['# TYPE http_requests_total counter']
  for (const { name, errors } of services) {
    const [good, bad]: [string[], string[]] = [[], []]
    let [ok, failed] = [0, 0]
    for (let time = now - 31 * day; time <= now; time += step) {
      const wrong = errors(now - time)
      ok += perStep - wrong
      failed += wrong
      good.push(`http_requests_total{service="${name}",status="200"} ${ok.toFixed(1)} ${time}`)
      bad.push(`http_requests_total{service="${name}",status="503"} ${failed.toFixed(1)} ${time}`)
    }
    lines.push(...good, ...(name === 'clean' ? [] : bad))
  }
  return `${lines.join('\n')}\n`
}

describe('the error budget', () => {
  let prometheus: PrometheusServer | undefined
  const text = exposition()
  const server = createServer((_, response) => { response.setHeader('content-type', 'text/plain; version=0.0.4').end(text) })
  beforeAll(async () => {
    await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready) })
    prometheus = await startPrometheus({ scrapeInterval: '10s', flags: ['--storage.tsdb.retention.time=60d'], scrapeConfigs: [{ job_name: 'past', honor_timestamps: true, scrape_interval: '10s', scrape_timeout: '10s', static_configs: [{ targets: [`127.0.0.1:${(server.address() as AddressInfo).port}`] }] }] })
    if (prometheus === undefined) return
    for (const end = Date.now() + 60_000; ; await sleep(200)) {
      const { result } = await prometheus.query('count(http_requests_total)', now)
      if (Number(result[0]?.value[1]) === 2 * services.length - 1) break
      if (Date.now() > end) throw new Error(`the past was not scraped: ${JSON.stringify(await prometheus.targets())}`)
    }
  }, 90_000)
  afterAll(async () => {
    server.close()
    await prometheus?.stop()
  })

  const budget = async (service: string, url = prometheus!.url): Promise<ErrorBudget> => {
    const settings = readGates({ prometheus: url, objective }, undefined, (path, message) => new PintleError('config.invalid', `${path.join('.')}: ${message}`))
    return (await errorBudget(settings, { service, release: service, namespace: 'prod', environment: 'prod' }, { at: now, env: {} }))!
  }
  /** By Prometheus itself, in one expression. */
  const number = async (query: string): Promise<number> => Number((await prometheus!.query(query, now)).result[0]?.value[1])
  const rate = (service: string, window: string) => `(sum(increase(http_requests_total{service="${service}",status=~"5.."}[${window}])) / sum(increase(http_requests_total{service="${service}"}[${window}]))) / ${1 - objective}`

  test.for(services.slice(0, 2).map((s) => s.name))('%s: what is left and every rate are what Prometheus comes to', async (service, context) => {
    if (prometheus === undefined) return context.skip()
    const found = await budget(service)
    expect(found.left).toBeCloseTo(await number(`1 - ${rate(service, '30d')}`), 6)
    for (const { long, short } of found.burns) for (const { window, rate: burnt } of [long, short]) expect(burnt).toBeCloseTo(await number(rate(service, `${window / 1000}s`)), 6)
    expect(found.burns).toHaveLength(burnAlarms.length)
    expect(found.answers).toHaveLength(12)
    expect(found.answers.every(({ body, endpoint }) => body.includes('"status":"success"') && endpoint === prometheus!.url)).toBe(true)
  })

  test('a steady rate of twice what is allowed overdraws the budget and is a ticket', async (context) => {
    if (prometheus === undefined) return context.skip()
    const found = await budget('steady')
    expect(found.left).toBeCloseTo(-1, 2)
    expect(found.burns.map((b) => b.burning)).toEqual([false, false, true])
    expect(found.burns[0]!.long.rate).toBeCloseTo(2, 2)
  })

  test('a burst pages before the budget is gone', async (context) => {
    if (prometheus === undefined) return context.skip()
    const found = await budget('burst')
    // 15 errors in 24 steps of one month's 2,592 allowed.
    expect(found.left).toBeGreaterThan(0.8)
    expect(found.burns.map((b) => b.burning)).toEqual([true, true, true])
    expect(found.burns[0]!.short.rate).toBeCloseTo(100, 0)
  })

  test('no series of errors is none; no series at all is not known', async (context) => {
    if (prometheus === undefined) return context.skip()
    expect(await budget('clean')).toMatchObject({ left: 1, arithmetic: expect.stringContaining('0 (no series) errors') })
    const unknown = await budget('nobody')
    expect(unknown).toMatchObject({ reason: 'there is no series of requests' })
    expect(unknown.left).toBeUndefined()
  })

  test('a server that is gone leaves the budget unknown', async (context) => {
    if (prometheus === undefined) return context.skip()
    const found = await budget('steady', 'http://127.0.0.1:1')
    expect(found.left).toBeUndefined()
    expect(found.reason).toContain('connection refused')
  })
})
