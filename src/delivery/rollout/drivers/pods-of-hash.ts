import type { Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { podTrouble } from '../../../cluster/readiness/index.ts'
import type { VersionState } from '../types.ts'

/** One version of a workload, as its ReplicaSet and pods are. @param set left out: the controller has not made it */
export async function versionOf(cluster: Cluster, set: KubeObject | undefined, name: string, hash: string | undefined, signal?: AbortSignal): Promise<VersionState> {
  if (set === undefined) return { workload: name, ready: 0, wanted: 0, images: [], ...(hash !== undefined && { hash }) }
  const { ready, wanted } = { ready: set.status?.readyReplicas ?? 0, wanted: set.spec?.replicas ?? 0 }
  const state: VersionState = { workload: name, ready, wanted, images: imagesOf(set.spec?.template), ...(hash !== undefined && { hash }) }
  if (ready >= wanted) return state
  const labels = Object.entries<string>(set.spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const { items } = await cluster.list('v1', 'Pod', { namespace: set.metadata.namespace!, labelSelector: labels.join(','), ...(signal && { signal }) })
  const trouble = podTrouble(items, [], { now: Date.now() }).filter((t) => t.fatal).map((t) => `${t.name}: ${t.reason}${t.message === '' ? '' : `: ${t.message}`}`)
  return trouble.length === 0 ? state : { ...state, trouble }
}

export const imagesOf = (template: any): string[] => (template?.spec?.containers ?? []).map((c: { image?: unknown }) => String(c?.image ?? ''))

/** ReplicaSets that an object controls. */
export async function ownedSets(cluster: Cluster, owner: KubeObject, signal?: AbortSignal): Promise<KubeObject[]> {
  const { items } = await cluster.list('apps/v1', 'ReplicaSet', { namespace: owner.metadata.namespace!, ...(signal && { signal }) })
  return items.filter((set) => set.metadata.ownerReferences?.some((r) => r.uid === owner.metadata.uid && r.controller === true))
}
