import type { Cluster } from '../../cluster/kube/index.ts'
import type { StorageDriver, UpgradeOptions } from '../../cluster/release/index.ts'
import type { RolloutTarget } from './target.ts'
import type { Journal } from './types.ts'

/** What a mover is opened with, whoever moves. */
export interface MoverOptions extends Pick<UpgradeOptions, 'failEarly' | 'patience' | 'stableFor'> {
  readonly cluster: Cluster
  /** Where release records are kept. */
  readonly driver: StorageDriver
  /** As it stands now: which release, which revisions, how. */
  readonly journal: Journal
  readonly target: RolloutTarget
  /** Who does it, for Leases. */
  readonly by: string
}
