import { PintleError } from '../../../errors/index.ts'
import type { RepositorySpec } from '../spec.ts'
import { registryHost } from './oci-reference.ts'

/** What makes Helm know a repository or registry. */
export interface RepositoryCommand {
  /** Said before, on standard error. */
  readonly says: string
  readonly argv: readonly string[]
  /** The password, for standard input. */
  readonly stdin?: string
  /** In messages about repetitions. */
  readonly name: string
}

/**
 * The words of Helm for a repository of the state; undefined where there is nothing to do: a registry without name or password.
 * Source: SyncRepos in pkg/state/state.go, AddRepo and RegistryLogin in pkg/helmexec/exec.go.
 * @param env where NAME_USERNAME and NAME_PASSWORD are looked for
 * @throws PintleError usage for a repository that another program would have to manage
 */
export function repositoryCommand(repository: RepositorySpec, env: Readonly<Record<string, string | undefined>>, options: { readonly disableForceUpdate: boolean }): RepositoryCommand | undefined {
  const { name, url } = repository
  const variable = name.replaceAll('-', '_').toUpperCase()
  const username = repository.username || env[`${variable}_USERNAME`] || ''
  const password = repository.password || env[`${variable}_PASSWORD`] || ''
  return repository.oci ? login(repository, username, password) : add(repository, name, url, username, password, options)
}

function login(repository: RepositorySpec, username: string, password: string): RepositoryCommand | undefined {
  if (username === '' || password === '') return undefined
  const host = registryHost(repository.url)
  return {
    says: 'Logging in to registry', name: `registry login ${host}`, stdin: `${password}\n`,
    argv: ['registry', 'login', host, ...clientFlags(repository), ...(repository.skipTLSVerify ? ['--insecure'] : []), '--username', username, '--password-stdin'],
  }
}

function add(repository: RepositorySpec, name: string, url: string, username: string, password: string, options: { readonly disableForceUpdate: boolean }): RepositoryCommand {
  if (name === '' && url !== '') throw new PintleError('usage', 'empty field name')
  if (repository.managed === 'acr') {
    throw new PintleError('usage', `repository ${JSON.stringify(name)}: managed: acr logs in by the program az, which Pintle does not start`, {
      hint: `Log in to the registry yourself (az acr login), and write oci: true with its address instead of managed: acr.`,
    })
  }
  if (repository.managed !== '') throw new PintleError('usage', `unknown managed type ${JSON.stringify(repository.managed)} for repository ${name}`)
  const asked = username !== '' && password !== ''
  return {
    says: `Adding repo ${name} ${url}`, name: `add ${name}`, ...(asked && { stdin: `${password}\n` }),
    argv: [
      'repo', 'add', name, url, ...(options.disableForceUpdate ? [] : ['--force-update']), ...clientFlags(repository),
      ...(repository.passCredentials ? ['--pass-credentials'] : []), ...(repository.skipTLSVerify ? ['--insecure-skip-tls-verify'] : []),
      ...(asked ? ['--username', username, '--password-stdin'] : []),
    ],
  }
}

function clientFlags({ certFile, keyFile, caFile }: RepositorySpec): string[] {
  return [...(certFile !== '' && keyFile !== '' ? ['--cert-file', certFile, '--key-file', keyFile] : []), ...(caFile === '' ? [] : ['--ca-file', caFile])]
}
