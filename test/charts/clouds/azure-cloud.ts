import { X509Certificate, constants, createHash, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes, verify, type KeyObject } from 'node:crypto'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

const tenant = '11111111-2222-3333-4444-555555555555'
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const

/** Key Vault of Azure and the part of Entra that hands out its tokens, as their public documentation has them. What applications sign with certificates is verified. */
export class AzureCloud {
  static readonly hosts = ['shop.vault.azure.net', 'login.microsoftonline.com', 'evil.example.org']
  static readonly tenant = tenant
  readonly #keys = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>()
  readonly #tokens = new Map<string, string>()
  /** Certificates of applications, by their client ID. */
  readonly certificates = new Map<string, X509Certificate>()
  readonly secrets = new Map<string, string>()
  readonly passwords = new Map<string, string>()
  /** Tokens of other identity providers that are good for an application. */
  readonly federated = new Map<string, string>()
  /** Who must not use keys. */
  readonly denied = new Set<string>()
  /** The current version of each key. */
  readonly current = new Map<string, string>()

  constructor(cloud: LocalCloud) {
    cloud.serve('shop.vault.azure.net', (request) => this.#vault(request))
    cloud.serve('evil.example.org', (request) => this.#vault(request))
    cloud.serve('login.microsoftonline.com', (request) => this.#entra(request))
  }

  token(who: string): string {
    const token = `eyJ0.${randomBytes(24).toString('base64url')}.x`
    this.#tokens.set(token, who)
    return token
  }

  #vault({ method, path, headers, body, host }: Received): Reply {
    const who = this.#tokens.get((headers.authorization ?? '').replace(/^Bearer /, ''))
    if (who === undefined) return { status: 401, headers: { 'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="https://vault.azure.net"` }, body: refusal('Unauthorized', `[BearerReadAccessTokenFailed] Error validating token: ${headers.authorization}`) }
    if (this.denied.has(who)) return { status: 403, body: refusal('Forbidden', 'The user, group or application does not have keys decrypt permission on key vault.') }
    const [, name, version, action] = /^\/keys\/([^/?]+)(?:\/([^/?]*))?(?:\/(encrypt|decrypt))?\/?\?api-version=[\w.-]+$/.exec(path) ?? []
    if (name === undefined || name === 'nothing') return { status: 404, body: refusal('KeyNotFound', `A key with (name/id) ${name} was not found in this key vault.`) }
    const used = version || (this.current.get(name) ?? '0123456789abcdef0123456789abcdef')
    const id = `${name}/${used}`
    const kid = `https://${host}/keys/${id}`
    if (method === 'GET') return { body: { key: { kid, kty: 'RSA', key_ops: ['encrypt', 'decrypt'], n: 'AQAB', e: 'AQAB' }, attributes: { enabled: true } } }
    const { alg, value } = JSON.parse(body) as { alg: string; value: string }
    if (alg !== 'RSA-OAEP-256') return { status: 400, body: refusal('BadParameter', `Property has invalid value: ${alg}`) }
    const key = this.#keys.get(id) ?? generateKeyPairSync('rsa', { modulusLength: 2048 })
    this.#keys.set(id, key)
    try {
      const result = action === 'encrypt' ? publicEncrypt({ key: key.publicKey, ...oaep }, Buffer.from(value, 'base64url')) : privateDecrypt({ key: key.privateKey, ...oaep }, Buffer.from(value, 'base64url'))
      return { body: { kid, value: result.toString('base64url') } }
    } catch {
      return { status: 400, body: refusal('BadParameter', 'The parameter is incorrect.\r\n') }
    }
  }

  #entra({ method, path, body }: Received): Reply {
    const base = `https://login.microsoftonline.com/${tenant}`
    if (path.includes('/discovery/instance')) return { body: { tenant_discovery_endpoint: `${base}/v2.0/.well-known/openid-configuration`, 'api-version': '1.1', metadata: [{ preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases: ['login.microsoftonline.com', 'login.windows.net'] }] } }
    if (method === 'GET') return { body: { token_endpoint: `${base}/oauth2/v2.0/token`, authorization_endpoint: `${base}/oauth2/v2.0/authorize`, issuer: `${base}/v2.0` } }
    const form = new URLSearchParams(body)
    const who = path === `/${tenant}/oauth2/v2.0/token` && form.get('scope')?.split(' ')[0] === 'https://vault.azure.net/.default' ? this.#client(form) : undefined
    if (who === undefined) return { status: 401, body: { error: 'invalid_client', error_description: `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`, error_codes: [7000215] } }
    return { body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: this.token(who) } }
  }

  #client(form: URLSearchParams): string | undefined {
    const id = form.get('client_id')!
    if (form.has('client_secret')) return this.secrets.get(id) === form.get('client_secret') ? id : undefined
    if (form.get('grant_type') === 'password') return this.passwords.get(form.get('username')!) === form.get('password') ? form.get('username')! : undefined
    const assertion = form.get('client_assertion')
    if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' || assertion === null) return undefined
    if (this.federated.get(id) === assertion) return id
    const certificate = this.certificates.get(id)
    const [head, claims, signature] = assertion.split('.')
    if (certificate === undefined || signature === undefined) return undefined
    const { alg, 'x5t#S256': thumbprint } = JSON.parse(Buffer.from(head!, 'base64url').toString()) as { alg: string; 'x5t#S256': string }
    const { aud, iss, sub, exp } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { aud: string; iss: string; sub: string; exp: number }
    const good = alg === 'PS256' && Buffer.from(thumbprint, 'base64').equals(createHash('sha256').update(certificate.raw).digest()) && aud === `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token` && iss === id && sub === id && exp > Date.now() / 1000
    return good && verify('sha256', Buffer.from(`${head}.${claims}`), { key: certificate.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }, Buffer.from(signature, 'base64url')) ? id : undefined
  }
}

const refusal = (code: string, message: string): object => ({ error: { code, message } })
