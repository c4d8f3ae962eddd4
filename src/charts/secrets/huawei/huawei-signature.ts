import { createHash, createHmac } from 'node:crypto'

/**
 * The headers of a request with the signature of Huawei Cloud, SDK-HMAC-SHA256: AWS' without a scope.
 * Upstream: core/auth/signer/signer.go of huaweicloud-sdk-go-v3. Source: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
 */
export function signHuawei(request: { method: string; url: string; headers: Readonly<Record<string, string>>; body: string }, { accessKey, secretKey, securityToken }: { accessKey: string; secretKey: string; securityToken: string }, now: Date): { headers: Record<string, string>; authorization: string } {
  const url = new URL(request.url)
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = { ...request.headers, 'x-sdk-date': time, ...(securityToken !== '' && { 'x-security-token': securityToken }) }
  const signed = Object.entries({ ...headers, host: url.host }).filter(([name]) => name !== 'content-type').sort(([a], [b]) => (a < b ? -1 : 1))
  const names = signed.map(([name]) => name).join(';')
  const query = [...url.searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort().join('&')
  const canonical = `${request.method}\n${url.pathname.replace(/\/?$/, '/')}\n${query}\n${signed.map(([name, value]) => `${name}:${value.trim()}\n`).join('')}\n${names}\n${sha256(request.body)}`
  const signature = createHmac('sha256', secretKey).update(`SDK-HMAC-SHA256\n${time}\n${sha256(canonical)}`).digest('hex')
  return { headers, authorization: `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}` }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
