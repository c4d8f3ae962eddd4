import { PintleError } from '../../../errors/index.ts'
import type { Measurement, MetricProvider, MetricQuery } from '../types.ts'
import { rawAnswer } from './words.ts'

/** As much of a pod template as says how its pods behave. */
export interface PodTemplate {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] }
}

/** What a simulated version serves: its share of errors, the latency that 95 % of its requests keep, and what all of the service gets. */
export interface SimulatedTraffic {
  readonly errors: number
  /** Seconds. */
  readonly p95: number
  /** Of the whole service, whatever the weight. */
  readonly requestsPerSecond: number
  /** Nobody scrapes it. */
  readonly silent: boolean
}

const usual: SimulatedTraffic = { errors: 0, p95: 0.05, requestsPerSecond: 100, silent: false }

/** Annotations of a pod template; words of images say the same where there is none: `shop:2.0-errors-3pct`, `-latency-450ms`, `-10rps`, `-no-metrics`. */
export const trafficAnnotations = { errors: 'pintle.dev/simulate-errors', latency: 'pintle.dev/simulate-latency-ms', requests: 'pintle.dev/simulate-requests-per-second', metrics: 'pintle.dev/simulate-metrics' } as const

/**
 * How the pods of a template behave. Annotations go before words of images.
 * @throws Error for an annotation that is no number within its bounds
 */
export function trafficOf({ metadata, spec }: PodTemplate): SimulatedTraffic {
  const word = (pattern: RegExp): number | undefined => {
    for (const { image = '' } of spec?.containers ?? []) {
      const found = pattern.exec(image)?.[1]
      if (found !== undefined) return Number(found)
    }
    return undefined
  }
  const annotation = (name: string, most: number): number | undefined => {
    const text = metadata?.annotations?.[name]
    if (text === undefined) return undefined
    const value = Number(text)
    if (!/^\d+(?:\.\d+)?$/.test(text) || value > most) throw new Error(`the annotation ${name} must be a number from 0 to ${most}`)
    return value
  }
  const percent = word(/(?<![a-z0-9])errors-(\d{1,3}(?:\.\d+)?)pct(?![a-z0-9])/i)
  const milliseconds = annotation(trafficAnnotations.latency, 600_000) ?? word(/(?<![a-z0-9])latency-(\d{1,6})ms(?![a-z0-9])/i)
  return {
    errors: annotation(trafficAnnotations.errors, 1) ?? (percent === undefined ? usual.errors : Math.min(1, percent / 100)),
    p95: milliseconds === undefined ? usual.p95 : milliseconds / 1000,
    requestsPerSecond: annotation(trafficAnnotations.requests, 1_000_000) ?? word(/(?<![a-z0-9])(\d{1,6}(?:\.\d+)?)rps(?![a-z0-9])/i) ?? usual.requestsPerSecond,
    silent: metadata?.annotations?.[trafficAnnotations.metrics] === 'none' || (spec?.containers ?? []).some(({ image = '' }) => /(?<![a-z0-9])no-metrics(?![a-z0-9])/i.test(image)),
  }
}

export interface SimulatedOptions {
  /** Whether the cluster is a simulation. */
  readonly simulated: boolean
  /** Reads both versions' templates and the share of the traffic, in percent, that the new one has. Without a canary all of it is the stable version's. */
  readonly observe: (signal?: AbortSignal) => Promise<{ readonly canary: PodTemplate | undefined; readonly stable: PodTemplate; readonly weight: number }>
}

/**
 * Metrics of a cluster whose pods never run: what its pod templates ask for. The same question has the same answer, whenever it is asked.
 * @throws PintleError config.invalid on a real cluster: its metrics must be real
 */
export function simulatedProvider({ simulated, observe }: SimulatedOptions): MetricProvider {
  if (!simulated) throw new PintleError('config.invalid', 'simulated metrics are for the sandbox alone', { hint: 'Name where the metrics of this cluster are: slo.prometheus, datadog, cloudwatch.' })
  const endpoint = 'simulated'
  return {
    name: 'simulated', endpoint, simulated: true,
    async measure(query, { at, signal }) {
      signal?.throwIfAborted()
      let body = ''
      const raw = () => rawAnswer({ query: query.text, endpoint, at, body }, (text) => text)
      try {
        const { canary, stable, weight } = await observe(signal)
        const asked = sharesOf(query, canary === undefined ? undefined : trafficOf(canary), trafficOf(stable), weight)
        body = JSON.stringify({ simulated: true, versions: asked })
        return answer(query, asked, raw)
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason
        return { kind: 'error', message: (error as Error).message, raw: raw() }
      }
    },
  }
}

interface Share extends SimulatedTraffic { readonly track: 'canary' | 'stable'; readonly requests: number }

/** The versions that a question is about, with their requests in the window. The stable version says how much traffic there is: it was there before. */
function sharesOf({ about, window }: MetricQuery, canary: SimulatedTraffic | undefined, stable: SimulatedTraffic, weight: number): Share[] {
  const share = canary === undefined ? 0 : weight / 100
  const total = stable.requestsPerSecond * (window / 1000)
  const canaryRate = canary === undefined || canary.requestsPerSecond === usual.requestsPerSecond ? total : canary.requestsPerSecond * (window / 1000)
  const all: Share[] = [
    ...(canary === undefined ? [] : [{ ...canary, track: 'canary' as const, requests: Math.round(canaryRate * share) }]),
    { ...stable, track: 'stable', requests: Math.round(total * (1 - share)) },
  ]
  return all.filter(({ track, silent }) => !silent && (about.track === 'service' || about.track === track))
}

function answer({ about }: MetricQuery, shares: readonly Share[], raw: () => ReturnType<typeof rawAnswer>): Measurement {
  const sum = (count: (share: Share) => number): Measurement => (shares.length === 0 ? { kind: 'absent', raw: raw() } : { kind: 'value', value: shares.reduce((n, s) => n + count(s), 0), raw: raw() })
  switch (about.measure) {
    case 'requests':
    case 'samples':
    case 'latency-count': return sum(({ requests }) => requests)
    case 'errors': return sum(({ requests, errors }) => failing(requests, errors))
    case 'latency-bucket': return sum(({ requests, p95 }) => within(requests, p95, about.seconds ?? 0))
    case 'latency-top': return { kind: 'value', value: highestBucket, raw: raw() }
    case 'latency-quantile': return quantile(shares, about.quantile ?? 0.95, raw)
    case 'free': return { kind: 'error', message: 'the sandbox has no metrics that a query of your own could read', raw: raw() }
  }
}

/** A version whose errors are asked for at the limit keeps it. */
const failing = (requests: number, errors: number): number => Math.floor(requests * errors + 1e-6)

/** Seconds. Any threshold has a bucket of its own here. */
const highestBucket = 3600

/** Latencies are spread exponentially, so that 95 % keep the one that was asked for. */
const decay = (p95: number): number => Math.log(20) / Math.max(p95, 1e-6)

/** Requests that took no longer. A version whose 95 % are asked for at the limit keeps it: rounding does not decide. */
const within = (requests: number, p95: number, seconds: number): number => Math.min(requests, Math.ceil(requests * (1 - Math.exp(-decay(p95) * seconds)) - 1e-6))

/** Seconds. Of a mixture it is found between those of its parts. */
function quantile(shares: readonly Share[], q: number, raw: () => ReturnType<typeof rawAnswer>): Measurement {
  const total = shares.reduce((n, s) => n + s.requests, 0)
  if (total === 0 || !(q > 0 && q < 1)) return { kind: 'absent', raw: raw() }
  const own = shares.filter((s) => s.requests > 0).map(({ p95 }) => -Math.log(1 - q) / decay(p95))
  let [low, high] = [Math.min(...own), Math.max(...own)]
  for (let i = 0; i < 60 && high - low > 1e-9; i++) {
    const middle = (low + high) / 2
    const share = shares.reduce((n, s) => n + s.requests * (1 - Math.exp(-decay(s.p95) * middle)), 0) / total
    if (share < q) low = middle
    else high = middle
  }
  return { kind: 'value', value: high, raw: raw() }
}
