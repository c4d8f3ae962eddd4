import type { Command } from '../command.ts'
import { contextNamespace } from '../context-namespace.ts'
import type { Settings } from '../settings.ts'

/** `pintle env`: what HELM_* variables and flags come to. Upstream: EnvVars in pkg/cli/environment.go. */
export const env: Command = {
  use: 'env [flags]',
  long: 'Prints the environment Helm and Pintle share, as KEY="value" lines, or the value of the one that is named. A token is not shown but when it is named.',
  flags: [],
  args: [0, 1],
  completes: ['variable'],
  async run({ args, settings, out }) {
    const values = await environment(settings)
    if (args.length > 0) out.line(Object.hasOwn(values, args[0]!) ? values[args[0]!] : '')
    else for (const [key, value] of Object.entries(values)) out.line(`${key}="${key === 'HELM_KUBETOKEN' && value !== '' && !out.plain ? '***' : value}"`)
  },
}

/** Helm's variables by their names, in order. */
export async function environment(s: Settings): Promise<Record<string, string>> {
  return {
  HELM_BIN: process.argv[1] ?? 'pintle',
  HELM_BURST_LIMIT: String(s.burstLimit),
  HELM_CACHE_HOME: s.homes.cache,
  HELM_CONFIG_HOME: s.homes.config,
  HELM_CONTENT_CACHE: s.contentCache,
  HELM_DATA_HOME: s.homes.data,
  HELM_DEBUG: String(s.debug),
  HELM_KUBEAPISERVER: s.kubeApiServer,
  HELM_KUBEASGROUPS: s.kubeAsGroups.join(','),
  HELM_KUBEASUSER: s.kubeAsUser,
  HELM_KUBECAFILE: s.kubeCaFile,
  HELM_KUBECONTEXT: s.kubeContext,
  HELM_KUBEINSECURE_SKIP_TLS_VERIFY: String(s.kubeInsecureSkipTlsVerify),
  HELM_KUBETLS_SERVER_NAME: s.kubeTlsServerName,
  HELM_KUBETOKEN: s.kubeToken,
  HELM_MAX_HISTORY: String(s.maxHistory),
  HELM_NAMESPACE: await contextNamespace(s),
  HELM_PLUGINS: s.plugins,
  HELM_QPS: s.qps.toFixed(2),
  HELM_REGISTRY_CONFIG: s.registryConfig,
  HELM_REPOSITORY_CACHE: s.repositoryCache,
  HELM_REPOSITORY_CONFIG: s.repositoryConfig,
  ...(s.kubeconfig === '' ? {} : { KUBECONFIG: s.kubeconfig }),
  }
}
