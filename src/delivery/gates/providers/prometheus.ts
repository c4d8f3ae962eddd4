import { basic, type HttpAnswer } from '../../../charts/http/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { Course, Measurement, MetricProvider, MetricQuery, RawAnswer } from '../types.ts'
import { kept } from './kept.ts'
import { readInstantAnswer, readRangeAnswer, type Failed } from './prometheus-answer.ts'
import type { PrometheusSettings } from './prometheus-settings.ts'
import type { OpenProviderOptions, ProviderSettings } from './provider-kind.ts'

/** Bytes of an answer: one series and its labels. */
const maxBody = 1 << 20
/** A longer query goes as POST: servers and proxies refuse long URLs. */
const longestUrl = 2000
/** How far this machine's clock may be ahead of the server's, ms: of what has not come yet nothing is known there. */
const maxAhead = 30_000

/** Prometheus' HTTP API, which Thanos and Mimir have, too. @throws PintleError for a variable or reference that leads nowhere, and for what is no URL */
export async function openPrometheus(settings: ProviderSettings, options: OpenProviderOptions): Promise<MetricProvider> {
  const { url: text, headers, bearer, basic: user, tenant } = settings as PrometheusSettings
  const { fill } = options
  const url = new URL(await fill(text))
  const filled: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) filled[name] = await fill(value)
  if (tenant !== undefined) filled['x-scope-orgid'] = await fill(tenant)
  const fromUrl = url.username === '' && url.password === '' ? undefined : basic(decodeURIComponent(url.username), decodeURIComponent(url.password))
  url.username = url.password = ''
  const authorization = bearer !== undefined ? `Bearer ${await fill(bearer)}` : user !== undefined ? basic(await fill(user.username), await fill(user.password)) : fromUrl
  return new Prometheus(settings as PrometheusSettings, options, url, filled, authorization)
}

interface Request {
  readonly text: string
  readonly at: number
  readonly signal: AbortSignal | undefined
  /** What follows `/api/v1/query`. */
  readonly path: '' | '_range'
  readonly form: Readonly<Record<string, string>>
}

/** As Prometheus' API has moments and times. */
const seconds = (ms: number): string => (ms / 1000).toFixed(3)

class Prometheus implements MetricProvider {
  readonly name = 'prometheus'
  readonly simulated = false
  readonly endpoint: string
  readonly #settings: PrometheusSettings
  readonly #options: OpenProviderOptions
  readonly #url: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #authorization: string | undefined

  constructor(settings: PrometheusSettings, options: OpenProviderOptions, url: URL, headers: Readonly<Record<string, string>>, authorization: string | undefined) {
    this.#settings = settings
    this.#options = options
    this.#url = new URL(url)
    this.#url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`
    this.#headers = headers
    this.#authorization = authorization
    this.endpoint = options.hide(`${url.origin}${url.pathname.replace(/\/+$/, '')}`)
  }

  async measure({ text }: MetricQuery, { at, signal }: { readonly at: number; readonly signal?: AbortSignal }): Promise<Measurement> {
    return await this.#answered({ text, at, signal, path: '', form: { time: seconds(at) } }, (answer, body) => readInstantAnswer(answer, body, at))
  }

  async range({ text }: MetricQuery, { from, to, step, signal }: { readonly from: number; readonly to: number; readonly step: number; readonly signal?: AbortSignal }): Promise<Course> {
    return await this.#answered({ text, at: to, signal, path: '_range', form: { start: seconds(from), end: seconds(to), step: seconds(step) } }, readRangeAnswer)
  }

  async #answered<T extends object>(request: Request, read: (answer: HttpAnswer, body: string) => T | Failed): Promise<(T | Failed) & { readonly raw: RawAnswer }> {
    const { hide } = this.#options
    const { text, at, signal } = request
    const raw = (body: string): RawAnswer => ({ query: text, endpoint: this.endpoint, at: new Date(at).toISOString(), body: kept(hide(body)) })
    const failed = (message: string, body: string): Failed & { readonly raw: RawAnswer } => ({ kind: 'error', message: hide(message), raw: raw(body) })
    try {
      const answer = await this.#ask(request)
      const body = answer.body.toString('utf8')
      const ahead = at - Date.parse(answer.headers.date ?? '')
      if (ahead > maxAhead) return failed(`this machine's clock is ${Math.round(ahead / 1000)} s ahead of ${this.endpoint}'s`, body)
      const found = read(answer, body)
      return 'message' in found ? failed(found.message, body) : { ...found, raw: raw(body) }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!isPintleError(error)) throw error
      return failed(error.message, '')
    }
  }

  async #ask({ text, path, form: moment, signal }: Request): Promise<HttpAnswer> {
    const { method, timeout, type, caFile } = this.#settings
    const form = new URLSearchParams({ query: text, ...moment, timeout: `${Math.ceil(timeout / 1000)}s` })
    // Thanos leaves stores out that do not answer, unless it is told not to; replicas would count twice.
    if (type === 'thanos') for (const [key, value] of [['dedup', 'true'], ['partial_response', 'false']] as const) form.set(key, value)
    const url = new URL(this.#url)
    url.pathname += path
    const post = method === 'POST' || (method === undefined && form.toString().length > longestUrl)
    if (!post) for (const [key, value] of form) url.searchParams.set(key, value)
    return await this.#options.http.send({
      url: url.href, method: post ? 'POST' : 'GET', idempotent: true, headers: { accept: 'application/json', ...this.#headers, ...(post && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(post && { body: form.toString() }), ...(this.#authorization !== undefined && { authorization: this.#authorization }), ...(caFile !== undefined && { tls: { caFile } }),
      // A redirect leads to a page for people to log in, as a rule.
      redirects: 0, timeout, maxBody, what: `the answer of ${this.endpoint}`, signal,
    })
  }
}
