import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { formatValue, type Value } from '../../../language/go/index.ts'
import { KeyService, textOf, vaultSettings, type ServiceAnswer } from '../../secrets/index.ts'
import type { BackendContext, BackendMaker, Parameters } from '../backend.ts'
import { isMap } from '../yaml-map.ts'
import { readSecretFile } from './file.ts'

const methods = ['approle', 'kubernetes', 'userpass']

/** `ref+vault://MOUNT/PATH/KEY` or `ref+vault://MOUNT/PATH#/KEY`: both versions of the engine kv. Upstream: pkg/providers/vault. */
export const vault: BackendMaker = (parameters, context) => {
  const client = new VaultClient(parameters, context)
  const decode = parameters.get('decode') || 'raw'
  return {
    map: (path) => client.secret(path),
    async text(path) {
      const at = path.lastIndexOf('/')
      const [place, key] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)]
      const value = (await client.secret(place)).get(key)
      if (value === undefined) throw new Error(`vault: get string: key ${JSON.stringify(key)} does not exist in ${JSON.stringify(place)}`)
      const text = formatValue(value)
      if (decode === 'raw') return text
      if (decode !== 'base64') throw new Error(`vault: unsupported decode parameter: ${JSON.stringify(decode)}`)
      const bytes = Buffer.from(text, 'base64')
      if (bytes.toString('base64') !== text) throw new Error(`vault: base64 decode failed for key ${JSON.stringify(key)}: it is no base64`)
      return bytes.toString('utf8')
    },
  }
}

class VaultClient {
  readonly #parameters: Parameters
  readonly #context: BackendContext
  readonly #http: KeyService
  readonly #settings: ReturnType<typeof vaultSettings>
  readonly #address: string
  readonly #mounts = new Map<string, Promise<{ mount: string; second: boolean }>>()
  #token: Promise<string> | undefined

  constructor(parameters: Parameters, context: BackendContext) {
    this.#parameters = parameters
    this.#context = context
    const host = parameters.get('host')
    const address = parameters.get('address') || (host === '' ? (context.env.VAULT_ADDR ?? '') : `${parameters.get('proto') || 'https'}://${host}`)
    this.#address = (address || context.env.VAULT_AGENT_ADDR || 'https://127.0.0.1:8200').replace(/\/+$/, '')
    this.#settings = vaultSettings({ ...context.env, ...(parameters.get('namespace') && { VAULT_NAMESPACE: parameters.get('namespace') }), ...(address.includes('127.0.0.1') && { VAULT_SKIP_VERIFY: 'true' }) })
    this.#http = new KeyService({ env: this.#settings.env, ...(context.signal && { signal: context.signal }) })
  }

  async secret(path: string): Promise<Map<string, Value>> {
    const token = await (this.#token ??= this.#signIn().catch((error: Error) => { throw error.name === 'AbortError' ? error : new Error(`Cannot create Vault Client: ${error.message}`) }))
    const { mount, second } = await this.#mountOf(path, token)
    const version = this.#parameters.get('version')
    const answer = await this.#send('GET', `${second ? inMount(path, mount) : path}${version === '' ? '' : `?version=${encodeURIComponent(version)}`}`, token)
    const data = dataOf(answer)
    if (answer.status !== 200 && !(answer.status === 404 && data !== undefined)) {
      if (answer.status === 404) throw new Error(`no secret found for path ${JSON.stringify(path)}`)
      throw this.#refusal(answer)
    }
    if (data === undefined) throw new Error(`no secret found for path ${JSON.stringify(path)}`)
    const inner = data.get('data')
    return second && isMap(inner) ? inner : data
  }

  /** Which engine it is, once a mount. Upstream: kv_helper.go. */
  async #mountOf(path: string, token: string): Promise<{ mount: string; second: boolean }> {
    for (const [known, found] of this.#mounts) if (path === known || (known.endsWith('/') && `${path}/`.startsWith(known))) return await found
    const answer = await this.#send('GET', `sys/internal/ui/mounts/${path}`, token)
    // Old servers do not know the question.
    if (answer.status === 404) return { mount: '', second: false }
    if (answer.status !== 200) throw this.#refusal(answer)
    const data = dataOf(answer) ?? new Map<string, Value>()
    const mount = typeof data.get('path') === 'string' ? (data.get('path') as string) : ''
    const options = data.get('options')
    const found = { mount, second: isMap(options) && options.get('version') === '2' }
    this.#mounts.set(mount === '' ? path : mount.endsWith('/') ? mount : `${mount}/`, Promise.resolve(found))
    return found
  }

  /** Upstream: ensureClient. */
  async #signIn(): Promise<string> {
    const { env } = this.#context
    const parameters = this.#parameters
    const method = parameters.get('auth_method') || (methods.includes(env.VAULT_AUTH_METHOD ?? '') ? env.VAULT_AUTH_METHOD! : 'token')
    const role = parameters.get('role_id') || env.VAULT_ROLE_ID || ''
    switch (method) {
      case 'token': return this.#concealed(await this.#givenToken())
      case 'approle': return await this.#login(env.VAULT_LOGIN_MOUNT_POINT ?? 'approle', 'login', { role_id: role, secret_id: parameters.get('secret_id') || env.VAULT_SECRET_ID || '' })
      case 'kubernetes': {
        const file = env.VAULT_KUBERNETES_JWT_TOKEN_PATH || '/var/run/secrets/kubernetes.io/serviceaccount/token'
        const jwt = await readSecretFile(file, this.#context).catch((error: Error) => { throw new Error(`unable to open service account token file ${JSON.stringify(file)}: ${error.message}`) })
        return await this.#login(env.VAULT_KUBERNETES_MOUNT_POINT || 'kubernetes', 'login', { jwt: this.#concealed(jwt.toString('utf8')), role })
      }
      case 'userpass': return await this.#login(env.VAULT_LOGIN_MOUNT_POINT ?? 'userpass', `login/${encodeURIComponent(parameters.get('username') || env.VAULT_USERNAME || '')}`, { password: this.#concealed(await this.#password()) })
      // vals asks without a token then.
      default: return this.#settings.token
    }
  }

  async #givenToken(): Promise<string> {
    const { env } = this.#context
    const [variable, file] = [this.#parameters.get('token_env'), this.#parameters.get('token_file')]
    if (file !== '') return (await readSecretFile(file, this.#context)).toString('utf8').trim()
    if (variable !== '') {
      if (!env[variable]) throw new Error(`token_env configured to read vault token from envvar ${JSON.stringify(variable)}, but it isn't set`)
      return env[variable]
    }
    if (env.VAULT_TOKEN) return env.VAULT_TOKEN
    const usual = env.VAULT_TOKEN_FILE || join(env.HOME || homedir(), '.vault-token')
    return existsSync(usual) ? (await readSecretFile(usual, this.#context)).toString('utf8').trim() : ''
  }

  async #password(): Promise<string> {
    const { env } = this.#context
    const [variable, file] = [this.#parameters.get('password_env') || env.VAULT_PASSWORD_ENV || '', this.#parameters.get('password_file') || env.VAULT_PASSWORD_FILE || '']
    if (variable !== '' && !env[variable]) throw new Error(`password_env configured to read vault password from envvar ${JSON.stringify(variable)}, but it isn't set`)
    const password = variable !== '' ? env[variable]! : file === '' ? '' : (await readSecretFile(file, this.#context)).toString('utf8')
    if (password === '') throw new Error('password missing for userpass authentication')
    return password
  }

  async #login(mount: string, rest: string, content: Readonly<Record<string, string>>): Promise<string> {
    this.#concealed(content.secret_id ?? '')
    const answer = await this.#send('PUT', `auth/${mount.replace(/^\/+|\/+$/g, '')}/${rest}`, '', content)
    if (answer.status !== 200) throw this.#refusal(answer)
    const { auth } = (answer.json ?? {}) as { auth?: { client_token?: unknown } | null }
    if (auth === undefined || auth === null) throw new Error('no auth info returned')
    return this.#concealed(textOf(auth.client_token))
  }

  #concealed(secret: string): string {
    this.#http.conceal(secret)
    return secret
  }

  async #send(method: string, path: string, token: string, content?: object): Promise<ServiceAnswer & { method: string; url: string }> {
    const at = path.indexOf('?')
    const bare = at < 0 ? path : path.slice(0, at)
    const url = `${this.#address}/v1/${bare.split('/').map(encodeURIComponent).join('/')}${at < 0 ? '' : path.slice(at)}`
    const { 'x-vault-token': _, ...headers } = this.#settings.headers
    return { ...(await this.#http.send({ method, url, headers: { ...headers, ...(token !== '' && { 'x-vault-token': token }), ...(content && { 'content-type': 'application/json' }) }, ...(content && { body: JSON.stringify(content) }), tls: this.#settings.tls })), method, url }
  }

  /** Upstream: ResponseError.Error in api/response.go. */
  #refusal({ status, json, text, method, url }: ServiceAnswer & { method: string; url: string }): Error {
    const namespace = this.#settings.headers['x-vault-namespace']
    const errors = Array.isArray(json?.errors) ? json.errors.map((error) => `* ${this.#http.words(textOf(error))}`).join('') : undefined
    return new Error(`Error making API request.\n\n${namespace === undefined ? '' : `Namespace: ${namespace}\n`}URL: ${method} ${url}\nCode: ${status}. ${errors === undefined ? `Raw Message:\n\n${this.#http.words(text)}` : `Errors:\n\n${errors}`}`)
  }
}

/** Where version 2 has the data of a secret. Upstream: addPrefixToVKVPath. */
function inMount(path: string, mount: string): string {
  const base = mount.replace(/\/$/, '')
  if (path === mount || path === base) return `${base}/data`
  return `${base}/data/${path.startsWith(mount) ? path.slice(mount.length) : path}`
}

/** Numbers keep their digits, as json.Number does. */
function dataOf({ text }: ServiceAnswer): Map<string, Value> | undefined {
  let found: unknown
  try {
    found = (JSON.parse(text, ((_key: string, value: unknown, source?: { source?: string }) => (typeof value === 'number' ? (source?.source ?? String(value)) : value)) as never) as { data?: unknown }).data
  } catch {
    return undefined
  }
  const value = goValue(found)
  return isMap(value) ? value : undefined
}

function goValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(goValue)
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, item]) => [key, goValue(item)]))
  return (value ?? null) as Value
}
