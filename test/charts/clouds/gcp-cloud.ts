import { createPublicKey, generateKeyPairSync, randomBytes, verify, type KeyObject } from 'node:crypto'
import { KeyBox } from './key-box.ts'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Cloud KMS of Google and what hands out its tokens, as their public documentation has them. Tokens that service accounts sign are verified. */
export class GcpCloud {
  static readonly hosts = ['cloudkms.googleapis.com', 'oauth2.googleapis.com', 'sts.googleapis.com', 'iamcredentials.googleapis.com', 'cloudkms.example.org']
  readonly #keys = new KeyBox()
  readonly #tokens = new Map<string, string>()
  readonly #accounts = new Map<string, KeyObject>()
  /** Who must not use the key. */
  readonly denied = new Set<string>()

  constructor(cloud: LocalCloud) {
    for (const host of ['cloudkms.googleapis.com', 'cloudkms.example.org']) cloud.serve(host, (request) => this.#kms(request))
    cloud.serve('oauth2.googleapis.com', (request) => this.#grant(request))
    cloud.serve('sts.googleapis.com', (request) => this.#exchange(request))
    cloud.serve('iamcredentials.googleapis.com', (request) => this.#impersonate(request))
  }

  token(who: string): string {
    const token = `ya29.${randomBytes(24).toString('base64url')}`
    this.#tokens.set(token, who)
    return token
  }

  /** A file of a service account. */
  account(email: string): Record<string, string> {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    this.#accounts.set(email, publicKey)
    return {
      type: 'service_account', project_id: 'p', private_key_id: 'k1', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), client_email: email, client_id: '1',
      auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token',
    }
  }

  #kms({ path, headers, body }: Received): Reply {
    const who = this.#caller(headers.authorization)
    if (who === undefined) return refusal(401, 'UNAUTHENTICATED', `Request had invalid authentication credentials: ${headers.authorization}`)
    if (this.denied.has(who)) return refusal(403, 'PERMISSION_DENIED', `Permission 'cloudkms.cryptoKeyVersions.useToDecrypt' denied on resource`)
    const [, name, action] = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/:]+):(encrypt|decrypt)(?:\?|$)/.exec(path) ?? []
    if (name === undefined || name.includes('/locations/nowhere/')) return refusal(404, 'NOT_FOUND', 'CryptoKey not found.')
    const { plaintext, ciphertext } = JSON.parse(body) as { plaintext?: string; ciphertext?: string }
    if (action === 'encrypt') return { body: { name: `${name}/cryptoKeyVersions/1`, ciphertext: this.#keys.encrypt(name, Buffer.from(plaintext!, 'base64')).toString('base64'), protectionLevel: 'SOFTWARE' } }
    const plain = this.#keys.decrypt(name, Buffer.from(ciphertext!, 'base64'))
    return plain === undefined ? refusal(400, 'INVALID_ARGUMENT', 'Decryption failed: verify that \'name\' refers to the correct CryptoKey.') : { body: { plaintext: plain.toString('base64'), usedPrimary: true, protectionLevel: 'SOFTWARE' } }
  }

  #caller(authorization = ''): string | undefined {
    const token = authorization.replace(/^Bearer /, '')
    return this.#tokens.get(token) ?? this.#signer(token)
  }

  /** Who signed a token, when it is good. */
  #signer(token: string): string | undefined {
    const [head, claims, signature] = token.split('.')
    if (signature === undefined) return undefined
    const { iss, exp, iat } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { iss: string; exp: number; iat: number }
    const key = this.#accounts.get(iss)
    const now = Date.now() / 1000
    const good = key !== undefined && exp > now && iat < now + 60 && exp - iat <= 3600 && verify('sha256', Buffer.from(`${head}.${claims}`), createPublicKey(key.export({ type: 'spki', format: 'pem' })), Buffer.from(signature, 'base64url'))
    return good ? iss : undefined
  }

  #grant({ body }: Received): Reply {
    const form = new URLSearchParams(body)
    const who = form.get('grant_type') === jwtGrant ? this.#signer(form.get('assertion')!) : form.get('refresh_token') === 'refresh-of-user' && form.get('client_secret') === 'secret-of-client' ? 'user' : undefined
    return who === undefined ? { status: 400, body: { error: 'invalid_grant', error_description: `Bad Request: ${form.get('refresh_token')}` } } : { body: { access_token: this.token(who), expires_in: 3600, token_type: 'Bearer' } }
  }

  #exchange({ body }: Received): Reply {
    const form = new URLSearchParams(body)
    if (form.get('subject_token') !== 'token-of-workload' || form.get('audience') !== '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x') return { status: 400, body: { error: 'invalid_request', error_description: 'Invalid value for "subject_token".' } }
    return { body: { access_token: this.token('workload'), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer', expires_in: 3600 } }
  }

  #impersonate({ path, headers }: Received): Reply {
    const account = /serviceAccounts\/([^:]+):generateAccessToken$/.exec(path)?.[1]
    if (this.#caller(headers.authorization) === undefined || account === undefined) return refusal(403, 'PERMISSION_DENIED', 'no')
    return { body: { accessToken: this.token(decodeURIComponent(account)), expireTime: new Date(Date.now() + 3600_000).toISOString() } }
  }
}

const refusal = (status: number, code: string, message: string): Reply => ({ status, body: { error: { code: status, message, status: code } } })
