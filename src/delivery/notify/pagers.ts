import type { HttpClient } from '../../charts/http/index.ts'
import { Api, member, type ApiAnswer } from './api.ts'
import type { Channel } from './channel.ts'
import { bounded, boundedLines, headline, noticeId, rows, stepLines, type Notice, type Phase } from './notice.ts'

interface PagerOptions {
  readonly http: HttpClient
  readonly key: string
  readonly on: readonly Phase[]
  readonly api?: string
}

/** One incident a service and environment: another failure joins it, a release that works ends it. */
const alias = (notice: Notice): string => `pintle-${noticeId(notice.cluster, notice.namespace, notice.service, notice.environment)}`
const details = (notice: Notice): Record<string, string> => ({
  ...Object.fromEntries(rows(notice)), ...(notice.reason ? { reason: boundedLines(notice.reason, 2000) } : {}), ...(notice.steps.length === 0 ? {} : { steps: boundedLines(stepLines(notice).join('\n'), 2000) }),
})

/** PagerDuty's Events API v2: pages the owner of a service whose release failed. */
export class PagerDuty implements Channel {
  readonly name = 'pagerduty'
  readonly pages = true
  readonly on: readonly Phase[]
  readonly #key: string
  readonly #api: Api

  constructor({ http, key, on, api }: PagerOptions) {
    this.on = on
    this.#key = key
    this.#api = new Api({ http, base: api ?? 'https://events.pagerduty.com', secrets: [key] })
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    const ends = notice.phase === 'deployed'
    await this.#enqueue({
      event_action: ends ? 'resolve' : 'trigger', dedup_key: alias(notice),
      ...(ends ? {} : {
        client: 'Pintle', payload: {
          summary: bounded(headline(notice), 1024), source: bounded(`${notice.cluster}/${notice.namespace}`, 200), severity: 'critical', component: bounded(notice.service, 100), ...(notice.environment === '' ? {} : { group: bounded(notice.environment, 100) }), class: 'release', custom_details: details(notice),
        },
        links: notice.run === undefined ? [] : [{ href: notice.run, text: 'CI run' }],
      }),
    }, signal)
  }

  async test(signal: AbortSignal): Promise<string> {
    const dedup = `pintle-test-${Date.now()}`
    await this.#enqueue({ event_action: 'trigger', dedup_key: dedup, payload: { summary: 'Test of Pintle: nothing is wrong', source: 'pintle notify test', severity: 'info' } }, signal)
    await this.#enqueue({ event_action: 'resolve', dedup_key: dedup }, signal)
    return 'an incident of severity info was opened and closed'
  }

  async #enqueue(event: object, signal: AbortSignal): Promise<void> {
    // The same event twice is one incident by its dedup_key.
    const answer = await this.#api.call('POST', '/v2/enqueue', { body: { routing_key: this.#key, ...event }, signal, idempotent: true })
    if (answer.status !== 202) throw this.#api.failure(`status ${answer.status}${words(answer)}`)
  }
}

/** Opsgenie's Alert API: the same. */
export class Opsgenie implements Channel {
  readonly name = 'opsgenie'
  readonly pages = true
  readonly on: readonly Phase[]
  readonly #api: Api

  constructor({ http, key, on, api }: PagerOptions) {
    this.on = on
    this.#api = new Api({ http, base: api ?? 'https://api.opsgenie.com', authorization: `GenieKey ${key}`, secrets: [key] })
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<undefined> {
    if (notice.phase === 'deployed') return this.#close(alias(notice), signal)
    await this.#open(alias(notice), { message: bounded(headline(notice), 130), description: boundedLines([notice.reason ?? '', ...stepLines(notice)].join('\n'), 10_000), details: details(notice), priority: 'P1', tags: ['pintle', 'release'] }, signal)
  }

  async test(signal: AbortSignal): Promise<string> {
    const name = `pintle-test-${Date.now()}`
    await this.#open(name, { message: 'Test of Pintle: nothing is wrong', priority: 'P5' }, signal)
    await this.#close(name, signal)
    return 'an alert of priority P5 was opened and closed'
  }

  async #open(name: string, alert: object, signal: AbortSignal): Promise<void> {
    this.#refuse(await this.#api.call('POST', '/v2/alerts', { body: { alias: name, source: 'pintle', ...alert }, signal, idempotent: true }))
  }

  async #close(name: string, signal: AbortSignal): Promise<undefined> {
    const answer = await this.#api.call('POST', `/v2/alerts/${encodeURIComponent(name)}/close?identifierType=alias`, { body: { source: 'pintle' }, signal, idempotent: true })
    // There is none to close.
    if (answer.status !== 404) this.#refuse(answer)
  }

  #refuse(answer: ApiAnswer): void {
    if (answer.status !== 202) throw this.#api.failure(`status ${answer.status}${words(answer)}`)
  }
}

function words({ json }: ApiAnswer): string {
  const message = member(json, 'message')
  return typeof message === 'string' ? `: ${message.slice(0, 200)}` : ''
}
