/** The parts of a kubeconfig file Pintle reads (client-go tools/clientcmd/api/v1). Keys are the file's own. */
export interface KubeconfigFile {
  'current-context'?: string
  clusters: Map<string, ClusterEntry>
  contexts: Map<string, ContextEntry>
  users: Map<string, UserEntry>
}

export interface ClusterEntry {
  server?: string
  'tls-server-name'?: string
  'insecure-skip-tls-verify'?: boolean
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'proxy-url'?: string
  'disable-compression'?: boolean
  extensions?: { name?: string; extension?: unknown }[]
}

export interface ContextEntry { cluster?: string; user?: string; namespace?: string }

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  as?: string
  'as-uid'?: string
  'as-groups'?: string[]
  'as-user-extra'?: Record<string, string[]>
  username?: string
  password?: string
  'auth-provider'?: { name?: string; config?: Record<string, string> }
  exec?: ExecEntry
}

export interface ExecEntry {
  command?: string
  args?: string[]
  env?: { name?: string; value?: string }[]
  apiVersion?: string
  installHint?: string
  provideClusterInfo?: boolean
  interactiveMode?: string
}

/** What the command line sets over the file; Helm's --kube-* flags. Left-out and empty mean: as the file says. */
export interface KubeconfigOverrides {
  context?: string | undefined
  namespace?: string | undefined
  server?: string | undefined
  token?: string | undefined
  caFile?: string | undefined
  tlsServerName?: string | undefined
  insecureSkipTlsVerify?: boolean | undefined
  asUser?: string | undefined
  asGroups?: readonly string[] | undefined
  asUid?: string | undefined
}

/** How to reach one cluster as one user: what a context resolves to. Holds secrets: never print it. */
export interface ClusterConfig {
  server: string
  namespace: string
  /** Whether the namespace was chosen by a flag. */
  namespaceOverridden: boolean
  context: string | undefined
  tls: { serverName?: string; insecure: boolean; ca?: string; cert?: string; key?: string }
  /** From the kubeconfig; the environment's proxies are looked at when it is left out. */
  proxyUrl?: string
  disableCompression: boolean
  token?: string
  /** Read again every minute: the kubelet rotates projected tokens. */
  tokenFile?: string
  basic?: { username: string; password: string }
  exec?: ExecEntry & { clusterInfo: unknown }
  impersonate?: { user: string; uid?: string; groups: readonly string[]; extra: Record<string, readonly string[]> }
}
