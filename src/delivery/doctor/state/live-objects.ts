import { statusOf, type CallOptions, type Cluster, type KubeObject, type ObjectRef } from '../../../cluster/kube/index.ts'
import { mapParallel } from '../../../cluster/release/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { ScopedObject } from '../rights/scope-objects.ts'

export interface LiveObjects {
  readonly objects: readonly KubeObject[]
  /** Kinds that may not be read, and other reasons; '' when all was read. */
  readonly unread: string
}

/** The live objects behind those of a manifest. */
export async function liveObjects(cluster: Cluster, wanted: readonly ScopedObject[], call: CallOptions = {}): Promise<LiveObjects> {
  const unread = new Set<string>()
  const found = await mapParallel(wanted, async ({ object, namespace, mapping }): Promise<KubeObject[]> => {
    const { name } = object.metadata ?? {}
    if (name === undefined || name === '') return []
    const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace !== '' && { namespace }) }
    try {
      const live = await cluster.get(ref, call)
      // A server may send anything.
      return typeof live?.metadata === 'object' && live.metadata !== null ? [live] : []
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!isPintleError(error)) throw error
      unread.add(statusOf(error)?.code === 403 ? `${mapping.plural} may not be read` : error.message)
      return []
    }
  })
  return { objects: found.flat(), unread: [...unread].sort().slice(0, 5).join('; ') }
}

/**
 * Live objects that are not the release's: another release has them, or nobody's record does.
 * @param own objects of the release's last revision, which may lack its marks
 */
export function foreignOwners(live: readonly KubeObject[], release: string, namespace: string, own: ReadonlySet<string>): { object: ObjectRef; owner: string }[] {
  return live.flatMap(({ apiVersion, kind, metadata }) => {
    const { name = '' } = metadata
    const annotations = metadata.annotations ?? {}
    const labels = metadata.labels ?? {}
    const object: ObjectRef = { apiVersion, kind, name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }
    const { 'meta.helm.sh/release-name': owner, 'meta.helm.sh/release-namespace': where } = annotations
    if (owner !== undefined && (owner !== release || where !== namespace)) return [{ object, owner: `release ${owner} in namespace ${where ?? '?'}` }]
    if (owner !== undefined || own.has(objectKey({ apiVersion, kind, metadata }))) return []
    const by = labels['app.kubernetes.io/managed-by'] ?? (Array.isArray(metadata.managedFields) ? metadata.managedFields[0] as { manager?: string } | undefined : undefined)?.manager
    return [{ object, owner: `no release${by === undefined ? '' : `; ${by} made it`}` }]
  })
}

/** Kind, namespace and name; versions of a kind are one. */
export const objectKey = ({ apiVersion, kind, metadata }: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>, namespace = metadata.namespace ?? ''): string =>
  `${apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''}/${kind}/${namespace}/${metadata.name ?? ''}`
