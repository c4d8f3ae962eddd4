import type { CallOptions, Cluster } from '../kube/index.ts'
import { isForbidden, isNotFound } from './failure.ts'
import type { StoredRelease } from './storage-driver.ts'

/** What an upgrade in stages is called in Leases, notes and errors. */
export type StagedOperation = 'canary' | 'blue-green'

const operations: readonly string[] = ['canary', 'blue-green', 'rollout'] satisfies (StagedOperation | 'rollout')[]

/** Whether this is the operation of an upgrade in stages: its revision is pending for hours, and a run that ended is no reason to call it broken. */
export const isRollout = (operation: string | undefined): operation is StagedOperation | 'rollout' => operation !== undefined && operations.includes(operation)

/** The Secret in the release's namespace that holds what is known of its rollout. */
export const rolloutSecret = (release: string): string => `pintle.rollout.${release}`
/** On that Secret: the revision that is upgraded to. */
export const rolloutRevision = 'pintle.dev/revision'

/**
 * Whether a pending revision is an upgrade in stages, by its Lease or the note beside it. Where there is neither (left by its run, and a driver that keeps
 * no notes or a record that Helm wrote to) the rollout's Secret tells.
 * @param run what is known of the run that works on it, or did
 */
export async function rolloutOf(cluster: Cluster, namespace: string, stored: StoredRelease, run: { readonly operation: string; readonly revision: number } | undefined, options: CallOptions = {}): Promise<StagedOperation | 'rollout' | undefined> {
  if (stored.status !== 'pending-upgrade') return undefined
  const operation = run?.revision === stored.version ? run.operation : stored.note?.operation
  if (operation !== undefined) return isRollout(operation) ? operation : undefined
  try {
    const secret = await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: rolloutSecret(stored.name) }, options)
    if (secret === undefined) return undefined
    const revision = secret.metadata.annotations?.[rolloutRevision] ?? secret.metadata.labels?.[rolloutRevision]
    return revision === undefined || revision === String(stored.version) ? 'rollout' : undefined
  } catch (error) {
    if (isForbidden(error) || isNotFound(error)) return undefined
    throw error
  }
}

/** How to go on with a rollout, as a sentence. */
export const rolloutWays = (release: string, driven: boolean): string => (driven
  ? `\`pintle rollout status ${release}\` shows it, \`pintle rollout promote ${release}\` goes on, \`pintle rollout abort ${release}\` takes it back.`
  : `\`pintle rollout resume ${release}\` goes on with it, \`pintle rollout abort ${release}\` takes it back, \`pintle rollout status ${release}\` shows it.`)
