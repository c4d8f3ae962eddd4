import type { HttpClient, TlsFiles } from '../../http/index.ts'
import { AuthorizedClient } from './authorized-client.ts'
import { noCredential, serverAddress, type Credential, type CredentialStore } from './credential.ts'
import { Repository } from './repository.ts'
import type { Reference } from './reference.ts'

export interface RegistryOptions {
  readonly http: HttpClient
  /** Where credentials are kept: `openCredentials`. */
  readonly credentials: () => CredentialStore
  /** Given for this run; they go to the registry that is asked, whichever that is, and to its token server. */
  readonly username?: string
  readonly password?: string
  readonly tls?: TlsFiles
  /** Plain HTTP; only when asked for, for localhost too. */
  readonly plainHttp?: boolean
}

/** What is spoken to registries with: one for a whole run, so that tokens and connections are used again. */
export class RegistryClient {
  readonly #options: RegistryOptions
  readonly #client: AuthorizedClient
  #store: CredentialStore | undefined

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#client = new AuthorizedClient({ http: options.http, ...(options.tls && { tls: options.tls }), credential: (host, call) => this.#credential(host, call) })
  }

  get plainHttp(): boolean {
    return this.#options.plainHttp === true
  }

  /** @param options.push for writing to it: one token then serves what is read and what is written */
  repository(reference: Pick<Reference, 'registry' | 'repository'>, options: { readonly push?: boolean } = {}): Repository {
    return new Repository(this.#client, reference, { plainHttp: this.plainHttp, push: options.push === true })
  }

  /** Requests without a repository. */
  get authorized(): AuthorizedClient {
    return this.#client
  }

  /** @throws PintleError registry.config when the file of credentials cannot be read */
  get store(): CredentialStore {
    return (this.#store ??= this.#options.credentials())
  }

  async #credential(host: string, call: { signal?: AbortSignal | undefined }): Promise<Credential> {
    const { username = '', password = '' } = this.#options
    if (username !== '' && password !== '') return { ...noCredential, username, password }
    return this.store.get(serverAddress(host), call)
  }
}
