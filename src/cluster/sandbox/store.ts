import type { JsonMap } from './json.ts'

/** One change, as watches see it. */
export interface Change {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `group/plural`. */
  readonly table: string
  readonly object: JsonMap
  readonly previous: JsonMap | undefined
}

/**
 * All objects, as they are stored (one version per kind), with one revision counter and the recent changes. Objects that
 * were put in are never changed again: every write puts a new one.
 */
export class Store {
  #revision: number
  readonly #tables = new Map<string, Map<string, JsonMap>>()
  readonly #sorted = new Map<string, JsonMap[]>()
  #log: Change[] = []
  /** The oldest revision a watch may start from. */
  #compacted: number
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #keep: number

  constructor(revision = 1, keep = 10_000) {
    this.#revision = revision
    this.#compacted = revision
    this.#keep = keep
  }

  get revision(): number { return this.#revision }

  get(table: string, namespace: string, name: string): JsonMap | undefined {
    return this.#tables.get(table)?.get(keyOf(namespace, name))
  }

  /** In the order of etcd's keys. */
  list(table: string, namespace?: string): readonly JsonMap[] {
    let all = this.#sorted.get(table)
    if (all === undefined) {
      all = [...(this.#tables.get(table) ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, object]) => object)
      this.#sorted.set(table, all)
    }
    return namespace === undefined ? all : all.filter((o) => o.metadata.namespace === namespace)
  }

  tables(): string[] { return [...this.#tables.keys()] }

  /** Stores the object under a new resourceVersion and returns it with that. */
  put(table: string, object: JsonMap): JsonMap {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } }
    const key = keyOf(stored.metadata.namespace as string | undefined ?? '', stored.metadata.name as string)
    let rows = this.#tables.get(table)
    if (rows === undefined) this.#tables.set(table, rows = new Map())
    const previous = rows.get(key)
    rows.set(key, stored)
    this.#sorted.delete(table)
    this.#record({ revision: this.#revision, type: previous === undefined ? 'ADDED' : 'MODIFIED', table, object: stored, previous })
    return stored
  }

  /** Removes the object; watchers see its last state under the revision of the removal. */
  remove(table: string, namespace: string, name: string, last?: JsonMap): JsonMap | undefined {
    const rows = this.#tables.get(table)
    const key = keyOf(namespace, name)
    const previous = rows?.get(key)
    if (rows === undefined || previous === undefined) return undefined
    rows.delete(key)
    this.#sorted.delete(table)
    const final = last ?? previous
    const object = { ...final, metadata: { ...final.metadata, resourceVersion: String(++this.#revision) } }
    this.#record({ revision: this.#revision, type: 'DELETED', table, object, previous })
    return object
  }

  /** Puts an object back as it was saved, without an event. */
  restore(table: string, object: JsonMap): void {
    let rows = this.#tables.get(table)
    if (rows === undefined) this.#tables.set(table, rows = new Map())
    rows.set(keyOf(object.metadata.namespace as string | undefined ?? '', object.metadata.name as string), object)
    this.#sorted.delete(table)
  }

  /** Goes on counting from a saved revision; watches cannot start before it. */
  resume(revision: number): void {
    this.#revision = Math.max(this.#revision, revision)
    this.#compacted = this.#revision
  }

  /** Changes after a revision; undefined when they are no longer known. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#compacted) return undefined
    let from = this.#log.length
    while (from > 0 && this.#log[from - 1]!.revision > revision) from--
    return this.#log.slice(from)
  }

  /** Forgets old changes, as etcd's compaction does. */
  compact(revision: number = this.#revision): void {
    this.#log = this.#log.filter((c) => c.revision > revision)
    this.#compacted = Math.max(this.#compacted, revision)
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  #record(change: Change): void {
    this.#log.push(change)
    if (this.#log.length > this.#keep * 1.25) {
      this.#log = this.#log.slice(-this.#keep)
      this.#compacted = this.#log[0]!.revision - 1
    }
    for (const listener of [...this.#listeners]) listener(change)
  }
}

const keyOf = (namespace: string, name: string): string => (namespace === '' ? name : `${namespace}/${name}`)
