import type { CallOptions, Cluster, KubeObject } from '../../cluster/kube/index.ts'
import { newReplicaSet, podTrouble, podsOf } from '../../cluster/readiness/index.ts'
import type { Name } from './manifest.ts'
import type { VersionState } from './types.ts'

/** Pods of a Deployment as they are. One that is not there has none. */
export async function versionOf(cluster: Cluster, { namespace, name }: Name, call: CallOptions): Promise<VersionState> {
  const deployment = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, call)
  if (deployment === undefined) return { workload: name, ready: 0, wanted: 0, images: [] }
  const labelSelector = Object.entries((deployment.spec?.selector?.matchLabels ?? {}) as Record<string, string>).map(([k, v]) => `${k}=${v}`).join(',')
  const scope = { ...call, namespace, labelSelector }
  const [sets, pods] = await Promise.all([cluster.list('apps/v1', 'ReplicaSet', scope), cluster.list('v1', 'Pod', scope)])
  const set = newReplicaSet(deployment, sets.items)
  const trouble = podTrouble(podsOf(deployment, pods.items, sets.items), [], { now: Date.now() }).map((t) => `${t.reason}: ${t.message}`)
  const hash = set?.metadata.labels?.['pod-template-hash']
  return {
    workload: name, ready: deployment.status?.readyReplicas ?? 0, wanted: deployment.spec?.replicas ?? 1,
    images: ((deployment.spec?.template?.spec?.containers ?? []) as { image?: string }[]).map((c) => String(c.image ?? '')),
    ...(trouble.length > 0 && { trouble }), ...(hash !== undefined && { hash }),
  }
}

/** Whether a Deployment's controller has seen what was written, and everything of it is ready. */
export function isComplete(deployment: KubeObject | undefined): boolean {
  if (deployment === undefined) return false
  const { status = {}, spec, metadata } = deployment
  const wanted = spec?.replicas ?? 1
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) && (status.updatedReplicas ?? 0) === wanted && (status.replicas ?? 0) === wanted && (status.readyReplicas ?? 0) === wanted
}
