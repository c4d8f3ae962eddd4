import { PintleError } from '../../../errors/index.ts'
import { KeyService, plainOf, textOf, type ServiceAnswer } from '../key-service.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import type { KeySpec } from '../key-spec.ts'
import { huaweiCredentials, type HuaweiCredentials } from './huawei-credentials.ts'
import { signHuawei } from './huawei-signature.ts'

/** KMS of Huawei Cloud. Upstream: hckms/keysource.go. Source: https://support.huaweicloud.com/intl/en-us/api-dew */
export function huaweiKeys(options: KeyOptions): KeySource {
  const http = new KeyService(options)
  let credentials: Promise<HuaweiCredentials> | undefined
  const projects = new Map<string, Promise<string>>()

  const send = async (method: string, url: string, body: string, headers: Record<string, string>): Promise<ServiceAnswer> => {
    const signed = signHuawei({ method, url, headers, body }, await (credentials ??= huaweiCredentials(http)), new Date())
    return http.send({ method, url, ...(method !== 'GET' && { body }), ...signed })
  }
  const projectOf = async (region: string): Promise<string> => {
    const { projectId, iamEndpoint } = await (credentials ??= huaweiCredentials(http))
    if (projectId !== '') return projectId
    let found = projects.get(region)
    if (found === undefined) projects.set(region, found = askProject(region, iamEndpoint))
    return found
  }
  const askProject = async (region: string, endpoint: string): Promise<string> => {
    const answer = await send('GET', `${endpoint || `https://iam.${region}.myhuaweicloud.com`}/v3/projects?name=${region}`, '', { 'content-type': 'application/json' })
    const list = Array.isArray(answer.json?.projects) ? (answer.json.projects as Record<string, unknown>[]) : []
    if (answer.status === 200 && list.length === 1) return textOf(list[0]!.id)
    throw new PintleError('secrets.key', answer.status === 200 ? `the account has ${list.length} projects in ${region}: HUAWEICLOUD_SDK_PROJECT_ID says which` : http.words(refusal('the project cannot be found', answer)))
  }
  const ask = async (spec: KeySpec, action: 'encrypt-data' | 'decrypt-data', content: object): Promise<Readonly<Record<string, unknown>>> => {
    const [, region, id] = /^\s*([a-z0-9-]{1,60})\s*:\s*(\S+)\s*$/.exec(spec.fields.key_id ?? '') ?? []
    if (region === undefined) throw new PintleError('secrets.key', 'it is no key of the form REGION:KEY-ID')
    const project = await projectOf(region)
    const answer = await send('POST', `${endpoint(region, http.env)}/v1.0/${encodeURIComponent(project)}/kms/${action}`, JSON.stringify({ key_id: id, encryption_algorithm: 'SYMMETRIC_DEFAULT', ...content }), { 'content-type': 'application/json;charset=UTF-8', 'x-project-id': project })
    if (answer.status !== 200 || answer.json === undefined) throw new PintleError('secrets.key', http.words(refusal('Huawei Cloud KMS', answer)))
    return answer.json
  }
  return {
    open: async (key) => plainOf((await ask(key, 'decrypt-data', { cipher_text: key.enc })).plain_text),
    async wrap(spec, dataKey) {
      const { cipher_text: wrapped } = await ask(spec, 'encrypt-data', { plain_text: Buffer.from(dataKey).toString('base64') })
      if (textOf(wrapped) === '') throw new PintleError('secrets.key', 'the answer of Huawei Cloud KMS has no ciphertext')
      return textOf(wrapped)
    },
    close: () => http.close(),
  }
}

/** Where KMS is: as the variable of Huawei's programs says, or in the region's own place. */
function endpoint(region: string, env: KeyService['env']): string {
  const named = env[`HUAWEICLOUD_SDK_REGION_KMS_${region.toUpperCase().replaceAll('-', '_')}`]?.split(',')[0]
  return (named || `https://kms.${region}.myhuaweicloud.${region === 'eu-west-101' ? 'eu' : 'com'}`).replace(/\/+$/, '')
}

function refusal(what: string, { status, json, text }: ServiceAnswer): string {
  if (status === 200) return `${what}: the answer is no JSON`
  const error = (typeof json?.error === 'object' && json.error !== null ? json.error : json ?? {}) as Record<string, unknown>
  const said = [textOf(error.error_code), textOf(error.error_msg) || textOf(error.message)].filter((part) => part !== '').join(': ')
  return `${what}: HTTP ${status}: ${said || text}`
}
