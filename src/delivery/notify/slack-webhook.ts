import type { HttpClient } from '../../charts/http/index.ts'
import { Api, secretUrl } from './api.ts'
import type { Channel } from './channel.ts'
import type { Notice, Phase } from './notice.ts'
import { slackMessage } from './slack-text.ts'

/** Slack by an incoming webhook, which can post and not update: only what a person must know is told. */
export class SlackWebhook implements Channel {
  readonly name = 'slack webhook'
  readonly on: readonly Phase[]
  readonly #api: Api

  constructor(options: { http: HttpClient; url: string; on: readonly Phase[] }) {
    this.on = options.on
    this.#api = new Api({ http: options.http, base: options.url, secrets: secretUrl(options.url) })
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    await this.#post(slackMessage(notice), signal)
  }

  async test(signal: AbortSignal): Promise<string> {
    await this.#post({ text: 'Pintle can tell releases here. This is a test.' }, signal)
    return 'a test message was posted'
  }

  async #post(body: object, signal: AbortSignal): Promise<void> {
    const { status, text } = await this.#api.call('POST', '', { body, signal })
    if (status !== 200 || text.trim() !== 'ok') throw this.#api.failure(`the webhook answers with status ${status}${status === 200 ? " and something else than Slack's ok" : ''}${status === 404 || status === 410 ? ': it is gone' : ''}`)
  }
}
