import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { textOf, type KeyService } from '../key-service.ts'

export interface HuaweiCredentials {
  readonly accessKey: string
  readonly secretKey: string
  readonly securityToken: string
  /** '' when it has to be asked for. */
  readonly projectId: string
  /** '' is the region's own. */
  readonly iamEndpoint: string
}

/**
 * The credentials of Huawei Cloud's programs: variables, ~/.huaweicloud/credentials, the machine. Those of identity providers are not supported.
 * Upstream: BasicCredentialProviderChain in core/auth/provider.
 * @throws PintleError secrets.key
 */
export async function huaweiCredentials(http: KeyService): Promise<HuaweiCredentials> {
  const { env } = http
  const endpoint = env.HUAWEICLOUD_SDK_IAM_ENDPOINT ?? ''
  const from = (get: (name: string) => string | undefined): HuaweiCredentials | undefined => {
    const [accessKey = '', secretKey = '', securityToken = '', projectId = '', iamEndpoint = ''] = ['ak', 'sk', 'security_token', 'project_id', 'iam_endpoint'].map(get)
    const named = iamEndpoint || endpoint
    http.conceal(secretKey, securityToken)
    return accessKey === '' || secretKey === '' ? undefined : { accessKey, secretKey, securityToken, projectId, iamEndpoint: named === '' || named.startsWith('https://') ? named.replace(/\/+$/, '') : `https://${named}` }
  }
  const found = from((name) => (name === 'iam_endpoint' ? '' : env[`HUAWEICLOUD_SDK_${name.toUpperCase()}`])) ?? from((name) => basicSection(env).get(name)) ?? (await ofMachine(http, from))
  if (found === undefined) throw new PintleError('secrets.key', 'no credentials of Huawei Cloud: neither HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK nor a file has any, and this machine is none of Huawei')
  return found
}

/** `[basic]` of the file. */
function basicSection(env: KeyService['env']): ReadonlyMap<string, string> {
  let text: string
  try {
    text = readFileSync(env.HUAWEICLOUD_SDK_CREDENTIALS_FILE || join(env.HOME || homedir(), '.huaweicloud', 'credentials'), 'utf8')
  } catch {
    return new Map()
  }
  const fields = new Map<string, string>()
  let inside = false
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]
    if (section !== undefined) inside = section === 'basic'
    const [, name, value] = /^\s*([^#;=[][^=]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
    if (inside && name !== undefined) fields.set(name, value!)
  }
  return fields
}

/** Source: https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html */
async function ofMachine(http: KeyService, from: (get: (name: string) => string | undefined) => HuaweiCredentials | undefined): Promise<HuaweiCredentials | undefined> {
  try {
    const token = await http.send({ method: 'PUT', url: 'http://169.254.169.254/meta-data/latest/api/token', headers: { 'x-metadata-token-ttl-seconds': '21600' }, timeout: 3000 })
    http.conceal(token.text)
    const { status, json } = await http.send({ url: 'http://169.254.169.254/openstack/latest/securitykey', headers: token.status === 200 ? { 'x-metadata-token': token.text.trim() } : {}, timeout: 3000 })
    const { access, secret, securitytoken } = (status === 200 && typeof json?.credential === 'object' && json.credential !== null ? json.credential : {}) as Record<string, unknown>
    return from((name) => ({ ak: textOf(access), sk: textOf(secret), security_token: textOf(securitytoken), project_id: http.env.HUAWEICLOUD_SDK_PROJECT_ID })[name])
  } catch (error) {
    if (!(error instanceof PintleError)) throw error
    return undefined
  }
}
