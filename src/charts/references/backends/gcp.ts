import { parseBool } from '../../../language/go/index.ts'
import { GcpTokens, KeyService, textOf, type ServiceAnswer } from '../../secrets/index.ts'
import type { BackendContext, BackendMaker } from '../backend.ts'
import { yamlMap } from '../yaml-map.ts'

/** Google Cloud's REST API with the credentials that Google's programs would use. */
class Gcp {
  readonly #http: KeyService
  readonly #tokens: GcpTokens

  constructor({ env, signal }: BackendContext) {
    this.#http = new KeyService({ env, ...(signal && { signal }) })
    this.#tokens = new GcpTokens(this.#http)
  }

  /** @param signedIn an emulator wants no credentials @throws Error with Google's words when it refuses */
  async ask(url: string, content?: object, signedIn = true): Promise<ServiceAnswer> {
    const { token, quotaProject } = signedIn ? await this.#tokens.token() : { token: '', quotaProject: '' }
    const answer = await this.#http.send({
      method: content === undefined ? 'GET' : 'POST', url, ...(token !== '' && { authorization: `Bearer ${token}` }), headers: { 'content-type': 'application/json', ...(quotaProject !== '' && { 'x-goog-user-project': quotaProject }) },
      ...(content && { body: JSON.stringify(content) }),
    })
    if (answer.status === 200) return answer
    const { status: code, message } = (typeof answer.json?.error === 'object' && answer.json.error !== null ? answer.json.error : {}) as Record<string, unknown>
    throw new Error(this.#http.words(`${textOf(code) || `HTTP ${answer.status}`}: ${textOf(message) || answer.text}`))
  }

  /** Where a service is; gcloud's variables say otherwise. */
  base(name: string, host: string): string {
    return (this.#http.env[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`] || `https://${host}.googleapis.com`).replace(/\/+$/, '')
  }
}

const path = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/')
const isTrue = (text: string): boolean => {
  try {
    return text !== '' && parseBool(text)
  } catch {
    return false
  }
}

/** `ref+gcpsecrets://PROJECT/NAME[?version=&fallback_value=&optional=&trim_nl=]`. Upstream: pkg/providers/gcpsecrets. */
export const gcpSecrets: BackendMaker = (parameters, context) => {
  const gcp = new Gcp(context)
  const text = async (key: string): Promise<string> => {
    const at = key.indexOf('/')
    const [project, name] = at < 0 ? [context.env.GCP_PROJECT ?? '', key] : [key.slice(0, at), key.slice(at + 1)]
    try {
      const { json } = await gcp.ask(`${gcp.base('SECRETMANAGER', 'secretmanager')}/v1/${path('projects', project, 'secrets', name, 'versions', parameters.get('version') || 'latest')}:access`)
      const data = Buffer.from(textOf((json?.payload as Record<string, unknown> | undefined)?.data), 'base64').toString('utf8')
      return isTrue(parameters.get('trim_nl')) ? data.replace(/\n$/, '') : data
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error
      if (isTrue(parameters.get('optional'))) return ''
      if (parameters.has('fallback_value')) return parameters.get('fallback_value')
      throw new Error(`failed to get secret: ${(error as Error).message}`)
    }
  }
  return { text, map: async (key) => parsed('failed to unmarshal secret', await text(key)) }
}

/** `ref+gcs://BUCKET/OBJECT[?generation=]`. Upstream: pkg/providers/gcs. */
export const gcs: BackendMaker = (parameters, context) => {
  const gcp = new Gcp(context)
  const text = async (key: string): Promise<string> => {
    const at = key.indexOf('/')
    if (at < 0) throw new Error(`${JSON.stringify(key)} names no object`)
    const [bucket, object] = [key.slice(0, at), key.slice(at + 1)]
    const generation = parameters.get('generation')
    if (generation !== '' && !/^[+-]?\d+$/.test(generation)) throw new Error(`cannot convert generation to int64: strconv.ParseInt: parsing ${JSON.stringify(generation)}: invalid syntax`)
    const emulator = context.env.STORAGE_EMULATOR_HOST
    const base = `${emulator ? (emulator.includes('://') ? emulator : `http://${emulator}`).replace(/\/+$/, '') : gcp.base('STORAGE', 'storage')}/storage/v1/b/${encodeURIComponent(bucket)}`
    const numbered = Number(generation) > 0
    try {
      if (numbered) {
        const { json } = await gcp.ask(base, undefined, !emulator)
        if ((json?.versioning as { enabled?: unknown } | undefined)?.enabled !== true) throw new Error('version requested by versioning not enabled')
      }
      return (await gcp.ask(`${base}/o/${encodeURIComponent(object)}?alt=media${numbered ? `&generation=${generation}` : ''}`, undefined, !emulator)).text
    } catch (error) {
      throw (error as Error).name === 'AbortError' ? error : new Error(`bucket ${bucket}${numbered ? ` with generation ${generation}` : ''}: ${(error as Error).message}`)
    }
  }
  return { text, map: async (key) => yamlMap(await text(key)) }
}

/** `ref+gkms://BASE64URL?project=&location=&keyring=&crypto_key=`. Upstream: pkg/providers/gkms. */
export const gkms: BackendMaker = (parameters, context) => {
  const gcp = new Gcp(context)
  const text = async (blob: string): Promise<string> => {
    const key = path('projects', parameters.get('project'), 'locations', parameters.get('location'), 'keyRings', parameters.get('keyring'), 'cryptoKeys', parameters.get('crypto_key'))
    const { json } = await gcp.ask(`${gcp.base('CLOUDKMS', 'cloudkms')}/v1/${key}:decrypt`, { ciphertext: Buffer.from(blob, 'base64url').toString('base64') })
    return Buffer.from(textOf(json?.plaintext), 'base64').toString('utf8')
  }
  return { text, map: async (blob) => parsed('failed to unmarshal value', await text(blob)) }
}

function parsed(what: string, text: string): ReturnType<typeof yamlMap> {
  try {
    return yamlMap(text)
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`)
  }
}
