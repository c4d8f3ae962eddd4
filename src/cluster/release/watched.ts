import type { CallOptions, Cluster, KubeObject, WatchOptions } from '../kube/index.ts'
import { isAbort, isForbidden } from './failure.ts'
import type { Resource } from './resources.ts'

const pollEvery = 2000

/**
 * Keeps the live state of resources up to date, one watch for each kind and namespace. Where watching is not allowed it
 * reads again every two seconds, so that a Role made for Helm 3 is enough.
 */
export class Watched {
  readonly objects = new Map<Resource, KubeObject | undefined>()
  readonly #cluster: Cluster
  readonly #signal: AbortSignal
  readonly #changed: () => void
  readonly #failed: (error: unknown) => void

  /** @param changed called after every change; @param failed called when a watch ends for good */
  constructor(cluster: Cluster, signal: AbortSignal, changed: () => void, failed: (error: unknown) => void) {
    this.#cluster = cluster
    this.#signal = signal
    this.#changed = changed
    this.#failed = failed
  }

  start(resources: readonly Resource[]): void {
    const groups = new Map<string, Resource[]>()
    for (const r of resources) {
      const key = `${r.ref.apiVersion} ${r.ref.kind} ${r.ref.namespace ?? ''}`
      groups.set(key, [...(groups.get(key) ?? []), r])
    }
    for (const group of groups.values()) {
      this.#follow(group).catch((error: unknown) => {
        if (!this.#signal.aborted && !isAbort(error)) this.#failed(error)
      })
    }
  }

  async #follow(group: Resource[]): Promise<void> {
    const { apiVersion, kind, namespace, name } = group[0]!.ref
    const options: WatchOptions & CallOptions = { signal: this.#signal, ...(namespace === undefined ? {} : { namespace }) }
    if (group.length === 1) options.fieldSelector = `metadata.name=${name}`
    const byName = new Map(group.map((r) => [r.ref.name, r]))
    const seen = new Set<Resource>()
    let synced = false
    try {
      for await (const event of this.#cluster.watch(apiVersion, kind, options)) {
        if (event.type === 'SYNCED') {
          synced = true
          for (const r of group) if (!seen.has(r)) this.objects.set(r, undefined)
          this.#changed()
          continue
        }
        const resource = byName.get(event.object.metadata.name ?? '')
        if (resource === undefined) continue
        seen.add(resource)
        this.objects.set(resource, event.type === 'DELETED' ? undefined : event.object)
        if (synced) this.#changed()
      }
    } catch (error) {
      if (!isForbidden(error)) throw error
      await this.#poll(group)
    }
  }

  async #poll(group: Resource[]): Promise<void> {
    while (!this.#signal.aborted) {
      for (const r of group) this.objects.set(r, await this.#cluster.get(r.ref, { signal: this.#signal }))
      this.#changed()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollEvery)
        this.#signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
      })
    }
  }
}
