import type { CallOptions, Cluster, JsonMap, KubeObject, ObjectRef } from '../kube/index.ts'
import { messageOf } from './failure.ts'
import { readLive } from './live.ts'
import { releaseNameAnnotation, releaseNamespaceAnnotation } from './ownership.ts'
import type { HookExecution, ReleaseRecord } from './record.ts'
import { buildResources } from './resources.ts'
import type { Resource } from './resources.ts'

/** An object that a hook of a release made and that is still there. */
export interface LeftHook {
  readonly ref: ObjectRef
  readonly deleted: boolean
  /** Why it is still there, though it was to be deleted. */
  readonly reason?: string
}

/** What would take more with it than itself. */
const never = new Set(['CustomResourceDefinition', 'Namespace'])
/** How far the clocks of the cluster and of who ran the hook may be apart, in milliseconds. */
const skew = 5000

/** One run of a hook: what it was to make, and when. */
interface Made { resource: Resource; run: HookExecution }

/**
 * Finds what the hooks of a release's revisions left in the cluster, and deletes it if asked to. Helm forgets it (helm/helm#9206).
 *
 * Hooks carry no marks of their release, so a name alone proves nothing: an object counts as the release's when it is a hook, was made
 * while the release ran that hook by its record, and says what the hook's manifest says. Others of such a name are passed over.
 */
export async function leftHooks(cluster: Cluster, records: readonly ReleaseRecord[], options: CallOptions & { remove: boolean }): Promise<LeftHook[]> {
  const { remove, ...call } = options
  const made = await madeByHooks(cluster, records, call)
  const objects = made.map((runs) => runs[0]!.resource)
  const { objects: live } = await readLive(cluster, objects, { ...call, tolerant: true })
  const out: LeftHook[] = []
  for (const [at, resource] of objects.entries()) {
    const object = live.get(resource)
    if (object === undefined || !made[at]!.some((one) => isOf(object, one, records[0]!))) continue
    const { ref } = resource
    const { uid } = object.metadata
    if (!remove) out.push({ ref, deleted: false })
    else if (never.has(ref.kind)) out.push({ ref, deleted: false, reason: 'all that belongs to it would go too' })
    else {
      const failed = await cluster.delete(ref, { ...call, propagationPolicy: 'Background', ...(uid && { preconditions: { uid } }) }).then(() => undefined, messageOf)
      out.push({ ref, deleted: failed === undefined, ...(failed !== undefined && { reason: failed }) })
    }
  }
  return out
}

/** What hooks made, object by object, with all the runs that may have made it. */
async function madeByHooks(cluster: Cluster, records: readonly ReleaseRecord[], call: CallOptions): Promise<Made[][]> {
  const byId = new Map<string, Made[]>()
  for (const { hooks, namespace } of records) {
    for (const { manifest, last_run } of hooks) {
      if (last_run.started_at === undefined) continue
      // A manifest that cannot be read made nothing.
      const resources = await buildResources(cluster, manifest, namespace, { ...call, unserved: () => {} }).catch(() => [])
      for (const resource of resources) {
        if (resource.ref.name === '' || resource.object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') continue
        byId.set(resource.id, [...(byId.get(resource.id) ?? []), { resource, run: last_run }])
      }
    }
  }
  return [...byId.values()]
}

function isOf(live: KubeObject, { resource, run }: Made, record: ReleaseRecord): boolean {
  const { annotations = {}, creationTimestamp = '', deletionTimestamp } = live.metadata
  const { [releaseNameAnnotation]: name = record.name, [releaseNamespaceAnnotation]: namespace = record.namespace } = annotations
  if (annotations['helm.sh/hook'] === undefined || deletionTimestamp !== undefined || name !== record.name || namespace !== record.namespace) return false
  const since = Date.parse(creationTimestamp) - Date.parse(run.started_at ?? '')
  const after = Date.parse(creationTimestamp) - Date.parse(run.completed_at ?? '')
  if (!(since >= -skew) || after > skew) return false
  const { metadata, stringData: _notKept, status: _notOurs, ...content } = resource.object
  return says(live, { ...content, metadata: { annotations: metadata.annotations, labels: metadata.labels } })
}

/** Whether all of `part` stands in `whole`: the server adds to it, and writes quantities its own way. */
function says(whole: unknown, part: unknown): boolean {
  if (part === undefined || part === null) return true
  if (Array.isArray(part)) return Array.isArray(whole) && whole.length === part.length && part.every((item, i) => says(whole[i], item))
  if (typeof part === 'object') return typeof whole === 'object' && whole !== null && Object.entries(part).every(([key, value]) => key === 'resources' || says((whole as JsonMap)[key], value))
  return whole !== undefined && String(whole) === String(part)
}
