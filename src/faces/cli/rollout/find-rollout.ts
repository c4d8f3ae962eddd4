import { statusOf, type CallOptions, type Cluster } from '../../../cluster/kube/index.ts'
import { isEnded, leaseName, listJournals, readJournal, type StoredJournal } from '../../../delivery/rollout/index.ts'
import { PintleError } from '../../../errors/index.ts'
import { usage } from '../flags.ts'
import { runnerOf, type Runner } from './screen-state.ts'

/** A rollout as it is kept, and who drives it. */
export interface Found {
  readonly stored: StoredJournal
  readonly runner: Runner
}

/**
 * The rollout of a release; without a name the one that is under way in the namespace.
 * @throws PintleError rollout.none, rollout.invalid, usage when several are under way
 */
export async function findRollout(cluster: Cluster, namespace: string, name: string | undefined, call: CallOptions): Promise<Found> {
  if (name !== undefined) {
    const stored = await readJournal(cluster, namespace, name, call)
    if (stored === undefined) throw noRollout(namespace, name)
    return await withRunner(cluster, stored, call)
  }
  const all = (await listJournals(cluster, namespace, call)).filter((s) => !isEnded(s.journal))
  if (all.length > 1) throw usage('which release?', `Rollouts are under way of: ${all.map((s) => s.journal.release).join(', ')}.`)
  if (all.length === 0) throw new PintleError('rollout.none', `no rollout is under way in namespace ${namespace}`, { hint: '`pintle rollout list -A` lists them all.' })
  return await withRunner(cluster, all[0]!, call)
}

export const noRollout = (namespace: string, name: string): PintleError => new PintleError('rollout.none', `no rollout of ${name} is kept in namespace ${namespace}`, { hint: '`pintle rollout list -A` lists them all.' })

/** @returns undefined when it was removed meanwhile */
export async function readAgain(cluster: Cluster, { journal: { namespace, release } }: StoredJournal, call: CallOptions): Promise<Found | undefined> {
  const stored = await readJournal(cluster, namespace, release, call)
  return stored && (await withRunner(cluster, stored, call))
}

/** Who may not read Leases cannot tell whether a runner is gone, and says no such thing. */
async function withRunner(cluster: Cluster, stored: StoredJournal, call: CallOptions): Promise<Found> {
  const runner = runnerOf(stored.journal, stored.runner, Date.now())
  if (!runner.lost || stored.runner !== undefined) return { stored, runner }
  const { namespace, release } = stored.journal
  try {
    await cluster.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: `pintle.${leaseName(release)}` }, call)
  } catch (error) {
    if (statusOf(error)?.reason === 'Forbidden') return { stored, runner: { lost: false } }
    throw error
  }
  return { stored, runner }
}
