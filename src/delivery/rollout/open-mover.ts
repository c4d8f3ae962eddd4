import type { Cluster } from '../../cluster/kube/index.ts'
import type { StorageDriver, UpgradeOptions } from '../../cluster/release/index.ts'
import type { Clock } from '../gates/index.ts'
import type { RolloutTarget } from './target.ts'
import type { Journal, Mover } from './types.ts'

/** What moves a release, whoever does it. */
export interface MoverOptions extends Pick<UpgradeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  /** Where release records are kept. */
  readonly driver: StorageDriver
  /** As it stands now: which release, which revisions, how. */
  readonly journal: Journal
  readonly target: RolloutTarget
  readonly clock: Clock
  /** Who does it, for Leases. */
  readonly by: string
}

/** What moves the traffic of a rollout, by its router. */
export async function openMover(options: MoverOptions): Promise<Mover> {
  throw new Error(`not there yet: ${options.journal.spec.router}`)
}
