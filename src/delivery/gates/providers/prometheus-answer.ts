import type { HttpAnswer } from '../../../charts/http/index.ts'
import { isMap } from '../../settings/index.ts'

export interface Failed { readonly kind: 'error'; readonly message: string }
export type InstantAnswer = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'absent' } | Failed
export type RangeAnswer = { readonly kind: 'values'; readonly values: readonly number[] } | { readonly kind: 'absent' } | Failed

type Head = Pick<HttpAnswer, 'status' | 'statusText' | 'headers'>

/** How far from the time that was asked for an answer may be, ms. A cache's answer is about another one. */
const tolerance = 1000

const failed = (message: string): Failed => ({ kind: 'error', message })

/** Reads the answer to an instant query: one series, or none. @param at the moment that was asked for */
export function readInstantAnswer(head: Head, body: string, at: number): InstantAnswer {
  const data = dataOf(head, body)
  if ('message' in data) return data
  if (data.resultType === 'scalar') return sample(data.result, at)
  const series = seriesOf(data, 'vector')
  if ('message' in series) return series
  const [one] = series
  if (one === undefined) return { kind: 'absent' }
  if (isMap(one) && one.histogram !== undefined) return failed('the query gives a native histogram, and no number')
  return sample(isMap(one) ? one.value : undefined, at)
}

/** Reads the answer to a range query: the finite numbers of one series, or none. */
export function readRangeAnswer(head: Head, body: string): RangeAnswer {
  const data = dataOf(head, body)
  if ('message' in data) return data
  const series = seriesOf(data, 'matrix')
  if ('message' in series) return series
  const [one] = series
  if (one === undefined) return { kind: 'absent' }
  const pairs = isMap(one) && Array.isArray(one.values) ? (one.values as unknown[]) : undefined
  if (pairs === undefined || !pairs.every((pair) => Array.isArray(pair) && typeof pair[1] === 'string')) return failed('the server answered with no samples')
  return { kind: 'values', values: (pairs as [unknown, string][]).map(([, text]) => numberOf(text) ?? NaN).filter(Number.isFinite) }
}

/**
 * What a successful answer holds.
 * Upstream: web/api/v1/api.go; warnings mean that something is missing (Thanos' stores, a remote read); infos are about the query's style and change no number.
 */
function dataOf({ status, statusText, headers }: Head, body: string): { readonly resultType?: unknown; readonly result?: unknown } | Failed {
  const answered = `the server answered ${status}${statusText === '' ? '' : ` ${statusText}`}`
  if (status >= 300 && status < 400) return failed(`${answered}: it leads elsewhere, which is not followed`)
  const json = parsed(body)
  if (!isMap(json)) return failed(`${answered} with ${sort(headers['content-type'], body)}${status === 401 || status === 403 ? ': check its credentials' : ''}`)
  if (json.status !== 'success' || status >= 400) return failed(`${answered}: ${json.status === 'error' ? `${line(json.errorType)}: ${line(json.error)}` : line(json.message ?? json.error ?? body)}`)
  if (Array.isArray(json.warnings) && json.warnings.length > 0) return failed(`the server warns: ${json.warnings.slice(0, 3).map((w) => line(w)).join('; ')}`)
  const { resultType, result } = isMap(json.data) ? json.data : {}
  return { resultType, result }
}

/** At most one series. */
function seriesOf({ resultType, result }: { readonly resultType?: unknown; readonly result?: unknown }, wanted: 'vector' | 'matrix'): readonly unknown[] | Failed {
  if (resultType !== wanted || !Array.isArray(result)) return failed(`the query gives a ${line(resultType ?? 'thing of no known type')}, and no number`)
  if (result.length > 1) return failed(`the query gives ${result.length} series, and must give one: ${result.slice(0, 3).map((r) => labels(isMap(r) ? r.metric : undefined)).join(', ')}${result.length > 3 ? ', ...' : ''}`)
  return result
}

function sample(pair: unknown, at: number): InstantAnswer {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') return { kind: 'error', message: 'the server answered with no sample' }
  if (Math.abs(pair[0] * 1000 - at) > tolerance) return { kind: 'error', message: `the answer is stale: it is about ${timeText(pair[0] * 1000)}, and ${timeText(at)} was asked for` }
  const value = numberOf(pair[1])
  return value === undefined ? { kind: 'error', message: `${JSON.stringify(line(pair[1]))} is no number` } : { kind: 'value', value }
}

/** Go's spellings (strconv.FormatFloat). */
const numbers: Readonly<Record<string, number>> = { NaN: NaN, '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity }

const numberOf = (text: string): number | undefined => (Object.hasOwn(numbers, text) ? numbers[text] : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined)

const timeText = (ms: number): string => (Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : String(ms))

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What came instead of JSON; a page's title says most. */
function sort(contentType: string | undefined, body: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body)?.[1]
  if (title !== undefined) return `a page, ${JSON.stringify(line(title))}`
  return body.trim() === '' ? 'nothing' : `no JSON of Prometheus (${line(contentType ?? 'no type')}): ${line(body, 80)}`
}

const labels = (metric: unknown): string => `{${isMap(metric) ? Object.entries(metric).slice(0, 5).map(([name, value]) => `${line(name, 40)}=${JSON.stringify(line(value, 40))}`).join(', ') : ''}}`

/** One line of what somebody else wrote. */
function line(value: unknown, most = 300): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : ''
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
