import { KubeDriver, SqlDriver, type StorageDriver } from '../../cluster/release/index.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import type { Session } from './command.ts'
import { usage } from './flags.ts'

const drivers = ['', 'secret', 'secrets', 'configmap', 'configmaps', 'memory', 'sql']

/** @throws PintleError when HELM_DRIVER names none. Upstream: Configuration.Init in pkg/action/action.go. */
export function checkDriver(name: string): void {
  if (!drivers.includes(name)) throw usage(`unknown driver ${JSON.stringify(name)}`, 'HELM_DRIVER is secret, configmap, memory or sql.')
}

/** Where HELM_DRIVER keeps release records in a cluster or beside it. */
export function recordsOf(driver: string, cluster: Cluster, namespace: string, env: NodeJS.ProcessEnv = process.env): StorageDriver {
  if (driver === 'sql') return new SqlDriver(env.HELM_DRIVER_SQL_CONNECTION_STRING ?? '', namespace, env)
  return new KubeDriver(cluster, namespace, driver.startsWith('configmap') ? 'ConfigMap' : 'Secret')
}

/** The records of a namespace of a session. */
export function recordsFor(session: Pick<Session, 'records' | 'cluster'>, namespace: string, driver: string, cluster: Cluster = session.cluster): StorageDriver {
  // In memory there is one place for all.
  if (session.records.name === 'Memory' || (session.records.namespace === namespace && cluster === session.cluster)) return session.records
  if (session.records instanceof SqlDriver) return session.records.in(namespace)
  return recordsOf(driver, cluster, namespace)
}
