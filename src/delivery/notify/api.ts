import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpAnswer, HttpClient } from '../../charts/http/index.ts'
import { PintleError } from '../../errors/index.ts'
import { bounded } from './notice.ts'

export interface ApiOptions {
  readonly http: HttpClient
  /** Without a slash at the end. */
  readonly base: string
  readonly authorization?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What may stand in no error: tokens, and URLs that are as good as one. */
  readonly secrets: readonly string[]
  /** Redirects to follow; none unless said. */
  readonly redirects?: number
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  /** What was sent back, read as JSON; undefined when it is none. */
  readonly json: unknown
  /** Its beginning, as it came. */
  readonly text: string
}

export interface ApiCall {
  readonly body?: unknown
  /** The body as it is, for signatures over it. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** May be sent twice. */
  readonly idempotent?: boolean
  readonly signal: AbortSignal
}

const maxAnswer = 4 << 20
/** How often a server may ask to wait. */
const maxWaits = 4

/** JSON over HTTP to one service, at the pace it asks for, with errors that hold no secret. */
export class Api {
  readonly #options: ApiOptions
  constructor(options: ApiOptions) {
    this.#options = options
  }

  /** @throws PintleError notify.failed where there was no answer; any status is an answer */
  async call(method: string, path: string, call: ApiCall): Promise<ApiAnswer> {
    const { http, base, authorization, headers, redirects } = this.#options
    const text = call.text ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
    for (let waits = 0; ; waits++) {
      let answer: HttpAnswer
      try {
        answer = await http.send({
          method, url: path.startsWith('http') ? path : base + path, signal: call.signal, maxBody: maxAnswer, redirects: redirects ?? 0, what: 'the answer', idempotent: call.idempotent === true,
          headers: { accept: 'application/json', ...headers, ...(text === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...call.headers },
          ...(text === undefined ? {} : { body: text }), ...(authorization === undefined ? {} : { authorization }),
        })
      } catch (error) {
        if (call.signal.aborted) throw call.signal.reason
        throw this.failure((error as Error).message)
      }
      const wait = limited(answer)
      if (wait === undefined) return { status: answer.status, headers: answer.headers, json: parsed(answer.body), text: answer.body.subarray(0, 200).toString() }
      if (waits === maxWaits || wait > 30_000) throw this.failure(`it asks to wait ${Math.ceil(wait / 1000)} s (status ${answer.status})`)
      await sleep(wait, undefined, { signal: call.signal }).catch(() => { throw call.signal.reason })
    }
  }

  /** An error of words that may hold anything: one line, and no secret in it. */
  failure(words: string): PintleError {
    return new PintleError('notify.failed', bounded(this.scrub(words), 300))
  }

  scrub(text: string): string {
    return this.#options.secrets.flatMap((s) => (s.length < 4 ? [] : [s, encodeURIComponent(s)])).sort((a, b) => b.length - a.length).reduce((t, secret) => t.replaceAll(secret, '***'), text)
  }
}

/** How long a server asks to wait, in milliseconds. GitHub's secondary limits come as 403 with Retry-After. */
function limited({ status, headers }: HttpAnswer): number | undefined {
  const after = headers['retry-after']
  if (status !== 429 && !(status === 403 && after !== undefined)) return undefined
  return after !== undefined && /^\d{1,6}$/.test(after) ? Number(after) * 1000 : 1000
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return undefined
  }
}

/** A member of an answer that may be anything. */
export function member(json: unknown, ...path: readonly string[]): unknown {
  let at = json
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** A URL that is a secret itself, in every form an error could show it in. */
export function secretUrl(url: string): string[] {
  const { href, pathname, search } = new URL(url)
  return [url, href, pathname + search, pathname].filter((s) => s.length > 8)
}
