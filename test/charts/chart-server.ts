import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type Answer = Uint8Array | string | ((request: IncomingMessage, response: ServerResponse) => void)
export interface Asked { readonly path: string; readonly authorization: string | undefined; readonly headers: IncomingMessage['headers'] }

/** A repository for a test: paths and what they answer; everything else is 404. */
export class ChartServer {
  readonly files = new Map<string, Answer>()
  readonly asked: Asked[] = []
  /** user:password that every request must carry. */
  wants: string | undefined
  readonly #server: Server
  readonly #secure: boolean

  private constructor(tls: { key: string; cert: string } | undefined) {
    this.#secure = tls !== undefined
    const listener = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response)
    this.#server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  }

  static async start(options: { tls?: { key: string; cert: string } } = {}): Promise<ChartServer> {
    const server = new ChartServer(options.tls)
    await new Promise<void>((ready) => server.#server.listen(0, '127.0.0.1', ready))
    return server
  }

  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url!.split('?')[0]!
    const { authorization } = request.headers
    this.asked.push({ path, authorization, headers: request.headers })
    if (this.wants !== undefined && authorization !== `Basic ${Buffer.from(this.wants).toString('base64')}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' })
      response.end()
      return
    }
    const answer = this.files.get(path)
    if (typeof answer === 'function') answer(request, response)
    else {
      response.statusCode = answer === undefined ? 404 : 200
      response.end(answer ?? '')
    }
  }
}
