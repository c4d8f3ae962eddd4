/** Gates on the real Prometheus: every number that a gate uses is the one that Prometheus' own API gives to the same query at the same time. */
import bcrypt from 'bcryptjs'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGates, readGates, type Clock, type Evaluation, type GateSubject } from '../../src/delivery/gates/index.ts'
import { PintleError } from '../../src/errors/index.ts'
import { folder, runCli } from '../cli/run-cli.ts'
import { skipWithout } from './debian.ts'
import { startPrometheus, type PrometheusServer } from './prometheus-server.ts'

const fault = (path: readonly (string | number)[], message: string): PintleError => new PintleError('config.invalid', `${path.join('.')}: ${message}`)
const clock: Clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }), compression: 1 }

/** What one pod counts. */
interface Pod {
  readonly service: string
  /** Requests by status. */
  readonly statuses: Record<string, number>
  /** Observations by upper bound, cumulative. */
  readonly buckets: Record<string, number>
  readonly gauge?: string
}

const bounds = { exact: ['0.1', '0.3', '0.5', '1'], coarse: ['0.1', '0.5', '1'], capped: ['0.1', '0.25'] }
const pod = (service: string, les: readonly string[] = bounds.exact, gauge?: string): Pod => ({ service, statuses: {}, buckets: Object.fromEntries([...les, '+Inf'].map((le) => [le, 0])), ...(gauge !== undefined && { gauge }) })

const canary = (service: string): string => `${service}-canary-5d8f7c6b54-abcde`
const stable = (service: string): string => `${service}-6c9d7f8b55-fghij`
const pods: Record<string, Pod> = {
  [canary('good')]: pod('good'), [stable('good')]: pod('good'),
  [canary('bad')]: pod('bad'), [stable('bad')]: pod('bad'),
  [canary('reset')]: pod('reset'), [canary('clean')]: pod('clean'), [canary('idle')]: pod('idle'), [canary('coarse')]: pod('coarse', bounds.coarse), [canary('capped')]: pod('capped', bounds.capped),
  'gauges-1': pod('gauges', [], 'NaN'), 'gauges-2': pod('gauges', [], '+Inf'), 'gauges-3': pod('gauges', [], '7'),
}

function serve(name: string, seconds: number, status = '200'): void {
  const { statuses, buckets } = pods[name]!
  statuses[status] = (statuses[status] ?? 0) + 1
  for (const le of Object.keys(buckets)) if (seconds <= (le === '+Inf' ? Infinity : Number(le))) buckets[le]!++
}

const exposition = ({ statuses, buckets, gauge }: Pod): string => [
  '# TYPE http_requests_total counter', ...Object.entries(statuses).map(([status, n]) => `http_requests_total{status="${status}"} ${n}`),
  ...(buckets['+Inf'] === undefined || Object.keys(buckets).length < 2 ? [] : ['# TYPE http_request_duration_seconds histogram', ...Object.entries(buckets).map(([le, n]) => `http_request_duration_seconds_bucket{le="${le}"} ${n}`), `http_request_duration_seconds_count ${buckets['+Inf']}`, 'http_request_duration_seconds_sum 1']),
  ...(gauge === undefined ? [] : ['# TYPE lag gauge', `lag ${gauge}`]), '',
].join('\n')

let exporter: Server
let prometheus: PrometheusServer | undefined
let traffic: NodeJS.Timeout
let began: number

/** Ten turns a second. Of every hundred requests, `bad` gives five errors and ten slow ones to its canary's callers. */
function turn(count: number): void {
  for (let i = 0; i < 5; i++) {
    const n = count * 5 + i
    serve(canary('good'), 0.05, n % 500 === 499 ? '503' : '200')
    serve(stable('good'), 0.05)
    serve(canary('bad'), n % 10 === 0 ? 0.4 : 0.05, n % 20 === 0 ? '500' : '200')
    for (let k = 0; k < 3; k++) serve(stable('bad'), 0.05)
    serve(canary('reset'), 0.2, n % 4 === 0 ? '502' : '200')
    serve(canary('clean'), 0.2)
    serve(canary('coarse'), n % 10 === 0 ? 0.9 : 0.2)
    serve(canary('capped'), n % 10 === 0 ? 0.9 : 0.2)
  }
  // The process restarts: its counters begin again.
  if (count % 40 === 39) Object.assign(pods, { [canary('reset')]: { ...pod('reset'), statuses: { 200: 0, 502: 0 } } })
}

beforeAll(async () => {
  for (const name of Object.keys(pods)) if (pods[name]!.gauge === undefined) for (const status of name.startsWith('clean') ? ['200'] : ['200', '500', '502', '503']) pods[name]!.statuses[status] = 0
  exporter = createServer((request, response) => {
    const found = pods[request.url!.slice(1)]
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(found === undefined ? '' : exposition(found))
  })
  await new Promise<void>((resolve) => { exporter.listen(0, '127.0.0.1', resolve) })
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`
  prometheus = await startPrometheus({ scrapeConfigs: [{ job_name: 'pods', static_configs: Object.entries(pods).map(([name, { service }]) => ({ targets: [target], labels: { pod: name, service, __metrics_path__: `/${name}` } })) }] })
  if (prometheus === undefined) return
  began = Date.now()
  let count = 0
  traffic = setInterval(() => { turn(count++) }, 100)
  await sleep(22_000)
})

afterAll(async () => {
  clearInterval(traffic)
  exporter.closeAllConnections()
  exporter.close()
  await prometheus?.stop()
})

const subject = (service: string, more: Partial<GateSubject> = {}): GateSubject => ({ service, release: service, namespace: 'prod', environment: 'prod', canary: `${service}-canary`, stable: service, weight: 25, step: '25%', began, ...more })
const usual = { error_rate_max: 0.01, p95_latency_ms: 300, window: '10s', scrape_interval: '1s', min_samples: 50 }

/** Judges once; every answer is asked for again at Prometheus' own API, and must say the same. */
async function judged(service: string, slo: object = {}, options: { gates?: readonly object[]; subject?: Partial<GateSubject> } = {}): Promise<readonly Evaluation[]> {
  const settings = readGates({ ...usual, prometheus: prometheus!.url, ...slo }, options.gates, fault)
  const { evaluations } = await openGates(settings, { clock, env: {} }).once({ subject: subject(service, options.subject), since: began })
  for (const { gate, answer } of evaluations.flatMap((e) => e.answers.map((answer) => ({ gate: e.gate, answer })))) {
    const at = Date.parse(answer.at) / 1000
    const course = new URLSearchParams({ query: answer.query, start: String(at - 17), end: String(at), step: '3' })
    const own = await fetch(`${prometheus!.url}/api/v1/${gate.endsWith('-course') ? `query_range?${course}` : `query?${new URLSearchParams({ query: answer.query, time: answer.at })}`}`)
    expect(JSON.parse(answer.body)).toEqual(await own.json())
  }
  return evaluations
}

/** A number of Prometheus' API at the time of an evaluation. */
async function number(query: string, at: string): Promise<number> {
  const { result } = await prometheus!.query(query, Date.parse(at)) as { result: { value: [number, string] }[] }
  return Number(result[0]?.value[1])
}

const own = (service: string, more = ''): string => `{service="${service}",pod=~"${service}-canary-[a-z0-9]+-[a-z0-9]+"${more}}`

/** The contract of the seed, as it is written there, for the pods of the canary. */
const seed = {
  errors: (service: string): string => `sum(rate(http_requests_total${own(service, ',status=~"5.."')}[10s])) / sum(rate(http_requests_total${own(service)}[10s]))`,
  p95: (service: string): string => `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket${own(service)}[10s])))`,
}

describe('on the real Prometheus', () => {
  test('a good version passes, and its numbers are those of the contract', async (context) => {
    if (prometheus === undefined) return context.skip()
    const [errors, latency] = await judged('good')
    expect(errors).toMatchObject({ gate: 'error-rate', verdict: 'pass', provider: 'prometheus', endpoint: prometheus.url, simulated: false })
    expect(errors!.value).toBeCloseTo(await number(seed.errors('good'), errors!.at), 12)
    expect(errors!.samples).toBe(await number(`sum(increase(http_requests_total${own('good')}[10s]))`, errors!.at))
    // 50 requests a second for ten seconds; a busy machine's timers are late.
    expect(errors!.samples).toBeGreaterThan(300)
    expect(errors!.samples).toBeLessThan(600)
    expect(latency).toMatchObject({ verdict: 'pass', value: 1, threshold: 0.95, comparison: '>=' })
  })

  test('a bad version fails in both, although the whole service would pass', async (context) => {
    if (prometheus === undefined) return context.skip()
    const [errors, latency] = await judged('bad', { error_rate_max: 0.02 })
    expect(errors!.verdict).toBe('fail')
    expect(errors!.value).toBeCloseTo(await number(seed.errors('bad'), errors!.at), 12)
    expect(errors!.value).toBeCloseTo(0.05, 1)
    expect(latency).toMatchObject({ verdict: 'fail', unit: 'ratio' })
    // The quantile that Prometheus interpolates says the same.
    expect(await number(seed.p95('bad'), latency!.at)).toBeGreaterThan(0.3)
    const [whole] = await judged('bad', { error_rate_max: 0.02 }, { subject: { whole: true } })
    expect(whole).toMatchObject({ verdict: 'pass' })
    expect(whole!.value).toBeCloseTo(errors!.value! / 4, 2)
  })

  test('what belongs to the new version is estimated, where nothing tells versions apart', async (context) => {
    if (prometheus === undefined) return context.skip()
    // Before it there was no traffic at all: nothing to compare with.
    const [without] = await judged('bad', { subset: 'none' })
    expect(without).toMatchObject({ verdict: 'no-data', estimated: true, reason: expect.stringMatching(/^before the rollout: /) as string })
    const at = Date.now() - 3000
    const [errors] = await judged('bad', { subset: 'none' }, { subject: { began: at } })
    const rate = async (time: string): Promise<number> => await number('sum(increase(http_requests_total{service="bad",status=~"5.."}[10s])) / sum(increase(http_requests_total{service="bad"}[10s]))', time)
    expect(errors).toMatchObject({ estimated: true })
    expect(errors!.value).toBeCloseTo(Math.max(0, (await rate(errors!.at) - 0.75 * await rate(new Date(at).toISOString())) / 0.25), 9)
  })

  test('a process that restarts loses no requests', async (context) => {
    if (prometheus === undefined) return context.skip()
    const [errors] = await judged('reset')
    expect(await number(`sum(resets(http_requests_total${own('reset')}[10s]))`, errors!.at)).toBeGreaterThan(0)
    // Without regard to restarts the counters have gone down, or up by less.
    expect(await number(`sum(delta(http_requests_total${own('reset')}[10s]))`, errors!.at)).toBeLessThan(errors!.samples! * 0.8)
    expect(errors).toMatchObject({ verdict: 'fail' })
    expect(errors!.value).toBeCloseTo(0.25, 1)
  })

  test('no series of errors is no error; no requests are no data; no series are none either', async (context) => {
    if (prometheus === undefined) return context.skip()
    const [clean] = await judged('clean')
    expect(clean).toMatchObject({ verdict: 'pass', value: 0, arithmetic: expect.stringMatching(/^0 \(no series\) errors/) as string })
    expect((await judged('idle')).map((e) => [e.verdict, e.reason])).toEqual([['no-data', 'there were no requests'], ['no-data', 'there were no requests']])
    expect((await judged('gone')).map((e) => [e.verdict, e.reason])).toEqual([['no-data', 'there is no series of requests'], ['no-data', 'there is no series of requests']])
  })

  test('a histogram without the bucket is interpolated as Prometheus does, and one that ends too early is refused', async (context) => {
    if (prometheus === undefined) return context.skip()
    const [, coarse] = await judged('coarse')
    expect(coarse).toMatchObject({ verdict: 'fail', unit: 's', arithmetic: expect.stringContaining('interpolated: no bucket ends at 300 ms') as string })
    // `rate` divides what `increase` does not: the last digits differ.
    expect(coarse!.value).toBeCloseTo(await number(seed.p95('coarse'), coarse!.at), 12)
    const [, capped] = await judged('capped')
    expect(capped).toMatchObject({ verdict: 'error', reason: '300 ms cannot be judged: the highest bucket of the histogram ends at 250 ms' })
    // Prometheus itself says 0.25, which 300 ms would pass: a tenth of the requests took 900 ms.
    expect(await number(seed.p95('capped'), capped!.at)).toBe(0.25)
    const [, below] = await judged('capped', { p95_latency_ms: 200 })
    expect(below).toMatchObject({ verdict: 'fail', value: 0.25, arithmetic: expect.stringContaining('0.25 s is the highest that can be told') as string })
  })

  test('free queries: several series, none, NaN, infinity, a query that is wrong', async (context) => {
    if (prometheus === undefined) return context.skip()
    const gates = [
      { name: 'one', query: 'lag{pod="gauges-3"}', max: 7 }, { name: 'several', query: 'lag', max: 7 }, { name: 'none', query: 'lag{pod="x"}', max: 7 }, { name: 'nan', query: 'lag{pod="gauges-1"}', max: 7 },
      { name: 'infinite', query: 'lag{pod="gauges-2"}', max: 7 }, { name: 'scalar', query: 'scalar(lag{pod="gauges-3"}) + 1', max: 7 }, { name: 'wrong', query: 'sum(lag', max: 7 }, { name: 'range', query: 'lag[1m]', max: 7 },
    ]
    const found = await judged('gauges', { error_rate_max: undefined, p95_latency_ms: undefined, min_samples: undefined }, { gates })
    expect(found.map((e) => [e.gate, e.verdict, e.reason ?? ''])).toEqual([
      ['one', 'pass', ''], ['several', 'error', expect.stringMatching(/^the query gives 3 series, and must give one: \{__name__="lag"/)], ['none', 'no-data', 'there is no series'], ['nan', 'no-data', 'the value is NaN'],
      ['infinite', 'no-data', 'the value is Infinity'], ['scalar', 'fail', '8 > 7'], ['wrong', 'error', expect.stringMatching(/^the server answered 400 Bad Request: bad_data: .*parse error/)], ['range', 'error', 'the query gives a matrix, and no number'],
    ])
  })

  test('the stable version is the baseline', async (context) => {
    if (prometheus === undefined) return context.skip()
    const names = (found: readonly Evaluation[]): unknown[] => found.map((e) => [e.gate, e.verdict])
    const bad = await judged('bad', { error_rate_max: 0.5, baseline: true, window: '20s' })
    expect(names(bad)).toEqual([['error-rate', 'pass'], ['error-rate-baseline', 'fail'], ['p95-latency', 'fail'], ['p95-latency-baseline', 'fail'], ['p95-latency-course', 'fail']])
    expect(bad[4]).toMatchObject({ dryRun: true, needed: 5 })
    expect(names(await judged('good', { baseline: true, window: '20s' }))).toEqual([['error-rate', 'pass'], ['error-rate-baseline', 'pass'], ['p95-latency', 'pass'], ['p95-latency-baseline', 'pass'], ['p95-latency-course', 'pass']])
  })

  test('a step is judged when its window is full, and not before', async (context) => {
    if (prometheus === undefined) return context.skip()
    const settings = readGates({ ...usual, window: '4s', prometheus: prometheus.url }, undefined, fault)
    const since = Date.now()
    const outcome = await openGates(settings, { clock, env: {} }).inline({ subject: subject('good'), since })
    expect(outcome.verdict).toBe('pass')
    const waited = Date.parse(outcome.evaluations[0]!.at) - since
    expect(waited).toBeGreaterThanOrEqual(6000)
    expect(waited).toBeLessThan(9000)
  })
})

/** The seed's script, as teams write it: `check-slo.sh SERVICE STEP` by curl and jq. */
const checkSlo = `#!/bin/sh
ask() { curl -fsS "$PROMETHEUS_URL/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[0].value[1]'; }
errors=$(ask "sum(rate(http_requests_total{service=\\"$1\\",status=~\\"5..\\"}[10s])) / sum(rate(http_requests_total{service=\\"$1\\"}[10s]))")
p95=$(ask "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service=\\"$1\\"}[10s])))")
echo "error_rate=$errors p95_latency=$p95"
jq -n --arg e "$errors" --arg p "$p95" 'if ($e | tonumber) > 0.02 or ($p | tonumber) > 0.3 then error("SLO") else true end' > /dev/null 2>&1
`

test("says what the seed's script says where that can be right, and more where it cannot", async (context) => {
  if (prometheus === undefined) return context.skip()
  if (spawnSync('sh', ['-c', 'command -v curl && command -v jq'], { stdio: 'ignore' }).status !== 0) {
    skipWithout('curl and jq are not installed')
    return context.skip()
  }
  const { url } = prometheus
  const dir = folder({ 'check-slo.sh': checkSlo })
  const flags = ['--error-rate-max', '0.02', '--p95-latency-ms', '300', '--window', '10s', '--scrape-interval', '1s', '--min-samples', '50']
  const run = async (args: readonly string[], program?: readonly string[]): Promise<number> => (await runCli(args, { cwd: dir.path, env: { PROMETHEUS_URL: url }, ...(program && { program }) })).code
  try {
    const results: Record<string, [script: number, gate: number]> = {}
    for (const service of ['good', 'reset', 'coarse', 'capped', 'clean', 'gone']) results[service] = [await run([service, '100'], ['sh', 'check-slo.sh']) === 0 ? 0 : 1, await run(['gate', service, '100', ...flags])]
    expect(results).toEqual({
      good: [0, 0], reset: [1, 1], coarse: [1, 1],
      // 300 ms lie above the highest bucket: the quantile can never say so.
      capped: [0, 4],
      // No series of errors: the quotient is empty, and the script fails for a service without any.
      clean: [1, 0],
      gone: [1, 3],
    })
  } finally {
    dir.remove()
  }
}, 180_000)

test('a Prometheus behind a password and a prefix', async (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'pintle-gates-'))
  const password = 'p@ss w:rd/1'
  writeFileSync(join(dir, 'web.yml'), `basic_auth_users:\n  gate: ${bcrypt.hashSync(password, 4)}\n`)
  try {
    const own = await startPrometheus({ scrapeConfigs: [], flags: [`--web.config.file=${join(dir, 'web.yml')}`, '--web.route-prefix=/metrics-api'] })
    if (own === undefined) return context.skip()
    try {
      const gate = async (env: NodeJS.ProcessEnv): Promise<Evaluation> => {
        const slo = { prometheus: { url: `${own.url}/metrics-api`, basic: { username: 'gate', password: '${GATE_PASSWORD}' } } }
        return (await openGates(readGates(slo, [{ name: 'one', query: 'vector(1)', max: 1 }], fault), { clock, env }).once({ subject: subject('x'), since: began })).evaluations[0]!
      }
      for (const end = Date.now() + 20_000; (await gate({ GATE_PASSWORD: password })).reason?.includes('503') === true && Date.now() < end;) await sleep(100)
      expect(await gate({ GATE_PASSWORD: password })).toMatchObject({ verdict: 'pass', value: 1, endpoint: `${own.url}/metrics-api` })
      expect(await gate({ GATE_PASSWORD: 'wrong-password' })).toMatchObject({ verdict: 'error', reason: expect.stringContaining('401 Unauthorized') as string })
    } finally {
      await own.stop()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
