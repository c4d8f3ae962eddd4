import { statusOf, type Cluster, type KubeObject } from '../../cluster/kube/index.ts'
import { manifestObjects, mapParallel, type ReleaseRecord } from '../../cluster/release/index.ts'
import { newReplicaSet, podTrouble } from '../../cluster/readiness/index.ts'
import { isPintleError } from '../../errors/index.ts'
import type { OutcomeFacts } from '../policy/index.ts'
import { routeFault, serviceRoute } from './routing.ts'

type Looked = Pick<OutcomeFacts, 'stuckPods' | 'revisionLive'> & { readonly checks: OutcomeFacts['checks'] }

/** How often a container began anew. */
export interface Restarts {
  /** Of the pod and its container. */
  readonly key: string
  readonly pod: string
  readonly container: string
  readonly count: number
  /** When the pod was made, milliseconds since 1970. */
  readonly created: number
  /** How its last run ended: `OOMKilled`, `Error (exit code 1)`. */
  readonly why: string
}

/** Kinds whose pods run on, with where the selector stands. */
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/**
 * What the cluster shows of a release after it was applied: pods that are stuck, whether the new revision is what runs, whether traffic finds it. A member that is absent could not be looked at. Changes
 * nothing.
 * @throws PintleError when the server does not answer
 */
export async function outcomeFacts(cluster: Cluster, record: ReleaseRecord, options: { signal?: AbortSignal } = {}): Promise<Looked> {
  const { restarts: _restarts, ...looked } = await lookAtPods(cluster, record, options)
  return looked
}

/** The same with what containers of its pods went through. */
export async function lookAtPods(cluster: Cluster, record: ReleaseRecord, options: { signal?: AbortSignal } = {}): Promise<Looked & { readonly restarts: readonly Restarts[] }> {
  const objects = manifestObjects(record.manifest).map((o): KubeObject => ({ ...o, metadata: { ...o.metadata, namespace: o.metadata?.namespace ?? record.namespace } }))
  const run = await mapParallel(objects.filter((o) => workloads.has(o.kind)), (o) => readable(() => workload(cluster, o, options)))
  const routes = await mapParallel(objects.filter((o) => o.kind === 'Service' || o.apiVersion.startsWith('gateway.networking.k8s.io/')), (o) => readable(() => route(cluster, o, options)))
  const seen = run.filter((r) => r !== undefined)
  return {
    ...(seen.length === run.length && run.length > 0 && { stuckPods: seen.flatMap((r) => r.stuck), revisionLive: seen.every((r) => r.live) }),
    checks: routes.flatMap((r) => r ?? []), restarts: seen.flatMap((r) => r.restarts),
  }
}

/** undefined where something may not be read. */
async function readable<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (isPintleError(error) && statusOf(error)?.code === 403) return undefined
    throw error
  }
}

async function workload(cluster: Cluster, { apiVersion, kind, metadata, spec }: KubeObject, call: { signal?: AbortSignal }): Promise<{ stuck: string[]; live: boolean; restarts: Restarts[] }> {
  const { name = '', namespace = '' } = metadata
  const live = await cluster.get({ apiVersion, kind, name, namespace }, call)
  if (live === undefined) return { stuck: [], live: false, restarts: [] }
  const labelSelector = Object.entries((live.spec?.selector?.matchLabels ?? {}) as Record<string, string>).map(([key, value]) => `${key}=${value}`).join(',')
  const { items } = labelSelector === '' ? { items: [] } : await cluster.list('v1', 'Pod', { ...call, namespace, labelSelector })
  const own = kind === 'Deployment' ? await ofNewest(cluster, live, items, labelSelector, call) : items
  const stuck = podTrouble(own, [], { now: Date.now() }).filter((t) => t.reason !== 'NotReady').map((t) => `${t.name}: ${t.reason}${t.container === undefined ? '' : ` (${t.container})`}`)
  return { stuck: [...new Set(stuck)], live: isRolledOut(live) && sameImages(spec, live.spec), restarts: own.flatMap(restartsOf) }
}

interface ContainerStatus { name?: string; restartCount?: number; lastState?: { terminated?: { reason?: string; exitCode?: number } } }

function restartsOf({ metadata, status }: KubeObject): Restarts[] {
  const { uid = '', name = '', creationTimestamp = '' } = metadata
  const containers: ContainerStatus[] = Array.isArray(status?.containerStatuses) ? status.containerStatuses : []
  return containers.map(({ name: container = '', restartCount: count = 0, lastState }) => {
    const { reason = '', exitCode } = lastState?.terminated ?? {}
    return { key: `${uid} ${container}`, pod: name, container, count, created: Date.parse(creationTimestamp) || 0, why: `${reason}${reason === 'Error' && exitCode !== undefined ? ` (exit code ${exitCode})` : ''}` }
  })
}

/** Pods of older replica sets are on their way out. */
async function ofNewest(cluster: Cluster, deployment: KubeObject, pods: readonly KubeObject[], labelSelector: string, call: { signal?: AbortSignal }): Promise<readonly KubeObject[]> {
  const { items } = await cluster.list('apps/v1', 'ReplicaSet', { ...call, namespace: deployment.metadata.namespace ?? '', labelSelector })
  const newest = newReplicaSet(deployment, items)
  return newest === undefined ? pods : pods.filter((p) => (p.metadata.ownerReferences ?? []).some((o) => o.uid === newest.metadata.uid))
}

/** Every pod that counts is of the newest template. */
function isRolledOut({ kind, metadata, spec, status = {} }: KubeObject): boolean {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0) || spec?.paused === true) return false
  // Pods of the old template stay until somebody deletes them: so it was asked for.
  if (spec?.updateStrategy?.type === 'OnDelete') return true
  if (kind === 'DaemonSet') return (status.updatedNumberScheduled ?? 0) === (status.desiredNumberScheduled ?? 0)
  const wanted = spec?.replicas ?? 1
  if (kind === 'StatefulSet') return wanted === 0 || status.updateRevision === status.currentRevision || (status.updatedReplicas ?? 0) >= wanted - (spec?.updateStrategy?.rollingUpdate?.partition ?? 0)
  return (status.updatedReplicas ?? 0) === wanted && (status.replicas ?? 0) === wanted
}

/** Somebody may have set another image since. */
function sameImages(wanted: KubeObject['spec'], live: KubeObject['spec']): boolean {
  const images = (spec: KubeObject['spec']): Map<string, string> => new Map(((spec?.template?.spec?.containers ?? []) as { name: string; image?: string }[]).map((c) => [c.name, c.image ?? '']))
  const now = images(live)
  return [...images(wanted)].every(([name, image]) => now.get(name) === image)
}

async function route(cluster: Cluster, { apiVersion, kind, metadata }: KubeObject, call: { signal?: AbortSignal }): Promise<OutcomeFacts['checks']> {
  const { name = '', namespace = '' } = metadata
  const live = await cluster.get({ apiVersion, kind, name, namespace }, call)
  if (live === undefined) return [{ kind: 'routing', name: `${kind}/${name}`, passed: false, detail: 'it is not there' }]
  if (kind !== 'Service') {
    if (!kind.endsWith('Route')) return []
    const fault = routeFault(live)
    return [{ kind: 'routing', name: `${kind}/${name}`, passed: fault === undefined, ...(fault !== undefined && { detail: fault }) }]
  }
  if (live.spec?.type === 'ExternalName' || Object.keys(live.spec?.selector ?? {}).length === 0) return []
  const { items } = await cluster.list('discovery.k8s.io/v1', 'EndpointSlice', { ...call, namespace, labelSelector: `kubernetes.io/service-name=${name}` })
  const { ready, detail } = serviceRoute(items)
  return [{ kind: 'routing', name: `Service/${name}`, passed: ready > 0, detail }]
}
