import { PintleError } from '../../errors/index.ts'
import type { CallOptions } from '../kube/index.ts'
import { customLabels } from './record.ts'
import type { ReleaseRecord, ReleaseStatus } from './record.ts'

/** Labels by which drivers find records. */
export type RecordSelector = { name?: string; status?: ReleaseStatus; owner: 'helm' }

export interface RecordWriteOptions extends CallOptions { note?: RunNote | undefined }

export interface RecordCreateOptions extends RecordWriteOptions {
  /** The record as encodeRecord writes it, when that is known already. */
  encoded?: string | undefined
}

/**
 * Where release records live. Keys are Helm's: `sh.helm.release.v1.NAME.vREVISION`.
 * Drivers do not decide anything: order, history and locking are the Storage's.
 */
export interface StorageDriver {
  readonly name: 'Secret' | 'ConfigMap' | 'Memory' | 'SQL'
  /** The namespace records are kept in. */
  readonly namespace: string
  /** Whether a run can be noted beside a record; where it cannot, a run takes its Lease before it begins. */
  readonly keepsNotes: boolean
  /** The most bytes of an encoded record that can be stored; undefined for no limit that matters. */
  readonly limit?: number
  /** Records with these labels; over all namespaces when asked to. Never decodes. */
  list(selector: RecordSelector, options?: CallOptions & { allNamespaces?: boolean }): Promise<StoredRelease[]>
  get(key: string, options?: CallOptions): Promise<StoredRelease | undefined>
  /** Throws release.exists when the key is taken: that is the lock of an operation. */
  create(key: string, record: ReleaseRecord, labels: Record<string, string>, options?: RecordCreateOptions): Promise<StoredRelease>
  /** Fails with release.conflict when the stored object is not the one given any more. */
  update(stored: StoredRelease, record: ReleaseRecord, options?: RecordWriteOptions): Promise<StoredRelease>
  /** False when there was none. */
  delete(key: string, options?: CallOptions): Promise<boolean>
  /** Ends connections of its own. */
  close?(): Promise<void>
}

/** Who works on a revision, kept beside its record while it is pending. */
export interface RunNote {
  holder: string
  operation: string
  /** See process-identity.ts. */
  process: string
  /** RFC 3339. */
  since: string
  /** `lease`: a run that lasts keeps a Lease; `none`: it may not. */
  heartbeat: 'lease' | 'none'
  /** When it was left on purpose, for any run to go on with; RFC 3339. */
  left?: string
}

const noteKey = 'pintle.dev/run'

/** The annotations that carry a note. */
export function noteAnnotations(note: RunNote | undefined): Record<string, string> | undefined {
  return note === undefined ? undefined : { [noteKey]: JSON.stringify(note) }
}

/** The note among annotations; undefined for none, or one that cannot be read. */
export function noteOf(annotations: Readonly<Record<string, string>> | undefined): RunNote | undefined {
  const text = annotations?.[noteKey]
  if (text === undefined) return undefined
  try {
    const { holder, operation, process, since, heartbeat, left } = JSON.parse(text) as Record<string, unknown>
    return { holder: String(holder), operation: String(operation), process: String(process), since: String(since), heartbeat: heartbeat === 'none' ? 'none' : 'lease', ...(left !== undefined && { left: String(left) }) }
  } catch {
    return undefined
  }
}

/** Identity of the object that holds a record. */
export interface StoredIdentity { uid?: string; resourceVersion?: string; createdAt?: string; namespace: string }

/** One stored revision. What the labels say is known at once; the record is decoded when it is first asked for. */
export class StoredRelease {
  readonly key: string
  readonly labels: Readonly<Record<string, string>>
  readonly identity: StoredIdentity
  /** Who works on it, when a Pintle run does or did. */
  readonly note: RunNote | undefined
  readonly #load: () => ReleaseRecord
  #record: ReleaseRecord | undefined

  constructor(key: string, labels: Readonly<Record<string, string>>, identity: StoredIdentity, load: () => ReleaseRecord, note?: RunNote) {
    this.key = key
    this.note = note
    this.labels = labels
    this.identity = identity
    this.#load = load
  }

  get name(): string {
    return this.labels.name ?? ''
  }
  get version(): number {
    return Number(this.labels.version ?? 0)
  }
  get status(): ReleaseStatus {
    return (this.labels.status ?? 'unknown') as ReleaseStatus
  }
  /** Labels given by a user. */
  get customLabels(): Record<string, string> {
    return customLabels(this.labels)
  }
  /** The decoded record, always the same object. Throws release.corrupt. */
  get record(): ReleaseRecord {
    this.#record ??= this.#load()
    return this.#record
  }
  /** The record, or undefined when it cannot be decoded: Helm leaves such records out of its lists. */
  get readable(): ReleaseRecord | undefined {
    try {
      return this.record
    } catch {
      return undefined
    }
  }
}

/** The key of a revision. */
export function recordKey(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`
}

/** The labels of the object that holds a record. */
export function recordLabels(record: ReleaseRecord, custom: Readonly<Record<string, string>>, stamp: 'createdAt' | 'modifiedAt'): Record<string, string> {
  return {
    ...custom,
    [stamp]: String(Math.floor(Date.now() / 1000)),
    name: record.name,
    owner: 'helm',
    status: record.info.status,
    version: String(record.version),
  }
}

export const changedMeanwhile = (): PintleError => new PintleError('release.conflict', 'update: failed to update: the record was changed or removed meanwhile', { hint: changedHint })
export const changedHint = 'Another run changed the record of this revision meanwhile; `pintle history` shows its state.'

export const recordExists = (): PintleError => new PintleError('release.exists', 'release: already exists', {
  hint: 'Another run created this revision at the same moment; look at `pintle history` and try again.',
})
