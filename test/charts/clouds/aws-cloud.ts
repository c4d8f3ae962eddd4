import { createHash, createHmac, randomBytes } from 'node:crypto'
import { KeyBox } from './key-box.ts'
import type { LocalCloud, Received, Reply } from './local-cloud.ts'

interface Account {
  readonly secret: string
  readonly token?: string
  /** May do nothing. */
  readonly denied?: boolean
}

/** KMS, STS and CloudWatch of AWS, as their public documentation has them, over a LocalCloud. Signatures are checked here on their own, from what was received. */
export class AwsCloud {
  readonly accounts = new Map<string, Account>()
  /** Names of roles that may be assumed, and by which token of web identity. */
  readonly roles = new Map<string, { webIdentity?: string; externalId?: string }>()
  /** What CloudWatch answers to GetMetricData: its own form is checked before. */
  metrics: (content: Record<string, any>) => Reply = () => ({ body: { MetricDataResults: [], Messages: [] } })
  /** Requests that are told to come back later. */
  busy = 0
  readonly #keys = new KeyBox()
  #sessions = 0

  constructor(cloud: LocalCloud, regions: readonly string[]) {
    for (const region of regions) {
      cloud.serve(`kms.${region}.amazonaws.com`, (request) => this.kms(request, region))
      cloud.serve(`sts.${region}.amazonaws.com`, (request) => this.sts(request, region))
      cloud.serve(`monitoring.${region}.amazonaws.com`, (request) => this.monitoring(request, region))
    }
  }

  kms(request: Received, region: string): Reply {
    if (this.busy > 0) {
      this.busy--
      return refusal('ThrottlingException', 'Rate exceeded')
    }
    const account = this.#caller(request, region, 'kms')
    if ('status' in account) return account
    if (account.denied === true) return refusal('AccessDeniedException', `User is not authorized to perform this; you sent ${account.secret}`)
    const { KeyId, Plaintext, CiphertextBlob, EncryptionContext = {} } = JSON.parse(request.body) as { KeyId: string; Plaintext?: string; CiphertextBlob?: string; EncryptionContext?: Record<string, string> }
    if (KeyId.split(':')[3] !== region) return refusal('NotFoundException', `Invalid keyId ${KeyId}`)
    const context = JSON.stringify(Object.entries(EncryptionContext).sort())
    if (request.headers['x-amz-target'] === 'TrentService.Encrypt') return { body: { CiphertextBlob: this.#keys.encrypt(KeyId, Buffer.from(Plaintext!, 'base64'), context).toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
    const plain = this.#keys.decrypt(KeyId, Buffer.from(CiphertextBlob!, 'base64'), context)
    return plain === undefined ? refusal('InvalidCiphertextException', '') : { body: { Plaintext: plain.toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' } }
  }

  /** JSON 1.0, as the service model has it: times are seconds since 1970. */
  monitoring(request: Received, region: string): Reply {
    if (this.busy > 0) {
      this.busy--
      return refusal('ThrottlingException', 'Rate exceeded')
    }
    const account = this.#caller(request, region, 'monitoring')
    if ('status' in account) return account
    if (account.denied === true) return refusal('AccessDeniedException', `User is not authorized to perform: cloudwatch:GetMetricData; you sent ${account.secret}`)
    if (request.method !== 'POST' || request.path !== '/' || request.headers['content-type'] !== 'application/x-amz-json-1.0' || request.headers['x-amz-target'] !== 'GraniteServiceVersion20100801.GetMetricData') return refusal('UnknownOperationException', '')
    const content = JSON.parse(request.body) as Record<string, any>
    const wrong = wrongMetricData(content)
    return wrong === undefined ? this.metrics(content) : refusal('ValidationError', wrong)
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
    const needed = ['host', 'x-amz-date', ...(service === 'sts' ? [] : ['x-amz-target']), ...(account.token === undefined ? [] : ['x-amz-security-token'])]
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

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html and API_MetricDataQuery.html */
function wrongMetricData({ MetricDataQueries: queries, StartTime, EndTime, ...rest }: Record<string, any>): string | undefined {
  if (!Array.isArray(queries) || queries.length === 0 || queries.length > 500) return 'MetricDataQueries'
  if (![StartTime, EndTime].every((time) => Number.isInteger(time) && time > 1e9 && time < 1e10) || StartTime >= EndTime) return 'The parameter StartTime must be less than the parameter EndTime.'
  const unknown = Object.keys(rest).find((key) => !['ScanBy', 'NextToken', 'MaxDatapoints', 'LabelOptions'].includes(key))
  if (unknown !== undefined) return `unknown parameter ${unknown}`
  for (const { Id, Expression, MetricStat, Period } of queries as Record<string, any>[]) {
    if (typeof Id !== 'string' || !/^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id)) return `The value ${Id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`
    if ((Expression === undefined) === (MetricStat === undefined)) return 'either Expression or MetricStat'
    const period = MetricStat === undefined ? Period : MetricStat.Period
    if (period !== undefined && !([1, 5, 10, 20, 30].includes(period) || (Number.isInteger(period) && period > 0 && period % 60 === 0))) return `Period ${period}`
    if (MetricStat !== undefined && (typeof MetricStat.Stat !== 'string' || typeof MetricStat.Metric?.MetricName !== 'string')) return 'MetricStat'
  }
  return undefined
}
