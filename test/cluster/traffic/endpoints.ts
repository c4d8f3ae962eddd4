import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, KubeObject } from '../../../src/cluster/kube/index.ts'

/** Milliseconds until nodes do what EndpointSlices say: kube-proxy gathers changes, and takes its time. */
export const proxyLag = 100

/** The pods behind each Service of a cluster, as kube-proxy sees them, that much later. */
export class Endpoints {
  readonly #slices = new Map<string, KubeObject>()
  /** What was asked for since the last change. */
  readonly #known = new Map<string, readonly string[]>()

  async watch(cluster: Cluster, signal: AbortSignal): Promise<void> {
    for await (const event of cluster.watch('discovery.k8s.io/v1', 'EndpointSlice', { signal })) {
      if (event.type === 'SYNCED') continue
      const { type, object } = event
      // A timer of the same length for all keeps their order.
      void sleep(proxyLag, undefined, { signal, ref: false }).then(() => {
        this.#known.clear()
        if (type === 'DELETED') this.#slices.delete(object.metadata.uid!)
        else this.#slices.set(object.metadata.uid!, object)
      }, () => {})
    }
  }

  /** UIDs of the pods that a Service sends requests to. */
  of(namespace: string, service: string): readonly string[] {
    const key = `${namespace}/${service}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const slices = [...this.#slices.values()].filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service)
    const found = eligible(slices.flatMap(slice => slice.endpoints ?? []))
    this.#known.set(key, found)
    return found
  }
}

export interface Endpoint {
  readonly targetRef?: { readonly uid?: string }
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
}

/** Ready endpoints; where there are none, those that terminate and still serve (pkg/proxy/topology.go). An unset `ready` means ready. */
export function eligible(endpoints: readonly Endpoint[]): readonly string[] {
  const uids = (which: (conditions: NonNullable<Endpoint['conditions']>) => boolean): string[] => [...new Set(endpoints.filter(e => which(e.conditions ?? {})).flatMap(e => e.targetRef?.uid ?? []))]
  const ready = uids(conditions => conditions.ready !== false)
  return ready.length > 0 ? ready : uids(conditions => conditions.serving === true && conditions.terminating === true)
}
