import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SignedRequest {
  readonly method: string
  readonly url: URL
  /** Beside host and the date. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/**
 * Headers that sign a request with AWS Signature Version 4, those given included.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @param sendHash adds x-amz-content-sha256, as S3 wants it
 */
export function signV4(request: SignedRequest, scope: { readonly region: string; readonly service: string; readonly sendHash?: boolean }, credentials: AwsCredentials, now: Date): Record<string, string> {
  const { method, url, body } = request
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const payload = hash(body)
  const headers: Record<string, string> = {
    ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])), host: url.host, 'x-amz-date': stamp,
    ...(scope.sendHash ? { 'x-amz-content-sha256': payload } : {}),
    ...(credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {}),
  }
  const names = Object.keys(headers).sort()
  const query = [...url.searchParams].map(([k, v]) => [encode(k), encode(v)] as const).sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}`).join('&')
  const canonical = [method, url.pathname, query, ...names.map((n) => `${n}:${headers[n]!.trim().replaceAll(/ +/g, ' ')}`), '', names.join(';'), payload].join('\n')
  const area = `${stamp.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', stamp, area, hash(canonical)].join('\n')
  const key = area.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${credentials.secretAccessKey}`)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const { host: _, ...sent } = headers
  return { ...sent, authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${area}, SignedHeaders=${names.join(';')}, Signature=${signature}` }
}

const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** RFC 3986: what is not unreserved is encoded, in capitals. */
export const encode = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
