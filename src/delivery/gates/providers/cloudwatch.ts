import type { AwsCredentials } from '../../../charts/http/index.ts'
import { AwsAccount } from '../../../charts/secrets/index.ts'
import { parseDocument } from '../../../language/yaml/index.ts'
import { isMap } from '../../settings/index.ts'
import type { Measurement, MetricProvider, MetricQuery, RawAnswer } from '../types.ts'
import { failed, measured } from './ask.ts'
import type { CloudWatchSettings } from './cloudwatch-settings.ts'
import { aggregate, readingOf, usualAggregation, type Aggregation } from './points.ts'
import type { OpenProviderOptions, ProviderSettings } from './provider-kind.ts'
import { oneLine, rawAnswer } from './words.ts'

/** Credentials of roles run out after 15 minutes at the earliest, and rollouts take hours. */
const credentialsLast = 5 * 60_000
/** Pages of one answer that are asked for. */
const mostPages = 10

/**
 * CloudWatch by GetMetricData. A query is what `aws cloudwatch get-metric-data --metric-data-queries` takes, in JSON or YAML, or one expression. Whole periods within the window count.
 * Credentials are found as AWS' own programs find them.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function openCloudWatch(settings: ProviderSettings, { env, hide }: OpenProviderOptions): Promise<MetricProvider> {
  const { period, aggregate: wanted, ...who } = settings as CloudWatchSettings
  const endpoint = whereIs(who, env)
  let found: { readonly since: number; readonly credentials: Promise<AwsCredentials> } | undefined
  const credentials = (): Promise<AwsCredentials> => {
    if (found === undefined || Date.now() - found.since > credentialsLast) {
      const account = new AwsAccount(who, { env })
      const asked = account.credentials().finally(() => account.close())
      found = { since: Date.now(), credentials: asked }
      // What failed is tried again the next time.
      asked.catch(() => { found = undefined })
    }
    return found.credentials
  }
  return {
    name: 'cloudwatch', endpoint, simulated: false,
    measure: (query, { at, signal }) => measured({ query: query.text, endpoint, at, signal, hide }, async () => {
      const how = wanted ?? usualAggregation(query.about)
      const request = requestOf(query, period, at)
      const account = new AwsAccount({ ...who, credentials: await orAborted(credentials(), signal) }, { env, ...(signal && { signal }) })
      try {
        const pages = await pagesOf(account, request)
        return numberOf(pages, period, how, rawAnswer({ query: JSON.stringify(request), endpoint, at, body: pages.map((page) => JSON.stringify(page)).join('\n') }, hide))
      } finally {
        account.close()
      }
    }),
  }
}

async function pagesOf(account: AwsAccount, request: Request): Promise<Page[]> {
  const pages: Page[] = []
  for (let next = ''; pages.length < mostPages;) {
    const page = (await account.ask('monitoring', 'GraniteServiceVersion20100801.GetMetricData', { ...request, ...(next !== '' && { NextToken: next }) }, '1.0')) as Page
    pages.push(page)
    if (typeof page.NextToken !== 'string' || page.NextToken === '') break
    next = page.NextToken
  }
  return pages
}

/** Without a region it is not known, which is said by every measurement. */
function whereIs(settings: Pick<CloudWatchSettings, 'region' | 'profile' | 'role'>, env: NodeJS.ProcessEnv): string {
  const account = new AwsAccount(settings, { env })
  try {
    return account.place('monitoring').endpoint.replace(/\/\/[^/@]*@/, '//***@')
  } catch {
    return `cloudwatch ${settings.region}`.trim()
  } finally {
    account.close()
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

interface Request { readonly MetricDataQueries: readonly unknown[]; readonly StartTime: number; readonly EndTime: number; readonly ScanBy: 'TimestampAscending' }
interface Page { readonly MetricDataResults?: unknown; readonly Messages?: unknown; readonly NextToken?: unknown }

/** CloudWatch rounds times to periods: asked for are those that lie within the window. */
function requestOf({ text, window }: MetricQuery, period: number, at: number): Request {
  const step = period * 1000
  const end = Math.floor(at / step) * period
  const start = Math.ceil((at - window) / step) * period
  if (start >= end) throw new Error(`no whole period of ${period} s lies within the last ${Math.round(window / 1000)} s: a longer window is needed`)
  const written = text.trim()
  const queries = /^(?:\[|- )/.test(written) ? listOf(written) : [{ Id: 'q', Expression: written, Period: period, ReturnData: true }]
  return { MetricDataQueries: queries.map((query) => withPeriod(query, period)), StartTime: start, EndTime: end, ScanBy: 'TimestampAscending' }
}

function listOf(text: string): Record<string, unknown>[] {
  const list: unknown = parseDocument(text)
  if (!Array.isArray(list) || list.length === 0 || list.length > 100 || !list.every(isMap)) throw new Error('a query of CloudWatch is a list of up to 100 maps, as MetricDataQueries, or one expression')
  return list
}

/** Points must be as long as those that are counted. */
function withPeriod(query: Record<string, unknown>, period: number): Record<string, unknown> {
  const { MetricStat: stat } = query
  const asked = isMap(stat) ? (stat.Period ?? query.Period) : query.Period
  if (asked !== undefined && asked !== period) throw new Error(`the query has a period of ${oneLine(String(asked), 20)} s: period of the settings is ${period}`)
  return isMap(stat) ? { ...query, MetricStat: { ...stat, Period: period } } : query
}

function numberOf(pages: readonly Page[], period: number, how: Aggregation, raw: RawAnswer): Measurement {
  const results = new Map<string, { status: string; points: Map<number, number> }>()
  for (const page of pages) {
    const said = messagesOf(page.Messages)
    if (said !== undefined) return failed(`CloudWatch: ${said}`, raw)
    if (!Array.isArray(page.MetricDataResults)) return failed('CloudWatch answered without results', raw)
    for (const result of page.MetricDataResults as unknown[]) {
      const problem = gather(result, results)
      if (problem !== undefined) return failed(`CloudWatch: ${problem}`, raw)
    }
  }
  if (pages.at(-1)?.NextToken) return failed(`CloudWatch answers with more than ${mostPages} pages`, raw)
  if (results.size > 1) return failed(`CloudWatch answered with ${results.size} series: one may have ReturnData`, raw)
  const [result] = results.values()
  if (result === undefined) return { kind: 'absent', raw }
  // What is partial with nothing to follow stays partial: a mean of it would be of other minutes.
  if (result.status !== 'Complete') return failed(`CloudWatch: ${result.status}`, raw)
  const values = [...result.points].sort(([a], [b]) => a - b).map(([, value]) => value)
  return values.length === 0 ? { kind: 'absent', raw } : { kind: 'value', value: aggregate(values, how), raw: { ...raw, reading: readingOf(how, values.length, period) } }
}

/** Puts a result to those of earlier pages; the last status counts. @returns what is wrong with it */
function gather(result: unknown, results: Map<string, { status: string; points: Map<number, number> }>): string | undefined {
  if (!isMap(result)) return 'a result that cannot be read'
  const { Id, Label, StatusCode, Timestamps = [], Values = [] } = result
  const said = messagesOf(result.Messages)
  if (said !== undefined) return said
  if (!Array.isArray(Timestamps) || !Array.isArray(Values) || Timestamps.length !== Values.length) return 'points that cannot be read'
  // A search comes to several series under one id.
  const key = JSON.stringify([Id, Label])
  const known = results.get(key) ?? { status: '', points: new Map<number, number>() }
  known.status = typeof StatusCode === 'string' ? oneLine(StatusCode, 40) : 'Complete'
  for (const [i, time] of Timestamps.entries()) {
    const value: unknown = Values[i]
    if (typeof time !== 'number' || typeof value !== 'number' || !Number.isFinite(value)) return 'points that are no numbers'
    known.points.set(time, value)
  }
  results.set(key, known)
  return undefined
}

function messagesOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined
  return oneLine(messages.map((m) => (isMap(m) ? [m.Code, m.Value].filter((t) => typeof t === 'string').join(': ') : '')).join('; ') || 'a message that cannot be read')
}
