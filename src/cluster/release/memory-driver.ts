import { randomUUID } from 'node:crypto'
import { decodeRecord, encodeRecord } from './codec.ts'
import type { CallOptions } from '../kube/index.ts'
import type { ReleaseRecord } from './record.ts'
import { StoredRelease, changedMeanwhile, recordExists, recordKey, recordLabels } from './storage-driver.ts'
import type { RecordSelector, RecordWriteOptions, RunNote, StorageDriver } from './storage-driver.ts'

interface Entry { key: string; namespace: string; text: string; labels: Record<string, string>; revision: string; note: RunNote | undefined }

/** Records that live as long as the object: HELM_DRIVER=memory, and tests. */
export class MemoryDriver implements StorageDriver {
  readonly name = 'Memory'
  readonly namespace: string
  readonly keepsNotes = true
  readonly #entries: Map<string, Entry>

  /**
   * @param from the driver whose records this one shares, or what is there from the start, each in the namespace it names (else `default`).
   * Throws release.exists for one given twice.
   */
  constructor(namespace: string, from: MemoryDriver | readonly ReleaseRecord[] = []) {
    this.namespace = namespace
    this.#entries = from instanceof MemoryDriver ? from.#entries : new Map<string, Entry>()
    if (from instanceof MemoryDriver) return
    for (const record of from) this.#add(recordKey(record.name, record.version), record.namespace || 'default', record, {}, undefined)
  }

  async list(selector: RecordSelector, options: CallOptions & { allNamespaces?: boolean } = {}): Promise<StoredRelease[]> {
    const wanted = Object.entries(selector)
    return [...this.#entries.values()]
      .filter((entry) => (options.allNamespaces === true || entry.namespace === this.namespace) && wanted.every(([key, value]) => entry.labels[key] === value))
      .map((entry) => stored(entry))
  }

  async get(key: string): Promise<StoredRelease | undefined> {
    const entry = this.#entries.get(`${this.namespace}/${key}`)
    return entry === undefined ? undefined : stored(entry)
  }

  async create(key: string, record: ReleaseRecord, labels: Record<string, string>, options: RecordWriteOptions = {}): Promise<StoredRelease> {
    options.signal?.throwIfAborted()
    return this.#add(key, this.namespace, record, labels, options.note)
  }

  async update(before: StoredRelease, record: ReleaseRecord, options: RecordWriteOptions = {}): Promise<StoredRelease> {
    options.signal?.throwIfAborted()
    const { key, identity: { namespace, resourceVersion } } = before
    if (this.#entries.get(`${namespace}/${key}`)?.revision !== resourceVersion) throw changedMeanwhile()
    return this.#put(key, namespace, record, recordLabels(record, before.customLabels, 'modifiedAt'), options.note)
  }

  async delete(key: string): Promise<boolean> {
    return this.#entries.delete(`${this.namespace}/${key}`)
  }

  #add(key: string, namespace: string, record: ReleaseRecord, labels: Record<string, string>, note: RunNote | undefined): StoredRelease {
    if (this.#entries.has(`${namespace}/${key}`)) throw recordExists()
    return this.#put(key, namespace, record, recordLabels(record, labels, 'createdAt'), note)
  }

  #put(key: string, namespace: string, record: ReleaseRecord, labels: Record<string, string>, note: RunNote | undefined): StoredRelease {
    const entry = { key, namespace, text: encodeRecord(record), labels, revision: randomUUID(), note }
    this.#entries.set(`${namespace}/${key}`, entry)
    return stored(entry)
  }
}

const stored = ({ key, namespace, text, labels, revision, note }: Entry): StoredRelease =>
  new StoredRelease(key, labels, { namespace, resourceVersion: revision }, () => decodeRecord(text), note)
