import type { Addendum, Entry, Operation, Outcome, ReleaseRecord } from './record.ts'
import { isAddendum } from './record.ts'

/** The end of a chain: what an anchor outside of the store must keep to notice that the end was cut off. */
export interface Head {
  readonly sequence: number
  /** Hash of the last line. */
  readonly hash: string
}

/** One line of the chain, read. */
export interface StoredEntry {
  readonly sequence: number
  readonly previous: string
  readonly hash: string
  readonly entry: Entry
}

/** What a list shows of an entry. '' and 0 where it says nothing. */
export interface Summary {
  readonly sequence: number
  readonly id: string
  /** Id of the record an addendum is about; '' for records. */
  readonly about: string
  readonly started: string
  readonly service: string
  readonly environment: string
  readonly cluster: string
  readonly namespace: string
  readonly release: string
  readonly operation: Operation | ''
  readonly outcome: Outcome | ''
  readonly revision: number
  readonly operator: string
}

/** Which entries are wanted; all that are given must hold. Times are RFC 3339 in UTC: from `since` on, before `until`. */
export interface Filter {
  readonly service?: string
  readonly environment?: string
  readonly outcome?: string
  readonly cluster?: string
  readonly since?: string
  readonly until?: string
  /** Addenda to the record of this id, and nothing else. Without it records alone are listed. */
  readonly about?: string
}

export interface Added {
  readonly id: string
  readonly head: Head
  /** What was mended first, in words. */
  readonly recovered?: string
}

export interface Problem {
  /** Number of the line; 0 where it is no line. */
  readonly sequence: number
  readonly problem: string
}

export interface Verification {
  readonly entries: number
  readonly blobs: number
  readonly head?: Head
  /** Each a difference between what was written and what is there. */
  readonly problems: readonly Problem[]
  /** What is odd and harmless. */
  readonly notes: readonly string[]
}

export interface VerifyOptions {
  /** Hashes of lines that must be in the chain: heads that were kept elsewhere. */
  readonly expectHeads?: readonly string[]
  readonly signal?: AbortSignal
}

/** Where evidence is kept. Nothing in it is ever changed; all implementations are held to one suite. Failures are PintleErrors `evidence.*`. */
export interface EvidenceStore {
  /** For people: a path, or a database without its credentials. */
  readonly location: string
  /**
   * Adds an entry and its files at the end of the chain; it is on disk when this returns.
   * @throws PintleError evidence.broken when the end of the chain is not what was written last; evidence.store
   */
  append(entry: Entry, files?: Readonly<Record<string, string>>): Promise<Added>
  /** Oldest first, streamed. */
  list(filter?: Filter): AsyncIterable<Summary>
  /** undefined when there is none. @param id whole, or the beginning of just one */
  read(id: string): Promise<StoredEntry | undefined>
  /** Every entry from a sequence on, in order, streamed. Stops with evidence.broken at a line that is not as it was written. */
  entries(from: number): AsyncIterable<StoredEntry>
  /** A kept file by its digest; its content is what the digest says. */
  file(record: ReleaseRecord, name: string): Promise<Uint8Array | undefined>
  head(): Promise<Head | undefined>
  /** Recomputes every hash. Reads all, changes nothing. */
  verify(options?: VerifyOptions): Promise<Verification>
  /** How far a sink has been given the entries; 0: not at all. */
  delivered(sink: string): Promise<number>
  setDelivered(sink: string, at: StoredEntry): Promise<void>
  close(): Promise<void>
}

export function summaryOf(sequence: number, entry: Entry): Summary {
  if (isAddendum(entry)) {
    return { sequence, id: entry.id, about: entry.about, started: entry.at, service: '', environment: '', cluster: '', namespace: '', release: '', operation: '', outcome: '', revision: 0, operator: entry.by }
  }
  const { target } = entry
  return {
    sequence, id: entry.id, about: '', started: entry.started, service: entry.service, environment: entry.environment, cluster: target.clusterUid, namespace: target.namespace, release: target.release,
    operation: entry.operation ?? '', outcome: entry.outcome, revision: entry.revision.after, operator: entry.operator,
  }
}

export function matches(s: Summary, f: Filter): boolean {
  if ((f.about ?? '') !== s.about) return false
  return (f.service === undefined || f.service === s.service) && (f.environment === undefined || f.environment === s.environment) && (f.outcome === undefined || f.outcome === s.outcome) &&
    (f.cluster === undefined || f.cluster === s.cluster) && (f.since === undefined || s.started >= f.since) && (f.until === undefined || s.started < f.until)
}

/** A record with all that was added to it later, oldest first. */
export interface WholeRecord {
  readonly stored: StoredEntry
  readonly record: ReleaseRecord
  readonly addenda: readonly Addendum[]
}

/** @param id left out: the last record. @returns undefined when there is none */
export async function readWhole(store: EvidenceStore, id?: string): Promise<WholeRecord | undefined> {
  let wanted = id
  if (wanted === undefined) for await (const s of store.list()) wanted = s.id
  let stored = wanted === undefined ? undefined : await store.read(wanted)
  if (stored !== undefined && isAddendum(stored.entry)) stored = await store.read(stored.entry.about)
  if (stored === undefined || isAddendum(stored.entry)) return undefined
  const addenda: Addendum[] = []
  for await (const s of store.list({ about: stored.entry.id })) {
    const found = await store.read(s.id)
    if (found !== undefined && isAddendum(found.entry)) addenda.push(found.entry)
  }
  return { stored, record: stored.entry, addenda }
}
