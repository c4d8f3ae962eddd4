import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly region: string
  readonly service: string
}

/**
 * The headers of a request with AWS' signature, version 4. All of them are signed.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @returns `authorization` apart from the others
 */
export function signAws(request: SignedRequest, credentials: AwsCredentials, now: Date): { headers: Record<string, string>; authorization: string } {
  const url = new URL(request.url)
  const time = `${now.toISOString().replace(/[-:]|\.\d+/g, '')}`
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time, ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }) }
  const signed = Object.entries({ ...headers, host: url.host }).map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = signed.map(([name]) => name).join(';')
  const canonical = [request.method, url.pathname.split('/').map((part) => encoded(decodeURIComponent(part))).join('/'), query(url), ...signed.map(([name, value]) => `${name}:${value}`), '', names, sha256(request.body)].join('\n')
  const scope = `${time.slice(0, 8)}/${request.region}/${request.service}/aws4_request`
  const key = scope.split('/').reduce<Buffer | string>((k, part) => hmac(k, part), `AWS4${credentials.secretAccessKey}`)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex')
  return { headers, authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}` }
}

const query = (url: URL): string => [...url.searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const).sort(([a, v], [b, w]) => (a === b ? (v < w ? -1 : 1) : a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&')
const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
