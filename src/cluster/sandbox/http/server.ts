import { createServer as createPlain } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../status.ts'
import type { User } from '../users.ts'
import { handle } from './handler.ts'
import type { Services } from './exchange.ts'

export interface HttpOptions {
  /** Who comes with which token. */
  users: ReadonlyMap<string, User>
  /** Without it the server speaks plain HTTP, which Kubernetes' own clients send no token over. */
  tls?: { cert: string; key: string }
}

/** The API over HTTP on the loopback. */
export class HttpServer {
  readonly #services: Services
  readonly #users: readonly { token: Buffer; user: User }[]
  readonly #server: Server
  readonly #stops = new Set<() => void>()
  readonly #scheme: string
  #last = Date.now()
  url = ''

  constructor(services: Services, options: HttpOptions) {
    this.#services = services
    this.#users = [...options.users].map(([token, user]) => ({ token: Buffer.from(`Bearer ${token}`), user }))
    const serve = (request: IncomingMessage, response: ServerResponse): void => { void this.#serve(request, response) }
    this.#server = options.tls === undefined ? createPlain(serve) : createSecure(options.tls, serve)
    this.#scheme = options.tls === undefined ? 'http' : 'https'
    this.#server.requestTimeout = 0
    this.#server.keepAliveTimeout = 60_000
  }

  async listen(options: { host?: string; port?: number }): Promise<string> {
    const host = options.host ?? '127.0.0.1'
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(options.port ?? 0, host, () => resolve())
    })
    const address = this.#server.address()
    this.url = `${this.#scheme}://${host.includes(':') ? `[${host}]` : host}:${typeof address === 'object' && address !== null ? address.port : 0}`
    return this.url
  }

  /** ms since the last request; an open watch counts as one. */
  idleMilliseconds(): number {
    return this.#stops.size > 0 ? 0 : Date.now() - this.#last
  }

  async close(): Promise<void> {
    for (const stop of [...this.#stops]) stop()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #userOf(header: string | undefined): User | undefined {
    const given = Buffer.from(header ?? '')
    return this.#users.find(({ token }) => given.length === token.length && timingSafeEqual(given, token))?.user
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#last = Date.now()
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const open = url.pathname === '/healthz' || url.pathname === '/livez' || url.pathname === '/readyz'
    const user = this.#userOf(request.headers.authorization)
    if (!open && user === undefined) {
      answer(response, 401, JSON.stringify(new ApiError(401, 'Unauthorized', 'Unauthorized').status), 'application/json')
      return
    }
    let body: Buffer | string | undefined
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      try {
        const bytes = await readBody(request)
        body = /protobuf/.test(request.headers['content-type'] ?? '') ? bytes : bytes.toString('utf8')
      } catch (error) {
        const status = error instanceof ApiError ? error : new ApiError(400, 'BadRequest', (error as Error).message)
        answer(response, status.code, JSON.stringify(status.status), 'application/json')
        return
      }
    }
    const result = handle(this.#services, {
      method: request.method === 'HEAD' ? 'GET' : request.method ?? 'GET', path: url.pathname, query: url.searchParams,
      headers: request.headers as Record<string, string | undefined>, ...(user === undefined ? {} : { user }), ...(body === undefined ? {} : { body }),
    })
    for (const w of result.warnings ?? []) response.appendHeader('Warning', `299 - "${w.replace(/[\\"]/g, (c) => `\\${c}`)}"`)
    if (result.stream !== undefined) {
      response.writeHead(result.status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' })
      response.flushHeaders()
      let stop = (): void => {}
      let timer: NodeJS.Timeout | undefined
      const end = (): void => {
        stop()
        this.#stops.delete(end)
        clearTimeout(timer)
        response.end()
      }
      this.#stops.add(end)
      response.once('close', end)
      if (result.timeoutSeconds) timer = setTimeout(end, result.timeoutSeconds * 1000)
      try {
        stop = result.stream((message) => {
          response.write(`${JSON.stringify(message)}\n`)
          if (message.type === 'ERROR') setImmediate(end)
        })
      } catch (error) {
        const status = error instanceof ApiError ? error : new ApiError(500, 'InternalError', (error as Error).message)
        response.write(`${JSON.stringify({ type: 'ERROR', object: status.status })}\n`)
        end()
      }
      return
    }
    answer(response, result.status, result.text ?? JSON.stringify(result.body), result.contentType ?? 'application/json')
  }
}

function answer(response: ServerResponse, status: number, text: string, contentType: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-cache, private' })
  response.end(text)
}

/** An API server takes 3 MiB. */
const limit = 3 * 1024 * 1024

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > limit) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
