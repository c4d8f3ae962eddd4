import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Received {
  readonly method: string
  readonly host: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | object
}

export type Service = (request: Received) => Reply | Promise<Reply>

/** What goes wrong at a host: no connection, no answer, one that does not end, one that is no answer of the service. */
export type Fault = 'down' | 'silent' | 'endless' | 'garbage'

/**
 * Hosts of clouds on this machine: a proxy that leads every name to one server with TLS, whose certificate SSL_CERT_FILE names. Programs talk to the names that they
 * would talk to, and need no settings but those of a proxy.
 */
export class LocalCloud {
  readonly #services = new Map<string, Service>()
  readonly #sockets = new Set<Socket>()
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloud-'))
  readonly #secure: Server
  readonly #proxy: Server
  readonly received: Received[] = []
  readonly faults = new Map<string, Fault>()

  private constructor(names: readonly string[]) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=clouds', '-addext', `subjectAltName=${names.map((n) => `DNS:${n}`).join(',')}`, '-keyout', join(this.#folder, 'key.pem'), '-out', this.authority], { stdio: 'ignore' })
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response)
    this.#secure = createSecureServer({ cert: readFileSync(this.authority), key: readFileSync(join(this.#folder, 'key.pem')) }, listener)
    this.#proxy = createServer(listener)
    this.#proxy.on('connect', (request, socket: Socket) => {
      if (this.faults.get(request.url!.split(':')[0]!) === 'down') return socket.destroy()
      const inner = connect((this.#secure.address() as AddressInfo).port, '127.0.0.1')
      for (const [one, other] of [[socket, inner], [inner, socket]] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
      }
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(inner).pipe(socket)
      return undefined
    })
    for (const server of [this.#secure, this.#proxy]) server.on('connection', (socket) => { this.#sockets.add(socket); socket.on('close', () => this.#sockets.delete(socket)) })
  }

  /** @param names what its certificate is for */
  static async start(names: readonly string[]): Promise<LocalCloud> {
    const cloud = new LocalCloud(names)
    for (const server of [cloud.#secure, cloud.#proxy]) await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    return cloud
  }

  get authority(): string {
    return join(this.#folder, 'cert.pem')
  }

  get proxy(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`
  }

  /** For programs that know no proxy: the service of `localhost`. */
  get direct(): string {
    return `https://localhost:${(this.#secure.address() as AddressInfo).port}`
  }

  /** Variables of a program that finds these hosts. */
  get env(): Record<string, string> {
    return { HTTPS_PROXY: this.proxy, HTTP_PROXY: this.proxy, SSL_CERT_FILE: this.authority }
  }

  serve(host: string, service: Service): void {
    this.#services.set(host, service)
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const server of [this.#secure, this.#proxy]) await new Promise((done) => server.close(done))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const host = request.headers.host!.replace(/:\d+$/, '')
    const received: Received = { method: request.method!, host, path: request.url!.replace(/^https?:\/\/[^/]+/, ''), headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
    this.received.push(received)
    switch (this.faults.get(host)) {
      case 'down': return void response.destroy()
      case 'silent': return
      case 'garbage': return void response.end('<html>not the service</html>')
      case 'endless': {
        const timer = setInterval(() => response.write(Buffer.alloc(1 << 16, 0x20)), 1)
        return void response.on('close', () => clearInterval(timer))
      }
      default:
    }
    const service = this.#services.get(host)
    const { status = 200, headers = {}, body = '' } = service === undefined ? { status: 404, body: 'no such host' } : await service(received)
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}
