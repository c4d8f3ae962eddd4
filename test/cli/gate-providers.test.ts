/** `pintle gate` by other sources than Prometheus: servers that answer in their forms, and a script. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli, type CliResult } from './run-cli.ts'

const keys = { DD_API_KEY: 'u+Zy8SECRETapi', DD_APP_KEY: 'u+Zy8SECRETapp', METRICS_TOKEN: 'u+Zy8SECRETbearer' }
let server: Server
let url: string
const asked: { path: string; headers: IncomingMessage['headers'] }[] = []
beforeAll(async () => {
  server = createServer(({ url: path, headers }, response) => {
    const at = new URL(path!, 'http://x')
    asked.push({ path: path!, headers })
    response.setHeader('content-type', 'application/json')
    if (at.pathname === '/lag') return void response.end(JSON.stringify({ queues: [{ name: 'orders', lag: 250 }] }))
    if (headers['dd-api-key'] !== keys.DD_API_KEY || headers['dd-application-key'] !== keys.DD_APP_KEY) return void response.writeHead(403).end('{"errors":["Forbidden"]}')
    const until = Number(at.searchParams.get('to'))
    const value = at.searchParams.get('query')!.includes('errors') ? 1 : 400
    const pointlist = [4, 3, 2].map((n) => [(until - n * 60) * 1000, value])
    return void response.end(JSON.stringify({ status: 'ok', series: [{ interval: 60, pointlist }] }))
  })
  await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready) })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.close() })

const project = (service: string) => `apiVersion: pintle.dev/v1\nenvironments: { prod: { namespace: prod-us-east-1 } }\nservices:\n  checkout-api:\n    chart: ./charts/checkout-api\n${service}`
async function gate(service: string, files: Record<string, string> = {}, env: Record<string, string> = keys): Promise<CliResult> {
  asked.length = 0
  const dir = folder({ 'pintle.yaml': project(service.replaceAll('$URL', url)), 'charts/checkout-api/Chart.yaml': '', ...files })
  try {
    return await runCli(['gate', 'checkout-api', '25', '-e', 'prod', '--canary', 'checkout-api-canary'], { cwd: dir.path, env })
  } finally {
    dir.remove()
  }
}

const datadog = `    slo:
      error_rate_max: 0.005
      datadog: { url: "$URL" }
      queries:
        errors: "sum:trace.http.request.errors{service:{{ .Service }},{{ .Subset }}}.as_count()"
        requests: "sum:trace.http.request.hits{service:{{ .Service }},{{ .Subset }}}.as_count()"
`

it('asks Datadog for errors and requests of the new version', async () => {
  const { code, out, err } = await gate(datadog)
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('error-rate: 3 errors / 1200 requests = 0.0025; 0.0025 <= 0.005\n')
  expect(out).toContain(`  asked: datadog at ${url}, `)
  expect(out).toContain('  answer (sum of 3 points of 60 s): {"status":"ok"')
  expect(new URL(asked[0]!.path, 'http://x').searchParams.get('query')).toBe('sum:trace.http.request.errors{service:checkout-api,kube_deployment:checkout-api-canary}.as_count()')
  expect(out).not.toContain('SECRET')
})

it('is an error where the keys are wrong or missing, and shows none of them', async () => {
  const wrong = await gate(datadog, {}, { ...keys, DD_APP_KEY: 'u+Zy8SECRETother' })
  expect(wrong.code).toBe(4)
  expect(wrong.out).toContain('Datadog answered 403: check its credentials: Forbidden')
  const missing = await gate(datadog, {}, {})
  expect(missing.code).toBe(4)
  expect(missing.out).toContain('the environment variable DD_API_KEY is not set')
  expect(wrong.out + wrong.err + missing.out + missing.err).not.toContain('SECRET')
})

it('takes a number out of JSON', async () => {
  const service = `    gates:
      - name: lag
        http: { url: "$URL", headers: { authorization: "Bearer \${METRICS_TOKEN}" } }
        query: '/lag?ns={{ .Namespace }}&pods={{ .Subset }} {.queues[?(@.name=="orders")].lag}'
        max: 100
        unit: messages
`
  const { code, out, err } = await gate(service)
  expect([code, err]).toEqual([1, ''])
  expect(out).toMatch(/^lag\s+FAIL\s+250 messages \(at most 100\)/m)
  expect(asked).toMatchObject([{ path: '/lag?ns=prod-us-east-1&pods=checkout-api-canary', headers: { authorization: `Bearer ${keys.METRICS_TOKEN}` } }])
  expect(out).not.toContain('SECRET')
})

it.each<[string, number, RegExp]>([
  ['[ "$1" = checkout-api ] && [ "$2" = 25 ]', 0, /^slo\s+PASS/m],
  ['echo \'{"value": 0.02, "threshold": 0.005, "samples": 900}\'; exit 1', 1, /^slo\s+FAIL\s+0\.02 \(at most 0\.005\)\s+900 of 0/m],
  ['echo too few requests >&2; exit 3', 3, /INCONCLUSIVE: .*exit code 3: too few requests/],
  ['echo "no $METRICS_TOKEN" >&2; exit 4', 4, /ERROR: .*exit code 4: no \*\*\*/],
])('runs a script in place of a question: %s', async (script, code, shown) => {
  const found = await gate('    gates: [{ name: slo, command: "sh check-slo.sh" }]\n', { 'check-slo.sh': `${script}\n` })
  expect(found.code).toBe(code)
  expect(found.out).toMatch(shown)
  expect(found.out + found.err).not.toContain('SECRET')
})
