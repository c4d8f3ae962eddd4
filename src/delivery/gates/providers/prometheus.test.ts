import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { HttpClient } from '../../../charts/http/index.ts'
import { fault, subject } from '../gates.fixtures.ts'
import { openGates } from '../open-gates.ts'
import { readGates } from '../read-gates.ts'
import type { Evaluation, MetricProvider } from '../types.ts'
import { openProvider } from './registry.ts'
import { readPrometheus } from './prometheus-settings.ts'
import { SecretTexts } from './secret-texts.ts'

let server: Server | undefined
const http = new HttpClient({ env: {}, userAgent: 'test', patience: 0 })
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

type Reply = { status?: number; type?: string; headers?: Record<string, string>; body: unknown } | 'hang' | 'drop'
interface Asked { method: string; url: URL; form: URLSearchParams; headers: IncomingMessage['headers'] }

/** A server that answers every request alike. @returns its URL and what it was asked */
async function serve(reply: (asked: Asked) => Reply): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const url = new URL(request.url!, 'http://x')
    const one = { method: request.method!, url, form: new URLSearchParams(request.method === 'POST' ? body : url.search), headers: request.headers }
    asked.push(one)
    const found = reply(one)
    if (found === 'hang') return
    if (found === 'drop') return void request.socket.destroy()
    response.writeHead(found.status ?? 200, { 'content-type': found.type ?? 'application/json', ...found.headers }).end(typeof found.body === 'string' ? found.body : JSON.stringify(found.body))
  }
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done) => { server!.listen(0, '127.0.0.1', done) })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function open(settings: unknown, env: NodeJS.ProcessEnv = {}): Promise<MetricProvider> {
  const secrets = new SecretTexts({ env, folder: '.' })
  return await openProvider(readPrometheus(settings, ['slo', 'prometheus'], fault), { env, http, folder: '.', fill: (text) => secrets.fill(text), hide: (text) => secrets.hide(text) })
}

const at = Math.floor(Date.now() / 1000) * 1000
const query = { text: 'sum(x)', about: { measure: 'free', track: 'canary' }, window: 60_000 } as const
const vector = (...values: unknown[]): unknown => ({ status: 'success', data: { resultType: 'vector', result: values.map((value, i) => ({ metric: { pod: `p-${i}` }, value: [at / 1000, value] })) } })
const measure = (provider: MetricProvider, signal?: AbortSignal) => provider.measure(query, { at, ...(signal && { signal }) })

it.each<[string, Reply, object]>([
  ['one series', { body: vector('0.25') }, { kind: 'value', value: 0.25 }],
  ['a number with an exponent', { body: vector('1.5e-05') }, { kind: 'value', value: 0.000015 }],
  ['NaN', { body: vector('NaN') }, { kind: 'value', value: NaN }],
  ['infinity', { body: vector('+Inf') }, { kind: 'value', value: Infinity }],
  ['less than all', { body: vector('-Inf') }, { kind: 'value', value: -Infinity }],
  ['a scalar', { body: { status: 'success', data: { resultType: 'scalar', result: [at / 1000, '3'] } } }, { kind: 'value', value: 3 }],
  ['no series', { body: vector() }, { kind: 'absent' }],
  ['notes on its style', { body: { ...(vector('1') as object), infos: ['PromQL info: metric might not be a counter'] } }, { kind: 'value', value: 1 }],
  ['several series', { body: vector('1', '2', '3', '4') }, { kind: 'error', message: 'the query gives 4 series, and must give one: {pod="p-0"}, {pod="p-1"}, {pod="p-2"}, ...' }],
  ['warnings', { body: { ...(vector('1') as object), warnings: ['store gateway-2 is missing', 'x'] } }, { kind: 'error', message: 'the server warns: store gateway-2 is missing; x' }],
  ['a matrix', { body: { status: 'success', data: { resultType: 'matrix', result: [] } } }, { kind: 'error', message: 'the query gives a matrix, and no number' }],
  ['a text', { body: { status: 'success', data: { resultType: 'string', result: [at / 1000, '1'] } } }, { kind: 'error', message: 'the query gives a string, and no number' }],
  ['a native histogram', { body: { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, histogram: [at / 1000, { count: '1', sum: '1' }] }] } } }, { kind: 'error', message: 'the query gives a native histogram, and no number' }],
  ['an old answer of a cache', { body: { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [at / 1000 - 120, '0'] }] } } }, { kind: 'error', message: expect.stringMatching(/^the answer is stale: it is about .*Z, and .*Z was asked for$/) }],
  ['no sample', { body: { status: 'success', data: { resultType: 'vector', result: [{ metric: {} }] } } }, { kind: 'error', message: 'the server answered with no sample' }],
  ['a number that is none', { body: vector('0x10') }, { kind: 'error', message: '"0x10" is no number' }],
  ['an empty number', { body: vector('') }, { kind: 'error', message: '"" is no number' }],
  ['a number as a number', { body: vector(1) }, { kind: 'error', message: 'the server answered with no sample' }],
  ['success without data', { body: { status: 'success' } }, { kind: 'error', message: 'the query gives a thing of no known type, and no number' }],
  ['a list', { body: [] }, { kind: 'error', message: expect.stringContaining('with no JSON of Prometheus') }],
  ['a bad query', { status: 400, body: { status: 'error', errorType: 'bad_data', error: '1:5: parse error: unexpected character: \u001b[31m' } }, { kind: 'error', message: 'the server answered 400 Bad Request: bad_data: 1:5: parse error: unexpected character: [31m' }],
  ['a query that fails', { status: 422, body: { status: 'error', errorType: 'execution', error: 'query processing would load too many samples into memory' } }, { kind: 'error', message: 'the server answered 422 Unprocessable Entity: execution: query processing would load too many samples into memory' }],
  ['a query that takes too long there', { status: 503, body: { status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation' } }, { kind: 'error', message: expect.stringContaining('timeout: query timed out') }],
  ['an error that calls itself a success', { status: 500, body: vector('1') }, { kind: 'error', message: expect.stringContaining('the server answered 500') }],
  ['no rights', { status: 401, body: 'Unauthorized', type: 'text/plain' }, { kind: 'error', message: 'the server answered 401 Unauthorized with no JSON of Prometheus (text/plain): Unauthorized: check its credentials' }],
  ['a page of a proxy', { status: 502, type: 'text/html', body: '<html><head><title>502 Bad\nGateway</title></head></html>' }, { kind: 'error', message: 'the server answered 502 Bad Gateway with a page, "502 Bad Gateway"' }],
  ['a page to log in, as a success', { type: 'text/html', body: '<!doctype html><title>Sign in</title>' }, { kind: 'error', message: 'the server answered 200 OK with a page, "Sign in"' }],
  ['a redirect', { status: 302, headers: { location: 'https://login.example.com/?x' }, body: '' }, { kind: 'error', message: 'the server answered 302 Found: it leads elsewhere, which is not followed' }],
  ['nothing', { body: '' }, { kind: 'error', message: 'the server answered 200 OK with nothing' }],
  ['half of it', { body: '{"status":"success","data":{"resultType":"vector","res' }, { kind: 'error', message: expect.stringContaining('no JSON of Prometheus') }],
  ['a lost connection', 'drop', { kind: 'error', message: expect.stringContaining('EOF') }],
])('reads %s', async (_, reply, expected) => {
  const { url } = await serve(() => reply)
  const found = await measure(await open(url))
  expect(found).toMatchObject(expected)
  expect(found.raw).toMatchObject({ query: 'sum(x)', endpoint: url, at: new Date(at).toISOString() })
})

it('bounds what it reads and what it keeps', async () => {
  const { url } = await serve(() => ({ body: `{"status":"success","data":"${'x'.repeat(2 << 20)}"}` }))
  expect(await measure(await open(url))).toMatchObject({ kind: 'error', message: `the answer of ${url} is larger than 1 MiB`, raw: { body: '' } })
  const long = await serve(() => ({ body: { ...(vector('1') as object), infos: ['y'.repeat(50_000)] } }))
  const found = await measure(await open(long.url))
  expect(found).toMatchObject({ kind: 'value' })
  expect(found.raw!.body).toMatch(/^\{"status":"success".{4070,}… \(cut: \d+ characters\)$/)
})

it('gives a slow server its time, and no more', async () => {
  const { url, asked } = await serve(() => 'hang')
  const started = performance.now()
  expect(await measure(await open({ url, timeout: 0.3 }))).toMatchObject({ kind: 'error', message: expect.stringContaining('context deadline exceeded') as string })
  expect(performance.now() - started).toBeLessThan(5000)
  expect(asked[0]!.form.get('timeout')).toBe('1s')
})

it('ends with the signal', async () => {
  const { url } = await serve(() => 'hang')
  await expect(measure(await open(url), AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' })
})

it('says that nobody answers', async () => {
  const { url } = await serve(() => 'hang')
  server!.close()
  server!.closeAllConnections()
  await new Promise((done) => { server!.once('close', done) })
  expect(await measure(await open(url))).toMatchObject({ kind: 'error', message: expect.stringContaining('connection refused') as string })
})

it('names the moment, and asks by GET as long as a URL may be', async () => {
  const { url, asked } = await serve(() => ({ body: vector('1') }))
  const provider = await open(`${url}/prometheus/`)
  await measure(provider)
  await provider.measure({ ...query, text: `sum(x{y=~"${'a|'.repeat(2000)}"})` }, { at })
  await measure(await open({ url, method: 'POST' }))
  expect(asked.map(({ method, url: { pathname }, form, headers }) => [method, pathname, form.get('time'), form.get('query')!.length, headers['content-type']])).toEqual([
    ['GET', '/prometheus/api/v1/query', (at / 1000).toFixed(3), 6, undefined],
    ['POST', '/prometheus/api/v1/query', (at / 1000).toFixed(3), 4013, 'application/x-www-form-urlencoded'],
    ['POST', '/api/v1/query', (at / 1000).toFixed(3), 6, 'application/x-www-form-urlencoded'],
  ])
  expect(asked[0]!.form.has('dedup')).toBe(false)
})

it("speaks Thanos' and Mimir's words", async () => {
  const { url, asked } = await serve(() => ({ body: vector('1') }))
  await measure(await open({ url, type: 'thanos' }))
  await measure(await open({ url, tenant: 'team-a|team-b' }))
  expect([asked[0]!.form.get('dedup'), asked[0]!.form.get('partial_response'), asked[0]!.headers['x-scope-orgid']]).toEqual(['true', 'false', undefined])
  expect([asked[1]!.form.get('dedup'), asked[1]!.headers['x-scope-orgid']]).toEqual([null, 'team-a|team-b'])
})

const password = 'p@ss w:rd/ünlikely'

it.each<[string, object, string]>([
  ['bearer', { bearer: '${TOKEN}' }, `Bearer ${encodeURIComponent(password)}`],
  ['basic', { basic: { username: 'me', password: '${TOKEN}' } }, `Basic ${Buffer.from(`me:${encodeURIComponent(password)}`).toString('base64')}`],
  ['a reference', { basic: { username: 'me', password: 'ref+envsubst://$TOKEN' } }, `Basic ${Buffer.from(`me:${encodeURIComponent(password)}`).toString('base64')}`],
])('sends what it was told by %s, and never shows it', async (_, settings, authorization) => {
  const token = encodeURIComponent(password)
  const { url, asked } = await serve(({ headers }) => ({ status: 403, body: `you sent ${headers.authorization} and ${token} and ${JSON.stringify(token)}`, type: 'text/plain' }))
  const found = await measure(await open({ url, ...settings }, { TOKEN: token }))
  expect(asked[0]!.headers.authorization).toBe(authorization)
  expect(found.kind).toBe('error')
  expect(JSON.stringify(found)).not.toContain(token)
  expect(JSON.stringify(found)).not.toContain(Buffer.from(`me:${token}`).toString('base64'))
})

it('takes a URL with a password from the environment, and shows it nowhere', async () => {
  const { url, asked } = await serve(() => 'drop')
  const whole = `${url.replace('://', `://me:${encodeURIComponent(password)}@`)}/?token=abcdefgh`
  const settings = readGates({ error_rate_max: 0.01, prometheus: '${PROMETHEUS_URL}' }, undefined, fault)
  expect(JSON.stringify(settings)).not.toContain(url)
  const gates = openGates(settings, { clock: { now: Date.now, sleep: () => Promise.resolve(), compression: 1 }, env: { PROMETHEUS_URL: whole }, http })
  const told: Evaluation[] = []
  const outcome = await gates.once({ subject, since: Date.now(), onEvaluation: (e) => { told.push(e) } })
  expect(asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from(`me:${password}`).toString('base64')}`)
  expect(outcome).toMatchObject({ verdict: 'error', evaluations: [{ endpoint: url, provider: 'prometheus' }] })
  for (const form of ['abcdefgh', password, encodeURIComponent(password), Buffer.from(`me:${password}`).toString('base64')]) expect(JSON.stringify([outcome, told])).not.toContain(form)
})

it('says which variable is missing', async () => {
  const gates = openGates(readGates({ error_rate_max: 0.01 }, undefined, fault), { clock: { now: Date.now, sleep: () => Promise.resolve(), compression: 1 }, env: {}, http })
  expect(await gates.once({ subject, since: 0 })).toMatchObject({ verdict: 'error', reason: 'error-rate: the environment variable PROMETHEUS_URL is not set' })
})

it('notices that the clock here is ahead', async () => {
  const { url } = await serve(() => ({ headers: { date: new Date(at - 120_000).toUTCString() }, body: vector('1') }))
  expect(await measure(await open(url))).toMatchObject({ kind: 'error', message: `this machine's clock is 120 s ahead of ${url}'s` })
})
