import type { CallOptions, Cluster } from '../../../cluster/kube/index.ts'
import { Storage, isPending, judgeRun, readLease, type ReleaseRecord, type StorageDriver } from '../../../cluster/release/index.ts'
import { isPintleError } from '../../../errors/index.ts'
import type { TargetFacts } from '../../policy/index.ts'

export interface ReleaseState {
  readonly release?: NonNullable<TargetFacts['release']>
  /** Why the records could not be read. */
  readonly unread?: string
  /** The revision that is deployed, or else the last one. */
  readonly current?: ReleaseRecord
}

/** What the records say of a release, and the Lease of who works on it. */
export async function releaseState(cluster: Cluster, driver: StorageDriver, namespace: string, name: string, call: CallOptions = {}): Promise<ReleaseState> {
  try {
    const { last, deployed, revisions } = await new Storage(driver).history(name, call)
    const newest = revisions.at(-1)
    if (newest === undefined) return { release: { name, status: '', revision: 0, lastFailed: false } }
    const run = isPending(newest.status) ? await judgeRun(cluster, namespace, newest, call) : await readLease(cluster, namespace, name, call)
    const current = deployed ?? last
    return {
      release: {
        name, status: newest.status, revision: newest.version, lastFailed: newest.status === 'failed',
        ...(run !== undefined && !run.expired && { heldBy: `${run.holder} (${run.operation} since ${run.since})` }),
      },
      ...(current !== undefined && { current: current.record }),
    }
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!isPintleError(error)) throw error
    return { unread: error.message }
  }
}
