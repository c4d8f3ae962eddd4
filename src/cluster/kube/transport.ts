import type * as Http from 'node:http'
import type * as Https from 'node:https'
import type { Duplex, Readable } from 'node:stream'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { Attempts, bareHost, coded, goVerb, judgeLoss, parseProxyUrl, pause, proxyAuthorization, proxyFromEnvironment, systemAuthorities, tunnel, watchHandshake } from '../../charts/http/index.ts'
import type { Failure } from '../../charts/http/index.ts'
import { apiError } from './api-error.ts'
import { Credentials } from './credentials.ts'
import type { Identity } from './credentials.ts'
import type { ClusterConfig } from './kubeconfig-types.ts'
import { RateLimiter } from './rate-limiter.ts'
import { goQuote } from './go-text.ts'
import { judgeAnswer, withUnknownOutcome } from './retry.ts'
import { transportError } from './transport-error.ts'

export interface TransportOptions {
  env: NodeJS.ProcessEnv
  /** Requests a second in the long run; 0 is no limit. */
  qps: number
  /** How many may go at once before `qps` counts. */
  burst: number
  /** Open connections at most; further requests wait. */
  maxConnections: number
  userAgent: string
  /** Time for one whole answer, in ms; 0 is none. Streams are exempt. */
  timeout: number
  /** How long a request is tried again after its first failure, in ms. */
  patience: number
  /** Bytes of one answer at most. */
  maxBody: number
  /** Told, once in a while, that the server has not answered for a moment and is asked again. */
  onTrouble?: ((text: string) => void) | undefined
  onWarning?: ((text: string) => void) | undefined
  onRequest?: ((request: { method: string; url: string; status: number | undefined; milliseconds: number }) => void) | undefined
}

export interface RawRequest {
  method: string
  /** With the query, below the server's URL. */
  path: string
  accept?: string
  headers?: Record<string, string>
  body?: string
  contentType?: string
  signal?: AbortSignal | undefined
  /** May be sent twice without harm although it is not a GET. */
  idempotent?: boolean
  /** Errors take client-go's generic text instead of the server's Status. */
  generic?: boolean
  /** Statuses that are an answer, not an error. */
  accepted?: readonly number[]
}

export interface RawResponse { status: number; headers: Http.IncomingHttpHeaders; body: string }

/** Idle connections are closed before the common servers (90 s) and load balancers (60 s) do it. */
const idleTimeout = 45_000
/** Milliseconds from which on a server is far away, or busy: waiting for a free connection costs more than opening one. */
const farAway = 50
/** An API server ends every call after a minute, and begins a watch at once: after this long without a byte the connection is dead. */
const silenceTimeouts = { calls: 90_000, streams: 15_000 }
/** A user is told of trouble that lasts longer. */
const troubleAfter = 2000

/** Sends requests to one server: connections kept and bounded, credentials, proxies, retries that cannot do a thing twice. */
export class Transport {
  readonly server: string
  readonly #config: ClusterConfig
  readonly #options: TransportOptions
  readonly #base: URL
  readonly #limiter: RateLimiter
  readonly #credentials: Credentials
  readonly #proxy: URL | undefined
  readonly #compress: boolean
  /** A watch holds its connection for minutes, so streams have their own agent, without a bound. */
  readonly #agents: { calls: Http.Agent | undefined; streams: Http.Agent | undefined } = { calls: undefined, streams: undefined }
  #agentEpoch = -1
  #heard = false
  /** Since when every request has failed. */
  #failingSince: number | undefined
  #told = -Infinity
  /** Calls, without streams, that wait for their answers. */
  #underWay = 0
  /** Milliseconds the last call took until its answer began. */
  #latency = 0
  #closed = false

  constructor(config: ClusterConfig, options: TransportOptions) {
    this.#config = config
    this.#options = options
    this.server = config.server
    this.#base = new URL(config.server)
    this.#limiter = new RateLimiter(options.qps, options.burst)
    this.#credentials = new Credentials(config, options.env)
    const explicit = config.proxyUrl === undefined ? undefined : parseProxyUrl(config.proxyUrl)
    this.#proxy = explicit instanceof URL ? explicit : proxyFromEnvironment(this.#base, options.env)
    // Compressing what goes over the loopback only costs both sides time.
    const host = bareHost(this.#base)
    this.#compress = !config.disableCompression && host !== 'localhost' && !host.startsWith('127.') && host !== '::1'
  }

  /** One request and its whole answer. @throws PintleError `kube.*`, or the signal's reason */
  async send(request: RawRequest): Promise<RawResponse> {
    return this.#attempts(request, 'calls', async (response, timer) => {
      const body = await this.#read(response, timer)
      return { status: response.statusCode!, headers: response.headers, body }
    })
  }

  /** The same for an answer in JSON; `value` is undefined where the status is no success. */
  async json(request: RawRequest): Promise<Omit<RawResponse, 'body'> & { value: any }> {
    return this.#attempts(request, 'calls', async (response, timer) => {
      const { statusCode: status = 0, headers } = response
      const body = await this.#read(response, timer)
      if (status >= 300) return { status, headers, value: undefined }
      try {
        return { status, headers, value: JSON.parse(body) }
      } catch {
        throw coded('PINTLE_NOT_JSON')
      }
    })
  }

  /** One request whose answer is read as it comes. The caller destroys the stream. */
  async stream(request: RawRequest): Promise<{ status: number; body: Readable }> {
    return this.#attempts(request, 'streams', async response => {
      response.on('error', () => {})
      return { status: response.statusCode!, body: decoded(response) }
    })
  }

  close(): void {
    this.#closed = true
    this.#agents.calls?.destroy()
    this.#agents.streams?.destroy()
  }

  async #attempts<T>(request: RawRequest, use: 'calls' | 'streams', take: (response: Http.IncomingMessage, timer: Deadline) => Promise<T>): Promise<T> {
    const { method, signal } = request
    const url = this.server + request.path
    const reads = method === 'GET' || method === 'HEAD'
    const attempts = new Attempts(reads || request.idempotent === true, this.#options.patience)
    const failed = (error: unknown): unknown => (!reads && attempts.maybeDone && isPintleError(error) ? withUnknownOutcome(error) : error)
    let reauthenticated = false
    for (;;) {
      if (this.#closed) throw new PintleError('kube.unreachable', `${goVerb(method)} ${goQuote(url)}: the client was closed`, { details: { closed: true } })
      const deadline = new Deadline(this.#options.timeout)
      const started = performance.now()
      let status: number | undefined
      let sent = false
      let failure: Failure
      let error: unknown
      try {
        signal?.throwIfAborted()
        await pause(this.#limiter.reserve(Date.now()), signal)
        const identity = await this.#identity(method, url)
        sent = true
        if (use === 'calls') this.#underWay++
        const asked = performance.now()
        const response = await this.#once(request, use, identity, deadline)
        if (use === 'calls') this.#latency = performance.now() - asked
        status = response.statusCode!
        this.#warn(response)
        if ((status >= 200 && status < 300) || request.accepted?.includes(status)) {
          const taken = await take(response, deadline)
          this.#works()
          return taken
        }
        const body = await this.#read(response, deadline)
        if (status < 500 && status !== 429) this.#works()
        const answer = apiError(method, status, body, request.generic)
        if (status === 401 && !reauthenticated && this.#credentials.refused(identity)) {
          reauthenticated = true
          continue
        }
        error = answer
        failure = judgeAnswer(status, response.headers, answer)
      } catch (thrown) {
        if (isPintleError(thrown)) throw failed(thrown)
        if (signal?.aborted) throw failed(aborted(signal, method, url))
        error = transportError(method, url, thrown)
        failure = judgeLoss(thrown)
      } finally {
        deadline.stop()
        if (sent && use === 'calls') this.#underWay--
        if (sent) this.#options.onRequest?.({ method, url, status, milliseconds: performance.now() - started })
      }
      this.#failingSince ??= performance.now()
      const wait = attempts.next(failure, { heard: this.#heard, failing: performance.now() - this.#failingSince })
      if (wait === undefined) throw failed(error)
      if (attempts.failing + wait > troubleAfter) this.#tell(failure.reason)
      await pause(wait, signal).catch(() => { throw failed(aborted(signal!, method, url)) })
    }
  }

  #works(): void {
    this.#heard = true
    this.#failingSince = undefined
  }

  /** One line for all requests that fail together. */
  #tell(reason: string): void {
    const now = performance.now()
    const { patience, onTrouble } = this.#options
    if (now - this.#told < patience) return
    this.#told = now
    onTrouble?.(`the API server is not answering (${reason}), trying again for up to ${Math.round(patience / 1000)} s`)
  }

  async #identity(method: string, url: string): Promise<Identity> {
    try {
      return await this.#credentials.identity()
    } catch (error) {
      if (!isPintleError(error)) throw error
      const hint = error.hint
      throw new PintleError(error.code, `${goVerb(method)} ${goQuote(url)}: ${error.message}`, { cause: error, ...(hint === undefined ? {} : { hint }) })
    }
  }

  #once(request: RawRequest, use: 'calls' | 'streams', identity: Identity, deadline: Deadline): Promise<Http.IncomingMessage> {
    const secure = this.#base.protocol === 'https:'
    const http: typeof Http | typeof Https = secure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
    const plainProxy = !secure && this.#proxy !== undefined && this.#proxy.protocol !== 'socks5:'
    return new Promise((resolve, reject) => {
      const outgoing = http.request({
        agent: this.#agentFor(identity, use),
        method: request.method,
        host: bareHost(this.#base),
        port: this.#base.port || (secure ? 443 : 80),
        path: plainProxy ? this.server + request.path : this.#base.pathname.replace(/\/$/, '') + request.path,
        headers: plainProxy ? { ...this.#headers(request, identity), ...proxyAuthorization(this.#proxy!) } : this.#headers(request, identity),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      })
      outgoing.on('socket', socket => watchHandshake(socket, secure, error => outgoing.destroy(error)))
      outgoing.on('error', reject)
      let streaming = false
      outgoing.on('response', response => {
        streaming = use === 'streams'
        outgoing.off('error', reject)
        outgoing.on('error', () => {})
        resolve(response)
      })
      outgoing.setTimeout(silenceTimeouts[use], () => { if (!streaming) outgoing.destroy(coded('PINTLE_SILENT')) })
      deadline.start(() => outgoing.destroy(coded('PINTLE_TIMEOUT')))
      outgoing.end(request.body)
    })
  }

  #headers(request: RawRequest, identity: Identity): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {
      host: this.#base.host,
      accept: request.accept ?? 'application/json',
      'user-agent': this.#options.userAgent,
      ...request.headers,
    }
    if (this.#compress) headers['accept-encoding'] = 'gzip'
    if (request.body !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/json'
      headers['content-length'] = String(Buffer.byteLength(request.body))
    }
    if (identity.authorization !== undefined) headers.authorization = identity.authorization
    const as = this.#config.impersonate
    if (as !== undefined) {
      headers['Impersonate-User'] = as.user
      if (as.uid !== undefined) headers['Impersonate-Uid'] = as.uid
      if (as.groups.length > 0) headers['Impersonate-Group'] = [...as.groups]
      for (const [key, values] of Object.entries(as.extra)) headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = [...values]
    }
    return headers
  }

  /**
   * A connection takes three round trips, and milliseconds of both processors: where answers come quickly it is opened when more calls are
   * under way than those that are open would answer meanwhile.
   */
  #connectionsFor(calls: number): number {
    return Math.min(this.#options.maxConnections, this.#latency > farAway ? calls : Math.ceil(calls / 2))
  }

  #agentFor(identity: Identity, use: 'calls' | 'streams'): Http.Agent {
    if (this.#agentEpoch !== identity.epoch) {
      // Another client certificate: what is under way keeps the old connections, which are closed as they fall idle.
      for (const old of [this.#agents.calls, this.#agents.streams]) if (old !== undefined) closeIdle(old)
      this.#agents.calls = undefined
      this.#agents.streams = undefined
      this.#agentEpoch = identity.epoch
    }
    const agent = (this.#agents[use] ??= this.#newAgent(identity))
    if (use === 'calls') agent.maxSockets = this.#connectionsFor(this.#underWay)
    return agent
  }

  #newAgent(identity: Identity): Http.Agent {
    const { tls } = this.#config
    const common = { keepAlive: true, keepAliveMsecs: 30_000, scheduling: 'lifo' as const, timeout: idleTimeout }
    const host = bareHost(this.#base)
    let agent: Http.Agent
    if (this.#base.protocol === 'https:') {
      const https = process.getBuiltinModule('node:https')
      const { isIP } = process.getBuiltinModule('node:net')
      const secureOptions: Https.AgentOptions = {
        ...common,
        servername: tls.serverName ?? (isIP(host) === 0 ? host : ''),
        rejectUnauthorized: !tls.insecure,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        ...(tls.ca === undefined ? systemAuthorities() : { ca: tls.ca }),
        ...(identity.cert === undefined ? {} : { cert: identity.cert }),
        ...(identity.key === undefined ? {} : { key: identity.key }),
      }
      if (tls.serverName !== undefined) {
        const name = tls.serverName
        secureOptions.checkServerIdentity = (_, cert) => process.getBuiltinModule('node:tls').checkServerIdentity(name, cert)
      }
      agent = new https.Agent(secureOptions)
    } else {
      agent = new (process.getBuiltinModule('node:http').Agent)(common)
    }
    if (this.#proxy !== undefined) this.#throughProxy(agent, this.#proxy)
    return agent
  }

  #throughProxy(agent: Http.Agent, proxy: URL): void {
    const secure = this.#base.protocol === 'https:'
    const direct = agent.createConnection.bind(agent)
    agent.createConnection = (options, callback) => {
      if (!secure && proxy.protocol !== 'socks5:') {
        return direct({ ...options, host: bareHost(proxy), port: Number(proxy.port || 80) } as never, callback)
      }
      const host = bareHost(this.#base)
      tunnel(proxy, host, Number(this.#base.port || (secure ? 443 : 80))).then(
        socket => callback?.(null, secure ? (direct({ ...options, socket } as never) as Duplex) : socket),
        error => callback?.(error as Error, undefined as never),
      )
      return undefined as never
    }
  }

  async #read(response: Http.IncomingMessage, deadline: Deadline): Promise<string> {
    deadline.start(() => response.destroy(coded('PINTLE_TIMEOUT')))
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of decoded(response)) {
        size += chunk.length
        if (size > this.#options.maxBody) throw Object.assign(new Error(`the answer is larger than ${this.#options.maxBody >> 20} MiB`), { code: 'PINTLE_TOO_LARGE' })
        chunks.push(chunk)
      }
    } catch (error) {
      response.destroy()
      throw error
    }
    return chunks.length === 1 ? chunks[0]!.toString('utf8') : Buffer.concat(chunks, size).toString('utf8')
  }

  /** `299 agent "text"`, RFC 7234 §5.5. */
  #warn(response: Http.IncomingMessage): void {
    const header = response.headers.warning
    if (header === undefined || this.#options.onWarning === undefined) return
    for (const match of header.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)) this.#options.onWarning(match[1]!.replace(/\\(.)/g, '$1'))
  }
}

/** Ends one attempt that takes too long. */
class Deadline {
  readonly #milliseconds: number
  #timer: NodeJS.Timeout | undefined
  #end: (() => void) | undefined

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** Later calls only change what happens at the end. */
  start(end: () => void): void {
    if (this.#milliseconds === 0) return
    this.#end = end
    this.#timer ??= setTimeout(() => this.#end?.(), this.#milliseconds)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

function decoded(response: Http.IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response
  const { createGunzip, constants } = process.getBuiltinModule('node:zlib')
  // A watch's events must come out as they arrive, not when a block is full.
  const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH })
  response.on('error', error => gunzip.destroy(error))
  response.on('aborted', () => gunzip.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
  gunzip.on('close', () => response.destroy())
  return response.pipe(gunzip)
}

/** A timeout signal becomes an error a user can read; any other reason is the caller's own. */
function aborted(signal: AbortSignal, method: string, url: string): unknown {
  const reason: unknown = signal.reason
  if (reason instanceof DOMException && reason.name === 'TimeoutError') return transportError(method, url, coded('PINTLE_TIMEOUT'))
  return reason
}

function closeIdle(agent: Http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
