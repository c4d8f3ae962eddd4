import { isPending, originOf, type ReleaseHistory, type StoredRelease } from '../../cluster/release/index.ts'
import type { PlannedRelease } from './plan-file.ts'
import { lineageOf, serialOf } from './planned-release.ts'
import type { Refusal } from './refusals.ts'

/** Where a release stands towards its plan. */
export type ReleaseState =
  | { readonly state: 'ready' }
  /** This plan made the revision that is deployed. */
  | { readonly state: 'applied'; readonly revision: number }
  /** A run of this plan ended early: what it made is in the cluster. */
  | { readonly state: 'begun'; readonly revision: number }
  | { readonly state: 'stale'; readonly refusal: Refusal }

/** What a revision's description says when this plan made it. */
export const originText = (digest: string): string => `plan ${digest}`

/** Compares the revisions there are with the last one the plan knows. */
export function releaseState({ name, storage: { serial, lineage } }: PlannedRelease, history: ReleaseHistory, digest: string): ReleaseState {
  const stale = (id: Refusal['id'], message: string): ReleaseState => ({ state: 'stale', refusal: { id, release: name, message } })
  const isOurs = (stored: StoredRelease): boolean => originOf(stored.readable?.info.description) === originText(digest)
  const since = history.revisions.filter((stored) => stored.version > (serial?.revision ?? 0))
  const last = history.last
  const base = serial === undefined ? undefined : history.version(serial.revision)
  if (serial !== undefined && (base === undefined || serialOf(base).uid !== serial.uid)) {
    // Pruned by those that followed, or never there.
    return stale(since.length > 0 && lineageOf(history.revisions) === lineage ? 'stale/release-changed' : 'stale/lineage', base === undefined ? `revision ${serial.revision}, which the plan starts from, is gone` : `revision ${serial.revision} is not the one the plan was made over: the release was removed and made anew`)
  }
  if (since.length > 0) {
    if (last !== undefined && isOurs(last) && last.status === 'deployed') return { state: 'applied', revision: last.version }
    if (since.every((stored) => isOurs(stored) && stored.status !== 'superseded' && stored.status !== 'deployed')) return { state: 'begun', revision: since.at(-1)!.version }
    const ours = since.find(isOurs)
    const tried = ours === undefined ? '' : `; this plan made revision ${ours.version}, which is ${ours.status}`
    return stale(last !== undefined && isPending(last.status) ? 'stale/release-busy' : 'stale/release-changed', `revision ${last?.version} (${last?.status}) was made since${serial === undefined ? ', when there was no release' : `, the plan was made over revision ${serial.revision}`}${tried}`)
  }
  if (serial === undefined || base === undefined) return { state: 'ready' }
  const now = serialOf(base)
  // Old revisions may have been cut off, as a run does before it makes a new one: the one to start from tells that nothing was made anew.
  if (now.status !== serial.status) return stale('stale/release-changed', `revision ${serial.revision} is ${now.status}, it was ${serial.status}`)
  if (now.resourceVersion !== serial.resourceVersion) return stale('stale/release-changed', `the record of revision ${serial.revision} was written since`)
  return { state: 'ready' }
}
