import type { KubeObject } from '../kube/index.ts'

/**
 * The ReplicaSet a Deployment is rolling out: of those it controls the oldest with its pod template (deploymentutil FindNewReplicaSet).
 * @returns undefined when the controller has not made it yet
 */
export function newReplicaSet(deployment: KubeObject, replicaSets: readonly KubeObject[]): KubeObject | undefined {
  const template = withoutHash(deployment.spec?.template)
  return replicaSets
    .filter(set => controls(deployment, set) && same(withoutHash(set.spec?.template), template))
    .sort((a, b) => order(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || order(a.metadata.name, b.metadata.name))[0]
}

/**
 * The pods that decide whether a workload's newest version works: a Deployment's of its new ReplicaSet, a StatefulSet's and DaemonSet's of the
 * newest revision, a Job's and ReplicaSet's own. Pods being deleted are left out.
 */
export function podsOf(workload: KubeObject, pods: readonly KubeObject[], replicaSets: readonly KubeObject[] = []): KubeObject[] {
  if (workload.kind === 'Pod') return pods.filter(p => p.metadata.uid === workload.metadata.uid)
  const owner = workload.kind === 'Deployment' ? newReplicaSet(workload, replicaSets) : workload
  if (owner === undefined) return []
  const own = pods.filter(p => controls(owner, p) && p.metadata.deletionTimestamp === undefined)
  if (workload.kind === 'StatefulSet') {
    // Until the controller has looked at this generation, its update revision is the one before.
    if (workload.status !== undefined && (workload.status.observedGeneration ?? 0) < (workload.metadata.generation ?? 0)) return []
    const revision = workload.status?.updateRevision
    return revision === undefined ? own : own.filter(p => (p.metadata.labels?.['controller-revision-hash'] ?? revision) === revision)
  }
  if (workload.kind === 'DaemonSet') {
    const generation = workload.metadata.annotations?.['deprecated.daemonset.template.generation']
    return generation === undefined ? own : own.filter(p => (p.metadata.labels?.['pod-template-generation'] ?? generation) === generation)
  }
  return own
}

const controls = (owner: KubeObject, object: KubeObject): boolean => owner.metadata.uid !== undefined && (object.metadata.ownerReferences ?? []).some(r => r.controller === true && r.uid === owner.metadata.uid)

const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

function withoutHash(template: any): unknown {
  if (template?.metadata?.labels?.['pod-template-hash'] === undefined) return template
  const { 'pod-template-hash': _, ...labels } = template.metadata.labels
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** Equality of JSON values; as in apimachinery's Semantic.DeepEqual nothing, null, {} and [] are the same. */
function same(a: any, b: any): boolean {
  if (a === b) return true
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a)) return a.length === b.length && a.every((item, i) => same(item, b[i]))
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) if (!same(Object.hasOwn(a, key) ? a[key] : undefined, Object.hasOwn(b, key) ? b[key] : undefined)) return false
  return true
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
