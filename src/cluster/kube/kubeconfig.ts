import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { PintleError } from '../../errors/index.ts'
import { execVersions } from './exec-plugin.ts'
import { parseProxyUrl } from '../../charts/http/index.ts'
import { goQuote } from './go-text.ts'
import type { ClusterConfig, ClusterEntry, ContextEntry, KubeconfigFile, KubeconfigOverrides, UserEntry } from './kubeconfig-types.ts'

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Chooses context, cluster and user out of a kubeconfig, lays the flags over them and reads the files they name. Without any
 * cluster the pod's own service account is used when there is one, else `http://localhost:8080` (or `$KUBERNETES_MASTER`),
 * as Helm does.
 * @throws PintleError `kube.config` with client-go's text
 */
export function resolveKubeconfig(file: KubeconfigFile, overrides: KubeconfigOverrides = {}, env: NodeJS.ProcessEnv = process.env): ClusterConfig {
  const contextName = overrides.context || file['current-context'] || ''
  let context: ContextEntry = {}
  const found = file.contexts.get(contextName)
  if (found !== undefined) context = found
  else if (overrides.context) {
    const known = [...file.contexts.keys()].sort()
    throw configError(`context ${goQuote(overrides.context)} does not exist`, known.length > 0 ? `The kubeconfig has these contexts: ${known.join(', ')}.` : 'The kubeconfig has no contexts at all.')
  }
  const user = withUserOverrides(file.users.get(context.user ?? '') ?? {}, overrides)
  const defaultServer = env.KUBERNETES_MASTER || 'http://localhost:8080'
  const stored = file.clusters.get(context.cluster ?? '')
  const cluster = withClusterOverrides({ server: defaultServer, ...withoutEmpty(stored ?? {}) }, overrides)
  const namespace = overrides.namespace || context.namespace || 'default'

  const problems: string[] = []
  if (contextName !== '' && found === undefined) problems.push(`context was not found for specified context: ${contextName}`)
  checkUser(context.user ?? '', user, problems)
  checkCluster(context.cluster ?? '', cluster, problems)
  if (problems.length > 0) throw configError(`invalid configuration: ${problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`}`)

  const onlyDefaults = stored === undefined && Object.keys(withoutEmpty(user)).length === 0 && cluster.server === defaultServer && !overrides.caFile && !overrides.insecureSkipTlsVerify
  const tokenOnly = stored === undefined && cluster.server === defaultServer
  if ((onlyDefaults || tokenOnly) && inClusterPossible(env)) return inClusterConfig(overrides, env)
  return assemble(cluster, user, { namespace, namespaceOverridden: Boolean(overrides.namespace), context: found === undefined ? undefined : contextName })
}

function assemble(cluster: ClusterEntry, user: UserEntry, place: Pick<ClusterConfig, 'namespace' | 'namespaceOverridden' | 'context'>): ClusterConfig {
  const server = normalizeServer(cluster.server ?? '')
  const config: ClusterConfig = { server, ...place, tls: { insecure: cluster['insecure-skip-tls-verify'] === true }, disableCompression: cluster['disable-compression'] === true }
  if (cluster['proxy-url']) config.proxyUrl = cluster['proxy-url']
  if (user.as) {
    config.impersonate = { user: user.as, groups: user['as-groups'] ?? [], extra: user['as-user-extra'] ?? {} }
    if (user['as-uid']) config.impersonate.uid = user['as-uid']
  }
  // Credentials are never sent over plain HTTP (clientcmd client_config.go: "only try to read the auth information if we are secure").
  if (!server.startsWith('https://')) return config
  const { tls } = config
  if (cluster['tls-server-name']) tls.serverName = cluster['tls-server-name']
  const ca = dataOrFile(cluster['certificate-authority-data'], cluster['certificate-authority'])
  if (ca !== undefined) {
    if (tls.insecure) throw configError('specifying a root certificates file with the insecure flag is not allowed')
    if (!ca.includes('-----BEGIN')) throw configError('unable to load root certificates: unable to parse bytes as PEM block')
    tls.ca = ca
  }
  const cert = dataOrFile(user['client-certificate-data'], user['client-certificate'])
  const key = dataOrFile(user['client-key-data'], user['client-key'])
  if (cert !== undefined && !cert.includes('-----BEGIN')) throw configError('tls: failed to find any PEM data in certificate input')
  if (cert !== undefined && key !== undefined && !key.includes('-----BEGIN')) throw configError('tls: failed to find any PEM data in key input')
  if (cert !== undefined) tls.cert = cert
  if (cert !== undefined && key !== undefined) tls.key = key
  if (user.token) config.token = user.token
  if (user.tokenFile) {
    config.tokenFile = user.tokenFile
    if (!user.token) config.token = readConfigFile(user.tokenFile).trim()
  }
  if (user.username || user.password) config.basic = { username: user.username ?? '', password: user.password ?? '' }
  if (user['auth-provider']) config.token = authProviderToken(user['auth-provider'])
  if (user.exec) {
    if (!execVersions.includes(user.exec.apiVersion ?? '')) throw configError(`exec plugin: invalid apiVersion ${goQuote(user.exec.apiVersion ?? '')}`, 'Update the plugin, and its apiVersion in the kubeconfig to client.authentication.k8s.io/v1.')
    const extension = cluster.extensions?.find(e => e.name === 'client.authentication.k8s.io/exec')?.extension
    config.exec = {
      ...user.exec,
      clusterInfo: {
        server,
        ...(tls.serverName === undefined ? {} : { 'tls-server-name': tls.serverName }),
        ...(tls.insecure ? { 'insecure-skip-tls-verify': true } : {}),
        ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
        ...(config.proxyUrl === undefined ? {} : { 'proxy-url': config.proxyUrl }),
        ...(config.disableCompression ? { 'disable-compression': true } : {}),
        config: extension ?? null,
      },
    }
  }
  if (config.basic !== undefined && config.token !== undefined) throw configError('username/password or bearer token may be set, but not both')
  return config
}

function withUserOverrides(user: UserEntry, overrides: KubeconfigOverrides): UserEntry {
  const out: UserEntry = { ...user }
  if (overrides.token) out.token = overrides.token
  if (overrides.asUser) out.as = overrides.asUser
  if (overrides.asUid) out['as-uid'] = overrides.asUid
  if (overrides.asGroups !== undefined && overrides.asGroups.length > 0) out['as-groups'] = [...overrides.asGroups]
  return out
}

/** A CA or an "insecure" given by flag replaces the file's choice of either, a server given by flag drops its server name. */
function withClusterOverrides(cluster: ClusterEntry, overrides: KubeconfigOverrides): ClusterEntry {
  const out: ClusterEntry = { ...cluster }
  if (overrides.server) out.server = overrides.server
  if (overrides.insecureSkipTlsVerify || overrides.caFile) {
    out['insecure-skip-tls-verify'] = overrides.insecureSkipTlsVerify === true
    delete out['certificate-authority-data']
    if (overrides.caFile) out['certificate-authority'] = overrides.caFile
    else delete out['certificate-authority']
  }
  if (overrides.tlsServerName || overrides.server) out['tls-server-name'] = overrides.tlsServerName ?? ''
  return out
}

function checkUser(name: string, user: UserEntry, problems: string[]): void {
  const methods: string[] = []
  if (user.token) methods.push('token')
  if (user.username || user.password) methods.push('basicAuth')
  if (user['client-certificate'] || user['client-certificate-data']) {
    if (user['client-certificate'] && user['client-certificate-data']) problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`)
    if (user['client-key'] && user['client-key-data']) problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`)
    if (!user['client-key'] && !user['client-key-data']) problems.push(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`)
    checkReadable('client-cert', user['client-certificate'], name, problems)
    checkReadable('client-key', user['client-key'], name, problems)
  }
  const exec = user.exec
  if (exec) {
    if (user['auth-provider']) problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`)
    if (!exec.command) problems.push(`command must be specified for ${name} to use exec authentication plugin`)
    if (!exec.apiVersion) problems.push(`apiVersion must be specified for ${name} to use exec authentication plugin`)
    for (const variable of exec.env ?? []) if (!variable.name) problems.push(`env variable name must be specified for ${name} to use exec authentication plugin`)
    // v1beta1 defaults the mode, v1 demands it (clientcmd/api/v1/defaults.go).
    const mode = exec.interactiveMode || (exec.apiVersion === 'client.authentication.k8s.io/v1beta1' ? 'IfAvailable' : '')
    if (mode === '') problems.push(`interactiveMode must be specified for ${name} to use exec authentication plugin`)
    else if (!['Never', 'IfAvailable', 'Always'].includes(mode)) problems.push(`invalid interactiveMode for ${name}: ${goQuote(mode)}`)
  }
  if (methods.length > 1) problems.push(`more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`)
  if (!user.as && (user['as-uid'] || (user['as-groups']?.length ?? 0) > 0 || Object.keys(user['as-user-extra'] ?? {}).length > 0)) {
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`)
  }
}

function checkCluster(name: string, cluster: ClusterEntry, problems: string[]): void {
  if (!cluster.server) problems.push(name === '' ? 'default cluster has no server defined' : `no server found for cluster ${goQuote(name)}`)
  if (cluster['proxy-url']) {
    const parsed = parseProxyUrl(cluster['proxy-url'])
    if (typeof parsed === 'string') problems.push(`invalid 'proxy-url' ${goQuote(withoutUserInfo(cluster['proxy-url']))} for cluster ${goQuote(name)}: ${parsed}`)
  }
  if (cluster['certificate-authority'] && cluster['certificate-authority-data']) {
    problems.push(`certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`)
  }
  checkReadable('certificate-authority', cluster['certificate-authority'], name, problems)
}

function checkReadable(what: string, path: string | undefined, name: string, problems: string[]): void {
  if (!path) return
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    const absolute = isAbsolute(path) ? path : resolve(path)
    problems.push(`unable to read ${what} ${absolute} for ${name} due to open ${absolute}: ${fsReason(error)}`)
  }
}

/** Whether this process runs in a pod with a mounted service account. */
export function inClusterPossible(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST && env.KUBERNETES_SERVICE_PORT) && existsSync(`${serviceAccount}/token`) && !statSync(`${serviceAccount}/token`).isDirectory()
}

function inClusterConfig(overrides: KubeconfigOverrides, env: NodeJS.ProcessEnv): ClusterConfig {
  const host = env.KUBERNETES_SERVICE_HOST ?? ''
  const own = existsSync(`${serviceAccount}/namespace`) ? readConfigFile(`${serviceAccount}/namespace`).trim() : ''
  const config: ClusterConfig = {
    server: normalizeServer(overrides.server || `https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT}`),
    namespace: overrides.namespace || env.POD_NAMESPACE || own || 'default',
    namespaceOverridden: Boolean(overrides.namespace),
    context: undefined,
    tls: { insecure: overrides.insecureSkipTlsVerify === true },
    disableCompression: false,
  }
  if (overrides.token) config.token = overrides.token
  else {
    config.tokenFile = `${serviceAccount}/token`
    config.token = readConfigFile(config.tokenFile).trim()
  }
  const caFile = overrides.caFile || `${serviceAccount}/ca.crt`
  if (!config.tls.insecure && existsSync(caFile)) config.tls.ca = readConfigFile(caFile)
  if (overrides.asUser) config.impersonate = { user: overrides.asUser, groups: overrides.asGroups ?? [], extra: {} }
  return config
}

/**
 * Kubernetes 1.26 removed all auth providers but oidc; of that one the stored id-token is used while it lasts. Refreshing it would mean
 * writing the kubeconfig, which Pintle does not do.
 */
function authProviderToken(provider: NonNullable<UserEntry['auth-provider']>): string {
  const name = provider.name ?? ''
  const token = provider.config?.['id-token']
  if (name === 'oidc' && token !== undefined && jwtExpiry(token) > Date.now()) return token
  if (name === 'oidc') throw configError('oidc: the id-token in the kubeconfig is missing or has expired', 'Use an exec plugin such as kubelogin (kubectl oidc-login), or pass --kube-token.')
  const removed = removedProviders[name]
  if (removed !== undefined) throw configError(`The ${name} auth plugin has been removed.\nPlease use the ${removed[0]} kubectl/client-go credential plugin instead.\nSee ${removed[1]} for further details`)
  throw configError(`no Auth Provider found for name ${goQuote(name)}`, 'Use an exec plugin: `users[].user.exec` in the kubeconfig.')
}

/** client-go plugin/pkg/client/auth: azure_stub.go, gcp_stub.go. */
const removedProviders: Readonly<Record<string, readonly [plugin: string, page: string]>> = {
  gcp: ['"gke-gcloud-auth-plugin"', 'https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke'],
  azure: ['https://github.com/Azure/kubelogin', 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins'],
}

/** Milliseconds since the epoch when a JWT ends; 0 when it does not say. */
export function jwtExpiry(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims.exp === 'number' ? claims.exp * 1000 : 0
  } catch {
    return 0
  }
}

function dataOrFile(data: string | undefined, file: string | undefined): string | undefined {
  if (data) return Buffer.from(data, 'base64').toString('utf8')
  return file ? readConfigFile(file) : undefined
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw configError(`open ${path}: ${fsReason(error)}`)
  }
}

function fsReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : String(code)
}

/** A server without a scheme is HTTP unless it has a client certificate or CA; Pintle takes the safe one (rest DefaultServerURL). */
function normalizeServer(server: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`
  const scheme = /^https?:\/\//i.test(url) ? '' : url.slice(0, url.indexOf(':')).toLowerCase()
  if (scheme !== '') throw configError(`Get ${goQuote(`${withoutUserInfo(server)}/version`)}: unsupported protocol scheme ${goQuote(scheme)}`)
  try {
    new URL(url)
  } catch {
    throw configError(`host must be a URL or a host:port pair: ${goQuote(withoutUserInfo(server))}`)
  }
  return withoutUserInfo(url.replace(/[?#].*$/, '')).replace(/\/+$/, '')
}

const withoutUserInfo = (url: string): string => url.replace(/\/\/[^/@]*@/, '//')

function withoutEmpty<T extends object>(entry: T): T {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== '' && value !== undefined && value !== null && value !== false)) as T
}

function configError(message: string, hint?: string): PintleError {
  return new PintleError('kube.config', message, hint === undefined ? {} : { hint })
}
