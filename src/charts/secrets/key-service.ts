import { PintleError, isPintleError } from '../../errors/index.ts'
import { HttpClient, backoff, pause, type HttpAnswer, type HttpRequest, type TlsFiles } from '../http/index.ts'
import type { KeyOptions } from './key-source.ts'

/** Keys and tokens are small. */
const maxAnswer = 1 << 20
/** Milliseconds for one request with all its attempts. */
const timeout = 30_000
/** Shorter ones are words, too. */
const shortestSecret = 4

export interface ServiceAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  readonly text: string
  /** Undefined when the answer is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined
}

/** HTTP to services that hold keys or hand out credentials: bounded in time and size, and its errors are reasons why a key does not open. */
export class KeyService {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly #signal: AbortSignal | undefined
  readonly #http: HttpClient
  readonly #secrets = new Set<string>()

  constructor({ env = process.env, signal }: KeyOptions) {
    this.env = env
    this.#signal = signal
    this.#http = new HttpClient({ env: { ...env } as NodeJS.ProcessEnv, userAgent: 'Pintle', timeout, maxBody: maxAnswer, patience: 3000 })
  }

  /** What must never be shown: whatever a service repeats of it is masked in `words`. */
  conceal(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) if (secret !== undefined && secret.length >= shortestSecret) this.#secrets.add(secret)
  }

  /**
   * Every request may be sent twice: nothing is changed by encrypting or asking for a token again. Redirects are answers; credentials go nowhere else.
   * @throws PintleError secrets.key when there is no whole answer; the signal's reason
   */
  async send(request: HttpRequest): Promise<ServiceAnswer> {
    let answer: HttpAnswer
    try {
      answer = await this.#http.send({ idempotent: true, redirects: 0, what: `the answer of ${hostOf(request.url)}`, ...request, tls: { ...this.#authorities(), ...request.tls }, signal: this.#signal })
    } catch (error) {
      if (this.#signal?.aborted === true || !isPintleError(error)) throw error
      throw new PintleError('secrets.key', this.words(error.message))
    }
    const text = answer.body.toString('utf8')
    return { status: answer.status, headers: answer.headers, text, json: objectOf(text) }
  }

  /** What a service says, on one line, without what it may repeat of our credentials. */
  words(text: string): string {
    let shown = text
    for (const secret of this.#secrets) shown = shown.replaceAll(secret, '***')
    return shown.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim().slice(0, 400)
  }

  /** Waits before another attempt, longer each time. @throws the signal's reason */
  async wait(attempt: number): Promise<void> {
    await pause(backoff(attempt), this.#signal)
  }

  close(): void {
    this.#http.close()
  }

  /** Go programs take other authorities from this variable. */
  #authorities(): TlsFiles {
    return this.env.SSL_CERT_FILE ? { caFile: this.env.SSL_CERT_FILE } : {}
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    throw new PintleError('secrets.key', 'the address of the service is no URL')
  }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/**
 * The path of a URL from its parts, which a file may name: none of them leads elsewhere.
 * @throws PintleError secrets.key
 */
export function urlPath(parts: readonly string[]): string {
  if (parts.some((part) => part === '' || part === '.' || part === '..' || !part.isWellFormed())) throw new PintleError('secrets.key', 'it names no key')
  return parts.map(encodeURIComponent).join('/')
}

/** A text of an answer. @returns '' when it is none */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * The bytes that a service says it opened.
 * @throws PintleError secrets.key
 */
export function plainOf(value: unknown, encoding: 'base64' | 'base64url' = 'base64'): Uint8Array {
  const bytes = Buffer.from(textOf(value), encoding)
  if (bytes.length === 0) throw new PintleError('secrets.key', 'the answer has no key in it')
  return bytes
}
