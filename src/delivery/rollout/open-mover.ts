import type { Cluster } from '../../cluster/kube/index.ts'
import type { StorageDriver, UpgradeOptions } from '../../cluster/release/index.ts'
import { PintleError } from '../../errors/index.ts'
import type { RolloutTarget } from './target.ts'
import type { Journal, Mover } from './types.ts'

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

/** What moves the traffic of a rollout, by its router. Each is loaded when it is needed. */
export async function openMover(options: MoverOptions): Promise<Mover> {
  const { cluster, driver, journal: { namespace, release, spec, from, to, compression }, target, by, failEarly, patience, stableFor } = options
  switch (spec.router) {
    case 'argo-rollouts':
    case 'flagger':
      throw new PintleError('rule.refused', `router ${spec.router} is not there yet`)
    default: {
      const { ReleaseMover } = await import('./release-mover.ts')
      return new ReleaseMover({ cluster, namespace, release, spec, target, from: from.revision, to: to.revision, identity: by, driver, ...(compression !== undefined && { compression }), ...(failEarly !== undefined && { failEarly }), ...(patience && { patience }), ...(stableFor !== undefined && { stableFor }) })
    }
  }
}
