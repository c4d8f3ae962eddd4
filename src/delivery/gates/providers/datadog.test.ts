import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { readDatadog } from './datadog-settings.ts'
import { asked, fault, opened, TestServer, type Reply, type Request } from './provider.fixtures.ts'
import { datadogSubset, plainSubset } from './subset-words.ts'

const env = { DD_API_KEY: '0123456789abcdef0123456789abcdef', DD_APP_KEY: 'app-key-u+Zy8SECRETxQ' }
const at = Date.parse('2026-11-27T10:00:00.500Z')
const until = Math.floor(at / 1000)
const server = new TestServer()
let url: string
beforeAll(async () => { url = await server.start() })
beforeEach(() => { server.requests.length = 0 })
afterAll(() => server.stop())

/** The real service cannot be asked from here: this one is as strict as its reference, and answers in its forms. */
function strict(answer: (request: Request) => Reply): (request: Request) => Reply {
  return (request) => {
    const bad = (why: string): Reply => ({ status: 400, body: { errors: [why] } })
    if (request.headers['dd-api-key'] !== env.DD_API_KEY || request.headers['dd-application-key'] !== env.DD_APP_KEY) return { status: 403, body: { errors: ['Forbidden'] } }
    if (request.url.pathname === '/api/v1/query') {
      const { searchParams: p } = request.url
      if (request.method !== 'GET' || request.body !== '') return bad('GET without a body')
      if ([...p.keys()].sort().join() !== 'from,query,to' || !/^\d{10}$/.test(p.get('from')!) || !/^\d{10}$/.test(p.get('to')!)) return bad('from and to are whole seconds')
      return answer(request)
    }
    if (request.url.pathname !== '/api/v2/query/scalar') return { status: 404, body: { errors: ['Not found'] } }
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') return bad('POST of JSON')
    const { data } = JSON.parse(request.body)
    if (data.type !== 'scalar_request' || Object.keys(data).sort().join() !== 'attributes,type') return bad('data has type and attributes')
    const { from, to, queries, formulas } = data.attributes
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1e12 || from >= to) return bad('from and to are milliseconds')
    const names = (queries as Record<string, string>[]).map((q) => q.name)
    if (!queries.every((q: Record<string, string>) => q.data_source === 'metrics' && typeof q.query === 'string' && ['avg', 'min', 'max', 'sum', 'last', 'percentile', 'mean', 'l2norm', 'area'].includes(q.aggregator!))) return bad('queries')
    if (formulas.length !== 1 || !new RegExp(`\\b(${names.join('|')})\\b`).test(formulas[0].formula)) return bad('a formula names queries')
    return answer(request)
  }
}
const measure = async (raw: object, text: string, kind: Parameters<typeof asked>[1] = 'free', options: { signal?: AbortSignal } = {}) => (await opened('datadog', { url, ...raw }, { env })).measure(asked(text, kind), { at, ...options })

const series = (pointlist: unknown, more: object = {}) => ({
  metric: 'trace.http.request.errors', attributes: {}, display_name: 'trace.http.request.errors', unit: null, tag_set: [], query_index: 0, aggr: 'sum', scope: 'service:checkout', expression: 'sum:...', interval: 60, length: 5, start: (until - 300) * 1000, end: until * 1000 - 1, pointlist, ...more,
})
const timeseries = (list: unknown[], more: object = {}): Reply => ({ body: { status: 'ok', resp_version: 1, res_type: 'time_series', query: 'q', from_date: (until - 300) * 1000, to_date: until * 1000, series: list, values: [], times: [], message: '', group_by: [], ...more } })
/** One a minute; the newest is still being filled. */
const points = (...values: (number | null)[]) => values.map((v, i) => [(until - 300 + i * 60) * 1000, v])
const query = 'sum:trace.http.request.errors{service:checkout,kube_deployment:checkout-canary}.as_count()'

it('adds up the points of a count, with the keys in headers and whole seconds', async () => {
  server.answer = strict(() => timeseries([series(points(1, 0, 3, 2, 4))]))
  const found = await measure({}, query, 'errors')
  expect(found).toMatchObject({ kind: 'value', value: 10, raw: { endpoint: url, at: '2026-11-27T10:00:00.500Z', reading: 'sum of 5 points of 60 s' } })
  const [{ url: sent }] = server.requests as [Request]
  expect(Object.fromEntries(sent.searchParams)).toEqual({ from: String(until - 300), to: String(until), query })
  expect((found as { raw: { query: string } }).raw.query).toBe(`GET /api/v1/query?${sent.searchParams}`)
})

it.each<[string, number[][], object, string, object]>([
  ['the bucket that is being filled is left out', [[-90, 7], [-30, 1]], { interval: 60 }, 'errors', { value: 7 }],
  ['and one that began before the window', [[-330, 9], [-270, 7]], { interval: 60 }, 'errors', { value: 7 }],
  ['milliseconds of the interval are told from seconds', [[-180, 5], [-120, 6], [-59, 1]], { interval: 60_000 }, 'errors', { value: 11 }],
  ['points that are rare stand for their interval', [[-200, 5], [-20, 6]], { interval: 10 }, 'errors', { value: 11 }],
  ['without an interval the points tell it', [[-180, 5], [-120, 6], [-60, 7], [-30, 8]], { interval: undefined }, 'errors', { value: 26 }],
  ['anything else is the mean', [[-240, 0.2], [-180, 0.4]], {}, 'free', { value: (0.2 + 0.4) / 2 }],
  ['unordered points are ordered', [[-60, 3], [-240, 1]], {}, 'free', { value: 2 }],
])('%s', async (_, list, more, kind, expected) => {
  server.answer = strict(() => timeseries([series(list.map(([t, v]) => [(until + t!) * 1000, v]), more)]))
  expect(await measure({}, query, kind as 'errors')).toMatchObject({ kind: 'value', ...expected })
})

it.each([['last', 4, 'last of 5 points of 60 s'], ['max', 4, 'highest of 5 points of 60 s'], ['min', 0, 'lowest of 5 points of 60 s'], ['avg', 2, 'mean of 5 points of 60 s'], ['sum', 10, 'sum of 5 points of 60 s']])('takes the %s where it is told to', async (aggregate, value, reading) => {
  server.answer = strict(() => timeseries([series(points(1, 0, 3, 2, 4))]))
  expect(await measure({ aggregate }, query)).toMatchObject({ kind: 'value', value, raw: { reading } })
})

it.each<[string, Reply, object]>([
  ['no series', timeseries([]), { kind: 'absent' }],
  ['points without values', timeseries([series(points(null, null))]), { kind: 'absent' }],
  ['no points', timeseries([series([])]), { kind: 'absent' }],
  ['several series', timeseries([series(points(1)), series(points(2))]), { kind: 'error', message: 'Datadog answered with 2 series: the query must come to one' }],
  ['an error with status 200', { body: { status: 'error', error: 'Error parsing query: unable to parse sum:: Rule \'scope_expr\' didn\'t match' } }, { kind: 'error', message: expect.stringContaining('Datadog: Error parsing query') }],
  ['errors with status 200', { body: { errors: ['No query'] } }, { kind: 'error', message: 'Datadog: No query' }],
  ['an error beside ok', timeseries([], { error: 'partial' }), { kind: 'error', message: 'Datadog: partial' }],
  ['NaN as text', timeseries([series([[(until - 120) * 1000, 'NaN']])]), { kind: 'error', message: 'Datadog answered with points that cannot be read' }],
  ['odd points', timeseries([series([[1]])]), { kind: 'error', message: 'Datadog answered with points that cannot be read' }],
  ['no list', timeseries([series({})]), { kind: 'error', message: 'Datadog answered with points that cannot be read' }],
  ['a page', { body: '<html>' }, { kind: 'error', message: 'Datadog did not answer with JSON' }],
  ['bad request', { status: 400, body: { errors: ['Invalid query'] } }, { kind: 'error', message: 'Datadog answered 400: Invalid query' }],
  ['too many requests', { status: 429, headers: { 'x-ratelimit-reset': '57', 'x-ratelimit-limit': '100' }, body: '' }, { kind: 'error', message: 'Datadog limits requests and asks to wait 57 s (status 429)' }],
  ['too much', { body: 'x'.repeat(2 << 20) }, { kind: 'error', message: 'the answer of Datadog is larger than 1 MiB' }],
])('%s', async (_, reply, expected) => {
  server.answer = strict(() => reply)
  expect(await measure({}, query, 'errors')).toMatchObject(expected)
})

it('waits for the time that a limit of requests names', async () => {
  let count = 0
  server.answer = strict(() => (count++ === 0 ? { status: 429, headers: { 'x-ratelimit-reset': '1' } } : timeseries([series(points(1))])))
  const started = performance.now()
  expect(await measure({}, query, 'errors')).toMatchObject({ kind: 'value', value: 1 })
  expect(performance.now() - started).toBeGreaterThan(990)
})

it('asks Datadog for one number by v2', async () => {
  server.answer = strict(() => ({ body: { data: { type: 'scalar_response', attributes: { columns: [{ name: 'q', type: 'number', values: [0.25], meta: { unit: null } }] } } } }))
  expect(await measure({ api: 'v2' }, query, 'requests')).toMatchObject({ kind: 'value', value: 0.25, raw: { reading: 'sum of the window, by Datadog' } })
  expect(JSON.parse(server.requests[0]!.body)).toEqual({ data: { type: 'scalar_request', attributes: { from: at - 300_000, to: at, queries: [{ data_source: 'metrics', name: 'q', query, aggregator: 'sum' }], formulas: [{ formula: 'q' }] } } })
  expect(await measure({ api: 'v2', aggregate: 'last' }, 'queries:\n  a: sum:x{*}\n  b: sum:y{*}\nformula: a / b\n')).toMatchObject({ kind: 'value', raw: { reading: 'last of the window, by Datadog' } })
  expect(JSON.parse(server.requests[1]!.body).data.attributes).toMatchObject({ queries: [{ name: 'a', aggregator: 'last' }, { name: 'b' }], formulas: [{ formula: 'a / b' }] })
  expect(await measure({ api: 'v2' }, 'queries: [a]\nformula: a')).toMatchObject({ kind: 'error', message: expect.stringContaining('queries, each with a name') })
})

const scalar = (columns: unknown, more: object = {}): Reply => ({ body: { data: { type: 'scalar_response', attributes: { columns } }, ...more } })
it.each<[string, Reply, object]>([
  ['nothing', scalar([]), { kind: 'absent' }],
  ['null', scalar([{ type: 'number', values: [null] }]), { kind: 'absent' }],
  ['no values', scalar([{ type: 'number', values: [] }]), { kind: 'absent' }],
  ['groups', scalar([{ type: 'group', name: 'env', values: [['prod']] }, { type: 'number', values: [1] }]), { kind: 'error', message: expect.stringContaining('groups') }],
  ['several', scalar([{ type: 'number', values: [1, 2] }]), { kind: 'error', message: expect.stringContaining('several numbers') }],
  ['a text', scalar([{ type: 'number', values: ['1'] }]), { kind: 'error', message: expect.stringContaining('no number') }],
  ['an error', scalar([], { errors: 'unknown metric' }), { kind: 'error', message: 'Datadog: unknown metric' }],
  ['no columns', { body: { data: {} } }, { kind: 'error', message: 'Datadog answered without columns' }],
])('v2: %s', async (_, reply, expected) => {
  server.answer = strict(() => reply)
  expect(await measure({ api: 'v2' }, query)).toMatchObject(expected)
})

it('shows no key, whatever is answered, and ends at once', async () => {
  server.answer = (request) => ({ status: 403, body: { errors: [`Forbidden: ${request.headers['dd-api-key']} ${request.headers['dd-application-key']}`] } })
  const found = await measure({}, query)
  expect(found).toMatchObject({ kind: 'error', message: 'Datadog answered 403: check its credentials: Forbidden: *** ***' })
  expect(JSON.stringify(found)).not.toMatch(/0123456789abcdef|SECRET/)
  await expect(opened('datadog', { url }, { env: {} })).rejects.toThrow('the environment variable DD_API_KEY is not set')
  server.answer = () => undefined
  await expect(measure({}, query, 'free', { signal: AbortSignal.timeout(30) })).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
})

it('knows its sites', () => {
  const read = (raw: unknown) => readDatadog(raw, ['slo', 'datadog'], fault)
  expect(read(true)).toEqual({ kind: 'datadog', url: 'https://api.datadoghq.com', api: 'v1', apiKey: '${DD_API_KEY}', appKey: '${DD_APP_KEY}' })
  expect(read('datadoghq.eu').url).toBe('https://api.datadoghq.eu')
  expect(read({ site: 'app.datadoghq.com', api_key: 'ref+vault://kv/dd#/key' })).toMatchObject({ url: 'https://api.datadoghq.com', apiKey: 'ref+vault://kv/dd#/key' })
  expect(read({ site: 'us5.datadoghq.com', api: 'v2', aggregate: 'max' })).toMatchObject({ url: 'https://api.us5.datadoghq.com', api: 'v2', aggregate: 'max' })
})

it.each<[unknown, string]>([
  [{ site: 'evil.example' }, 'is no site of Datadog'], [{ site: 'datadoghq.eu', url: 'https://x' }, 'slo.datadog.url is named beside site'], [{ api_key: 'abc12345' }, 'slo.datadog.api_key is a secret'],
  [{ api: 'v3' }, 'slo.datadog.api must be one of v1, v2'], [{ aggregate: 'median' }, 'must be one of sum, avg, last, max, min'], [{ sit: 'x' }, 'unknown key slo.datadog.sit'], [7, 'slo.datadog must be a map'],
])('refuses the settings %j', (raw, message) => {
  const read = () => readDatadog(raw, ['slo', 'datadog'], fault)
  expect(read).toThrow(message)
  expect(read).not.toThrow(/abc12345/)
})

it('says which pods in its own words', () => {
  const who = { workload: 'checkout-canary', hash: '5d9f', track: 'canary' } as const
  expect(datadogSubset({ by: 'pod', label: 'pod' }, who)).toBe('kube_deployment:checkout-canary')
  expect(datadogSubset({ by: 'pod', label: 'deployment' }, who)).toBe('deployment:checkout-canary')
  expect(datadogSubset({ by: 'hash', label: 'pod_template_hash' }, who)).toBe('pod_template_hash:5d9f')
  expect((['canary', 'stable'] as const).map((track) => datadogSubset({ by: 'track', label: 'track' }, { ...who, track }))).toEqual(['track:canary', '!track:canary'])
  expect(plainSubset({ by: 'pod', label: 'pod' }, who)).toBe('checkout-canary')
  expect(() => datadogSubset({ by: 'hash', label: 'h' }, { ...who, hash: '' })).toThrow('the hash of its pods is not known')
})
