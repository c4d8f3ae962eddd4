import { HttpClient } from '../../charts/http/index.ts'
import { openProvider, providerKinds } from './providers/registry.ts'
import { SecretTexts } from './providers/secret-texts.ts'
import type { GateSettings } from './settings.ts'
import type { MetricProvider } from './types.ts'

export interface SourceOptions {
  /** Where `${NAME}` of the settings is looked up. Default: the process's. */
  readonly env?: NodeJS.ProcessEnv
  /** Left out, these sources have one of their own. */
  readonly http?: HttpClient
  /** Where commands run and relative paths begin. Default: the current folder. */
  readonly folder?: string
  /** Answers every question in place of the sources that are named: a simulated cluster has no metrics elsewhere. */
  readonly simulated?: MetricProvider
  readonly signal?: AbortSignal
}

/** The sources of metrics of a service, each opened when it is first asked. */
export class Sources {
  readonly #named: GateSettings['providers']
  readonly #options: SourceOptions
  readonly #secrets: SecretTexts
  readonly #open = new Map<string, Promise<MetricProvider>>()
  #http: HttpClient | undefined

  constructor(named: GateSettings['providers'], options: SourceOptions) {
    const { env = process.env, folder = process.cwd(), http, signal } = options
    this.#named = named
    this.#options = options
    this.#secrets = new SecretTexts({ env, folder, ...(signal && { signal }) })
    this.#http = http
  }

  /** @throws PintleError for what cannot be opened */
  get(name: string): Promise<MetricProvider> {
    const { simulated, env = process.env, folder = process.cwd(), signal } = this.#options
    // What judges by itself needs no metrics, and runs here.
    if (simulated !== undefined && providerKinds[this.#named[name]?.kind ?? '']?.judges !== true) return Promise.resolve(simulated)
    let found = this.#open.get(name)
    if (found === undefined) {
      this.#http ??= new HttpClient({ env, userAgent: 'Pintle', patience: 3000 })
      found = openProvider(this.#named[name]!, { env, folder, http: this.#http, fill: (text) => this.#secrets.fill(text), hide: (text) => this.#secrets.hide(text), ...(signal && { signal }) })
      this.#open.set(name, found)
      // What could not be opened is tried again: a reference's server may be back.
      found.catch(() => this.#open.delete(name))
    }
    return found
  }

  /** A text without any secret that was filled in. */
  hide(text: string): string {
    return this.#secrets.hide(text)
  }
}
