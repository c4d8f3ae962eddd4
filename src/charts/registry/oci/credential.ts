/** What a registry wants to know of somebody. Texts are '' when absent. */
export interface Credential {
  readonly username: string
  readonly password: string
  /** An identity token: exchanged for access tokens. */
  readonly refreshToken: string
  /** Sent to the registry as it is. */
  readonly accessToken: string
}

export const noCredential: Credential = { username: '', password: '', refreshToken: '', accessToken: '' }

export const isEmpty = (c: Credential): boolean => c.username === '' && c.password === '' && c.refreshToken === '' && c.accessToken === ''

/** Where credentials are kept, by a server's address. */
export interface CredentialStore {
  /** `noCredential` when there is none. */
  get(server: string, options?: { signal?: AbortSignal | undefined }): Promise<Credential>
  put(server: string, credential: Credential, options?: { signal?: AbortSignal | undefined }): Promise<void>
  delete(server: string, options?: { signal?: AbortSignal | undefined }): Promise<void>
}

/** The address under which credentials of a registry are kept: Docker Hub has an old one (credentials/registry.go of oras-go). */
export const serverAddress = (registry: string): string => (registry === 'docker.io' || registry === 'registry-1.docker.io' ? 'https://index.docker.io/v1/' : registry)
