import type { Cluster, KubeObject, WatchOptions } from '../kube/index.ts'
import { isSecretSource } from '../readiness/index.ts'
import type { StoreRef } from '../readiness/index.ts'
import { isForbidden } from './failure.ts'

const group = 'external-secrets.io'
/** Newest first: a cluster serves one or both. */
const versions = [`${group}/v1`, `${group}/v1beta1`]
/** A Secret that is not there is asked for again after so many ms, then ever more seldom. */
const askAgain = { first: 200, last: 2000 }

/**
 * What stands behind the Secrets of a release: whether they are there, the stores they are read from, and the operators' objects that make them. Each is asked
 * for when it is first wanted; what may not be read is taken for well, so that rights made for Helm are enough.
 */
export class SecretWatch {
  readonly #cluster: Cluster
  readonly #signal: AbortSignal
  readonly #own: () => readonly KubeObject[]
  /** Called after every change. */
  changed: () => void = () => {}
  readonly #secrets = new Map<string, boolean | undefined>()
  readonly #stores = new Map<string, KubeObject | 'absent' | undefined>()
  readonly #makers = new Map<string, Map<string, KubeObject>>()
  readonly #first = new Set<Promise<void>>()

  /** @param own the operators' objects of the release, as they are known */
  constructor(cluster: Cluster, signal: AbortSignal, own: () => readonly KubeObject[]) {
    this.#cluster = cluster
    this.#signal = signal
    this.#own = own
  }

  readonly there = (namespace: string, name: string): boolean | undefined => {
    const key = `${namespace}/${name}`
    if (!this.#secrets.has(key)) {
      this.#secrets.set(key, undefined)
      this.#ask(this.#lookFor(namespace, name))
    }
    return this.#secrets.get(key)
  }

  readonly store = (ref: StoreRef, namespace: string): KubeObject | 'absent' | undefined => {
    const scope: WatchOptions = ref.kind === 'SecretStore' ? { namespace } : {}
    const key = `${ref.kind}/${scope.namespace ?? ''}/${ref.name}`
    if (!this.#stores.has(key)) {
      this.#stores.set(key, undefined)
      this.#ask(this.#follow(ref.kind, { ...scope, fieldSelector: `metadata.name=${ref.name}` }, (object) => this.#stores.set(key, object), () => {
        if (this.#stores.get(key) === undefined) this.#stores.set(key, 'absent')
      }, () => this.#stores.set(key, 'absent')))
    }
    return this.#stores.get(key)
  }

  readonly makers = (namespace: string): readonly KubeObject[] => {
    let found = this.#makers.get(namespace)
    if (found === undefined) {
      const kept = new Map<string, KubeObject>()
      this.#makers.set(namespace, (found = kept))
      const keep = (object: KubeObject): void => void kept.set(`${object.kind}/${object.metadata.name}`, object)
      this.#ask(this.#follow('ExternalSecret', { namespace }, keep, () => {}, (object) => void kept.delete(`${object.kind}/${object.metadata.name}`)))
    }
    const all = new Map(found)
    for (const object of this.#own()) if (isSecretSource(object) && object.metadata.namespace === namespace) all.set(`${object.kind}/${object.metadata.name}`, object)
    return [...all.values()]
  }

  /** Until what was asked for is answered for the first time. */
  async answered(): Promise<void> {
    while (this.#first.size > 0) await Promise.all(this.#first)
  }

  #ask(first: Promise<void>): void {
    this.#first.add(first)
    void first.finally(() => this.#first.delete(first))
  }

  async #lookFor(namespace: string, name: string, pause = askAgain.first): Promise<void> {
    const found = await this.#isThere(namespace, name)
    this.#secrets.set(`${namespace}/${name}`, found)
    this.changed()
    if (!found && !this.#signal.aborted) setTimeout(() => void this.#lookFor(namespace, name, Math.min(2 * pause, askAgain.last)), pause).unref()
  }

  async #isThere(namespace: string, name: string): Promise<boolean> {
    try {
      const { items } = await this.#cluster.list('v1', 'Secret', { namespace, fieldSelector: `metadata.name=${name}`, metadataOnly: true, signal: this.#signal })
      return items.length > 0
    } catch (error) {
      return isForbidden(error)
    }
  }

  /** Ends with the first whole answer, and goes on to follow. */
  #follow(kind: string, options: WatchOptions, keep: (object: KubeObject) => void, synced: () => void, gone: (object: KubeObject) => void): Promise<void> {
    return new Promise((resolve) => {
      const follow = async (): Promise<void> => {
        const apiVersion = await this.#servedAs(kind)
        if (apiVersion === undefined) return
        for await (const event of this.#cluster.watch(apiVersion, kind, { ...options, signal: this.#signal })) {
          if (event.type === 'SYNCED') {
            synced()
            resolve()
          } else if (event.type === 'DELETED') gone(event.object)
          else keep({ ...event.object, apiVersion, kind })
          this.changed()
        }
      }
      // Without the right to look there is only less to tell.
      follow().catch(() => {}).finally(resolve)
    })
  }

  async #servedAs(kind: string): Promise<string | undefined> {
    for (const version of versions) if (await this.#cluster.mapping(version, kind, { signal: this.#signal }) !== undefined) return version
    return undefined
  }
}
