import { ProxyError } from './proxy.ts'

/** What one failed attempt says about its request. */
export interface Failure {
  /** Whether time may mend it: `brief` is given a few attempts, `yes` as long as there is patience. */
  mends: 'no' | 'brief' | 'yes'
  /** False when the server certainly did not do what was asked. */
  maybeDone: boolean
  /** Milliseconds the server asked for. */
  wait?: number
  /** A few words for the user. */
  reason: string
}

/** Attempts for failures that hardly pass, or when the server has never been heard. */
const briefAttempts = 4
/** How often a server is asked again that names the time itself (client-go asks ten times). */
const namedAttempts = 30

const notConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'PINTLE_DIAL_TIMEOUT', 'PINTLE_TLS_TIMEOUT'])
const lost: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection lost', EPIPE: 'connection lost', ECONNABORTED: 'connection lost', ETIMEDOUT: 'connection timed out', PINTLE_SILENT: 'no answer',
  HPE_INVALID_EOF_STATE: 'an answer cut short', Z_BUF_ERROR: 'an answer cut short', Z_DATA_ERROR: 'a damaged answer', PINTLE_NOT_JSON: 'an answer that is not JSON',
}

/** No answer, or no whole one. */
export function judgeLoss(error: unknown): Failure {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException
  if (error instanceof ProxyError) return { mends: 'brief', maybeDone: false, reason: 'the proxy does not answer' }
  if ((notConnected.has(code) || (code === 'ETIMEDOUT' && syscall === 'connect')) && syscall !== 'read') {
    return { mends: 'yes', maybeDone: false, reason: code === 'ECONNREFUSED' ? 'connection refused' : 'no connection' }
  }
  if (/before secure TLS connection was established/.test(message)) return { mends: 'yes', maybeDone: false, reason: 'connection lost' }
  const reason = lost[code]
  if (reason === undefined) return { mends: 'no', maybeDone: true, reason: code }
  return { mends: code === 'PINTLE_NOT_JSON' ? 'brief' : 'yes', maybeDone: true, reason }
}

/**
 * One request's attempts: whether there may be another, and when.
 * A request that must not be done twice is only sent again while the server cannot have done it.
 */
export class Attempts {
  readonly #repeatable: boolean
  readonly #patience: number
  #count = 0
  #brief = 0
  #since = 0
  /** Some attempt may have been carried out. */
  maybeDone = false

  /** @param patience ms from the first failure on */
  constructor(repeatable: boolean, patience: number) {
    this.#repeatable = repeatable
    this.#patience = patience
  }

  /** How long it has been failing, in ms. */
  get failing(): number {
    return this.#count === 0 ? 0 : performance.now() - this.#since
  }

  /**
   * @param server whether it has ever been heard (one that was never there is not waited for), and for how many ms it has failed every request:
   * many requests one after the other do not each have all the patience
   * @returns ms to wait before the next attempt; undefined for none
   */
  next(failure: Failure, server: { heard: boolean; failing: number }): number | undefined {
    const { heard } = server
    if (this.#count++ === 0) this.#since = performance.now()
    if (failure.maybeDone) this.maybeDone = true
    if (failure.mends === 'no' || (failure.maybeDone && !this.#repeatable)) return undefined
    if (failure.reason === 'connection refused' && !heard) return undefined
    if ((failure.mends === 'brief' || (!heard && failure.wait === undefined)) && ++this.#brief >= briefAttempts) return undefined
    if (failure.wait !== undefined && this.#count >= namedAttempts) return undefined
    const wait = failure.wait ?? backoff(this.#count)
    return Math.max(this.failing, server.failing) + wait > this.#patience ? undefined : wait
  }
}

/** 100 ms doubling to 5 s, each between half and the whole. */
export function backoff(attempt: number): number {
  return Math.min(5000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}

/** Waits; @throws the signal's reason when it comes first */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
