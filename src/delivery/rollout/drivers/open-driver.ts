import type { StagedOptions } from '../../../cluster/release/index.ts'
import type { MoverOptions } from '../mover-options.ts'
import type { Mover } from '../types.ts'
import { ArgoRollouts } from './argo-rollouts/argo-rollouts.ts'
import type { DriverOptions } from './driven-release.ts'
import { Flagger } from './flagger/flagger.ts'
import { TwoReleases } from './two-releases/two-releases.ts'

/** A rollout that another controller moves, or that goes between two releases. */
export function openDriver({ cluster, driver, journal: { namespace, release, spec, to }, target, by, failEarly, patience, stableFor }: MoverOptions): Mover {
  const { settings: { timeout, historyMax, upgradeCrds }, crds, origin } = target
  const staged: StagedOptions = {
    cluster, namespace, name: release, operation: spec.strategy, target: target.release, crds, upgradeCrds, timeout, maxHistory: historyMax, origin, identity: by, driver, wait: 'watcher', preflight: true,
    ...(failEarly !== undefined && { failEarly }), ...(patience && { patience }), ...(stableFor !== undefined && { stableFor }),
  }
  const options: DriverOptions = { staged, revision: to.revision, workload: spec.workload }
  if (spec.twoReleases !== undefined) return new TwoReleases({ ...options, flip: spec.twoReleases })
  return spec.router === 'flagger' ? new Flagger(options) : new ArgoRollouts(options)
}
