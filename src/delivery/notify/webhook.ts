import { createHmac } from 'node:crypto'
import type { HttpClient } from '../../charts/http/index.ts'
import { Api, secretUrl } from './api.ts'
import type { Channel } from './channel.ts'
import type { Notice, Phase } from './notice.ts'

export interface WebhookOptions {
  readonly http: HttpClient
  readonly url: string
  /** The URL is as good as a token. */
  readonly secretUrl: boolean
  /** Signs what is sent: HMAC-SHA256 over `TIMESTAMP.BODY`. */
  readonly secret?: string
  readonly headers: Readonly<Record<string, string>>
  readonly on: readonly Phase[]
}

const ends: ReadonlySet<Phase> = new Set(['waiting', 'started', 'deployed', 'failed', 'rolled-back'])

/** Any receiver of JSON: the notice as it is, signed, each phase once, and each step of a rollout. */
export class Webhook implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly #options: WebhookOptions
  readonly #api: Api

  constructor(options: WebhookOptions) {
    this.name = options.secretUrl ? 'webhook' : `webhook ${new URL(options.url).host}`
    this.on = options.on
    this.#options = options
    const secrets = [...(options.secretUrl ? secretUrl(options.url) : []), ...(options.secret === undefined ? [] : [options.secret]), ...Object.values(options.headers)]
    this.#api = new Api({ http: options.http, base: options.url, headers: options.headers, secrets })
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    await this.#post(`release.${notice.phase}`, [notice.id, notice.phase, ...(notice.rollout === undefined || ends.has(notice.phase) ? [] : [notice.rollout.sequence])].join('-'), { schema: 'pintle.dev/notice/v1', ...notice }, signal)
  }

  async test(signal: AbortSignal): Promise<string> {
    await this.#post('ping', `ping-${Date.now()}`, { schema: 'pintle.dev/notice/v1', ping: true, at: new Date().toISOString() }, signal)
    return 'a ping was taken'
  }

  async #post(event: string, delivery: string, body: object, signal: AbortSignal): Promise<void> {
    const text = JSON.stringify(body)
    const { secret } = this.#options
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature: Record<string, string> = secret === undefined ? {} : { 'x-pintle-signature-256': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${text}`).digest('hex')}` }
    // The receiver knows a delivery it has seen by its id, so it may come twice.
    const { status } = await this.#api.call('POST', '', { text, signal, idempotent: true, headers: { 'x-pintle-event': event, 'x-pintle-delivery': delivery, 'x-pintle-timestamp': timestamp, ...signature } })
    if (status < 200 || status > 299) throw this.#api.failure(`the receiver answers with status ${status}`)
  }
}
