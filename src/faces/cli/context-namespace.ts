import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Settings } from './settings.ts'

/**
 * The namespace of a command that asks no cluster: --namespace, else the kubeconfig context's, else `default`. A kubeconfig that cannot be read is no
 * failure. Upstream: EnvSettings.Namespace in pkg/cli/environment.go.
 */
export async function contextNamespace(settings: Settings, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (settings.namespace !== '') return settings.namespace
  const files = settings.kubeconfig !== '' ? [settings.kubeconfig] : env.KUBECONFIG ? env.KUBECONFIG.split(delimiter) : [join(env.HOME ?? homedir(), '.kube', 'config')]
  // Reading a kubeconfig costs time that most runs of `template` need not spend.
  if (settings.sandbox || (env.KUBERNETES_SERVICE_HOST === undefined && !files.some((file) => existsSync(file)))) return 'default'
  const [{ connectSync }, { connectOptions }] = await Promise.all([import('../../cluster/kube/index.ts'), import('./connect-options.ts')])
  try {
    const cluster = connectSync(connectOptions(settings))
    cluster.close()
    return cluster.namespace
  } catch {
    return 'default'
  }
}
