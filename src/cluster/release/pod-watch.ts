import type { Cluster, KubeObject, WatchOptions } from '../kube/index.ts'
import { isSecretSource } from '../readiness/index.ts'
import type { Resource } from './resources.ts'

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob'])
/** Most of what is not ready at first needs no explanation by events. */
const eventDelay = 1000

/** Where the events about objects without a namespace are. */
const eventsOfCluster = 'default'

type Kept = Map<string, KubeObject>

/**
 * The pods, replica sets and warnings behind what is not ready, to say why. Only ever adds to an answer: without the rights to watch them, waiting
 * goes on without reasons.
 */
export class PodWatch {
  readonly #cluster: Cluster
  readonly #signal: AbortSignal
  readonly #changed: () => void
  readonly #pods: Kept = new Map()
  readonly #replicaSets: Kept = new Map()
  readonly #events: Kept = new Map()
  readonly #budgets: Kept = new Map()
  /** By label; made again when something has changed. */
  readonly #indexes = new Map<Kept, Map<string, KubeObject[]>>()
  readonly #asked = new Set<string>()
  #eventsSynced = false

  constructor(cluster: Cluster, signal: AbortSignal, changed: () => void) {
    this.#cluster = cluster
    this.#signal = signal
    this.#changed = changed
  }

  start(resources: readonly Resource[]): void {
    const slow = resources.filter((r) => workloads.has(r.ref.kind))
    for (const [namespace, here] of byNamespace(slow)) {
      const labelSelector = here.length === 1 ? selectorText(here[0]!) : undefined
      const selected = { namespace, ...(labelSelector && { labelSelector }) }
      void this.#follow('v1', 'Pod', selected, this.#pods)
      if (here.some((r) => r.ref.kind === 'Deployment')) void this.#follow('apps/v1', 'ReplicaSet', selected, this.#replicaSets)
    }
    const timer = setTimeout(() => {
      for (const [namespace, here] of byNamespace(resources)) {
        if (here.some((r) => workloads.has(r.ref.kind) || r.ref.kind === 'Pod' || isSecretSource(r.ref))) void this.#follow('v1', 'Event', { namespace: namespace || eventsOfCluster, fieldSelector: 'type=Warning' }, this.#events)
        // What a claim waits for is no warning.
        if (here.some((r) => r.ref.kind === 'PersistentVolumeClaim')) void this.#follow('v1', 'Event', { namespace, fieldSelector: 'involvedObject.kind=PersistentVolumeClaim' }, this.#events)
      }
    }, eventDelay)
    this.#signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  /** Reads the pods and replica sets of these once, where waiting was over before they were followed. */
  async read(resources: readonly Resource[]): Promise<void> {
    const slow = resources.filter((r) => workloads.has(r.ref.kind))
    await Promise.all([...byNamespace(slow).keys()].flatMap((namespace) => ([['v1', 'Pod', this.#pods], ['apps/v1', 'ReplicaSet', this.#replicaSets]] as const).map(async ([apiVersion, kind, into]) => {
      const { items } = await this.#cluster.list(apiVersion, kind, { namespace, signal: this.#signal }).catch(() => ({ items: [] }))
      this.#indexes.delete(into)
      for (const object of items) into.set(`${namespace}/${object.metadata.name}`, object)
    })))
  }

  /** The objects that belong to one workload. */
  of(resource: Resource): { pods: KubeObject[]; replicaSets: KubeObject[] } {
    const labels = matchLabels(resource)
    if (labels === undefined) return { pods: [], replicaSets: [] }
    const mine = (object: KubeObject): boolean =>
      object.metadata.namespace === resource.ref.namespace && Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value)
    const [key, value] = Object.entries(labels)[0] ?? []
    return { pods: this.#with(this.#pods, key, value).filter(mine), replicaSets: this.#with(this.#replicaSets, key, value).filter(mine) }
  }

  /** The objects with a label, found without looking at all: there may be thousands for each of a thousand workloads. */
  #with(kept: Kept, key: string | undefined, value: string | undefined): readonly KubeObject[] {
    let index = this.#indexes.get(kept)
    if (index === undefined) {
      index = new Map()
      for (const object of kept.values()) {
        for (const [k, v] of Object.entries(object.metadata.labels ?? {})) {
          const found = index.get(`${k}=${v}`)
          if (found === undefined) index.set(`${k}=${v}`, [object])
          else found.push(object)
        }
      }
      this.#indexes.set(kept, index)
    }
    return key === undefined ? [...kept.values()] : (index.get(`${key}=${value}`) ?? [])
  }

  /** Whether what `events` holds is all there is. */
  get followsEvents(): boolean {
    return this.#eventsSynced
  }

  get events(): readonly KubeObject[] {
    return [...this.#events.values()]
  }

  /** The disruption budgets of a namespace, which are looked at from the first time they are asked for. */
  budgets(namespace: string): readonly KubeObject[] {
    if (!this.#asked.has(namespace)) {
      this.#asked.add(namespace)
      void this.#follow('policy/v1', 'PodDisruptionBudget', { namespace }, this.#budgets)
    }
    return [...this.#budgets.values()]
  }

  async #follow(apiVersion: string, kind: string, options: WatchOptions, into: Kept): Promise<void> {
    try {
      for await (const event of this.#cluster.watch(apiVersion, kind, { ...options, signal: this.#signal })) {
        this.#indexes.delete(into)
        if (event.type !== 'SYNCED') {
          const key = `${options.namespace}/${event.object.metadata.name}`
          if (event.type === 'DELETED') into.delete(key)
          else into.set(key, event.object)
        } else if (into === this.#events) this.#eventsSynced = true
        this.#changed()
      }
    } catch {
      // No rights, or the wait is over.
    }
  }
}

function byNamespace(resources: readonly Resource[]): Map<string, Resource[]> {
  return Map.groupBy(resources, (r) => r.ref.namespace ?? '')
}

/** The labels of a workload's pods: its selector's, else its template's (a Job's selector is the server's). */
function matchLabels(resource: Resource): Record<string, string> | undefined {
  const object = resource.live ?? resource.object
  if (object.kind === 'Job') return { 'job-name': resource.ref.name }
  const selector = object.spec?.selector
  return selector?.matchLabels ?? (object.kind === 'ReplicationController' ? selector : undefined) ?? object.spec?.template?.metadata?.labels
}

function selectorText(resource: Resource): string | undefined {
  const labels = matchLabels(resource)
  return labels === undefined ? undefined : Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
}
