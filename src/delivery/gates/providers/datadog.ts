import { parseDocument } from '../../../language/yaml/index.ts'
import { isMap } from '../../settings/index.ts'
import type { Measurement, MetricProvider, MetricQuery, RawAnswer } from '../types.ts'
import { ask, failed, jsonOf, measured, refusalWords, type Answer } from './ask.ts'
import type { DatadogSettings } from './datadog-settings.ts'
import { aggregate, readingOf, usualAggregation, type Aggregation } from './points.ts'
import type { OpenProviderOptions, ProviderSettings } from './provider-kind.ts'
import { oneLine, rawAnswer } from './words.ts'

/**
 * Datadog. With `v1` a query is Datadog's text, arithmetic included, and its points in the window become one number; with `v2` it is one query, or a map in YAML with `queries` by name and a
 * `formula`. @throws PintleError for a variable or reference that leads nowhere. Sources: https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/ and query-scalar-data-across-multiple-products/
 */
export async function openDatadog(settings: ProviderSettings, { http, fill, hide }: OpenProviderOptions): Promise<MetricProvider> {
  const { url: named, apiKey, appKey, api, aggregate: wanted } = settings as DatadogSettings
  const url = (await fill(named)).replace(/\/+$/, '')
  const keys = { accept: 'application/json', 'dd-api-key': await fill(apiKey), 'dd-application-key': await fill(appKey) }
  const endpoint = hide(url)
  return {
    name: 'datadog', endpoint, simulated: false,
    measure: (query, { at, signal }) => measured({ query: query.text, endpoint, at, signal, hide }, async () => {
      const how = wanted ?? usualAggregation(query.about)
      const { path, body } = api === 'v1' ? { path: seriesPath(query, at), body: undefined } : { path: '/api/v2/query/scalar', body: scalarBody(query, at, how) }
      const sent = body === undefined ? { headers: keys } : { method: 'POST', headers: { ...keys, 'content-type': 'application/json' }, body }
      const answer = await ask(http, { who: 'Datadog', url: url + path, signal, ...sent })
      const raw = rawAnswer({ query: body === undefined ? `GET ${path}` : `POST ${path} ${body}`, endpoint, at, body: answer.text }, hide)
      if (answer.status !== 200) return failed(hide(refusalWords(answer, 'Datadog')), raw)
      const found = api === 'v1' ? ofSeries(answer, query, at, how, raw) : ofScalar(answer, how, raw)
      return found.kind === 'error' ? { ...found, message: hide(found.message) } : found
    }),
  }
}

/** Whole seconds: both ends are. */
function seriesPath({ text, window }: MetricQuery, at: number): string {
  return `/api/v1/query?${new URLSearchParams({ from: String(Math.floor((at - window) / 1000)), to: String(Math.floor(at / 1000)), query: text.trim() })}`
}

function scalarBody({ text, window }: MetricQuery, at: number, aggregator: Aggregation): string {
  const { queries, formula } = /^\s*(?:\{|queries:|formula:)/.test(text) ? readFormula(text) : { queries: { q: text.trim() }, formula: 'q' }
  return JSON.stringify({
    data: {
      type: 'scalar_request',
      attributes: { from: at - window, to: at, queries: Object.entries(queries).map(([name, query]) => ({ data_source: 'metrics', name, query, aggregator })), formulas: [{ formula }] },
    },
  })
}

function readFormula(text: string): { queries: Record<string, string>; formula: string } {
  const map = parseDocument(text)
  if (!isMap(map) || !isMap(map.queries) || typeof map.formula !== 'string') throw new Error('a query of several is a map: queries, each with a name, and a formula')
  const queries = Object.entries(map.queries)
  if (queries.length === 0 || queries.length > 20 || !queries.every(([name, query]) => /^[a-z]\w{0,30}$/i.test(name) && typeof query === 'string')) throw new Error('queries are up to 20 texts, each with a name')
  return { queries: map.queries as Record<string, string>, formula: map.formula }
}

/** A refusal of Datadog's may come with status 200. */
function ofSeries({ text }: Answer, { window }: MetricQuery, at: number, how: Aggregation, raw: RawAnswer): Measurement {
  const json = jsonOf(text)
  if (!isMap(json)) return failed('Datadog did not answer with JSON', raw)
  if (json.status !== 'ok' || (typeof json.error === 'string' && json.error !== '')) return failed(`Datadog: ${oneLine(String(json.error ?? json.errors ?? json.message ?? 'the query failed'))}`, raw)
  if (!Array.isArray(json.series)) return failed('Datadog answered without series', raw)
  if (json.series.length === 0) return { kind: 'absent', raw }
  if (json.series.length > 1) return failed(`Datadog answered with ${json.series.length} series: the query must come to one`, raw)
  const points = pointsOf(json.series[0])
  if (points === undefined) return failed('Datadog answered with points that cannot be read', raw)
  const interval = intervalOf(json.series[0], points, window)
  // The bucket that is being filled has counted too little yet, and the one in which the window begins too much.
  const whole = points.filter(([time]) => time >= Math.floor((at - window) / 1000) * 1000 && time + interval <= at)
  const values = whole.map(([, value]) => value).filter((value): value is number => value !== null)
  if (values.length === 0) return { kind: 'absent', raw }
  return { kind: 'value', value: aggregate(values, how), raw: { ...raw, reading: readingOf(how, values.length, interval / 1000) } }
}

function pointsOf(series: unknown): [time: number, value: number | null][] | undefined {
  const list = isMap(series) ? series.pointlist : undefined
  if (!Array.isArray(list)) return undefined
  const whole = (p: unknown): p is [number, number | null] => Array.isArray(p) && p.length === 2 && Number.isFinite(p[0]) && (p[1] === null || Number.isFinite(p[1]))
  return list.every(whole) ? list.toSorted(([a], [b]) => a - b) : undefined
}

/** Milliseconds that a point stands for. `interval` is in seconds on the wire, and in milliseconds by the reference: the one that fits is meant. Without any, the nearest points tell. */
function intervalOf(series: unknown, points: readonly [number, unknown][], window: number): number {
  const gap = points.slice(1).map(([time], i) => time - points[i]![0]).filter((g) => g > 0).reduce((a, b) => Math.min(a, b), window)
  const said = isMap(series) && typeof series.interval === 'number' && series.interval > 0 ? series.interval : gap
  return [said * 1000, said].find((ms) => ms <= gap) ?? (points.length > 1 ? gap : 0)
}

function ofScalar({ text }: Answer, how: Aggregation, raw: RawAnswer): Measurement {
  const json = jsonOf(text)
  if (!isMap(json)) return failed('Datadog did not answer with JSON', raw)
  const errors = [json.errors].flat().filter((e): e is string => typeof e === 'string' && e !== '')
  if (errors.length > 0) return failed(`Datadog: ${oneLine(errors.join('; '))}`, raw)
  const attributes = isMap(json.data) ? json.data.attributes : undefined
  const columns = isMap(attributes) ? attributes.columns : undefined
  if (!Array.isArray(columns)) return failed('Datadog answered without columns', raw)
  const numbers = columns.filter((c) => isMap(c) && c.type === 'number') as { values?: unknown }[]
  if (columns.length > numbers.length || numbers.length > 1) return failed(`Datadog answered with groups, or with several numbers: the query must come to one`, raw)
  const values = numbers.length === 0 ? [] : numbers[0]!.values
  if (!Array.isArray(values) || values.length > 1) return failed('Datadog answered with several numbers: the query must come to one', raw)
  const [value] = values as unknown[]
  if (value === undefined || value === null) return { kind: 'absent', raw }
  if (typeof value !== 'number' || !Number.isFinite(value)) return failed('Datadog answered with something that is no number', raw)
  return { kind: 'value', value, raw: { ...raw, reading: `${how} of the window, by Datadog` } }
}
