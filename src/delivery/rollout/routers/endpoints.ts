import type { CallOptions, Cluster, KubeObject } from '../../../cluster/kube/index.ts'
import { copyName } from '../copies.ts'
import type { Name } from '../manifest.ts'
import type { RouterView } from './router.ts'

export interface Endpoints {
  /** Names of the pods that get the Service's traffic by its EndpointSlices. */
  readonly behind: ReadonlySet<string>
  /** Ready pods that its selector means, and that stay. */
  readonly ready: readonly KubeObject[]
}

/** What stands behind a Service: by what its controller has written, and by its selector. */
export async function endpointsOf(cluster: Cluster, { namespace, name }: Name, options: CallOptions): Promise<Endpoints> {
  const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name }, options)
  const selector = Object.entries((service?.spec?.selector ?? {}) as Record<string, string>).map(([k, v]) => `${k}=${v}`).join(',')
  if (selector === '') return { behind: new Set(), ready: [] }
  const [slices, pods] = await Promise.all([
    cluster.list('discovery.k8s.io/v1', 'EndpointSlice', { ...options, namespace, labelSelector: `kubernetes.io/service-name=${name}` }),
    cluster.list('v1', 'Pod', { ...options, namespace, labelSelector: selector }),
  ])
  const behind = new Set<string>()
  for (const slice of slices.items) {
    for (const endpoint of (slice.endpoints ?? []) as any[]) {
      // Nothing said of readiness means ready (discovery/v1 EndpointConditions).
      if (endpoint.conditions?.ready !== false && endpoint.targetRef?.kind === 'Pod') behind.add(endpoint.targetRef.name)
    }
  }
  return { behind, ready: pods.items.filter(isReady) }
}

export function isReady(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && (pod.status?.conditions ?? []).some((c: any) => c.type === 'Ready' && c.status === 'True')
}

/** What is ready and not yet behind its Service; undefined when everything is. Traffic goes where EndpointSlices say, which come after readiness. */
export async function unlisted({ cluster, parts, manifest, signal }: RouterView): Promise<string | undefined> {
  const own = parts.workload.services
  const services = [...own, ...own.map((s) => ({ ...s, name: copyName(s.name, parts.marks.track) }))].filter((s) => manifest.find(s) !== undefined)
  for (const service of services) {
    const { behind, ready } = await endpointsOf(cluster, service, { ...(signal && { signal }) })
    const missing = ready.filter((pod) => !behind.has(pod.metadata.name!))
    if (missing.length > 0) return `Service ${service.name} does not list ${missing.map((p) => p.metadata.name).join(', ')} yet`
  }
  return undefined
}
