import type { CallOptions, Cluster, ObjectRef } from '../../cluster/kube/index.ts'
import { Storage } from '../../cluster/release/index.ts'
import type { StorageDriver } from '../../cluster/release/index.ts'
import type { Disturbance } from './types.ts'

export interface NewestRecord { readonly version: number; readonly status: string; /** The manager that wrote it last. */ readonly by?: string }

/** The newest revision of a release, without its content where that can be had: it is asked for all the time. */
export async function newestRecord(cluster: Cluster, namespace: string, release: string, { driver, ...call }: CallOptions & { driver?: StorageDriver }): Promise<NewestRecord | undefined> {
  const kind = driver === undefined ? 'Secret' : driver.name
  if (kind !== 'Secret' && kind !== 'ConfigMap') {
    const last = (await new Storage(driver!).history(release, call)).last
    return last && { version: last.version, status: last.status }
  }
  const { items } = await cluster.list('v1', kind, { ...call, namespace, labelSelector: `owner=helm,name=${release}`, metadataOnly: true })
  const newest = items.sort((a, b) => Number(b.metadata.labels?.version) - Number(a.metadata.labels?.version))[0]
  return newest && { version: Number(newest.metadata.labels?.version), status: String(newest.metadata.labels?.status), ...byOf(newest.metadata.managedFields) }
}

/** Somebody made a revision after the rollout's own. */
export const superseding = (namespace: string, release: string, { version, status, by }: NewestRecord): Disturbance =>
  ({ ref: refOf(namespace, release, version), what: `revision ${version} of ${release} was made (${status})`, ...(by !== undefined && { by }), fatal: true, superseded: true })

export const gone = (namespace: string, release: string, version: number): Disturbance => ({ ref: refOf(namespace, release, version), what: 'the release is gone', fatal: true, superseded: true })

const refOf = (namespace: string, release: string, version: number): ObjectRef => ({ apiVersion: 'v1', kind: 'Secret', namespace, name: `sh.helm.release.v1.${release}.v${version}` })

function byOf(managedFields: any[] | undefined): { by?: string } {
  const last = (managedFields ?? []).toSorted((a, b) => (String(a.time) < String(b.time) ? 1 : -1))[0]
  return last?.manager === undefined ? {} : { by: String(last.manager) }
}
