import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { folder } from '../../../test/cli/run-cli.ts'
import { PintleError } from '../../errors/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import { faultIn } from '../settings/index.ts'
import { fault, scripted, subject } from './gates.fixtures.ts'
import { readGates } from './read-gates.ts'

const read = (slo: unknown, gates?: unknown, templates?: unknown) => readGates(slo, gates, fault, templates === undefined ? undefined : { raw: templates, fault: (path, ...rest) => fault(['gateTemplates', ...path], ...rest) })

/** The queries of one judgement. */
async function queries(slo: unknown, gates?: unknown, more: Partial<typeof subject> = {}): Promise<string[]> {
  const { gates: opened, since, provider } = scripted({ slo, gates }, ({ about }) => (about.measure === 'latency-bucket' ? 'absent' : 700))
  await opened.once({ subject: { ...subject, ...more }, since })
  return provider.asked.map((q) => q.text)
}

it("reads the seed's object as it stands", () => {
  const settings = read({ error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5 })
  expect(settings).toMatchObject({
    schema: 'pintle.dev/gates/v1', scrape: 15_000, subset: { by: 'pod', label: 'pod' }, providers: { prometheus: { kind: 'prometheus', url: '${PROMETHEUS_URL}' } },
    gates: [{ name: 'error-rate', max: 0.005, needed: 600, window: 300_000 }, { name: 'p95-latency', quantile: 0.95, limit: 300, needed: 200, window: 300_000 }],
  })
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
  expect(read(undefined)).toMatchObject({ gates: [], providers: {} })
})

it('asks what the contract of the seed asks, of the pods of the new version', async () => {
  const own = 'service="checkout-api",pod=~"checkout-api-canary-[a-z0-9]+-[a-z0-9]+"'
  expect(await queries({ error_rate_max: 0.005, p95_latency_ms: 300, window_minutes: 5 })).toEqual([
    `sum(increase(http_requests_total{${own.replace(',', ',status=~"5..",')}}[5m]))`,
    `sum(increase(http_requests_total{${own}}[5m]))`,
    `sum(increase(http_request_duration_seconds_bucket{${own.replace(',', ',le=~"0[.]3",')}}[5m]))`,
    `sum(increase(http_request_duration_seconds_count{${own}}[5m]))`,
    // No bucket ends at 300 ms: where the last one ends, and the quantile.
    `histogram_quantile(0.5, sum by (le) (http_request_duration_seconds_bucket{${own.replace(',', ',le!="+Inf",')}}) * 0 or sum by (le) (http_request_duration_seconds_bucket{${own.replace(',', ',le="+Inf",')}}) * 0 + 1)`,
    `histogram_quantile(0.95, sum by (le) (increase(http_request_duration_seconds_bucket{${own}}[5m])))`,
  ])
})

it.each<[string, unknown, string, Partial<typeof subject>]>([
  ['the name of its pods', undefined, 'pod=~"checkout-api-canary-[a-z0-9]+-[a-z0-9]+"', {}],
  ['another label', { pod: 'pod_name' }, 'pod_name=~"checkout-api-canary-', {}],
  ['a name with a point', undefined, 'pod=~"a[.]b-canary-[a-z0-9]+-[a-z0-9]+"', { canary: 'a.b-canary' }],
  ['a name that Kubernetes cuts', undefined, `pod=~"${'a'.repeat(50)}-5d8f7c6[a-z0-9]+"`, { canary: 'a'.repeat(50), canaryHash: '5d8f7c6b54' }],
  ['the hash of its pods', 'hash', 'pod_template_hash="5d8f7c6b54"', { canaryHash: '5d8f7c6b54' }],
  ['the track', 'track', 'pintle_dev_track="canary"', {}],
  ['matchers of its own', { matcher: 'version="{{ .Hash }}",track="{{ .Track }}"' }, 'version="5d8f7c6b54",track="canary"', { canaryHash: '5d8f7c6b54' }],
])('tells the new version by %s', async (_, subset, text, more) => {
  expect((await queries({ error_rate_max: 0.005, ...(subset !== undefined && { subset }) }, undefined, more))[0]).toBe(`sum(increase(http_requests_total{service="checkout-api",status=~"5..",${text}${text.endsWith('-') ? '[a-z0-9]+-[a-z0-9]+"' : ''}}[5m]))`)
})

it.each<[string, unknown, Partial<typeof subject>, string]>([
  ['hash', 'hash', {}, "the version's own metrics cannot be chosen: the hash of its pods is not known"],
  ['pod', undefined, { canary: 'a'.repeat(50) }, 'which Kubernetes cuts'],
  ['pod', undefined, { canary: 'x"} or vector(0)' }, 'cannot stand in a query'],
])('asks nothing when the pods cannot be told: %s', async (_, subset, more, message) => {
  const { gates, since, provider } = scripted({ slo: { error_rate_max: 0.005, ...(subset !== undefined && { subset }) } }, () => 1)
  expect(await gates.once({ subject: { ...subject, ...more }, since })).toMatchObject({ verdict: 'error', reason: expect.stringContaining(message) as string })
  expect(provider.asked).toEqual([])
})

it('asks for all of the service where it stands alone', async () => {
  expect((await queries({ error_rate_max: 0.005 }, undefined, { whole: true } as never))[0]).toBe('sum(increase(http_requests_total{service="checkout-api",status=~"5..",}[5m]))')
})

it('takes other names of metrics and labels', async () => {
  const slo = { error_rate_max: 0.01, p99_latency_ms: 1000, window: '90s', metrics: { requests: 'rpc_total', latency: 'rpc_ms_bucket', service_label: 'app', status_label: 'code', error_status: '5..|429', latency_unit: 'milliseconds' }, labels: { namespace: '{{ .Namespace }}' }, subset: 'track' }
  const own = 'app="checkout-api",namespace="prod"'
  expect(await queries(slo)).toEqual([
    `sum(increase(rpc_total{${own},code=~"5..|429",pintle_dev_track="canary"}[90s]))`,
    `sum(increase(rpc_total{${own},pintle_dev_track="canary"}[90s]))`,
    `sum(increase(rpc_ms_bucket{${own},le=~"1000|1000[.]0",pintle_dev_track="canary"}[90s]))`,
    `sum(increase(rpc_ms_count{${own},pintle_dev_track="canary"}[90s]))`,
    `histogram_quantile(0.5, sum by (le) (rpc_ms_bucket{${own},le!="+Inf",pintle_dev_track="canary"}) * 0 or sum by (le) (rpc_ms_bucket{${own},le="+Inf",pintle_dev_track="canary"}) * 0 + 1) / 1000`,
    `histogram_quantile(0.99, sum by (le) (increase(rpc_ms_bucket{${own},pintle_dev_track="canary"}[90s]))) / 1000`,
  ])
})

it.each([[1000, '1|1[.]0'], [300, '0[.]3'], [2500, '2[.]5'], [0.01, '0[.]00001|1e-05']])('finds the bucket of %d ms however it is spelled', async (ms, pattern) => {
  expect((await queries({ p95_latency_ms: ms }))[0]).toContain(`,le=~"${pattern}",`)
})

it('finds the bucket of a number that Go writes with an exponent', async () => {
  expect((await queries({ p95_latency_ms: 1e6, metrics: { latency_unit: 'milliseconds' } }))[0]).toContain(',le=~"1000000|1000000[.]0|1e[+]06",')
})

it('takes queries of its own', async () => {
  const slo = { error_rate_max: 0.01, queries: { errors: 'e{{ .Weight }}', requests: 'r{{ .Step }} {{ .WindowSeconds }} {{ .Release }} {{ .Environment }} {{ .Stable }}' } }
  expect(await queries(slo)).toEqual(['e25', 'r25% 300 checkout-api prod checkout-api'])
})

it('writes out templates of gates', async () => {
  const templates = { lag: { args: { queue: null, most: 100 }, query: 'max(lag{queue="{{ .Args.queue }}",pod=~"{{ .Canary }}-.*"})', max: '{{ .Args.most }}', window: '1m' } }
  const { gates } = read(undefined, [{ template: 'lag', name: 'orders', args: { queue: 'orders' } }, { template: 'lag', args: { queue: 'mail', most: 5 }, dryRun: true }], templates)
  expect(gates).toMatchObject([{ name: 'orders', max: 100, window: 60_000, args: { queue: 'orders', most: 100 } }, { name: 'lag', max: 5, dryRun: true, args: { queue: 'mail' } }])
  const { gates: opened, provider, since } = scripted({ gates: [] }, () => 1)
  expect(await opened.once({ subject, since })).toMatchObject({ verdict: 'inconclusive' })
  expect(provider.asked).toEqual([])
})

it.each<[string, unknown, unknown, string, string?]>([
  ['a key that is none', { error_rate_mx: 0.1 }, undefined, 'slo.error_rate_mx: unknown key slo.error_rate_mx', 'Did you mean error_rate_max?'],
  ['percent', { error_rate_max: 5 }, undefined, 'slo.error_rate_max: slo.error_rate_max must be a number from 0 to 1', '0.005 is half a percent.'],
  ['a text', { error_rate_max: '0.005' }, undefined, 'slo.error_rate_max must be'],
  ['nothing is enough for zero', { error_rate_max: 0 }, undefined, 'no number of requests shows that'],
  ['no latency', { p95_latency_ms: 0 }, undefined, 'slo.p95_latency_ms: slo.p95_latency_ms must be a number above 0'],
  ['two windows', { window: '5m', window_minutes: 5 }, undefined, 'both window and window_minutes'],
  ['a window of no time', { window: 'soon' }, undefined, 'slo.window: slo.window must be a time', 'Write 30s'],
  ['nothing to be confident of', { confidence: true }, undefined, 'slo.confidence: slo.confidence says nothing without'],
  ['a password in the URL', { error_rate_max: 0.1, prometheus: 'http://me:hunter2@prometheus' }, undefined, 'slo.prometheus holds a password'],
  ['no URL', { error_rate_max: 0.1, prometheus: 'prometheus:9090' }, undefined, 'slo.prometheus must be an http or https URL'],
  ['a token in plain text', { error_rate_max: 0.1, prometheus: { url: 'http://p', bearer: 'hunter2' } }, undefined, 'slo.prometheus.bearer is a secret'],
  ['a password in plain text', { error_rate_max: 0.1, prometheus: { url: 'http://p', basic: { username: 'me', password: 'hunter2' } } }, undefined, 'slo.prometheus.basic.password is a secret'],
  ['a header in plain text', { error_rate_max: 0.1, prometheus: { url: 'http://p', headers: { 'X-Api-Key': 'hunter2' } } }, undefined, 'slo.prometheus.headers.X-Api-Key is a secret'],
  ['an unknown key of a source', { error_rate_max: 0.1, prometheus: { ulr: 'http://p' } }, undefined, 'slo.prometheus.ulr: unknown key slo.prometheus.ulr', 'Did you mean url?'],
  ['a metric that is a query', { error_rate_max: 0.1, metrics: { requests: 'sum(x)' } }, undefined, 'slo.metrics.requests is no such name'],
  ['a label that ends its text', { error_rate_max: 0.1, labels: { a: 'x"} or y{' } }, undefined, 'slo.labels.a must not hold quotes'],
  ['a subset of many labels', { error_rate_max: 0.1, subset: { pod: 'a', hash: 'b' } }, undefined, 'slo.subset has one of the keys'],
  ['versions that are compared and not told apart', { error_rate_max: 0.1, subset: 'none', baseline: true }, undefined, 'slo.baseline compares two versions'],
  ['a dry run of nothing', { error_rate_max: 0.1, dryRun: ['latency'] }, undefined, 'slo.dryRun.0: slo has no gate called "latency"', 'There are: error-rate.'],
  ['a field that no query has', undefined, [{ name: 'a', query: 'x{{ .Cannary }}', max: 1 }], 'gates.0.query: query of gate a: '],
  ['a template that does not end', undefined, [{ name: 'a', query: 'x{{ .Canary', max: 1 }], 'gates.0.query: query of gate a: '],
  ['no threshold', undefined, [{ name: 'a', query: 'x' }], 'gates.0: gate a has neither max nor min'],
  ['two thresholds', undefined, [{ name: 'a', query: 'x', max: 1, min: 0 }], 'gates.0.min: gate a has both'],
  ['half a share', undefined, [{ name: 'a', numerator: 'x', max: 1 }], 'gates.0: gate a has either a query, or a numerator and a denominator'],
  ['no query', undefined, [{ name: 'a', max: 1 }], 'gates.0: gate a has no query'],
  ['nothing to count', undefined, [{ name: 'a', query: 'x', max: 1, min_samples: 5 }], 'gates.0.min_samples: min_samples of gate a needs something to count'],
  ['one name twice', undefined, [{ name: 'a', query: 'x', max: 1 }, { name: 'a', query: 'y', max: 1 }], 'gates.1.name: two gates are called a'],
  ['a source that is not there', undefined, [{ name: 'a', query: 'x', max: 1, provider: 'grafana' }], 'gates.0.provider: gate a names a source of metrics that slo does not have', 'There are: prometheus'],
  ['a template that is not there', undefined, [{ template: 'lagg' }], 'gates.0.template: there is no gate template "lagg"', 'Did you mean lag?'],
  ['an argument that is missing', undefined, [{ template: 'lag' }], 'gates.0.args: the template lag needs the argument queue'],
  ['an argument that is none', undefined, [{ template: 'lag', args: { queue: 'a', qeue: 'b' } }], 'gates.0.args.qeue: unknown key gates.0.args.qeue', 'Did you mean queue?'],
  ['an argument that is no number', undefined, [{ template: 'lag', args: { queue: 'a', most: 'many' } }], 'gates.0.max: max comes to "many", which is no number'],
  ['neither here nor there', undefined, [{ name: 'a', query: 'x', max: 1, inline: false, background: false }], 'gates.0: gate a is judged neither'],
  ['no list', undefined, { name: 'a' }, 'gates: gates must be a list'],
  ['what JavaScript inherits', undefined, [{ template: 'constructor' }], 'there is no gate template'],
])('refuses %s', (_, slo, gates, message, hint) => {
  const of = (): unknown => read(slo, gates, { lag: { args: { queue: null, most: 1 }, query: 'x', max: '{{ .Args.most }}' } })
  expect(of).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(message) as string, ...(hint !== undefined && { hint: expect.stringContaining(hint) as string }) }))
  expect(of).not.toThrow(/hunter2/)
})

it('names the line, and shows none that holds a secret', () => {
  const text = 'apiVersion: pintle.dev/v1\nservices:\n  shop:\n    chart: ./shop\n    slo:\n      error_rate_max: 0.01\n      prometheus:\n        url: http://p\n        bearer: hunter2\n    gates:\n      - { name: a, query: x, mix: 1 }\n'
  const dir = folder({ 'pintle.yaml': text })
  const { slo, gates } = (parseDocument(readFileSync(`${dir.path}/pintle.yaml`, 'utf8')) as { services: { shop: { slo: object; gates: unknown } } }).services.shop
  const of = (a: unknown, b: unknown): PintleError => {
    try {
      readGates(a, b, faultIn(`${dir.path}/pintle.yaml`, ['services', 'shop']))
    } catch (error) {
      return error as PintleError
    }
    throw new Error('it was read')
  }
  expect(of(slo, undefined).place).toMatchObject({ line: 9 })
  expect(of(slo, undefined).place).not.toHaveProperty('source')
  expect(of({}, gates)).toMatchObject({ place: { line: 11 }, message: expect.stringContaining('unknown key gates.0.mix') as string })
  dir.remove()
})
