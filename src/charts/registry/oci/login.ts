import { answerError, prefixed } from './answer-error.ts'
import { noCredential, serverAddress } from './credential.ts'
import { checkRegistry, registryHost } from './reference.ts'
import type { RegistryClient } from './registry-client.ts'
import type { AuthorizedClient } from './authorized-client.ts'
import { PintleError } from '../../../errors/index.ts'

/**
 * Asks a registry whether it takes a name and password, then keeps them. Token servers are tried in both ways there are.
 * Upstream: Login in pkg/registry/client.go.
 * @throws PintleError registry.auth `authenticating to "host": ...`, registry.config
 */
export async function login(client: RegistryClient, host: string, credential: { username: string; password: string }, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
  checkRegistry(host)
  const given = { ...noCredential, ...credential }
  const known = registryHost(host)
  const ask = client.authorized.with({ credential: async (asked) => (asked === known ? given : noCredential) })
  const url = `${client.plainHttp ? 'http' : 'https'}://${known}/v2/`
  try {
    await ping(ask.with({ oauth: true }), url, options)
  } catch {
    options.signal?.throwIfAborted()
    await ping(ask, url, options).catch((error: unknown) => { throw prefixed(`authenticating to ${JSON.stringify(host)}: `, error) })
  }
  await client.store.put(serverAddress(host), given, options)
}

async function ping(client: AuthorizedClient, url: string, options: { signal?: AbortSignal | undefined }): Promise<void> {
  const answer = await client.send({ url, maxBody: 1 << 20, ...options })
  if (answer.status === 404) throw new PintleError('registry.notFound', 'not found', { hint: 'There is no registry at this address.' })
  if (answer.status !== 200) throw answerError('GET', answer)
}

/** Forgets what `login` kept. */
export async function logout(client: RegistryClient, host: string, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
  await client.store.delete(serverAddress(host), options).catch((error: unknown) => { throw prefixed(`failed to delete the credential for ${serverAddress(host)}: `, error) })
}
