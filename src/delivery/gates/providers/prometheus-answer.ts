import type { HttpAnswer } from '../../../charts/http/index.ts'
import { isMap } from '../../settings/index.ts'

export type InstantAnswer = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'absent' } | { readonly kind: 'error'; readonly message: string }

/** How far from the time that was asked for an answer may be, ms. A cache's answer is about another one. */
const tolerance = 1000

/**
 * Reads the answer to an instant query: one series, or none.
 * Upstream: web/api/v1/api.go; warnings mean that something is missing (Thanos' stores, a remote read); infos are about the query's style and change no number.
 */
export function readInstantAnswer({ status, statusText, headers }: Pick<HttpAnswer, 'status' | 'statusText' | 'headers'>, body: string, at: number): InstantAnswer {
  const error = (message: string): InstantAnswer => ({ kind: 'error', message })
  const answered = `the server answered ${status}${statusText === '' ? '' : ` ${statusText}`}`
  if (status >= 300 && status < 400) return error(`${answered}: it leads elsewhere, which is not followed`)
  const json = parsed(body)
  if (!isMap(json)) return error(`${answered} with ${sort(headers['content-type'], body)}${status === 401 || status === 403 ? ': check its credentials' : ''}`)
  if (json.status !== 'success' || status >= 400) return error(`${answered}: ${json.status === 'error' ? `${line(json.errorType)}: ${line(json.error)}` : line(json.message ?? json.error ?? body)}`)
  if (Array.isArray(json.warnings) && json.warnings.length > 0) return error(`the server warns: ${json.warnings.slice(0, 3).map((w) => line(w)).join('; ')}`)
  const { resultType, result } = isMap(json.data) ? json.data : {}
  if (resultType === 'scalar') return sample(result, at)
  if (resultType !== 'vector' || !Array.isArray(result)) return error(`the query gives a ${line(resultType ?? 'thing of no known type')}, and no number`)
  if (result.length === 0) return { kind: 'absent' }
  if (result.length > 1) return error(`the query gives ${result.length} series, and must give one: ${result.slice(0, 3).map((r) => labels(isMap(r) ? r.metric : undefined)).join(', ')}${result.length > 3 ? ', ...' : ''}`)
  const [series] = result as unknown[]
  if (isMap(series) && series.histogram !== undefined) return error('the query gives a native histogram, and no number')
  return sample(isMap(series) ? series.value : undefined, at)
}

function sample(pair: unknown, at: number): InstantAnswer {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') return { kind: 'error', message: 'the server answered with no sample' }
  if (Math.abs(pair[0] * 1000 - at) > tolerance) return { kind: 'error', message: `the answer is stale: it is about ${timeText(pair[0] * 1000)}, and ${timeText(at)} was asked for` }
  const value = numbers[pair[1]] ?? (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(pair[1]) ? Number(pair[1]) : undefined)
  return value === undefined ? { kind: 'error', message: `${JSON.stringify(line(pair[1]))} is no number` } : { kind: 'value', value }
}

/** Go's spellings (strconv.FormatFloat). */
const numbers: Readonly<Record<string, number>> = { NaN: NaN, '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity }

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
