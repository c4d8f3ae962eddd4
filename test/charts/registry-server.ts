import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer, request as secureRequest } from 'node:https'
import { request } from 'node:http'
import { createServer as createSocket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import bcrypt from 'bcryptjs'
import { authority, client, server as certificate } from '../../src/cluster/kube/fixtures/certificates.ts'

export interface RegistryOptions {
  readonly tls?: boolean
  /** Who may do anything: ann with the password secret. With `token` by a token server of the test's own. */
  readonly auth?: 'basic' | 'token'
  /** Only those with a certificate of the test's authority may speak. */
  readonly clients?: boolean
}

export const user = { name: 'ann', password: 'sec:ret' }

/** The real `distribution` registry, on a port and in a folder of its own. */
export class RegistryServer {
  readonly host: string
  /** The authority of its certificate. */
  readonly caFile: string
  /** A client's certificate and key. */
  readonly client: { readonly certFile: string; readonly keyFile: string }
  /** What the token server was asked: method, path and query, body. */
  readonly tokens: TokenServer | undefined
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #tls: boolean

  private constructor(folder: string, host: string, child: ChildProcess, tls: boolean, tokens: TokenServer | undefined) {
    this.#folder = folder
    this.host = host
    this.#process = child
    this.#tls = tls
    this.tokens = tokens
    this.caFile = join(folder, 'ca.pem')
    this.client = { certFile: join(folder, 'client.pem'), keyFile: join(folder, 'client.key') }
  }

  static async start(program: string, options: RegistryOptions = {}): Promise<RegistryServer> {
    const { tls = false, auth, clients = false } = options
    const folder = mkdtempSync(join(tmpdir(), 'pintle-registry-'))
    const port = await freePort()
    // localhost, for the certificate; its token server must be on the same host.
    const host = `localhost:${port}`
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    file('ca.pem', authority)
    file('client.pem', client.cert)
    file('client.key', client.key)
    const tokens = auth === 'token' ? await TokenServer.start(tls) : undefined
    const config = {
      version: 0.1, log: { level: 'error' }, storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, secret: 'x', ...(tls ? { tls: { certificate: file('server.pem', certificate.cert), key: file('server.key', certificate.key), ...(clients ? { clientcas: [join(folder, 'ca.pem')] } : {}) } } : {}) },
      ...(auth === 'basic' ? { auth: { htpasswd: { realm: 'test', path: file('htpasswd', `${user.name}:${bcrypt.hashSync(user.password, 4)}\n`) } } } : {}),
      ...(tokens === undefined ? {} : { auth: { token: { realm: tokens.url, service: 'test-registry', issuer: 'test-issuer', jwks: file('jwks.json', tokens.jwks), signingalgorithms: ['ES256'] } } }),
    }
    const child = spawn(program, ['serve', file('config.yml', JSON.stringify(config))], { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' } })
    let said = ''
    child.stderr!.on('data', (d: Buffer) => { said = (said + d.toString()).slice(-4000) })
    const registry = new RegistryServer(folder, host, child, tls, tokens)
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null || tries > 200) {
        await registry.stop()
        throw new Error(`the registry did not start:\n${said}`)
      }
      if (await registry.status('/v2/').then((s) => s === 200 || s === 401, () => false)) return registry
      await sleep(50)
    }
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://${this.host}`
  }

  async status(path: string): Promise<number> {
    return (await this.get(path)).status
  }

  /** A plain GET. */
  get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((done, fail) => {
      const outgoing = (this.#tls ? secureRequest : request)(this.url + path, { headers, agent: false, ...(this.#tls ? { ca: authority, cert: client.cert, key: client.key } : {}) } as object, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (d: Buffer) => chunks.push(d))
        response.on('end', () => done({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }))
      })
      outgoing.on('error', fail)
      outgoing.end()
    })
  }

  /** @returns the status */
  async put(path: string, bytes: Buffer, type: string): Promise<number> {
    return (await fetch(this.url + path, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': type } })).status
  }

  async upload(repository: string, bytes: Buffer, digest: string): Promise<void> {
    const begun = await fetch(`${this.url}${repository}/blobs/uploads/`, { method: 'POST' })
    const target = new URL(begun.headers.get('location')!, this.url)
    target.searchParams.set('digest', digest)
    const done = await fetch(target, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } })
    if (done.status !== 201) throw new Error(`upload: ${done.status}`)
  }

  async stop(): Promise<void> {
    this.tokens?.stop()
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((done) => this.#process.once('exit', done))
      this.#process.kill('SIGKILL')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Gives ann tokens for what she asks, by the distribution and by the OAuth2 way. */
export class TokenServer {
  readonly asked: { method: string; path: string; query: URLSearchParams; body: URLSearchParams; authorization: string | undefined }[] = []
  /** Refuses the OAuth2 way, as some registries do. */
  refusesPost = false
  readonly jwks: string
  readonly #key: KeyObject
  readonly #kid: string
  readonly #server: Server
  readonly #tls: boolean

  private constructor(server: Server, tls: boolean) {
    this.#server = server
    this.#tls = tls
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    const jwk = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' })
    this.#kid = createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 16)
    this.jwks = JSON.stringify({ keys: [{ ...jwk, kid: this.#kid, use: 'sig', alg: 'ES256' }] })
  }

  static async start(tls: boolean): Promise<TokenServer> {
    const server = tls ? createSecureServer({ key: certificate.key, cert: certificate.cert }) : createServer()
    const tokens = new TokenServer(server as Server, tls)
    server.on('request', (incoming, response) => {
      const chunks: Buffer[] = []
      incoming.on('data', (d: Buffer) => chunks.push(d))
      incoming.on('end', () => {
        const { status, body } = tokens.#answer(incoming, Buffer.concat(chunks).toString())
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return tokens
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://localhost:${(this.#server.address() as AddressInfo).port}/token`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer(incoming: IncomingMessage, text: string): { status: number; body: object } {
    const url = new URL(incoming.url!, 'http://x')
    const body = new URLSearchParams(text)
    const { authorization } = incoming.headers
    this.asked.push({ method: incoming.method!, path: url.pathname, query: url.searchParams, body, authorization })
    const refused = { status: 401, body: { errors: [{ code: 'UNAUTHORIZED', message: 'who are you' }] } }
    if (incoming.method === 'POST' && this.refusesPost) return { status: 405, body: {} }
    const known = incoming.method === 'POST'
      ? (body.get('username') === user.name && body.get('password') === user.password) || body.get('refresh_token') === 'identity-token'
      : authorization === `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
    if (!known) return refused
    const scopes = incoming.method === 'POST' ? (body.get('scope') ?? '').split(' ') : url.searchParams.getAll('scope')
    const access = scopes.filter((s) => s !== '').map((s) => {
      const parts = s.split(':')
      return { type: parts[0], name: parts.slice(1, -1).join(':'), actions: parts.at(-1)!.split(',') }
    })
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'test-issuer', sub: user.name, aud: 'test-registry', exp: now + 300, nbf: now - 10, iat: now, jti: randomUUID(), access }
    const part = (o: object): string => Buffer.from(JSON.stringify(o)).toString('base64url')
    const signed = `${part({ alg: 'ES256', typ: 'JWT', kid: this.#kid })}.${part(claims)}`
    const token = `${signed}.${sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    return { status: 200, body: incoming.method === 'POST' ? { access_token: token } : { token } }
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket()
  await new Promise<void>((done) => socket.listen(0, '127.0.0.1', done))
  const { port } = socket.address() as AddressInfo
  await new Promise((done) => socket.close(done))
  return port
}
