import { PintleError, isPintleError } from '../../errors/index.ts'
import { KubeClient } from './client.ts'
import { loadKubeconfig } from './kubeconfig-file.ts'
import { resolveKubeconfig } from './kubeconfig.ts'
import type { ClusterConfig, KubeconfigOverrides } from './kubeconfig-types.ts'
import { Transport } from './transport.ts'
import type { CallOptions, Cluster } from './types.ts'
import { parseKubeconfigYaml } from './parse-yaml.ts'

export interface ConnectOptions extends KubeconfigOverrides {
  /** --kubeconfig; else `$KUBECONFIG`, else `~/.kube/config`. */
  kubeconfig?: string | undefined
  /** Instead of any file: the result of an earlier `resolveKubeconfig`. */
  config?: ClusterConfig | undefined
  env?: NodeJS.ProcessEnv | undefined
  /** Requests a second in the long run. Default 0: no limit but the server's own, which it tells by 429. */
  qps?: number | undefined
  /** How many requests may go before `qps` counts. Default 200. */
  burst?: number | undefined
  /** Open connections at most. Default 16. */
  maxConnections?: number | undefined
  /** Time for one answer, in ms. Default 0: none. */
  requestTimeout?: number | undefined
  /** How long what failed is tried again (where that can do no harm), in ms from the first failure on. Default 60 s. */
  patience?: number | undefined
  /** Bytes of one answer at most; lists are then read in smaller pages. Default 256 MiB. */
  maxBody?: number | undefined
  /** For writes that name none. Default "pintle". */
  fieldManager?: string | undefined
  userAgent?: string | undefined
  /** Folder where discovery is kept for ten minutes. Default: not kept. */
  cacheDir?: string | undefined
  /** Told the server's warnings (deprecated versions, unknown fields). */
  onWarning?: ((text: string) => void) | undefined
  /** Told in words when the server has not answered for some seconds and is asked again. */
  onTrouble?: ((text: string) => void) | undefined
  /** Told of every HTTP request when it is over: for tracing and counting. The URL holds no credentials. */
  onRequest?: ((request: { method: string; url: string; status: number | undefined; milliseconds: number }) => void) | undefined
}

/**
 * A client for the cluster that a kubeconfig and flags describe. Nothing is sent yet: the first call finds out whether the server is there.
 * @throws PintleError `kube.config`
 * @example const cluster = connectSync({ context: 'staging' }); await cluster.list('v1', 'Pod', { namespace: 'shop' })
 */
export function connectSync(options: ConnectOptions = {}): Cluster {
  const env = options.env ?? process.env
  const config = clusterConfig(options)
  const transport = new Transport(config, {
    env,
    qps: options.qps ?? 0,
    burst: options.burst ?? 200,
    maxConnections: options.maxConnections ?? 16,
    userAgent: options.userAgent ?? 'pintle',
    timeout: options.requestTimeout ?? 0,
    patience: options.patience ?? 60_000,
    maxBody: options.maxBody ?? 256 << 20,
    onTrouble: options.onTrouble,
    onWarning: options.onWarning,
    onRequest: options.onRequest,
  })
  return new KubeClient(transport, { namespace: config.namespace, fieldManager: options.fieldManager ?? 'pintle', cacheDir: options.cacheDir })
}

/** What a kubeconfig and flags come to: which cluster, as whom. @throws PintleError `kube.config` */
export function clusterConfig(options: ConnectOptions = {}): ClusterConfig {
  const env = options.env ?? process.env
  return options.config ?? resolveKubeconfig(loadKubeconfig({ path: options.kubeconfig, env, parseYaml: parseKubeconfigYaml }), options, env)
}

/** As `connectSync`, and asks the server for its version first, so that a cluster that is not there is reported as Helm does. */
export async function connect(options: ConnectOptions & CallOptions = {}): Promise<Cluster> {
  let cluster: Cluster
  try {
    cluster = connectSync(options)
  } catch (error) {
    throw unreachable(error)
  }
  try {
    await checkReachable(cluster, options)
    return cluster
  } catch (error) {
    cluster.close()
    throw error
  }
}

/** Helm's first step of every command that needs a cluster. @throws PintleError `kubernetes cluster unreachable: ...` */
export async function checkReachable(cluster: Cluster, options: CallOptions = {}): Promise<void> {
  try {
    await cluster.version(options)
  } catch (error) {
    throw unreachable(error)
  }
}

/** Puts Helm's words before an error of reaching the cluster (pkg/kube client.go IsReachable); others pass. */
export function unreachable(error: unknown): unknown {
  if (!isPintleError(error) || error.message.startsWith('kubernetes cluster unreachable')) return error
  const { code, message, hint, details } = error
  return new PintleError(code, `kubernetes cluster unreachable: ${message}`, { cause: error, ...(hint === undefined ? {} : { hint }), ...(details === undefined ? {} : { details }) })
}
