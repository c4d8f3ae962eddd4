import { isMap, keyedMap, type Fault } from '../settings/index.ts'
import { providerKinds } from './providers/registry.ts'
import type { ProviderSettings, SloMetrics, SloQueries } from './providers/provider-kind.ts'
import { readMetrics } from './read-metrics.ts'
import { readSubset } from './read-subset.ts'
import { readBudget } from './read-budget.ts'
import { count, positive, readQuery, text, time, yes } from './read-values.ts'
import type { GateSpec, GateSettings } from './settings.ts'

/** What `slo` says for itself and for the free gates beside it. */
export interface ReadSlo extends Pick<GateSettings, 'gates' | 'scrape' | 'subset' | 'budget'> {
  readonly providers: Record<string, ProviderSettings>
  /** The name of the source that gates use which name none. */
  readonly usual: string
  readonly window: number
}

/** Quantiles that have a key: `p95_latency_ms`. */
const quantiles: Readonly<Record<string, number>> = { p50_latency_ms: 0.5, p90_latency_ms: 0.9, p95_latency_ms: 0.95, p99_latency_ms: 0.99 }
const common = ['error_rate_max', ...Object.keys(quantiles), 'window_minutes', 'window', 'scrape_interval', 'min_samples', 'subset', 'metrics', 'labels', 'queries', 'provider', 'confidence', 'baseline', 'dryRun', 'objective', 'objective_window']

/**
 * Where no source is named, the seed's: a Prometheus that the environment names.
 */
const usual = { name: 'prometheus', raw: '${PROMETHEUS_URL}' }

/** @throws what `fault` makes */
export function readSlo(raw: unknown, fault: Fault): ReadSlo {
  const map = raw === undefined || raw === null ? {} : keyedMap(raw, [...common, ...Object.keys(providerKinds)], { section: 'slo', fault: (path, ...rest) => fault(['slo', ...path], ...rest) })
  const providers = Object.fromEntries(Object.entries(map).filter(([key]) => Object.hasOwn(providerKinds, key)).map(([key, value]) => [key, providerKinds[key]!.read(value, ['slo', key], fault)]))
  const named = Object.keys(providers)
  if (named.length === 0) providers[usual.name] = providerKinds[usual.name]!.read(usual.raw, ['slo'], fault)
  const provider = map.provider ?? named[0] ?? usual.name
  if (typeof provider !== 'string' || !Object.hasOwn(providers, provider)) throw fault(['slo', 'provider'], `slo.provider names no source of metrics of slo`, `There are: ${Object.keys(providers).join(', ')}.`)
  if (named.length > 1 && map.provider === undefined) throw fault(['slo'], `slo has the sources ${named.join(' and ')}: say which one it is asked of`, `provider: ${named[0]}`)
  const scrape = map.scrape_interval === undefined ? 15_000 : time(map.scrape_interval, 'slo.scrape_interval', ['slo', 'scrape_interval'], fault)
  const window = windowOf(map, fault)
  const subset = readSubset(map.subset, fault)
  return { providers, usual: provider, scrape, window, subset, ...gatesOf(map, { fault, provider, window, subset, settings: providers[provider]! }) }
}

function windowOf({ window, window_minutes: minutes }: Record<string, unknown>, fault: Fault): number {
  if (window !== undefined && minutes !== undefined) throw fault(['slo', 'window'], 'slo has both window and window_minutes')
  if (window !== undefined) return time(window, 'slo.window', ['slo', 'window'], fault)
  return minutes === undefined ? 300_000 : positive(minutes, 'slo.window_minutes', ['slo', 'window_minutes'], fault, 1440) * 60_000
}

interface Surroundings { readonly fault: Fault; readonly provider: string; readonly settings: ProviderSettings; readonly window: number; readonly subset: GateSettings['subset'] }

function gatesOf(map: Record<string, unknown>, { fault, provider, settings, window, subset }: Surroundings): Pick<GateSettings, 'gates' | 'budget'> {
  const latencies = Object.entries(quantiles).filter(([key]) => map[key] !== undefined)
  if (map.error_rate_max === undefined && latencies.length === 0 && map.objective === undefined) {
    const idle = ['queries', 'metrics', 'labels', 'confidence', 'baseline', 'dryRun', 'min_samples'].find((key) => map[key] !== undefined)
    if (idle !== undefined) throw fault(['slo', idle], `slo.${idle} says nothing without error_rate_max or p95_latency_ms`)
    readBudget(map, {}, provider, fault)
    return { gates: [] }
  }
  const kind = providerKinds[settings.kind]!
  const metrics: SloMetrics = readMetrics(map.metrics, map.labels, fault)
  const queries: SloQueries = { ...kind.queries?.(metrics), ...readQueries(map.queries, fault) }
  const confidence = map.confidence === undefined ? false : yes(map.confidence, 'slo.confidence', ['slo', 'confidence'], fault)
  const least = map.min_samples === undefined ? undefined : count(map.min_samples, 'slo.min_samples', ['slo', 'min_samples'], fault)
  const asks = (...names: (keyof SloQueries)[]): void => {
    const missing = names.find((name) => queries[name] === undefined)
    if (missing !== undefined) throw fault(['slo'], `slo has no query for ${missing}, and ${settings.kind} none of its own`, `queries: { ${missing}: ... }`)
  }
  const shared = { provider, window }
  const twin = baselineOf(map.baseline, fault)
  if (twin !== undefined && subset.by === 'none') throw fault(['slo', 'baseline'], 'slo.baseline compares two versions, and with subset: none nothing tells them apart')
  const gates: GateSpec[] = []
  if (map.error_rate_max !== undefined) {
    const max = rateOf(map.error_rate_max, fault)
    asks('errors', 'requests')
    if (max === 0 && least === undefined) throw fault(['slo', 'error_rate_max'], 'slo.error_rate_max is 0: no number of requests shows that', 'Say with min_samples how many are enough.')
    // At n = 3 / max, no error at all means with 95% certainty that the rate is below max (the rule of three). 3 / 0.01 is 300, also in floating point.
    const needed = least ?? Math.ceil(3 / max - 1e-9)
    gates.push({ name: 'error-rate', kind: 'ratio', counts: true, ...shared, numerator: queries.errors!, denominator: queries.requests!, max, needed, ...(confidence && { confidence }) })
    if (twin !== undefined) gates.push({ name: 'error-rate-baseline', kind: 'baseline', of: 'errors', ...shared, part: queries.errors!, whole: queries.requests!, needed, ...twin })
  }
  for (const [key, quantile] of latencies) {
    const limit = positive(map[key], `slo.${key}`, ['slo', key], fault, 86_400_000)
    if (queries.latencyBucket === undefined || queries.latencyCount === undefined) asks('latencyQuantile')
    const name = key.replace('_latency_ms', '-latency')
    // 200 at p95: ten observations above the quantile.
    const needed = least ?? Math.round(10 / (1 - quantile))
    const { latencyBucket: bucket, latencyCount: counted = queries.requests, latencyTop: top, latencyQuantile: value } = queries
    gates.push({ name, kind: 'latency', quantile, limit, ...shared, needed, ...(bucket && { bucket }), ...(counted && { count: counted }), ...(top && { top }), ...(value && { value }), ...(confidence && { confidence }) })
    if (twin !== undefined && bucket !== undefined && counted !== undefined) gates.push({ name: `${name}-baseline`, kind: 'baseline', of: 'latency', limit, ...shared, part: bucket, whole: counted, needed, ...twin })
    if (twin !== undefined && value !== undefined && kind.courses === true) gates.push({ name: `${name}-course`, kind: 'course', dryRun: true, quantile, query: value, ...shared, needed: 0, background: false, ...twin })
  }
  const budget = readBudget(map, queries, provider, fault)
  return { gates: withDryRuns(gates, map.dryRun, fault), ...(budget && { budget }) }
}

function rateOf(value: unknown, fault: Fault): number {
  if (typeof value !== 'number' || !(value >= 0) || value > 1) throw fault(['slo', 'error_rate_max'], 'slo.error_rate_max must be a number from 0 to 1', '0.005 is half a percent.')
  return value
}

function baselineOf(raw: unknown, fault: Fault): { workload?: string } | undefined {
  if (raw === undefined || raw === false) return undefined
  if (raw === true) return {}
  const { workload } = keyedMap(raw, ['workload'], { section: 'slo', at: ['baseline'], fault: (path, ...rest) => fault(['slo', ...path], ...rest) })
  return { workload: text(workload, 'slo.baseline.workload', ['slo', 'baseline', 'workload'], fault, 253) }
}

const queryKeys: Readonly<Record<string, keyof SloQueries>> = { errors: 'errors', requests: 'requests', latency_bucket: 'latencyBucket', latency_count: 'latencyCount', latency_top: 'latencyTop', latency_quantile: 'latencyQuantile' }

function readQueries(raw: unknown, fault: Fault): SloQueries {
  if (raw === undefined) return {}
  const map = keyedMap(raw, Object.keys(queryKeys), { section: 'slo', at: ['queries'], fault: (path, ...rest) => fault(['slo', ...path], ...rest) })
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [queryKeys[key]!, readQuery(value, `slo.queries.${key}`, ['slo', 'queries', key], fault)]))
}

function withDryRuns(gates: GateSpec[], raw: unknown, fault: Fault): GateSpec[] {
  if (raw === undefined) return gates
  const names = gates.map((gate) => gate.name)
  if (raw === true) return gates.map((gate) => ({ ...gate, dryRun: true }))
  if (!Array.isArray(raw)) throw fault(['slo', 'dryRun'], 'slo.dryRun must be a list of names, or true', `There are: ${names.join(', ')}.`)
  for (const [i, name] of raw.entries()) if (!names.includes(name as string)) throw fault(['slo', 'dryRun', i], `slo has no gate called ${JSON.stringify(isMap(name) ? '' : name)}`, `There are: ${names.join(', ')}.`)
  return gates.map((gate) => (raw.includes(gate.name) ? { ...gate, dryRun: true } : gate))
}
