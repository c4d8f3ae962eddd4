import type { HttpClient } from '../../charts/http/index.ts'
import { Api, member, type ApiAnswer } from './api.ts'
import type { Channel } from './channel.ts'
import { bounded, type Notice, type Phase } from './notice.ts'
import { slackMessage, slackThread } from './slack-text.ts'

export interface SlackBotOptions {
  readonly http: HttpClient
  readonly token: string
  /** `#deploys` or an id. */
  readonly channel: string
  readonly thread: boolean
  readonly on: readonly Phase[]
  /** Default https://slack.com/api */
  readonly api?: string
}

const eventType = 'pintle_release'
/** Messages of the last week are looked at, so many pages of them. */
const lookBack = 7 * 24 * 3600
const maxPages = 5

interface Place { readonly channel: string; readonly ts: string }

/**
 * Slack by a bot's token: one message a release, found again by its metadata on any machine, updated by chat.update, the steps in its thread.
 * Needs chat:write; to find messages of other machines channels:history too, and channels:read where the channel is given by name.
 */
export class SlackBot implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly #options: SlackBotOptions
  readonly #api: Api
  readonly #places = new Map<string, Place>()

  constructor(options: SlackBotOptions) {
    this.name = `slack ${options.channel}`
    this.on = options.on
    this.#options = options
    this.#api = new Api({ http: options.http, base: options.api ?? 'https://slack.com/api', authorization: `Bearer ${options.token}`, secrets: [options.token] })
  }

  async tell(notice: Notice, signal: AbortSignal): Promise<string | undefined> {
    let remark: string | undefined
    let place = this.#places.get(notice.id)
    if (place === undefined) {
      const found = await this.#find(notice.id, signal)
      if (typeof found === 'string') remark = `an earlier message could not be looked for (${found})`
      else place = found
    }
    const message = { ...slackMessage(notice), metadata: { event_type: eventType, event_payload: { id: notice.id, service: bounded(notice.service, 100), environment: bounded(notice.environment, 100) } }, unfurl_links: false, unfurl_media: false }
    if (place !== undefined) {
      const updated = await this.#post('chat.update', { channel: place.channel, ts: place.ts, ...message }, signal, true)
      // Somebody deleted it, or it is another app's.
      if (updated.error === 'message_not_found' || updated.error === 'cant_update_message') place = undefined
      else this.#refuse('chat.update', updated.error)
    }
    if (place === undefined) {
      const posted = await this.#post('chat.postMessage', { channel: this.#options.channel, ...message }, signal)
      this.#refuse('chat.postMessage', posted.error)
      const [channel, ts] = [member(posted.answer.json, 'channel'), member(posted.answer.json, 'ts')]
      if (typeof channel !== 'string' || typeof ts !== 'string') throw this.#api.failure('chat.postMessage gives neither channel nor ts')
      place = { channel, ts }
    }
    this.#places.set(notice.id, place)
    if (this.#options.thread) {
      const replied = await this.#post('chat.postMessage', { channel: place.channel, thread_ts: place.ts, ...slackThread(notice), unfurl_links: false, unfurl_media: false }, signal)
      this.#refuse('chat.postMessage in the thread', replied.error)
    }
    return remark
  }

  async test(signal: AbortSignal): Promise<string> {
    const { answer, error } = await this.#post('auth.test', {}, signal, true)
    this.#refuse('auth.test', error)
    const text = 'Pintle can tell releases here. This is a test.'
    this.#refuse('chat.postMessage', (await this.#post('chat.postMessage', { channel: this.#options.channel, text }, signal)).error)
    const channel = await this.#channelId(signal)
    const finds = channel === undefined ? 'channels:read is missing' : (await this.#get('conversations.history', { channel, limit: '1' }, signal)).error
    return `a test message was posted as ${String(member(answer.json, 'user') ?? 'the bot')}${finds === undefined ? '' : `; other machines will not find messages of this one: ${finds}`}`
  }

  /** @returns the message; undefined when there is none; why it cannot be looked for, in words */
  async #find(id: string, signal: AbortSignal): Promise<Place | undefined | string> {
    const channel = await this.#channelId(signal)
    if (channel === undefined) return 'the channel is given by name, and the bot may not list channels'
    let cursor = ''
    for (let page = 0; page < maxPages; page++) {
      const { answer, error } = await this.#get('conversations.history', { channel, include_all_metadata: 'true', limit: '200', oldest: String(Math.floor(Date.now() / 1000) - lookBack), ...(cursor === '' ? {} : { cursor }) }, signal)
      if (error !== undefined) return error
      const messages = member(answer.json, 'messages')
      for (const m of Array.isArray(messages) ? messages : []) {
        const ts = member(m, 'ts')
        if (member(m, 'metadata', 'event_type') === eventType && member(m, 'metadata', 'event_payload', 'id') === id && typeof ts === 'string') return { channel, ts }
      }
      const next = member(answer.json, 'response_metadata', 'next_cursor')
      if (typeof next !== 'string' || next === '') return undefined
      cursor = next
    }
    return undefined
  }

  async #channelId(signal: AbortSignal): Promise<string | undefined> {
    const { channel } = this.#options
    if (/^[CGD][A-Z0-9]{6,}$/.test(channel)) return channel
    let cursor = ''
    for (let page = 0; page < maxPages; page++) {
      const { answer, error } = await this.#get('conversations.list', { types: 'public_channel', exclude_archived: 'true', limit: '1000', ...(cursor === '' ? {} : { cursor }) }, signal)
      if (error !== undefined) return undefined
      const channels = member(answer.json, 'channels')
      for (const c of Array.isArray(channels) ? channels : []) if (member(c, 'name') === channel.replace(/^#/, '')) return String(member(c, 'id'))
      const next = member(answer.json, 'response_metadata', 'next_cursor')
      if (typeof next !== 'string' || next === '') return undefined
      cursor = next
    }
    return undefined
  }

  #post(name: string, body: object, signal: AbortSignal, idempotent = false): Promise<{ answer: ApiAnswer; error: string | undefined }> {
    return this.#api.call('POST', `/${name}`, { body, signal, idempotent }).then((answer) => ({ answer, error: slackError(answer) }))
  }

  #get(name: string, query: Record<string, string>, signal: AbortSignal): Promise<{ answer: ApiAnswer; error: string | undefined }> {
    return this.#api.call('GET', `/${name}?${new URLSearchParams(query).toString()}`, { signal }).then((answer) => ({ answer, error: slackError(answer) }))
  }

  #refuse(what: string, error: string | undefined): void {
    if (error !== undefined) throw this.#api.failure(`${what}: ${error}${hints[error] ? `: ${hints[error]}` : ''}`)
  }
}

/** Slack says what went wrong in the body of an answer of status 200. */
function slackError({ status, json }: ApiAnswer): string | undefined {
  if (member(json, 'ok') === true) return undefined
  const error = member(json, 'error')
  return typeof error === 'string' && error !== '' ? error.slice(0, 100) : `status ${status} and no answer of Slack's`
}

const hints: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the bot to the channel', channel_not_found: 'check the name, and invite the bot to a private channel', invalid_auth: 'the token is not valid',
  missing_scope: 'the token lacks chat:write', is_archived: 'the channel is archived', not_authed: 'there is no token',
}
