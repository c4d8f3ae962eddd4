import { forgetExpiredLease, judgeRun, pendingError } from './lease.ts'
import type { LeaseState } from './lease.ts'
import { originOf } from './origin.ts'
import { isPending } from './record.ts'
import type { ReleaseRun } from './release-run.ts'
import { rolloutOf } from './rollout-mark.ts'
import { noteRecord } from './save.ts'
import { ReleaseHistory } from './storage.ts'
import type { StoredRelease } from './storage-driver.ts'

/**
 * Lets a release go on whose last run crashed: when its pending revision has an expired Lease, the revision is marked
 * failed. Throws release.pending, as Helm refuses, in every other case: a live run, one nobody can tell about, or a rollout.
 * @param dryRun judge only
 */
export async function freeInterrupted(run: ReleaseRun, history: ReleaseHistory, mode: 'continue' | 'refuse', dryRun: boolean): Promise<ReleaseHistory> {
  const { last } = history
  if (last === undefined || !isPending(last.status)) return history
  const { namespace, name, onEvent } = run.options
  const lease = await judgeRun(run.cluster, namespace, last, run.call)
  const stuck = { status: last.status, revision: last.version, since: last.record.info.last_deployed }
  const ours = lease?.revision === last.version
  // What comes in stages is under way for as long as it takes, with or without a run: only who knows its steps goes on from there.
  const rollout = await rolloutOf(run.cluster, namespace, last, lease, run.call)
  if (rollout !== undefined) throw pendingError(name, lease, { ...stuck, rollout })
  if (mode === 'refuse' || lease === undefined || !lease.expired || !ours) throw pendingError(name, lease, stuck)
  const text = `${lease.operation} by ${lease.holder} was interrupted: last heard of at ${lease.renewed}`
  onEvent?.({ type: 'warning', message: `revision ${last.version} was left ${last.status}; ${text}` })
  if (dryRun) return history
  const release = run.storage.open(last, originOf(last.record.info.description)).setStatus('failed', `Interrupted: ${text}`)
  await release.save(run.call)
  noteRecord(release, onEvent)
  await forgetExpiredLease(run.cluster, namespace, name)
  const revisions = history.revisions.map((stored) => (stored.version === last.version ? release.stored : stored))
  return new ReleaseHistory(name, revisions)
}

/**
 * For actions that work on a stuck release too: a pending revision is no obstacle, unless its run is known to live.
 * @returns what is known of the run that worked on it
 */
export async function requireIdle(run: ReleaseRun, last: StoredRelease): Promise<LeaseState | undefined> {
  if (!isPending(last.status)) return undefined
  const lease = await judgeRun(run.cluster, run.options.namespace, last, run.call)
  if (lease !== undefined && !lease.expired) throw pendingError(run.options.name, lease)
  return lease
}
