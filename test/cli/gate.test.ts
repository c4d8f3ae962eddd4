/** `pintle gate` beside a server that answers as Prometheus does; the real one judges in test/cluster/gates.test.ts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli, type CliResult } from './run-cli.ts'

let server: Server
let url: string
const asked: { query: string; authorization: string | undefined }[] = []
/** What queries give whose text holds a word; the first that fits. */
let values: [word: string, value: string | undefined][] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://x')
    const query = searchParams.get('query')!
    asked.push({ query, authorization: request.headers.authorization })
    const found = values.find(([word]) => query.includes(word))?.[1]
    response.writeHead(found === 'broken' ? 500 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found === 'broken' ? { status: 'error', errorType: 'internal', error: 'the disk is full' } : { status: 'success', data: { resultType: 'vector', result: found === undefined ? [] : [{ metric: {}, value: [Number(searchParams.get('time')), found] }] } }))
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.close() })

const good: typeof values = [['status=~', '3'], ['http_requests_total', '1200'], ['_bucket{', '1180'], ['_count{', '1200'], ['lag', '7']]
const project = `apiVersion: pintle.dev/v1
environments:
  prod: { namespace: prod-us-east-1, prometheus: "$URL" }
  staging: {}
services:
  checkout-api:
    chart: ./charts/checkout-api
    slo: { error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5 }
    gates:
      - { name: lag, query: "max(lag{namespace=\\"{{ .Namespace }}\\"})", max: 10 }
  other:
    chart: ./charts/other
`

async function gate(args: readonly string[], of: typeof values = good, env: Record<string, string> = {}): Promise<CliResult> {
  values = of
  asked.length = 0
  const dir = folder({ 'pintle.yaml': project.replace('$URL', url), 'charts/checkout-api/Chart.yaml': '', 'charts/other/Chart.yaml': '' })
  try {
    return await runCli(['gate', ...args], { cwd: dir.path, env })
  } finally {
    dir.remove()
  }
}

it('judges by pintle.yaml, and shows what led there', async () => {
  const { code, out, err } = await gate(['checkout-api', '25', '-e', 'prod', '--canary', 'checkout-api-canary'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^error-rate\s+PASS\s+0\.0025 \(at most 0\.005\)\s+1200 of 600\s+300s\s*$/m)
  expect(out).toMatch(/^lag\s+PASS\s+7 \(at most 10\)\s+-\s+300s\s*$/m)
  expect(out).toContain('error-rate: 3 errors / 1200 requests = 0.0025; 0.0025 <= 0.005\n')
  expect(out).toContain('  query: sum(increase(http_requests_total{service="checkout-api",status=~"5..",pod=~"checkout-api-canary-[a-z0-9]+-[a-z0-9]+"}[5m]))\n')
  expect(out).toContain(`  asked: prometheus at ${url}, `)
  expect(out).toContain('"3"]}]}}')
  expect(out).toMatch(/\nPASS: .*\n$/)
  expect(asked.map((a) => a.query)).toContain('max(lag{namespace="prod-us-east-1"})')
})

it.each<[string, number, string, typeof values]>([
  ['a failure', 1, 'FAIL: error-rate: 0.01 > 0.005', [['status=~', '12'], ...good]],
  ['too few requests', 3, 'INCONCLUSIVE: error-rate: 20 requests are too few: 600 are needed', [['http_requests_total', '20'], ...good]],
  ['no data', 3, 'NO-DATA: error-rate: there is no series of requests', []],
  ['a server that fails', 4, 'ERROR: error-rate: requests: the server answered 500 Internal Server Error: internal: the disk is full', [['http_requests_total{service="checkout-api",p', 'broken'], ...good]],
])('ends with its code for %s', async (_, code, text, of) => {
  const result = await gate(['checkout-api', '25', '-e', 'prod', '--gate', 'error-rate', '--canary', 'checkout-api-canary'], of)
  expect(result).toMatchObject({ code, out: expect.stringContaining(text) as string })
})

it('is check-slo.sh SERVICE STEP for what pintle.yaml does not have', async () => {
  const flags = ['--error-rate-max', '0.01', '--p95-latency-ms', '400', '--window', '2m']
  const { code, out } = await gate(['checkout-api-green', '100', ...flags, '-o', 'json'], good, { PROMETHEUS_URL: url.replace('://', '://me:hunter2word@') })
  expect(code).toBe(0)
  const found = JSON.parse(out) as { service: string; step: string; verdict: string; evaluations: { gate: string; threshold: number; answers: { query: string }[] }[] }
  expect(found).toMatchObject({ service: 'checkout-api-green', step: '100%', verdict: 'pass', evaluations: [{ gate: 'error-rate', threshold: 0.01 }, { gate: 'p95-latency' }] })
  expect(found.evaluations[0]!.answers.map((a) => a.query)).toEqual(['sum(increase(http_requests_total{service="checkout-api-green",status=~"5..",}[2m]))', 'sum(increase(http_requests_total{service="checkout-api-green",}[2m]))'])
  expect(asked[0]!.authorization).toBe(`Basic ${Buffer.from('me:hunter2word').toString('base64')}`)
  expect(out).not.toContain('hunter2word')
})

it('lets flags win', async () => {
  expect(await gate(['checkout-api', '-e', 'prod', '--error-rate-max', '0.001', '--window', '90s', '--min-samples', '100'])).toMatchObject({ code: 1, out: expect.stringContaining('0.0025 > 0.001') as string })
  expect(asked.map((a) => a.query)).toContain('sum(increase(http_requests_total{service="checkout-api",}[90s]))')
  expect(await gate(['checkout-api', '-e', 'prod', '--query', 'sum(lag)', '--max', '5'])).toMatchObject({ code: 1, out: expect.stringContaining('FAIL: query: 7 > 5') as string })
})

it('waits for a whole window when it is told to', async () => {
  const started = performance.now()
  expect(await gate(['checkout-api', '-e', 'prod', '--wait', '--window', '1s', '--scrape-interval', '1s', '--gate', 'error-rate'])).toMatchObject({ code: 0 })
  expect(performance.now() - started).toBeGreaterThan(3000)
})

it.each<[string, readonly string[], string, string]>([
  ['no service', ['-e', 'prod'], 'which service?', 'checkout-api'],
  ['a service that is not there', ['checkout', '-e', 'prod'], 'no service "checkout"', 'checkout-api'],
  ['nothing to judge by', ['other', '-e', 'prod'], 'nothing says what other is judged by', '--error-rate-max'],
  ['no environment', ['checkout-api'], 'which environment?', 'prod'],
  ['a step that is none', ['checkout-api', 'five', '-e', 'prod'], '"five" is no step', 'STEP is the percentage'],
  ['percent', ['x', '--error-rate-max', '5', '-e', 'prod'], '--error-rate-max: slo.error_rate_max must be a number from 0 to 1', '0.005'],
  ['a password', ['x', '--error-rate-max', '0.1', '-e', 'prod', '--prometheus', 'http://me:hunter2word@prometheus'], 'holds a password', 'Keep it in the environment'],
  ['a query without a threshold', ['checkout-api', '-e', 'prod', '--query', 'x'], '--query needs a threshold', ''],
  ['an estimate of nothing', ['checkout-api', '5', '-e', 'prod', '--canary', 'c', '--subset', 'none'], '--subset none needs --began', ''],
  ['a gate that is not there', ['checkout-api', '-e', 'prod', '--gate', 'lagg'], 'there is no gate "lagg"', 'Did you mean lag?'],
])('refuses %s', async (_, args, message, hint) => {
  const { code, out, err } = await gate(args)
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain(message)
  expect(err).toContain(hint)
  expect(err).not.toContain('hunter2word')
  expect(asked).toEqual([])
})
