import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, KubeObject } from '../kube/index.ts'
import { decodeRecord, encodeRecord } from './codec.ts'
import { apiStatus, isAlreadyExists, isConflict, isNotFound, wrapped } from './failure.ts'
import type { ReleaseRecord } from './record.ts'
import { StoredRelease, changedHint, noteAnnotations, noteOf, recordExists, recordLabels } from './storage-driver.ts'
import type { RecordCreateOptions, RecordSelector, RecordWriteOptions, RunNote, StorageDriver } from './storage-driver.ts'

/** Helm names no manager for its records: the API server takes what its user agent begins with. */
const recordManager = 'Helm'

/** Records as Secrets (Helm's default) or ConfigMaps of one namespace. Upstream: pkg/storage/driver/{secrets,cfgmaps}.go. */
export class KubeDriver implements StorageDriver {
  readonly name: 'Secret' | 'ConfigMap'
  readonly namespace: string
  readonly keepsNotes = true
  /** MaxSecretSize of k8s.io/api/core/v1, which validation applies to the data of both kinds. */
  readonly limit = 1_048_576
  readonly #cluster: Cluster

  constructor(cluster: Cluster, namespace: string, kind: 'Secret' | 'ConfigMap' = 'Secret') {
    this.#cluster = cluster
    this.namespace = namespace
    this.name = kind
  }

  async list(selector: RecordSelector, options: CallOptions & { allNamespaces?: boolean } = {}): Promise<StoredRelease[]> {
    const { allNamespaces, ...call } = options
    const labelSelector = Object.entries(selector).map(([key, value]) => `${key}=${value}`).sort().join(',')
    const scope = allNamespaces === true ? {} : { namespace: this.namespace }
    return await this.#list(labelSelector, scope, selector.name === undefined ? 'list: failed to list' : 'query: failed to query with labels', call)
  }

  /** The records of several releases by one request. */
  async listNamed(names: readonly string[], options: CallOptions = {}): Promise<StoredRelease[]> {
    return await this.#list(`name in (${names.join(',')}),owner=helm`, { namespace: this.namespace }, 'query: failed to query with labels', options)
  }

  async #list(labelSelector: string, scope: { namespace?: string }, doing: string, call: CallOptions): Promise<StoredRelease[]> {
    try {
      const { items } = await this.#cluster.list('v1', this.name, { ...call, ...scope, labelSelector })
      return items.map((item) => this.#stored(item))
    } catch (error) {
      throw wrapped(error, this.#during(doing), { fallback: 'release.storage' })
    }
  }

  async get(key: string, options: CallOptions = {}): Promise<StoredRelease | undefined> {
    try {
      const item = await this.#cluster.get({ apiVersion: 'v1', kind: this.name, namespace: this.namespace, name: key }, options)
      return item === undefined ? undefined : this.#stored(item)
    } catch (error) {
      throw wrapped(error, this.#during(`get: failed to get "${key}"`), { fallback: 'release.storage' })
    }
  }

  async create(key: string, record: ReleaseRecord, labels: Record<string, string>, options: RecordCreateOptions = {}): Promise<StoredRelease> {
    const { note, encoded, ...call } = options
    const object = this.#object(key, encoded ?? encodeRecord(record), recordLabels(record, labels, 'createdAt'), note)
    try {
      return this.#stored(await this.#cluster.create(object, { ...call, fieldManager: recordManager, recognise: holds(object) }), record)
    } catch (error) {
      if (isAlreadyExists(error)) throw recordExists()
      throw this.#failed(error, 'create: failed to create')
    }
  }

  async update(stored: StoredRelease, record: ReleaseRecord, options: RecordWriteOptions = {}): Promise<StoredRelease> {
    const { note, ...call } = options
    const object = this.#object(stored.key, encodeRecord(record), recordLabels(record, stored.customLabels, 'modifiedAt'), note)
    if (stored.identity.resourceVersion !== undefined) object.metadata.resourceVersion = stored.identity.resourceVersion
    try {
      return this.#stored(await this.#cluster.replace(object, { ...call, fieldManager: recordManager, recognise: holds(object) }), record)
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) throw wrapped(error, this.#during('update: failed to update'), { code: 'release.conflict', hint: changedHint })
      throw this.#failed(error, 'update: failed to update')
    }
  }

  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    return await this.#cluster.delete({ apiVersion: 'v1', kind: this.name, namespace: this.namespace, name: key }, options)
  }

  #object(key: string, text: string, labels: Record<string, string>, note: RunNote | undefined): KubeObject {
    const annotations = noteAnnotations(note)
    const metadata = { name: key, namespace: this.namespace, labels, ...(annotations && { annotations }) }
    if (this.name === 'ConfigMap') return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { release: text } }
    const release = Buffer.from(text).toString('base64')
    return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'helm.sh/release.v1', data: { release } }
  }

  #stored(item: KubeObject, record?: ReleaseRecord): StoredRelease {
    const { name = '', namespace = this.namespace, labels = {}, uid, resourceVersion, creationTimestamp } = item.metadata
    const identity = { namespace, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }), ...(creationTimestamp && { createdAt: creationTimestamp }) }
    const data = String(item.data?.release ?? '')
    return new StoredRelease(name, labels, identity, () => {
      return record ?? decodeRecord(this.name === 'Secret' ? Buffer.from(data, 'base64').toString('latin1') : data)
    }, noteOf(item.metadata.annotations))
  }

  /** Helm says what it was doing for Secrets only. */
  #during(doing: string): (message: string) => string {
    return (message) => (this.name === 'Secret' ? `${doing}: ${message}` : message)
  }

  #failed(error: unknown, doing: string): PintleError {
    const { code, message = '' } = apiStatus(error)
    const large = code === 413 || /may not be more than|too large|Too long/.test(message)
    const missing = isNotFound(error)
    return wrapped(error, this.#during(doing), {
      fallback: 'release.storage',
      ...(large ? { code: 'release.tooLarge' as const } : {}),
      ...(missing ? { hint: `Does the namespace ${this.namespace} exist? --create-namespace makes it.` } : {}),
    })
  }
}

/** Whether a stored object is this very record: its time and its run are part of what is compared. */
const holds = (sent: KubeObject) => (stored: KubeObject): boolean =>
  stored.data?.release === sent.data.release && stored.metadata.labels?.status === sent.metadata.labels?.status && noteText(stored) === noteText(sent)
const noteText = (object: KubeObject): string => JSON.stringify(noteOf(object.metadata.annotations) ?? null)
