import { basic, type HttpAnswer } from '../../../charts/http/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { Measurement, MetricProvider, MetricQuery, RawAnswer } from '../types.ts'
import { kept } from './kept.ts'
import { readInstantAnswer } from './prometheus-answer.ts'
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

  async measure(query: MetricQuery, { at, signal }: { readonly at: number; readonly signal?: AbortSignal }): Promise<Measurement> {
    const { hide } = this.#options
    const raw = (body: string): RawAnswer => ({ query: query.text, endpoint: this.endpoint, at: new Date(at).toISOString(), body: kept(hide(body)) })
    try {
      const answer = await this.#ask(query.text, at, signal)
      const body = answer.body.toString('utf8')
      const ahead = at - Date.parse(answer.headers.date ?? '')
      if (ahead > maxAhead) return { kind: 'error', message: `this machine's clock is ${Math.round(ahead / 1000)} s ahead of ${this.endpoint}'s`, raw: raw(body) }
      const read = readInstantAnswer(answer, body, at)
      return read.kind === 'error' ? { ...read, message: hide(read.message), raw: raw(body) } : { ...read, raw: raw(body) }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!isPintleError(error)) throw error
      return { kind: 'error', message: hide(error.message), raw: raw('') }
    }
  }

  async #ask(query: string, at: number, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const { method, timeout, type, caFile } = this.#settings
    const form = new URLSearchParams({ query, time: (at / 1000).toFixed(3), timeout: `${Math.ceil(timeout / 1000)}s` })
    // Thanos leaves stores out that do not answer, unless it is told not to; replicas would count twice.
    if (type === 'thanos') for (const [key, value] of [['dedup', 'true'], ['partial_response', 'false']] as const) form.set(key, value)
    const url = new URL(this.#url)
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
