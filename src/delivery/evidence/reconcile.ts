import { isAddendum, type ReleaseRecord } from './record.ts'
import type { EvidenceStore } from './store.ts'

/** A revision as the cluster has it. */
export interface LiveRevision {
  readonly namespace: string
  readonly release: string
  readonly revision: number
  readonly status: string
}

/** Where store and cluster differ. */
export type Difference =
  /** Somebody made it without leaving a record. */
  | ({ readonly kind: 'unrecorded' } & LiveRevision)
  /** On record, newer than the oldest revision that is kept, and not there: the history was changed. */
  | { readonly kind: 'missing'; readonly namespace: string; readonly release: string; readonly revision: number; readonly record: string }
  /** The release is gone, and no record says that it was removed. */
  | { readonly kind: 'gone'; readonly namespace: string; readonly release: string; readonly revision: number; readonly record: string }

export interface Reconciled {
  /** Revisions that have their record. */
  readonly matched: number
  readonly differences: readonly Difference[]
}

interface Known {
  readonly revisions: Map<number, string>
  last: ReleaseRecord
}

export interface ReconcileOptions {
  /** UID of kube-system: records of other clusters are passed over. */
  readonly cluster: string
  /** Only this namespace; all when left out. */
  readonly namespace?: string
}

/** Compares the release history of a cluster with the records of a store, streamed. Revisions that the limit of the history removed are no difference. */
export async function reconcile(store: EvidenceStore, live: readonly LiveRevision[], options: ReconcileOptions): Promise<Reconciled> {
  const known = new Map<string, Known>()
  for await (const { entry } of store.entries(1)) {
    if (isAddendum(entry) || entry.target.clusterUid !== options.cluster || (options.namespace !== undefined && entry.target.namespace !== options.namespace)) continue
    const key = `${entry.target.namespace}/${entry.target.release}`
    const of = known.get(key) ?? { revisions: new Map<number, string>(), last: entry }
    of.last = entry
    for (const revision of revisionsOf(entry)) of.revisions.set(revision, entry.id)
    // What was removed begins anew: its numbers come again.
    if (removes(entry)) of.revisions.clear()
    known.set(key, of)
  }
  const differences: Difference[] = []
  const byRelease = Map.groupBy(live, (l) => `${l.namespace}/${l.release}`)
  let matched = 0
  for (const [key, revisions] of byRelease) {
    const recorded = known.get(key)?.revisions ?? new Map<number, string>()
    for (const l of [...revisions].sort((a, b) => a.revision - b.revision)) {
      if (recorded.has(l.revision)) matched++
      else differences.push({ kind: 'unrecorded', ...l })
    }
    const kept = new Set(revisions.map((l) => l.revision))
    const oldest = Math.min(...kept)
    const { namespace, release } = revisions[0]!
    for (const [revision, record] of recorded) if (revision > oldest && !kept.has(revision)) differences.push({ kind: 'missing', namespace, release, revision, record })
  }
  for (const [key, { revisions, last }] of known) {
    const newest = Math.max(0, ...revisions.keys())
    if (!byRelease.has(key) && newest > 0) differences.push({ kind: 'gone', namespace: last.target.namespace, release: last.target.release, revision: newest, record: revisions.get(newest)! })
  }
  return { matched, differences }
}

/** Revisions a record speaks for. Older records say only how it ended: after going back, the one before was theirs, too. */
function revisionsOf(r: ReleaseRecord): readonly number[] {
  if (r.revisions !== undefined) return r.revisions
  if (r.revision.after === 0) return []
  return r.outcome === 'rolled-back' ? [r.revision.after - 1, r.revision.after] : [r.revision.after]
}

const removes = (r: ReleaseRecord): boolean => (r.operation === 'uninstall' && r.outcome === 'succeeded') || (r.outcome === 'rolled-back' && r.rollback.used?.toRevision === 0)
