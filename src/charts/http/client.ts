import type * as Http from 'node:http'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { Agents } from './agents.ts'
import { Attempts, judgeLoss, pause } from './attempts.ts'
import type { Failure } from './attempts.ts'
import { Deadline } from './deadline.ts'
import { watchHandshake } from './handshake.ts'
import { coded, goVerb } from './net-error.ts'
import { withoutEcho } from './echoed-credentials.ts'
import { bareHost, proxyAuthorization, proxyFromEnvironment } from './proxy.ts'
import { nextHop, type Hop } from './redirect.ts'
import { readBody } from './read-body.ts'
import { requestError, shownUrl } from './request-error.ts'
import { lacksAuthority, type TlsFiles } from './tls.ts'

export interface HttpOptions {
  readonly env: NodeJS.ProcessEnv
  readonly userAgent: string
  /** Milliseconds for one request with its redirects and body; 0 is none. Default two minutes, as Helm's (pkg/getter/getter.go). */
  readonly timeout?: number
  /** Bytes of one answer at most. Default 256 MiB. */
  readonly maxBody?: number
  /** Connections to one server at most. Default 16. */
  readonly maxConnections?: number
  /** Milliseconds during which a safe request is tried again after its first failure; 0: never. Default 5000. */
  readonly patience?: number
  readonly onRequest?: (request: { method: string; url: string; status: number | undefined; milliseconds: number }) => void
}

export interface HttpRequest {
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** The whole Authorization header; it goes to this scheme, host and port alone, whatever the server redirects to. */
  readonly authorization?: string
  readonly tls?: TlsFiles
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number
  readonly maxBody?: number
  /** What an answer that is too large is called in the error: `index.yaml`. */
  readonly what?: string
  /** Redirects to follow; 0 hands the redirect back. Default 10, as Go's client. */
  readonly redirects?: number
  /** May be sent twice although it is no GET or HEAD. */
  readonly idempotent?: boolean
  /** An answer of a server that is overloaded is handed back at once: whoever asks knows how long to wait. */
  readonly once?: boolean
  /** Ask for a compressed answer, and unpack it; never for archives, which some servers call compressed text. */
  readonly compressed?: boolean
}

export interface HttpAnswer {
  readonly status: number
  /** As in the status line: `Not Found`. */
  readonly statusText: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
  /** Where the answer came from, after redirects. */
  readonly url: string
}

const defaultTimeout = 120_000
const defaultMaxBody = 256 << 20
/** A server that sends nothing for this long is gone. */
const silence = 60_000
/** Statuses of servers and proxies that are overloaded or restarting. */
const passing = new Set([429, 502, 503, 504])

/**
 * HTTP and HTTPS for all that is not the cluster: repositories, registries, hubs. Any status is an answer; only what gave no whole
 * answer is an error. Close it when done, or its idle connections live on for a while.
 */
export class HttpClient {
  readonly #options: HttpOptions
  readonly #agents: Agents
  /** This machine's authorities count, beside Node's. */
  #system = false

  constructor(options: HttpOptions) {
    this.#options = options
    this.#agents = new Agents(options.maxConnections ?? 16)
  }

  /**
   * Sends a request, follows redirects, reads the whole answer. Safe requests are tried again for a few seconds where time may mend it.
   * @throws PintleError http.unreachable, http.timeout, http.limit, http.tls in Go's words; the signal's reason
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const method = request.method ?? 'GET'
    const safe = request.once !== true && (method === 'GET' || method === 'HEAD' || request.idempotent === true)
    const attempts = new Attempts(safe, this.#options.patience ?? 5000)
    const deadline = new Deadline(request.timeout ?? this.#options.timeout ?? defaultTimeout)
    let heard = false
    try {
      for (;;) {
        request.signal?.throwIfAborted()
        const hop: Hop = { method, url: parsed(request.url, method), body: request.body, authorization: request.authorization }
        let failure: Failure
        let outcome: HttpAnswer | undefined
        let error: unknown
        try {
          outcome = await this.#follow(request, hop, deadline)
          heard = true
          if (!passing.has(outcome.status) || !safe) return outcome
          failure = { mends: 'brief', maybeDone: false, reason: String(outcome.status), ...retryAfter(outcome.headers) }
        } catch (thrown) {
          if (isPintleError(thrown)) throw thrown
          if (request.signal?.aborted) throw request.signal.reason
          error = requestError(goVerb(hop.method), hop.url, thrown)
          if (deadline.passed) throw error
          failure = judgeLoss(thrown)
        }
        const wait = attempts.next(failure, { heard, failing: 0 })
        if (wait === undefined || wait >= deadline.left) {
          if (outcome !== undefined) return outcome
          throw error
        }
        await pause(wait, request.signal)
      }
    } finally {
      deadline.stop()
    }
  }

  close(): void {
    this.#agents.close()
  }

  async #follow(request: HttpRequest, hop: Hop, deadline: Deadline): Promise<HttpAnswer> {
    const most = request.redirects ?? 10
    for (let count = 0; ; count++) {
      const started = performance.now()
      let status: number | undefined
      try {
        const response = await this.#withAuthorities(request, hop, deadline)
        status = response.statusCode!
        const next = most === 0 ? undefined : nextHop(hop, response)
        const url = shownUrl(hop.url)
        if (next === undefined) {
          const body = await readBody(response, { max: request.maxBody ?? this.#options.maxBody ?? defaultMaxBody, deadline, what: request.what ?? url, unpack: request.compressed === true })
          return { status, statusText: response.statusMessage ?? '', headers: response.headers, body: status < 400 ? body : withoutEcho(body, authorizationOf(hop)), url: hop.url.href }
        }
        response.on('error', () => {})
        response.resume()
        Object.assign(hop, next)
        // Go names what the header says.
        if (count >= most - 1) throw new PintleError('http.limit', `${goVerb(hop.method)} ${JSON.stringify(withoutUser(response.headers.location!))}: stopped after ${most} redirects`)
        if (hop.url.protocol !== 'http:' && hop.url.protocol !== 'https:') {
          throw new PintleError('http.unreachable', `${goVerb(hop.method)} ${JSON.stringify(shownUrl(hop.url))}: unsupported protocol scheme ${JSON.stringify(hop.url.protocol.slice(0, -1))}`)
        }
      } finally {
        this.#options.onRequest?.({ method: hop.method, url: shownUrl(hop.url), status, milliseconds: performance.now() - started })
      }
    }
  }

  /** The system's authorities take longer to read than a request takes, and few servers need them: they are read when one does. */
  async #withAuthorities(request: HttpRequest, hop: Hop, deadline: Deadline): Promise<Http.IncomingMessage> {
    const known = this.#system
    try {
      return await this.#once(request, hop, deadline)
    } catch (error) {
      if (known || request.tls?.caFile || !lacksAuthority(error)) throw error
      this.#system = true
      return this.#once(request, hop, deadline)
    }
  }

  #once(request: HttpRequest, hop: Hop, deadline: Deadline): Promise<Http.IncomingMessage> {
    const { url } = hop
    const secure = url.protocol === 'https:'
    const http: Pick<typeof Http, 'request'> = secure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
    const proxy = proxyFromEnvironment(url, this.#options.env)
    const plainProxy = !secure && proxy !== undefined && proxy.protocol !== 'socks5:'
    const agent = this.#agents.for(url, proxy, request.tls ?? {}, this.#system)
    return new Promise((resolve, reject) => {
      const outgoing = http.request({
        agent,
        method: hop.method,
        host: bareHost(url),
        port: url.port || (secure ? 443 : 80),
        path: plainProxy ? `${url.origin}${url.pathname}${url.search}` : url.pathname + url.search,
        headers: { ...headersOf(request, hop, this.#options.userAgent), ...(plainProxy ? proxyAuthorization(proxy) : {}) },
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      })
      outgoing.on('socket', (socket) => watchHandshake(socket, secure, (error) => outgoing.destroy(error)))
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        outgoing.off('error', reject)
        outgoing.on('error', () => {})
        resolve(response)
      })
      outgoing.setTimeout(silence, () => outgoing.destroy(coded('PINTLE_SILENT')))
      deadline.start(() => outgoing.destroy(coded('PINTLE_TIMEOUT')))
      outgoing.end(hop.body)
    })
  }
}

function headersOf(request: HttpRequest, hop: Hop, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { host: hop.url.host, 'user-agent': userAgent, ...request.headers }
  if (request.compressed === true) headers['accept-encoding'] = 'gzip'
  if (hop.body !== undefined) headers['content-length'] = String(typeof hop.body === 'string' ? Buffer.byteLength(hop.body) : hop.body.byteLength)
  else {
    delete headers['content-type']
    if (hop.method !== 'GET' && hop.method !== 'HEAD') headers['content-length'] = '0'
  }
  const authorization = authorizationOf(hop)
  if (authorization !== undefined) headers.authorization = authorization
  return headers
}

/** net/http: the user of a URL counts when nothing else is said. */
function authorizationOf({ authorization, url: { username, password } }: Hop): string | undefined {
  return authorization ?? (username === '' && password === '' ? undefined : basic(decodeURIComponent(username), decodeURIComponent(password)))
}

/** One GET with a client of its own, for a document named by a URL. @throws as HttpClient.send */
export async function fetchOnce(url: string, options: Omit<HttpRequest, 'url'> = {}): Promise<HttpAnswer> {
  const http = new HttpClient({ env: process.env, userAgent: 'Helm/4.3.1 Pintle' })
  try {
    return await http.send({ url, ...options })
  } finally {
    http.close()
  }
}

/** The Authorization header of a user and a password. */
export const basic = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const withoutUser = (text: string): string => text.replace(/\/\/[^/@]*@/, '//***@')

function parsed(text: string, method: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (error) {
    throw new PintleError('http.unreachable', `${goVerb(method)} ${JSON.stringify(withoutUser(text))}: not a valid URL`, { cause: error })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PintleError('http.unreachable', `${goVerb(method)} ${JSON.stringify(shownUrl(url))}: unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`)
  }
  return url
}

function retryAfter(headers: Http.IncomingHttpHeaders): { wait?: number } {
  const header = headers['retry-after']
  return header !== undefined && /^\d+$/.test(header) ? { wait: Math.min(Number(header), 60) * 1000 } : {}
}
