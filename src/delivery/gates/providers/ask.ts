import { backoff, pause, type HttpAnswer, type HttpClient, type HttpRequest } from '../../../charts/http/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { Measurement, RawAnswer } from '../types.ts'
import { oneLine, rawAnswer } from './words.ts'

/** Bytes of an answer, milliseconds for one, milliseconds that servers may make us wait in all, and attempts where nothing was answered. */
export const limits = { body: 1 << 20, time: 20_000, wait: 30_000, attempts: 3 } as const

export interface Question extends Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'authorization' | 'tls' | 'timeout'> {
  /** How the server is called in messages: `Datadog`. */
  readonly who: string
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  readonly text: string
}

/**
 * Asks a server of metrics, at the pace that it asks for. Asking changes nothing there, so what got lost is asked again. Redirects are answers: credentials go nowhere else.
 * @throws PintleError of the HTTP client; the signal's reason
 */
export async function ask(http: HttpClient, { who, signal, ...request }: Question): Promise<Answer> {
  let waited = 0
  for (let attempt = 1; ; attempt++) {
    let wait: number
    try {
      const { status, headers, body } = await http.send({ timeout: limits.time, ...request, once: true, signal, maxBody: limits.body, redirects: 0, what: `the answer of ${who}` })
      const answer = { status, headers, text: body.toString('utf8') }
      if (![429, 502, 503, 504].includes(status)) return answer
      wait = askedWait(headers) ?? backoff(attempt)
      // Whoever limits requests is not asked again without the time it wants.
      if (waited + wait > limits.wait || attempt >= limits.attempts) return answer
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      wait = backoff(attempt)
      if (!isPintleError(error) || error.code !== 'http.unreachable' || attempt >= limits.attempts) throw error
    }
    waited += wait
    await pause(wait, signal)
  }
}

/** Milliseconds. Datadog says X-RateLimit-Reset, others Retry-After: seconds both. */
export function askedWait(headers: HttpAnswer['headers']): number | undefined {
  const said = headers['x-ratelimit-reset'] ?? headers['retry-after']
  return typeof said === 'string' && /^\d{1,6}$/.test(said) ? Number(said) * 1000 : undefined
}

/** JSON of an answer. @returns undefined when it is none */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What a refusal says for people: its errors, or its beginning. */
export function refusalWords({ status, headers, text }: Answer, who: string): string {
  const wait = askedWait(headers)
  if (status === 429) return `${who} limits requests${wait === undefined ? '' : ` and asks to wait ${Math.ceil(wait / 1000)} s`} (status 429)`
  const said = oneLine(errorsOf(jsonOf(text)) ?? text, 200)
  return `${who} answered ${status}${status === 401 || status === 403 ? ': check its credentials' : ''}${said === '' ? '' : `: ${said}`}`
}

function errorsOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { errors, error, message } = json as { errors?: unknown; error?: unknown; message?: unknown }
  const texts = [errors, error, message].flat().filter((text): text is string => typeof text === 'string' && text !== '')
  return texts.length === 0 ? undefined : texts.join('; ')
}

/**
 * Does a measurement: what is thrown becomes its error, but for an aborted signal.
 * @param query as it stands in the evidence where nothing was answered @param hide takes out what must not be shown
 */
export async function measured({ signal, hide, ...asked }: { readonly query: string; readonly endpoint: string; readonly at: number; readonly signal: AbortSignal | undefined; readonly hide: (text: string) => string }, work: () => Promise<Measurement>): Promise<Measurement> {
  signal?.throwIfAborted()
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    return failed(oneLine(hide((error as Error).message)), rawAnswer({ ...asked, body: '' }, hide))
  }
}

/** An error with what led to it. */
export const failed = (message: string, raw: RawAnswer): Measurement => ({ kind: 'error', message, raw })
