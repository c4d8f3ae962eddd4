import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

interface Account {
  readonly secret: string
  readonly token?: string
  /** May do nothing. */
  readonly denied?: boolean
}

/** KMS and STS of AWS, as their public documentation has them, over a LocalCloud. Signatures are checked here on their own, from what was received. */
export class AwsCloud {
  readonly accounts = new Map<string, Account>()
  /** Names of roles that may be assumed, and by which token of web identity. */
  readonly roles = new Map<string, { webIdentity?: string; externalId?: string }>()
  readonly #keys = new Map<string, Buffer>()
  #sessions = 0

  constructor(cloud: LocalCloud, regions: readonly string[]) {
    for (const region of regions) {
      cloud.serve(`kms.${region}.amazonaws.com`, (request) => this.kms(request, region))
      cloud.serve(`sts.${region}.amazonaws.com`, (request) => this.sts(request, region))
    }
  }

  kms(request: Received, region: string): Reply {
    const account = this.#caller(request, region, 'kms')
    if ('status' in account) return account
    if (account.denied === true) return refusal('AccessDeniedException', `User is not authorized to perform this; you sent ${account.secret}`)
    const { KeyId, Plaintext, CiphertextBlob, EncryptionContext = {} } = JSON.parse(request.body) as { KeyId: string; Plaintext?: string; CiphertextBlob?: string; EncryptionContext?: Record<string, string> }
    if (KeyId.split(':')[3] !== region) return refusal('NotFoundException', `Invalid keyId ${KeyId}`)
    const context = Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()))
    const key = this.#keys.get(KeyId) ?? randomBytes(32)
    this.#keys.set(KeyId, key)
    if (request.headers['x-amz-target'] === 'TrentService.Encrypt') {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(context)
      const sealed = Buffer.concat([iv, cipher.update(Buffer.from(Plaintext!, 'base64')), cipher.final(), cipher.getAuthTag()])
      return { body: { CiphertextBlob: sealed.toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
    }
    const blob = Buffer.from(CiphertextBlob!, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12)).setAAD(context).setAuthTag(blob.subarray(-16))
      return { body: { Plaintext: Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]).toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
    } catch {
      return refusal('InvalidCiphertextException', '')
    }
  }

  sts(request: Received, region: string): Reply {
    const form = new URLSearchParams(request.body)
    const action = form.get('Action')!
    const role = this.roles.get(form.get('RoleArn')!)
    if (action === 'AssumeRole') {
      const account = this.#caller(request, region, 'sts')
      if ('status' in account) return account
    }
    const fits = action === 'AssumeRole' ? role?.webIdentity === undefined && (role?.externalId ?? null) === form.get('ExternalId') : role?.webIdentity !== undefined && role.webIdentity === form.get('WebIdentityToken')
    if (role === undefined || !fits || !/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) {
      return { status: 403, headers: { 'content-type': 'text/xml' }, body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform &quot;sts:${action}&quot;</Message></Error></ErrorResponse>` }
    }
    const id = `ASIASESSION${this.#sessions++}`
    const secret = randomBytes(20).toString('hex')
    const token = randomBytes(30).toString('base64')
    this.accounts.set(id, { secret, token })
    return { headers: { 'content-type': 'text/xml' }, body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser><Arn>a</Arn><AssumedRoleId>b</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${new Date(Date.now() + 3600_000).toISOString()}</Expiration></Credentials></${action}Result></${action}Response>` }
  }

  /** Who signed a request, or why nobody did. */
  #caller(request: Received, region: string, service: string): Account | Reply & { status: number } {
    const [, id, date, scopeRegion, scopeService, names, signature] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? []
    const account = this.accounts.get(id ?? '')
    const time = String(request.headers['x-amz-date'])
    if (signature === undefined || account === undefined || (account.token ?? undefined) !== request.headers['x-amz-security-token']) return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.')
    const sent = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    const needed = ['host', 'x-amz-date', ...(service === 'kms' ? ['x-amz-target'] : []), ...(account.token === undefined ? [] : ['x-amz-security-token'])]
    const signedHeaders = names!.split(';')
    if (scopeRegion !== region || scopeService !== service || !time.startsWith(date!) || !(Math.abs(Date.now() - sent) < 300_000) || needed.some((name) => !signedHeaders.includes(name))) return refusal('InvalidSignatureException', 'Credential should be scoped to a valid region.')
    const [path, query = ''] = request.path.split('?')
    const canonical = `${request.method}\n${path}\n${query.split('&').filter(Boolean).sort().join('&')}\n${signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('')}\n${names}\n${createHash('sha256').update(request.body).digest('hex')}`
    let key: Buffer = Buffer.from(`AWS4${account.secret}`)
    for (const part of [date!, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
    const expected = createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${time}\n${date}/${region}/${service}/aws4_request\n${createHash('sha256').update(canonical).digest('hex')}`).digest('hex')
    return expected === signature ? account : refusal('InvalidSignatureException', 'The request signature we calculated does not match the signature you provided.')
  }
}

const refusal = (type: string, message: string): Reply & { status: number } => ({ status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: { __type: type, message } })
