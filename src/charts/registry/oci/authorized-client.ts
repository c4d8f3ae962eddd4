import { isIP } from 'node:net'
import { PintleError } from '../../../errors/index.ts'
import { quote } from '../../../language/go/index.ts'
import { backoff, basic, pause, type HttpAnswer, type HttpClient, type HttpRequest, type TlsFiles } from '../../http/index.ts'
import { answerError, prefixed } from './answer-error.ts'
import { cleanScopes, parseChallenge } from './challenge.ts'
import { isEmpty, type Credential } from './credential.ts'

export interface AuthorizedRequest extends HttpRequest {
  readonly url: string
  /** What the answer will need rights for: one token then serves all requests of a push. */
  readonly scopes?: readonly string[]
}

export interface AuthorizedClientOptions {
  readonly http: HttpClient
  readonly tls?: TlsFiles
  /** Asked once a registry wants to know who is there. @param host with port */
  readonly credential: (host: string, options: { signal?: AbortSignal | undefined }) => Promise<Credential>
  /** Passwords are exchanged for tokens by OAuth2 first, as when logging in. */
  readonly oauth?: boolean
}

/** Token servers answer with one or two tokens, each of which must fit into a header. */
const longestToken = 128 * 1024
/** Statuses that a registry's storage gives for a moment (DefaultPredicate in oras-go's retry/policy.go); the client of the HTTP room minds the others. */
const passing = new Set([408, 500])
const mostAttempts = 4

/**
 * Requests to registries, with the credentials they ask for: Basic, or Bearer by a token server. One challenge is answered once: what
 * is refused after it stays refused. Tokens are kept by host and scope. Upstream: registry/remote/auth/client.go of oras-go.
 */
export class AuthorizedClient {
  readonly #options: AuthorizedClientOptions
  readonly #schemes = new Map<string, 'basic' | 'bearer'>()
  readonly #tokens = new Map<string, string>()
  readonly #fetching = new Map<string, Promise<string>>()

  constructor(options: AuthorizedClientOptions) {
    this.#options = options
  }

  /** The same, with nothing remembered, that logs in the other way. */
  with(options: Partial<AuthorizedClientOptions>): AuthorizedClient {
    return new AuthorizedClient({ ...this.#options, ...options })
  }

  /**
   * Sends a request, and once more with credentials when the registry asks for them.
   * @throws PintleError registry.auth when a token cannot be had, http.*; any status is an answer
   */
  async send(request: AuthorizedRequest): Promise<HttpAnswer> {
    const { http, tls } = this.#options
    const method = request.method ?? 'GET'
    const url = new URL(request.url)
    const host = url.host
    const hinted = cleanScopes(request.scopes ?? [])
    const safe = method === 'GET' || method === 'HEAD' || request.idempotent === true
    const exchange = async (authorization?: string): Promise<HttpAnswer> => {
      for (let attempt = 1; ; attempt++) {
        const answer = await http.send({ ...request, ...(tls && { tls }), ...(authorization === undefined ? {} : { authorization }) })
        if (!safe || !passing.has(answer.status) || attempt === mostAttempts) return answer
        await pause(backoff(attempt), request.signal)
      }
    }

    const known = this.#schemes.get(host)
    const attempted = known === 'bearer' ? hinted.join(' ') : ''
    const first = await exchange(known === undefined ? undefined : this.#header(host, known, attempted))
    // A challenge of another server, to which the request was redirected, is none of ours to answer.
    if (first.status !== 401 || new URL(first.url).origin !== url.origin) return first

    const { scheme, params } = parseChallenge(String(first.headers['www-authenticate'] ?? ''))
    if (scheme === undefined) return first
    try {
      if (scheme === 'basic') return await exchange(`Basic ${await this.#token(host, 'basic', '', () => this.#basic(host, request.signal))}`)
      const asked = params.get('scope') ?? ''
      const scopes = asked === '' ? hinted : cleanScopes([...hinted, ...asked.split(' ')])
      const key = scopes.join(' ')
      const held = key === attempted ? undefined : this.#header(host, 'bearer', key)
      if (held !== undefined) {
        const again = await exchange(held)
        if (again.status !== 401) return again
      }
      const realm = params.get('realm') ?? ''
      checkRealm(realm, url)
      return await exchange(`Bearer ${await this.#token(host, 'bearer', key, () => this.#bearer(host, realm, params.get('service') ?? '', scopes, request.signal))}`)
    } catch (error) {
      if (error instanceof TokenError) throw prefixed(`${method} ${quote(first.url)}: `, error.reason)
      throw error
    }
  }

  #header(host: string, scheme: 'basic' | 'bearer', key: string): string | undefined {
    const token = this.#schemes.get(host) === scheme ? this.#tokens.get(`${host} ${key}`) : undefined
    return token === undefined ? undefined : `${scheme === 'basic' ? 'Basic' : 'Bearer'} ${token}`
  }

  /** Fetched once for all who wait for it, and kept. */
  #token(host: string, scheme: 'basic' | 'bearer', key: string, fetch: () => Promise<string>): Promise<string> {
    const name = `${host} ${key}`
    const running = this.#fetching.get(name)
    if (running !== undefined) return running
    const begun = fetch().then((token) => {
      if (this.#schemes.get(host) !== scheme) for (const held of [...this.#tokens.keys()]) if (held.startsWith(`${host} `)) this.#tokens.delete(held)
      this.#schemes.set(host, scheme)
      this.#tokens.set(name, token)
      return token
    }, (error: unknown) => {
      throw error instanceof PintleError ? new TokenError(error) : error
    }).finally(() => this.#fetching.delete(name))
    this.#fetching.set(name, begun)
    return begun
  }

  async #basic(host: string, signal: AbortSignal | undefined): Promise<string> {
    const credential = await this.#options.credential(host, { signal }).catch((error: unknown) => { throw prefixed('failed to resolve credential: ', error) })
    if (isEmpty(credential)) throw new PintleError('registry.auth', 'basic credential not found', { hint: `Log in with \`pintle registry login ${host}\`.` })
    const { username, password } = credential
    if (username === '' || password === '') throw new PintleError('registry.auth', 'missing username or password for basic auth')
    return basic(username, password).slice('Basic '.length)
  }

  async #bearer(host: string, realm: string, service: string, scopes: readonly string[], signal: AbortSignal | undefined): Promise<string> {
    const credential = await this.#options.credential(host, { signal })
    if (credential.accessToken !== '') return credential.accessToken
    const { http, tls, oauth } = this.#options
    const { username, password, refreshToken } = credential
    const plain = isEmpty(credential) || (refreshToken === '' && oauth !== true)
    const query = new URLSearchParams()
    if (!plain) {
      if (refreshToken !== '') {
        query.set('grant_type', 'refresh_token')
        query.set('refresh_token', refreshToken)
      } else if (username !== '' && password !== '') {
        query.set('grant_type', 'password')
        query.set('username', username)
        query.set('password', password)
      } else throw new PintleError('registry.auth', 'missing username or password for bearer auth')
      query.set('service', service)
      query.set('client_id', 'oras-go')
      if (scopes.length > 0) query.set('scope', scopes.join(' '))
      query.sort()
    }
    const url = realm === '' ? undefined : new URL(realm)
    if (plain) {
      const asked = url?.searchParams ?? query
      if (service !== '') asked.set('service', service)
      for (const scope of scopes) asked.append('scope', scope)
      asked.sort()
    }
    const method = plain ? 'GET' : 'POST'
    if (url === undefined) throw new PintleError('registry.auth', `${plain ? 'Get' : 'Post'} ${quote(plain ? search(query) : '')}: unsupported protocol scheme ""`, { hint: 'The registry asks for a token, and does not say where there are any.' })
    const answer = await http.send({
      method, url: url.href, maxBody: longestToken, what: 'the answer of the token server', idempotent: true,
      ...(tls && { tls }), ...(signal && { signal }),
      ...(plain && (username !== '' || password !== '') ? { authorization: basic(username, password) } : {}),
      ...(plain ? {} : { body: query.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    })
    if (answer.status !== 200) throw answerError(method, answer)
    let parsed: { token?: unknown; access_token?: unknown } | null
    try {
      parsed = JSON.parse(answer.body.toString())
    } catch {
      throw new PintleError('registry.auth', `${method} ${quote(answer.url)}: failed to decode response: it is not JSON`)
    }
    for (const token of [parsed?.access_token, plain ? parsed?.token : undefined]) if (typeof token === 'string' && token !== '' && !/[\r\n]/.test(token)) return token
    throw new PintleError('registry.auth', `${method} ${quote(answer.url)}: empty token returned`)
  }
}

const search = (query: URLSearchParams): string => (query.size === 0 ? '' : `?${query.toString()}`)

/** Why there is no token: told with the request that needed one. */
class TokenError extends Error {
  readonly reason: PintleError

  constructor(reason: PintleError) {
    super(reason.message)
    this.reason = reason
  }
}

/**
 * Refuses token servers to which a registry should never send anybody: over plain HTTP when it was asked over HTTPS itself, or at an address of
 * this machine or of a private network when it is not there as well (validateRealm).
 */
function checkRealm(realm: string, registry: URL): void {
  if (realm === '') return
  const refuse = (text: string): never => { throw new TokenError(new PintleError('registry.auth', text, { hint: 'The registry names a token server that credentials must not be sent to.' })) }
  let url: URL
  try {
    url = new URL(realm)
  } catch {
    return refuse(`failed to parse bearer realm ${quote(realm)}: it is no URL`)
  }
  if (url.protocol === 'http:' && registry.protocol === 'https:') refuse(`bearer realm ${quote(realm)} uses http but registry was contacted over https`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse(`bearer realm ${quote(realm)} uses unsupported scheme ${quote(url.protocol.slice(0, -1))}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && isInternal(host) && url.hostname !== registry.hostname) refuse(`bearer realm host ${quote(host)} is a loopback, link-local, private, or unspecified address`)
}

function isInternal(address: string): boolean {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped !== null) {
    const [a, b] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)]
    return isInternal([a >> 8, a & 255, b >> 8, b & 255].join('.'))
  }
  if (isIP(address) === 4) return /^(?:127\.|10\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|224\.0\.0\.|0\.0\.0\.0$)/.test(address)
  return address === '::1' || address === '::' || /^(?:fe[89ab]|f[cd]|ff[0-9a-f]2)/.test(address)
}
