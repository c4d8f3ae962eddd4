import type { HttpClient } from '../../charts/http/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { Channel } from './channel.ts'
import { GitHubComment } from './github-comment.ts'
import { GitHubDeployment } from './github-deployment.ts'
import { GitHubStatus } from './github-status.ts'
import { phases, type Phase } from './notice.ts'
import { Opsgenie, PagerDuty } from './pagers.ts'
import type { ChannelSettings } from './settings.ts'
import { SlackBot } from './slack-bot.ts'
import { SlackWebhook } from './slack-webhook.ts'
import { Webhook } from './webhook.ts'

export interface OpenOptions {
  readonly env: NodeJS.ProcessEnv
  readonly http: HttpClient
}

const known: readonly Phase[] = ['waiting', 'paused', 'deployed', 'failed', 'rolled-back']
const trouble: readonly Phase[] = ['failed', 'rolled-back', 'deployed']

/** The channels of checked settings. What lacks its variable or is not usable is a channel that says so whenever it is to tell. */
export function openChannels(settings: readonly ChannelSettings[], options: OpenOptions): Channel[] {
  return settings.flatMap((entry) => {
    try {
      return open(entry, options)
    } catch (error) {
      return [new Closed(nameOf(entry), entry.on ?? phases, entry.kind === 'pagerduty' || entry.kind === 'opsgenie', error as Error)]
    }
  })
}

function open(entry: ChannelSettings, { env, http }: OpenOptions): Channel[] {
  const { kind, switches } = entry
  const text = (value: string): string => filled(value, env)
  const optional = (key: string): string | undefined => (entry.texts[key] === undefined ? undefined : text(entry.texts[key]))
  const api = entry.texts.api === undefined ? undefined : secure(text(entry.texts.api), 'api').replace(/\/+$/, '')
  const at = api === undefined ? {} : { api }
  const to = text(entry.to)
  switch (kind) {
    case 'slack':
      if (/^https?:\/\//.test(to)) return [new SlackWebhook({ http, url: secure(to, 'webhook'), on: entry.on ?? known })]
      return [new SlackBot({ http, channel: to, token: text(entry.texts.token ?? '${SLACK_BOT_TOKEN}'), thread: switches.thread ?? true, on: entry.on ?? phases, ...at })]
    case 'webhook': {
      const secret = optional('secret')
      const headers = Object.fromEntries(Object.entries(entry.headers).map(([k, v]) => [k, text(v)]))
      return [new Webhook({ http, url: secure(to, 'webhook'), secretUrl: entry.to.includes('${'), headers, on: entry.on ?? phases, ...(secret === undefined ? {} : { secret }) })]
    }
    case 'github': {
      if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(to)) throw failed(`${entry.to} is no owner/name`)
      const github = { http, repository: to, token: text(entry.texts.token ?? '${GITHUB_TOKEN}'), on: entry.on ?? phases, ...(api === undefined && env.GITHUB_API_URL ? { api: secure(env.GITHUB_API_URL, 'api') } : at) }
      const pull = optional('pullRequest') ?? /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1]
      if (pull !== undefined && !/^\d{1,9}$/.test(pull)) throw failed('pullRequest is no number')
      const url = optional('url')
      return [
        ...(switches.deployment === false ? [] : [new GitHubDeployment({ ...github, ...(url === undefined ? {} : { url: secure(url, 'url') }) })]),
        ...(switches.comment === false ? [] : [new GitHubComment({ ...github, ...(pull === undefined ? {} : { pullRequest: Number(pull) }) })]),
        ...(switches.status === true ? [new GitHubStatus(github)] : []),
      ]
    }
    case 'pagerduty': return [new PagerDuty({ http, key: to, on: entry.on ?? trouble, ...at })]
    case 'opsgenie': return [new Opsgenie({ http, key: to, on: entry.on ?? trouble, ...at })]
  }
}

/** Fills in `${NAME}`. @throws PintleError notify.failed naming what is not set */
function filled(value: string, env: NodeJS.ProcessEnv): string {
  return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const found = env[name]?.trim()
    if (!found) throw failed(`${name} is not set`)
    if (/\p{Cc}/u.test(found)) throw failed(`${name} holds a line break or another control character`)
    return found
  })
}

/** Tokens and what is told of releases go through TLS, but to this machine. */
function secure(url: string, what: string): string {
  if (!URL.canParse(url)) throw failed(`${what} is no URL`)
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))) return url
  throw failed(`${what} is not https://`)
}

const failed = (message: string): PintleError => new PintleError('notify.failed', message)
const nameOf = ({ kind, to }: ChannelSettings): string => (to.includes('${') || kind === 'webhook' ? kind : `${kind} ${to}`)

/** A channel that cannot be opened. */
class Closed implements Channel {
  readonly name: string
  readonly on: readonly Phase[]
  readonly pages: boolean
  readonly #error: Error
  constructor(name: string, on: readonly Phase[], pages: boolean, error: Error) {
    this.pages = pages
    this.name = name
    this.on = on
    this.#error = error
  }
  tell(): Promise<never> {
    return Promise.reject(this.#error)
  }
  test(): Promise<never> {
    return Promise.reject(this.#error)
  }
}
