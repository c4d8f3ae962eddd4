import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { asked, fault, opened, TestServer } from './provider.fixtures.ts'
import { readHttpJson } from './http-json-settings.ts'

const token = 'u+Zy8SECRETxQ'
const env = { METRICS_TOKEN: token }
const at = Date.parse('2026-11-27T10:00:00.500Z')
const server = new TestServer()
let url: string
beforeAll(async () => { url = await server.start() })
beforeEach(() => { server.requests.length = 0 })
afterAll(() => server.stop())

const measure = async (raw: object, text: string, options: { signal?: AbortSignal } = {}) => (await opened('http', { url, ...raw }, { env })).measure(asked(text), { at, ...options })

it('asks an endpoint with headers of the environment and finds one number', async () => {
  server.answer = () => ({ body: { data: { value: 0.0125, unit: 'ratio' } } })
  const found = await measure({ headers: { authorization: 'Bearer ${METRICS_TOKEN}', 'X-Team': 'shop' } }, '/slo/errors?service=checkout&from=$from&to=$to&window=$window {.data.value}')
  expect(found).toEqual({ kind: 'value', value: 0.0125, raw: { query: `GET ${url}/slo/errors?service=checkout&from=1795773300&to=1795773600&window=300 {.data.value}`, endpoint: `${url}/slo/errors`, at: '2026-11-27T10:00:00.500Z', body: '{"data":{"value":0.0125,"unit":"ratio"}}' } })
  expect(server.requests[0]).toMatchObject({ method: 'GET', headers: { authorization: `Bearer ${token}`, 'x-team': 'shop', accept: 'application/json' } })
})

it('posts a body, of the settings or of the query', async () => {
  server.answer = ({ body }) => ({ body: { rows: [{ n: JSON.parse(body).from as number }] } })
  expect(await measure({ body: '{"from": $from}', path: '.rows[0].n' }, '')).toMatchObject({ kind: 'value', value: 1_795_773_300 })
  expect(await measure({ path: '{.rows[*].n}' }, 'url: /other\nbody: "{\\"from\\": 7}"\n')).toMatchObject({ kind: 'value', value: 7, raw: { query: `POST ${url}/other {"from": 7} {.rows[*].n}` } })
  expect(server.requests.map((r) => `${r.method} ${r.url.pathname} ${r.headers['content-type']}`)).toEqual(['POST / application/json', 'POST /other application/json'])
})

it.each<[string, string, object]>([
  ['{"a":"0.5"}', '{.a}', { kind: 'value', value: 0.5 }],
  ['{"a":-1e-3}', '{$.a}', { kind: 'value', value: -0.001 }],
  ['{"a":[{"n":"x","v":3},{"n":"y","v":4}]}', '{.a[?(@.n=="y")].v}', { kind: 'value', value: 4 }],
  ['{"a":null}', '{.a}', { kind: 'absent' }],
  ['{"a":[]}', '{.a[*].v}', { kind: 'absent' }],
  ['{"a":[]}', '{.a[*]}', { kind: 'absent' }],
  ['{"b":1}', '{.a}', { kind: 'error', message: '{.a}: a is not found' }],
  ['{"a":[1,2]}', '{.a[*]}', { kind: 'error', message: '{.a[*]} leads to 2 values, and must lead to one number' }],
  ['{"a":[1,2]}', '{.a}', { kind: 'error', message: '{.a} is no number: [1,2]' }],
  ['{"a":true}', '{.a}', { kind: 'error', message: '{.a} is no number: true' }],
  ['{"a":""}', '{.a}', { kind: 'error', message: '{.a} is no number: ""' }],
  ['{"a":"NaN"}', '{.a}', { kind: 'error', message: '{.a} is no number: "NaN"' }],
  ['{"a":"0x10"}', '{.a}', { kind: 'error', message: '{.a} is no number: "0x10"' }],
  ['{"a":"1e999"}', '{.a}', { kind: 'error', message: '{.a} is no finite number' }],
  ['{"a":1e999}', '{.a}', { kind: 'error', message: 'the endpoint did not answer with JSON' }],
  ['{"a":1', '{.a}', { kind: 'error', message: 'the endpoint did not answer with JSON' }],
  ['{"a":1,"b":2}', '{.a}{.b}', { kind: 'error', message: '{.a}{.b}: it must be one expression in braces' }],
  ['{"a":1}', '1{.a}', { kind: 'error', message: "1{.a}: unrecognized character in action: U+007B '{'" }],
  ['{"a":1}', '{7}', { kind: 'error', message: '{7}: it must be one expression in braces' }],
  ['{"a":1}', '{range .a}', { kind: 'error', message: '{range .a}: it must be one expression in braces' }],
  [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, '{..a}', { kind: 'error', message: 'the endpoint did not answer with JSON' }],
])('reads %s by %s', async (body, path, expected) => {
  server.answer = () => ({ body })
  expect(await measure({}, `/x ${path}`)).toMatchObject(expected)
})

it.each<[string, TestServer['answer'], string]>([
  ['a page', () => ({ headers: { 'content-type': 'text/html' }, body: '<html>{"a":1}' }), 'the endpoint did not answer with JSON but text/html'],
  ['plain text', () => ({ headers: { 'content-type': 'text/plain' }, body: '0.5' }), 'the endpoint did not answer with JSON but text/plain'],
  ['a refusal that repeats what it was sent', () => ({ status: 403, body: { message: `bad token ${token}` } }), 'the endpoint answered 403: check its credentials: bad token ***'],
  ['an error', () => ({ status: 500, body: 'oops' }), 'the endpoint answered 500: oops'],
  ['nothing found', () => ({ status: 404, body: '' }), 'the endpoint answered 404'],
  ['a redirect', () => ({ status: 302, headers: { location: 'https://elsewhere.example/' } }), 'the endpoint answered 302'],
  ['too much', () => ({ body: 'x'.repeat(2 << 20) }), 'the answer of the endpoint is larger than 1 MiB'],
])('%s is an error', async (_, answer, message) => {
  server.answer = answer
  const found = await measure({ headers: { authorization: 'Bearer ${METRICS_TOKEN}' } }, '/x {.a}')
  expect(found).toMatchObject({ kind: 'error', message: expect.stringContaining(message) })
  expect(JSON.stringify(found)).not.toContain(token)
})

it('waits as long as it is told, and not longer', async () => {
  let count = 0
  server.answer = () => (count++ === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: { a: 1 } })
  const started = performance.now()
  expect(await measure({}, '/x {.a}')).toMatchObject({ kind: 'value', value: 1 })
  expect(performance.now() - started).toBeGreaterThan(990)
  server.requests.length = 0
  server.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } })
  expect(await measure({}, '/x {.a}')).toMatchObject({ kind: 'error', message: 'the endpoint limits requests and asks to wait 3600 s (status 429)' })
  expect(server.requests).toHaveLength(1)
})

it('asks an overloaded endpoint three times', async () => {
  server.answer = () => ({ status: 503, body: 'later' })
  expect(await measure({}, '/x {.a}')).toMatchObject({ kind: 'error', message: 'the endpoint answered 503: later' })
  expect(server.requests).toHaveLength(3)
})

it('gives up on a silent endpoint, and at once when it is told to', async () => {
  server.answer = () => undefined
  expect(await measure({ timeout: 1 }, '/x {.a}')).toMatchObject({ kind: 'error', message: expect.stringContaining('deadline exceeded') })
  const reason = new Error('enough')
  await expect(measure({}, '/x {.a}', { signal: AbortSignal.timeout(50) })).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
  await expect(measure({}, '/x {.a}', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

it.each([
  ['https://elsewhere.example/x {.a}', 'the query asks another server than url of the settings'],
  ['//elsewhere.example/x {.a}', undefined],
  ['@elsewhere.example/x {.a}', undefined],
  ['/x', 'there is no path to the number'],
  ['url: /x\nverb: GET', 'the query has an unknown key verb'],
  ['url: [a]', 'url of the query must be a text'],
  ['url: /x\nmethod: DELETE', 'method of the query must be GET or POST'],
])('sends its headers to no other server: %s', async (text, message) => {
  server.answer = () => ({ body: { a: 1 } })
  const found = await measure({ headers: { authorization: 'Bearer ${METRICS_TOKEN}' } }, text)
  if (message === undefined) expect(server.requests.every((r) => r.headers.host === new URL(url).host)).toBe(true)
  else expect(found).toMatchObject({ kind: 'error', message: expect.stringContaining(message) })
})

it('says which variable is missing, and nothing of a password', async () => {
  await expect(opened('http', { url, headers: { authorization: '${NOT_THERE}' } }, { env })).rejects.toThrow('NOT_THERE is not set')
  const provider = await opened('http', '${ADDRESS}', { env: { ADDRESS: url.replace('//', '//me:pa55word@') } })
  server.answer = () => ({ body: { a: 1 } })
  expect(JSON.stringify([provider, await provider.measure(asked('/x {.a}'), { at })])).not.toContain('pa55word')
  expect(server.requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:pa55word').toString('base64')}`)
})

it.each<[unknown, string]>([
  [{}, 'slo.http.url must be an http or https URL'],
  ['ftp://x/', 'slo.http.url must be an http or https URL'],
  ['https://me:pw1234@x/', 'slo.http.url holds a password'],
  [{ url: 'https://x', headers: { 'x-api-key': 'abc12345' } }, 'slo.http.headers.x-api-key is a secret'],
  [{ url: 'https://x', path: '{.a' }, 'slo.http.path leads to no number: unclosed action'],
  [{ url: 'https://x', method: 'PUT' }, 'slo.http.method must be one of GET, POST'],
  [{ url: 'https://x', timeout: 0 }, 'slo.http.timeout must be a whole number from 1 to 60'],
  [{ url: 'https://x', pth: '' }, 'unknown key slo.http.pth'],
  [3, 'slo.http must be a map'],
])('refuses the settings %j', (raw, message) => {
  const read = () => readHttpJson(raw, ['slo', 'http'], fault)
  expect(read).toThrow(message)
  expect(read).not.toThrow(/pw1234|abc12345/)
})
