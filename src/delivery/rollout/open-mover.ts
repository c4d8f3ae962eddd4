import { isDriven } from './drivers/is-driven.ts'
import type { MoverOptions } from './mover-options.ts'
import type { Mover } from './types.ts'

/** What moves the traffic of a rollout, by its router. Each is loaded when it is needed. */
export async function openMover(options: MoverOptions): Promise<Mover> {
  const { cluster, driver, journal: { namespace, release, spec, from, to, compression }, target, by, failEarly, patience, stableFor } = options
  if (isDriven(spec) || spec.twoReleases !== undefined) return (await import('./drivers/open-driver.ts')).openDriver(options)
  const { ReleaseMover } = await import('./release-mover.ts')
  return new ReleaseMover({ cluster, namespace, release, spec, target, from: from.revision, to: to.revision, identity: by, driver, ...(compression !== undefined && { compression }), ...(failEarly !== undefined && { failEarly }), ...(patience && { patience }), ...(stableFor !== undefined && { stableFor }) })
}
