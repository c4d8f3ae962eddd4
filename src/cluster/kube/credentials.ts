import { readFileSync } from 'node:fs'
import { runExecPlugin } from './exec-plugin.ts'
import type { ExecCredential } from './exec-plugin.ts'
import type { ClusterConfig } from './kubeconfig-types.ts'

/** Who the client is, for one request. `epoch` changes with the client certificate: connections made before must go. */
export interface Identity { authorization: string | undefined; cert: string | undefined; key: string | undefined; epoch: number }

const tokenFilePeriod = 60_000
/** A credential is fetched anew this long before it ends, so that it does not end on its way to the server. */
const expiryLeeway = 10_000

/** Keeps the credentials of one user fresh: static ones, a token file read again every minute, an exec plugin run when its answer ends. */
export class Credentials {
  readonly #config: ClusterConfig
  readonly #env: NodeJS.ProcessEnv
  #fileToken: string | undefined
  #fileReadAt = 0
  #exec: ExecCredential | undefined
  #running: Promise<ExecCredential> | undefined
  #epoch = 0

  constructor(config: ClusterConfig, env: NodeJS.ProcessEnv) {
    this.#config = config
    this.#env = env
  }

  async identity(): Promise<Identity> {
    const { tls, basic } = this.#config
    const token = this.#token()
    if (token !== undefined) return this.#identity(`Bearer ${token}`, tls.cert, tls.key)
    if (basic !== undefined) return this.#identity(`Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`, tls.cert, tls.key)
    // Like client-go, a client certificate of the kubeconfig's own keeps the plugin from running.
    if (this.#config.exec === undefined || tls.cert !== undefined) return this.#identity(undefined, tls.cert, tls.key)
    const credential = await this.#execCredential()
    return this.#identity(credential.token === undefined ? undefined : `Bearer ${credential.token}`, credential.cert, credential.key)
  }

  /** Called when the server refused an identity (401). Returns whether asking again could give another one. */
  refused(identity: Identity): boolean {
    if (this.#config.tokenFile !== undefined && this.#fileToken !== undefined) {
      this.#fileReadAt = 0
      return `Bearer ${this.#token()}` !== identity.authorization
    }
    if (this.#config.exec === undefined || this.#config.tls.cert !== undefined || this.#config.token !== undefined) return false
    this.#exec = undefined
    return true
  }

  #identity(authorization: string | undefined, cert: string | undefined, key: string | undefined): Identity {
    return { authorization, cert, key, epoch: this.#epoch }
  }

  #token(): string | undefined {
    const path = this.#config.tokenFile
    if (path === undefined) return this.#config.token
    const now = Date.now()
    if (this.#fileToken === undefined || now - this.#fileReadAt > tokenFilePeriod) {
      try {
        this.#fileToken = readFileSync(path, 'utf8').trim() || undefined
        this.#fileReadAt = now
      } catch {
        // A token file in the middle of its rotation: the last token may still do.
      }
    }
    return this.#fileToken ?? this.#config.token
  }

  async #execCredential(): Promise<ExecCredential> {
    const known = this.#exec
    if (known !== undefined && (known.expires === undefined || known.expires - expiryLeeway > Date.now())) return known
    this.#running ??= runExecPlugin(this.#config.exec!, { env: this.#env }).then(fresh => {
      if (fresh.cert !== this.#exec?.cert) this.#epoch++
      this.#exec = fresh
      return fresh
    }).finally(() => { this.#running = undefined })
    return this.#running
  }
}
