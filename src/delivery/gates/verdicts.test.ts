import { expect, it } from 'vitest'
import { answers, scripted, slo, subject, type Answer } from './gates.fixtures.ts'
import type { Evaluation, GateSubject } from './types.ts'

interface Row {
  readonly slo?: object
  readonly gates?: readonly object[]
  readonly answers: Readonly<Record<string, Answer>>
  readonly subject?: Partial<GateSubject>
  readonly expect: Partial<Record<keyof Evaluation, unknown>>
}

const latency = { p95_latency_ms: 300, window_minutes: 5 }
const lag = { name: 'lag', query: 'max(lag)', max: 10 }
const has = (text: string): unknown => expect.stringContaining(text)
const none = undefined

/** What one evaluation comes to. The first column is the case as a person would call it. */
const rows: Readonly<Record<string, Row>> = {
  'errors below the maximum': { slo, answers: { errors: 2, requests: 600 }, expect: { verdict: 'pass', value: 2 / 600, threshold: 0.005, comparison: '<=', samples: 600, needed: 600, arithmetic: '2 errors / 600 requests = 0.00333333; 0.00333333 <= 0.005', reason: none } },
  'errors above it': { slo, answers: { errors: 4, requests: 600 }, expect: { verdict: 'fail', value: 4 / 600, reason: '0.00666667 > 0.005' } },
  'equality passes': { slo, answers: { errors: 12, requests: 2400 }, expect: { verdict: 'pass', value: 0.005, arithmetic: '12 errors / 2400 requests = 0.005; 0.005 <= 0.005' } },
  'equality, but for floating point': { slo: { ...slo, error_rate_max: 0.3 }, answers: { errors: 0.1 * 3 * 100, requests: 100 }, expect: { verdict: 'pass' } },
  'just above': { slo, answers: { errors: 12.001, requests: 2400 }, expect: { verdict: 'fail' } },
  'no series of errors, which is no error': { slo, answers: { errors: 'absent', requests: 600 }, expect: { verdict: 'pass', value: 0, arithmetic: has('0 (no series) errors / 600 requests = 0') } },
  'no series of requests': { slo, answers: { errors: 5, requests: 'absent' }, expect: { verdict: 'no-data', value: none, reason: 'there is no series of requests' } },
  'no series at all': { slo, answers: {}, expect: { verdict: 'no-data' } },
  'no requests': { slo, answers: { errors: 0, requests: 0 }, expect: { verdict: 'no-data', samples: 0, reason: 'there were no requests' } },
  'NaN requests': { slo, answers: { errors: 0, requests: NaN }, expect: { verdict: 'no-data', value: none, reason: 'requests is NaN' } },
  'infinitely many requests': { slo, answers: { errors: 0, requests: Infinity }, expect: { verdict: 'no-data', reason: 'requests is Infinity' } },
  'NaN errors': { slo, answers: { errors: NaN, requests: 600 }, expect: { verdict: 'no-data', value: none, reason: 'errors is NaN' } },
  'infinitely many errors': { slo, answers: { errors: Infinity, requests: 600 }, expect: { verdict: 'no-data' } },
  'fewer requests than none': { slo, answers: { errors: 0, requests: -3 }, expect: { verdict: 'error', reason: has('a count cannot be below zero') } },
  'fewer errors than none': { slo, answers: { errors: -3, requests: 600 }, expect: { verdict: 'error', value: none, reason: 'errors is -3: a count cannot be below zero' } },
  'a share beyond all numbers': { slo, answers: { errors: 1e300, requests: 1e-300 }, expect: { verdict: 'no-data', value: none } },
  'several series': { slo, answers: { errors: 1, requests: { error: 'the query gives 2 series, and must give one' } }, expect: { verdict: 'error', reason: 'requests: the query gives 2 series, and must give one' } },
  'errors cannot be asked': { slo, answers: { errors: { error: 'the server answered 503' }, requests: 600 }, expect: { verdict: 'error', reason: 'errors: the server answered 503' } },
  'one request too few': { slo, answers: { errors: 0, requests: 599 }, expect: { verdict: 'inconclusive', value: 0, samples: 599, needed: 600, reason: '599 requests are too few: 600 are needed' } },
  'too few, however bad': { slo, answers: { errors: 599, requests: 599 }, expect: { verdict: 'inconclusive' } },
  'n of one percent': { slo: { error_rate_max: 0.01 }, answers: { errors: 0, requests: 300 }, expect: { verdict: 'pass', needed: 300 } },
  'n of three permille': { slo: { error_rate_max: 0.003 }, answers: { errors: 0, requests: 1000 }, expect: { verdict: 'pass', needed: 1000 } },
  'n of seven permille is rounded up': { slo: { error_rate_max: 0.007 }, answers: { errors: 0, requests: 428 }, expect: { verdict: 'inconclusive', needed: 429 } },
  'n of its own': { slo: { ...slo, min_samples: 50 }, answers: { errors: 0, requests: 50 }, expect: { verdict: 'pass', needed: 50 } },
  'no error is allowed, and there is none': { slo: { error_rate_max: 0, min_samples: 10 }, answers: { errors: 'absent', requests: 10 }, expect: { verdict: 'pass' } },
  'no error is allowed, and there is one': { slo: { error_rate_max: 0, min_samples: 10 }, answers: { errors: 1, requests: 10 }, expect: { verdict: 'fail' } },

  'Wilson: above, but it may be chance': { slo: { ...slo, confidence: true }, answers: { errors: 5, requests: 600 }, expect: { verdict: 'pass', value: 5 / 600, arithmetic: has("the lower end of Wilson's interval (95%) is 0.0035646 <= 0.005") } },
  'Wilson: above, and no chance': { slo: { ...slo, confidence: true }, answers: { errors: 12, requests: 600 }, expect: { verdict: 'fail', reason: has("Wilson's interval (95%) is 0.0114772 > 0.005") } },
  'Wilson: more errors than requests, by extrapolation': { slo: { ...slo, confidence: true }, answers: { errors: 601, requests: 600 }, expect: { verdict: 'fail' } },

  'fast enough': { slo: latency, answers: { 'latency-bucket': 190, 'latency-count': 200 }, expect: { verdict: 'pass', value: 0.95, threshold: 0.95, comparison: '>=', samples: 200, needed: 200, arithmetic: '190 within 300 ms / 200 requests = 0.95; 0.95 >= 0.95' } },
  'too slow': { slo: latency, answers: { 'latency-bucket': 189, 'latency-count': 200 }, expect: { verdict: 'fail', reason: '94.5% of the requests took at most 300 ms, 95% must' } },
  'too few to be slow': { slo: latency, answers: { 'latency-bucket': 0, 'latency-count': 199 }, expect: { verdict: 'inconclusive', needed: 200 } },
  'no requests to be slow': { slo: latency, answers: { 'latency-bucket': 0, 'latency-count': 0 }, expect: { verdict: 'no-data' } },
  'no histogram': { slo: latency, answers: {}, expect: { verdict: 'no-data', reason: 'there is no series of requests' } },
  'n of p99': { slo: { p99_latency_ms: 300 }, answers: { 'latency-bucket': 999, 'latency-count': 999 }, expect: { verdict: 'inconclusive', needed: 1000 } },
  'no bucket ends there': { slo: latency, answers: { 'latency-count': 400, 'latency-top': 10, 'latency-quantile': 0.27 }, expect: { verdict: 'pass', value: 0.27, threshold: 0.3, comparison: '<=', unit: 's', arithmetic: has('interpolated: no bucket ends at 300 ms; 0.27 <= 0.3') } },
  'no bucket ends there, and it is slow': { slo: latency, answers: { 'latency-count': 400, 'latency-top': 10, 'latency-quantile': 0.31 }, expect: { verdict: 'fail', value: 0.31, reason: 'p95 0.31 > 0.3 (seconds)' } },
  'no bucket ends there, and few requests': { slo: latency, answers: { 'latency-count': 20, 'latency-top': 10, 'latency-quantile': 0.31 }, expect: { verdict: 'inconclusive' } },
  'the quantile lies at the cap': { slo: latency, answers: { 'latency-count': 400, 'latency-top': 0.5, 'latency-quantile': 0.5 }, expect: { verdict: 'fail', arithmetic: has('0.5 s is the highest that can be told'), reason: has('or more') } },
  'a threshold above the highest bucket': { slo: latency, answers: { 'latency-count': 400, 'latency-top': 0.25, 'latency-quantile': 0.1 }, expect: { verdict: 'error', value: none, reason: '300 ms cannot be judged: the highest bucket of the histogram ends at 250 ms' } },
  'a histogram without finite buckets': { slo: latency, answers: { 'latency-count': 400, 'latency-top': NaN }, expect: { verdict: 'error', reason: 'the histogram has no finite buckets' } },
  'a quantile that is NaN': { slo: latency, answers: { 'latency-count': 400, 'latency-top': 1, 'latency-quantile': NaN }, expect: { verdict: 'no-data', reason: 'p95 is NaN' } },
  'slow, but it may be chance': { slo: { ...latency, confidence: true }, answers: { 'latency-bucket': 187, 'latency-count': 200 }, expect: { verdict: 'pass' } },
  'slow, and no chance': { slo: { ...latency, confidence: true }, answers: { 'latency-bucket': 160, 'latency-count': 200 }, expect: { verdict: 'fail' } },

  'a free number': { gates: [lag], answers: { free: 10 }, expect: { verdict: 'pass', value: 10, threshold: 10, needed: none } },
  'a free number above': { gates: [lag], answers: { free: 10.5 }, expect: { verdict: 'fail', reason: '10.5 > 10' } },
  'a free number below its least': { gates: [{ name: 'rate', query: 'sum(x)', min: 3 }], answers: { free: 2 }, expect: { verdict: 'fail', comparison: '>=', reason: '2 < 3' } },
  'a free number that is not there': { gates: [lag], answers: {}, expect: { verdict: 'no-data', reason: 'there is no series' } },
  'a free number that is none': { gates: [lag], answers: { free: NaN }, expect: { verdict: 'no-data', value: none, reason: 'the value is NaN' } },
  'a free number without end': { gates: [lag], answers: { free: Infinity }, expect: { verdict: 'no-data' } },
  'a free number of too little': { gates: [{ ...lag, samples: 'sum(n)', min_samples: 5 }], answers: { free: 1, samples: 4 }, expect: { verdict: 'inconclusive', samples: 4, needed: 5 } },
  'a free number of nothing': { gates: [{ ...lag, samples: 'sum(n)', min_samples: 5 }], answers: { free: 1 }, expect: { verdict: 'inconclusive', samples: 0 } },
  'a free share': { gates: [{ name: 'hits', numerator: 'a', denominator: 'b', min: 0.8 }], answers: { free: 5 }, expect: { verdict: 'pass', value: 1, arithmetic: has('5 (numerator) / 5 (denominator) = 1; 1 >= 0.8') } },
  'a free number that cannot be asked': { gates: [lag], answers: { free: { error: 'bad_data: parse error' } }, expect: { verdict: 'error', reason: 'bad_data: parse error' } },
}

it.each(Object.entries(rows))('%s', async (_name, row) => {
  const { gates, since } = scripted({ slo: row.slo, gates: row.gates }, answers(row.answers))
  const { evaluations: [evaluation], ...outcome } = await gates.once({ subject: { ...subject, ...row.subject }, since })
  for (const [key, value] of Object.entries(row.expect)) {
    if (value === undefined) expect(evaluation).not.toHaveProperty(key)
    else expect(evaluation).toHaveProperty(key, value)
  }
  expect(outcome.verdict).toBe(evaluation!.verdict)
  // Records are JSON, which has neither NaN nor infinity.
  for (const number of ['value', 'threshold', 'samples'] as const) if (evaluation![number] !== undefined) expect(Number.isFinite(evaluation![number])).toBe(true)
})
