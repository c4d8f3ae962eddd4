import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { jsonSyntaxError } from '../../../language/go/index.ts'
import { isEmpty, noCredential, type Credential, type CredentialStore } from './credential.ts'
import { HelperStore, platformHelper } from './credential-helper.ts'

type Env = Readonly<Record<string, string | undefined>>
type Json = Record<string, any>

/**
 * A file in the form of Docker's config.json: credentials in `auths`, or the names of helpers that keep them in `credHelpers` (by server) and `credsStore`
 * (all others). Where it says nothing at all, the platform's own helper is used, if installed, and the file then names it.
 * Keys that are not ours stay as they are. Upstream: credentials/store.go and internal/config/config.go of oras-go.
 */
export class ConfigStore implements CredentialStore {
  readonly path: string
  readonly #env: Env
  readonly #content: Json
  readonly #auths: Json
  #detected: string | undefined

  /** @throws PintleError registry.config when the file cannot be read or is not of that form */
  constructor(path: string, env: Env) {
    this.path = path
    this.#env = env
    this.#content = read(path)
    this.#auths = section(this.#content, 'auths', 'failed to unmarshal auths field')
    section(this.#content, 'credHelpers', 'failed to unmarshal cred helpers field')
    if (this.#content.credsStore !== undefined && typeof this.#content.credsStore !== 'string') throw malformed('failed to unmarshal creds store field: ', 'it is no text')
    const configured = Boolean(this.#content.credsStore) || Object.keys(this.#content.credHelpers ?? {}).length > 0 || Object.keys(this.#auths).length > 0
    this.#detected = configured ? undefined : platformHelper(env)
  }

  async get(server: string, options?: { signal?: AbortSignal | undefined }): Promise<Credential> {
    const helper = this.#helper(server)
    if (helper !== undefined) return helper.get(server, options)
    // Files of older tools have URLs for keys.
    const entry = Object.hasOwn(this.#auths, server) ? this.#auths[server] : Object.entries(this.#auths).find(([address]) => address.replace(/^http:\/\//, '').replace(/^https:\/\//, '').split('/')[0] === server)?.[1]
    return entry === undefined ? noCredential : credentialOf(entry)
  }

  async put(server: string, credential: Credential, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    const helper = this.#helper(server)
    if (helper !== undefined) await helper.put(server, credential, options)
    else {
      if (credential.username.includes(':')) throw new PintleError('registry.auth', 'bad credential format: colons(:) are not allowed in username')
      const auth = credential.username === '' && credential.password === '' ? '' : Buffer.from(`${credential.username}:${credential.password}`).toString('base64')
      this.#auths[server] = { ...(auth === '' ? {} : { auth }), ...(credential.refreshToken === '' ? {} : { identitytoken: credential.refreshToken }), ...(credential.accessToken === '' ? {} : { registrytoken: credential.accessToken }) }
      this.#save()
    }
    if (this.#detected !== undefined) {
      this.#content.credsStore = this.#detected
      this.#detected = undefined
      this.#save()
    }
  }

  async delete(server: string, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    const helper = this.#helper(server)
    if (helper !== undefined) return helper.delete(server, options)
    if (!Object.hasOwn(this.#auths, server)) return
    delete this.#auths[server]
    this.#save()
  }

  #helper(server: string): HelperStore | undefined {
    const helpers = (this.#content.credHelpers ?? {}) as Json
    const name = (Object.hasOwn(helpers, server) && helpers[server]) || this.#content.credsStore || this.#detected
    return name ? new HelperStore(String(name), this.#env) : undefined
  }

  /** Written beside the file and renamed, for its owner alone. Indented and sorted as Go does it. */
  #save(): void {
    const { credsStore, ...others } = this.#content
    const content: Json = { ...others, ...(credsStore ? { credsStore } : {}), auths: sorted(this.#auths) }
    const text = JSON.stringify(sorted(content), null, '\t').replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const folder = dirname(this.path)
    const temporary = join(folder, `oras_credstore_temp_${randomBytes(5).toString('hex')}`)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
      chmodSync(temporary, 0o600)
      renameSync(temporary, this.path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw new PintleError('registry.config', `failed to save config file: ${(error as Error).message}`, { cause: error })
    }
  }
}

/** The file, and Docker's where that has nothing; what is written goes to the file (NewStoreWithFallbacks). */
export class CredentialStores implements CredentialStore {
  readonly #stores: readonly CredentialStore[]

  constructor(stores: readonly CredentialStore[]) {
    this.#stores = stores
  }

  async get(server: string, options?: { signal?: AbortSignal | undefined }): Promise<Credential> {
    for (const store of this.#stores) {
      const found = await store.get(server, options)
      if (!isEmpty(found)) return found
    }
    return noCredential
  }

  put(server: string, credential: Credential, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    return this.#stores[0]!.put(server, credential, options)
  }

  delete(server: string, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    return this.#stores[0]!.delete(server, options)
  }
}

/**
 * Helm's credentials, then Docker's ($DOCKER_CONFIG or ~/.docker).
 * @param path of Helm's registry/config.json
 * @throws PintleError registry.config
 */
export function openCredentials(path: string, env: Env): CredentialStore {
  const own = new ConfigStore(path, env)
  let docker
  try {
    docker = new ConfigStore(join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json'), env)
  } catch (error) {
    // Helm, too, leaves out a file of Docker's that cannot be read.
    if (!(error instanceof PintleError)) throw error
  }
  return new CredentialStores(docker === undefined ? [own] : [own, docker])
}

function read(path: string): Json {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new PintleError('registry.config', `failed to open config file at ${path}: ${(error as Error).message}`, { cause: error })
  }
  if (text.trim() === '') return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw malformed(`failed to decode config file ${path}: `, jsonSyntaxError(text) ?? 'unexpected EOF')
  }
  if (parsed === null) return {}
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw malformed(`failed to decode config file ${path}: `, `json: cannot unmarshal ${Array.isArray(parsed) ? 'array' : typeof parsed} into Go value of type map[string]json.RawMessage`)
  return parsed as Json
}

function section(content: Json, key: string, failure: string): Json {
  const value = content[key] ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(`${failure}: `, `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type map[string]${key === 'auths' ? 'json.RawMessage' : 'string'}`)
  return value
}

function credentialOf(entry: unknown): Credential {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw malformed('failed to unmarshal auth field: ', 'it is no object')
  const { auth = '', identitytoken = '', registrytoken = '', username = '', password = '' } = entry as Json
  const credential = { username: String(username), password: String(password), refreshToken: String(identitytoken), accessToken: String(registrytoken) }
  if (auth === '') return credential
  const decoded = Buffer.from(String(auth), 'base64').toString()
  const colon = decoded.indexOf(':')
  // Upstream repeats what it decoded, which is a secret.
  if (colon < 0) throw malformed('failed to decode auth field: ', 'it does not conform the base64(username:password) format')
  return { ...credential, username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

const sorted = (object: Json): Json => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))

const malformed = (what: string, why: string): PintleError => new PintleError('registry.config', `${what}invalid config format: ${why}`, { hint: 'The file with the credentials of registries is damaged: correct it, or remove it and log in again.' })
