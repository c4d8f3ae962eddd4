/** The error budget where releases are judged: by `pintle doctor` and by `pintle plan`, asked of a server that answers as Prometheus does (test/cluster/error-budget.test.ts has the real one). */
import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src/cluster/sandbox/index.ts'
import { folder, runCli } from './run-cli.ts'

const token = 'u+Zy8SECRETxQ'
const project = (objective: string) => `apiVersion: pintle.dev/v1
environments:
  prod: { kubeContext: pintle-sandbox, namespace: shop, policy: production, prometheus: "\${PROMETHEUS_URL}" }
  staging: { kubeContext: pintle-sandbox, namespace: shop-staging }
services:
  shop: { chart: ./shop, slo: { error_rate_max: 0.005${objective} } }
`
const chart = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: { at: x }\n',
}

describe('the error budget', () => {
  let sandbox: Sandbox
  let dir: ReturnType<typeof folder>
  let bare: ReturnType<typeof folder>
  let server: Server
  let url: string
  /** Of 10,000 requests; -1: it refuses. */
  let errors = 0
  const asked: string[] = []
  const homes = mkdtempSync(join(tmpdir(), 'pintle-budget-'))
  const kubeconfig = join(homes, 'kubeconfig')
  beforeAll(async () => {
    sandbox = startSandbox()
    writeFileSync(kubeconfig, (await sandbox.listen()).kubeconfig)
    dir = folder({ ...chart, 'pintle.yaml': project(', objective: 0.999') })
    bare = folder({ ...chart, 'pintle.yaml': project('') })
    server = createServer((request, response) => {
      const at = new URL(request.url!, 'http://x').searchParams
      const query = at.get('query') ?? ''
      asked.push(query)
      response.setHeader('content-type', 'application/json')
      if (errors < 0) return void response.writeHead(503).end(JSON.stringify({ status: 'error', errorType: 'unavailable', error: `no ${request.headers.authorization}` }))
      const value = /status=~/.test(query) ? errors : 10_000
      return void response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [Number(at.get('time')), String(value)] }] } }))
    })
    await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready) })
    url = `http://gate:${encodeURIComponent(token)}@127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    asked.length = 0
    errors = 0
  })
  afterAll(async () => {
    server.close()
    await sandbox.close()
    dir.remove()
    bare.remove()
    rmSync(homes, { recursive: true })
  })
  const run = (line: string, cwd = dir.path) => runCli(line.split(' '), { cwd, env: { KUBECONFIG: kubeconfig, PROMETHEUS_URL: url } })
  const budgetOf = (out: string): { status: string; messages: string[] } => JSON.parse(out).checks.find((c: { id: string }) => c.id === 'continuous/error-budget')

  it('is looked at by the doctor', async () => {
    errors = 4
    const { out } = await run('doctor shop -e prod -o json')
    expect(budgetOf(out)).toMatchObject({ status: 'ok', messages: ['60% of the error budget is left: 1 - 0.0004 / 0.001 = 0.6 of the budget of 720h is left: 4 errors / 10000 requests = 0.0004'] })
    expect(asked).toContain('sum(increase(http_requests_total{service="shop",status=~"5..",}[720h]))')
  })

  it('stops a release when it is spent, but no emergency', async () => {
    errors = 20
    const { code, out } = await run('doctor shop -e prod -o json')
    expect(code).toBe(5)
    expect(budgetOf(out)).toMatchObject({ status: 'stop', messages: [expect.stringMatching(/^the error budget is spent: 1 - 0\.002 \/ 0\.001 = -1 of the budget .*; 72h: 20 errors \/ 10000 requests = 0\.002, 2 times the even rate$/)] })
    expect(budgetOf((await run('doctor shop -e prod -o json --break-glass INC-7')).out).status).toBe('ok')
  })

  it('is unknown where it cannot be asked, and shows no password', async () => {
    errors = -1
    const { out, err } = await run('doctor shop -e prod -o json')
    expect(budgetOf(out)).toMatchObject({ status: 'unknown', messages: [expect.stringContaining('the error budget is not known: requests: the server answered 503')] })
    expect(out + err).not.toContain(token)
    expect(out + err).not.toContain(Buffer.from(`gate:${token}`).toString('base64'))
    const none = await run('doctor shop -e prod -o json', bare.path)
    expect(budgetOf(none.out)).toMatchObject({ status: 'unknown', messages: ['the error budget is not known: the service has no objective (slo.objective)'] })
    expect(asked.every((q) => q.includes('"shop"'))).toBe(true)
  })

  it('is a rule of every plan: told where it warns, a refusal where it blocks', async () => {
    errors = 20
    const prod = await run('plan shop -e prod')
    expect(prod.code).toBe(5)
    expect(prod.err).toContain('the error budget is spent: 1 - 0.002 / 0.001 = -1')
    // The pack of this environment warns.
    const staging = await run('plan shop -e staging --create-namespace')
    expect([staging.code, staging.err]).toEqual([0, expect.stringMatching(/policy +\d+ warn/)])
    expect(asked).toContain('sum(increase(http_requests_total{service="shop",}[720h]))')
    expect(prod.out + prod.err + staging.out + staging.err).not.toContain(token)
  })

  it('is not asked on a simulated cluster', async () => {
    const { out } = await run('doctor shop -e prod -o json --sandbox')
    expect(budgetOf(out)).toMatchObject({ status: 'unknown', messages: ['the error budget is not known: the cluster is simulated'] })
    expect(asked).toEqual([])
    expect((await run('sandbox stop')).code).toBe(0)
  })
})
