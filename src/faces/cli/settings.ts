import { homedir } from 'node:os'
import { join } from 'node:path'
import { usage, type FlagSpec, type Flags } from './flags.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Helm's environment and global flags, resolved: flags win over HELM_* variables. */
export interface Settings {
  /** --namespace or HELM_NAMESPACE; '' when neither is given (the context's namespace then applies). */
  readonly namespace: string
  /** --kubeconfig; '' leaves $KUBECONFIG and ~/.kube/config to the cluster wing. */
  readonly kubeconfig: string
  readonly kubeContext: string
  readonly kubeToken: string
  readonly kubeAsUser: string
  readonly kubeAsGroups: readonly string[]
  readonly kubeApiServer: string
  readonly kubeCaFile: string
  readonly kubeTlsServerName: string
  readonly kubeInsecureSkipTlsVerify: boolean
  readonly debug: boolean
  readonly registryConfig: string
  readonly repositoryConfig: string
  readonly repositoryCache: string
  readonly contentCache: string
  readonly plugins: string
  /** Helm's folders: HELM_CACHE_HOME and the like, else XDG's. */
  readonly homes: { readonly cache: string; readonly config: string; readonly data: string }
  readonly maxHistory: number
  readonly burstLimit: number
  readonly qps: number
  readonly colour: 'auto' | 'always' | 'never'
  /** HELM_DRIVER: secret, configmap, memory, sql. */
  readonly driver: string
  /** --sandbox or PINTLE_SANDBOX: speak to the embedded cluster instead of a kubeconfig. */
  readonly sandbox: boolean
  /** The variables all of this was read from; a wrapper's options are among them. */
  readonly env: Env
}


export const globalFlags: readonly FlagSpec[] = [
  { name: 'namespace', short: 'n', type: 'string', usage: 'namespace the command works in', completes: 'namespace' },
  { name: 'kubeconfig', type: 'string', usage: 'path of the kubeconfig file' },
  { name: 'kube-context', type: 'string', usage: 'kubeconfig context to use', completes: 'context' },
  { name: 'kube-token', type: 'string', usage: 'bearer token' },
  { name: 'kube-as-user', type: 'string', usage: 'user to impersonate' },
  { name: 'kube-as-group', type: 'stringArray', usage: 'group to impersonate; can be repeated' },
  { name: 'kube-apiserver', type: 'string', usage: 'address of the Kubernetes API server' },
  { name: 'kube-ca-file', type: 'string', usage: "certificate authority of the API server's certificate" },
  { name: 'kube-tls-server-name', type: 'string', usage: "name to expect in the API server's certificate" },
  { name: 'kube-insecure-skip-tls-verify', type: 'bool', usage: "do not check the API server's certificate" },
  { name: 'debug', type: 'bool', usage: 'say more, with stack traces of unexpected errors' },
  { name: 'registry-config', type: 'string', usage: 'path of the registry credentials' },
  { name: 'repository-config', type: 'string', usage: 'path of repositories.yaml' },
  { name: 'repository-cache', type: 'string', usage: 'folder of cached repository indexes' },
  { name: 'content-cache', type: 'string', usage: 'folder of cached charts' },
  { name: 'burst-limit', type: 'int', usage: 'requests to Kubernetes that may come at once' },
  { name: 'qps', type: 'float', usage: 'requests to Kubernetes per second, bursts aside' },
  { name: 'color', type: 'string', usage: 'when to colour output: never, auto, always', completes: ['never', 'auto', 'always'] },
  { name: 'colour', type: 'string', usage: 'the same', aliasOf: 'color', completes: ['never', 'auto', 'always'] },
  { name: 'sandbox', type: 'bool', usage: 'use the embedded sandbox cluster (a simulation)' },
]

export function readSettings(flags: Flags, env: Env = process.env): Settings {
  const home = env.HOME ?? homedir()
  const cache = env.HELM_CACHE_HOME || join(env.XDG_CACHE_HOME || join(home, '.cache'), 'helm')
  const config = env.HELM_CONFIG_HOME || join(env.XDG_CONFIG_HOME || join(home, '.config'), 'helm')
  const data = env.HELM_DATA_HOME || join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'helm')
  const has = (name: string) => flags.has(name) && flags.changed(name)
  const text = (name: string, variable: string, otherwise = '') => (has(name) ? flags.string(name) : (env[variable] ?? otherwise))
  const truth = (name: string, variable: string) => (has(name) ? flags.bool(name) : /^(1|t|true)$/i.test(env[variable] ?? ''))
  const number = (name: string, variable: string, otherwise: number) =>
    has(name) ? flags.number(name) : numberOr(env[variable], otherwise)
  return {
    namespace: text('namespace', 'HELM_NAMESPACE'),
    // $KUBECONFIG is a list whose missing files are skipped; only the flag names one that must exist.
    kubeconfig: has('kubeconfig') ? flags.string('kubeconfig') : '',
    kubeContext: text('kube-context', 'HELM_KUBECONTEXT'),
    kubeToken: text('kube-token', 'HELM_KUBETOKEN'),
    kubeAsUser: text('kube-as-user', 'HELM_KUBEASUSER'),
    kubeAsGroups: has('kube-as-group') ? flags.list('kube-as-group') : csv(env.HELM_KUBEASGROUPS),
    kubeApiServer: text('kube-apiserver', 'HELM_KUBEAPISERVER'),
    kubeCaFile: text('kube-ca-file', 'HELM_KUBECAFILE'),
    kubeTlsServerName: text('kube-tls-server-name', 'HELM_KUBETLS_SERVER_NAME'),
    kubeInsecureSkipTlsVerify: truth('kube-insecure-skip-tls-verify', 'HELM_KUBEINSECURE_SKIP_TLS_VERIFY'),
    debug: truth('debug', 'HELM_DEBUG'),
    registryConfig: text('registry-config', 'HELM_REGISTRY_CONFIG', join(config, 'registry', 'config.json')),
    repositoryConfig: text('repository-config', 'HELM_REPOSITORY_CONFIG', join(config, 'repositories.yaml')),
    repositoryCache: text('repository-cache', 'HELM_REPOSITORY_CACHE', join(cache, 'repository')),
    contentCache: text('content-cache', 'HELM_CONTENT_CACHE', join(cache, 'content')),
    homes: { cache, config, data },
    plugins: env.HELM_PLUGINS ?? join(data, 'plugins'),
    maxHistory: numberOr(env.HELM_MAX_HISTORY, 10),
    burstLimit: number('burst-limit', 'HELM_BURST_LIMIT', 100),
    qps: number('qps', 'HELM_QPS', 0),
    // `diff` has a boolean of that name.
    colour: colourMode(has('color') && flags.spec('color')?.type === 'string' ? flags.string('color') : undefined, env),
    driver: env.HELM_DRIVER ?? '',
    sandbox: truth('sandbox', 'PINTLE_SANDBOX'),
    env,
  }
}

function csv(text: string | undefined): string[] {
  const trimmed = (text ?? '').replace(/^[, ]+|[, ]+$/g, '')
  return trimmed === '' ? [] : trimmed.split(',')
}

function numberOr(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : otherwise
}

function colourMode(flag: string | undefined, env: Env): 'auto' | 'always' | 'never' {
  if (flag !== undefined && flag !== 'auto' && flag !== 'always' && flag !== 'never') throw usage(`invalid color mode ${JSON.stringify(flag)}: must be one of: never, auto, always`)
  const asked = flag ?? (env.NO_COLOR ? 'never' : env.HELM_COLOR?.toLowerCase())
  return asked === 'always' || asked === 'never' ? asked : 'auto'
}
