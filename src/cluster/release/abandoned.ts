import { isPintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster } from '../kube/index.ts'
import { isPending } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'
import type { ReleaseHistory } from './storage.ts'

/** More failed revisions in a row than this are not looked through. */
const deepest = 10

/**
 * Revisions other than `base` whose objects may still be in the cluster: the deployed one (where a failed rollback left none, the last superseded
 * one, as rollback.go has it) and those that failed, or were interrupted, after it. A revision that ended early neither removed what was there nor cleaned up what it made. Helm
 * compares with one manifest only, and leaves those objects behind for good.
 */
export function unsettledRecords(history: ReleaseHistory, base: number): ReleaseRecord[] {
  const from = (history.deployed ?? history.withStatus('superseded').at(-1))?.version ?? 0
  return history.revisions
    .filter((s) => s.version >= from && s.version !== base && (s.version === from || s.status === 'deployed' || s.status === 'failed' || isPending(s.status)))
    .slice(-deepest)
    .flatMap((s) => s.readable ?? [])
}

/** The objects of these records that none of the known resources names; kinds that are gone from the cluster are passed over. */
export async function abandonedResources(cluster: Cluster, records: readonly ReleaseRecord[], known: readonly Resource[], call: CallOptions): Promise<Resource[]> {
  const ids = new Set(known.map((r) => r.id))
  const out: Resource[] = []
  for (const record of records) {
    const resources = await buildResources(cluster, record.manifest, record.namespace, { ...call, unserved: () => {}, anyVersion: true }).catch((error: unknown) => {
      // A manifest that cannot be read made nothing.
      if (isPintleError(error, 'release.build')) return []
      throw error
    })
    for (const resource of resources) {
      if (ids.has(resource.id)) continue
      ids.add(resource.id)
      out.push(resource)
    }
  }
  return out
}
