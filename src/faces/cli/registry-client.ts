import { readTls } from '../../charts/http/index.ts'
import { registryClient, type RegistryClient } from '../../charts/registry/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import type { CommandContext } from './command.ts'
import { withRegistry } from './registry-session.ts'

export interface RegistryFlags {
  readonly plainHttp?: boolean
  readonly insecure?: boolean
  readonly username?: string
  readonly password?: string
}

/** Runs `work` with a client for registries by the flags --ca-file, --cert-file, --key-file and those given. Upstream: newRegistryClient in pkg/cmd/root.go. */
export async function withRegistryClient<T>(context: CommandContext, given: RegistryFlags, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const { flags } = context
  const file = (name: string): string => (flags.has(name) ? flags.string(name) : '')
  return withRegistry(context, {}, async ({ http, env, registries, paths }) => {
    try {
      const tls = { caFile: file('ca-file'), certFile: file('cert-file'), keyFile: file('key-file'), insecureSkipTlsVerify: given.insecure === true }
      // Helm reads the files before anything else. Without files there is nothing to read but the system's authorities, which takes long.
      if (tls.caFile !== '' || tls.certFile !== '' || tls.keyFile !== '') readTls(tls)
      return await work(registryClient({ ...tls, http, env, registries, registryConfig: paths.registryConfig, username: given.username ?? '', password: given.password ?? '', plainHttp: given.plainHttp === true }))
    } catch (error) {
      if (isPintleError(error, 'http.tls') && error.message.startsWith("can't create TLS config")) throw new PintleError('http.tls', `missing registry client: ${error.message}`, { cause: error, ...(error.hint && { hint: error.hint }) })
      throw error
    }
  })
}
