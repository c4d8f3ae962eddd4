import type { CallOptions } from '../kube/index.ts'
import { KubeDriver } from './kube-driver.ts'
import type { RecordSelector, StoredRelease } from './storage-driver.ts'

interface Waiting {
  readonly resolve: (stored: StoredRelease[]) => void
  readonly reject: (error: unknown) => void
}

/** Names of one request: what a URL holds with ease. */
const mostNames = 100

/** Milliseconds in which requests are gathered. */
const gather = 3

/**
 * Records of a namespace for many releases that are looked at side by side: histories that are asked for within a few milliseconds come by one request. An API server goes through all Secrets of
 * the namespace for each list, whatever it finds.
 */
export class BatchedRecords extends KubeDriver {
  #open = new Map<string, Waiting[]>()

  override async list(selector: RecordSelector, options: CallOptions & { allNamespaces?: boolean } = {}): Promise<StoredRelease[]> {
    const { name, status } = selector
    // What is no name may not stand in a set, where it would be something else.
    if (name === undefined || !/^[a-z0-9.-]+$/.test(name) || status !== undefined || options.allNamespaces === true) return await super.list(selector, options)
    options.signal?.throwIfAborted()
    return await new Promise<StoredRelease[]>((resolve, reject) => {
      if (this.#open.size === 0) setTimeout(() => void this.#send(), gather)
      this.#open.set(name, [...(this.#open.get(name) ?? []), { resolve, reject }])
      if (this.#open.size >= mostNames) void this.#send()
    })
  }

  /** One who gives up does not take it from the others: no signal goes with the request. */
  async #send(): Promise<void> {
    const open = this.#open
    if (open.size === 0) return
    this.#open = new Map()
    try {
      const [first] = open.keys()
      const all = open.size === 1 ? await super.list({ owner: 'helm', name: first! }) : await this.listNamed([...open.keys()])
      const byName = new Map<string, StoredRelease[]>()
      for (const stored of all) byName.set(stored.name, [...(byName.get(stored.name) ?? []), stored])
      for (const [name, waiting] of open) for (const { resolve } of waiting) resolve([...(byName.get(name) ?? [])])
    } catch (error) {
      for (const waiting of open.values()) for (const { reject } of waiting) reject(error)
    }
  }
}
