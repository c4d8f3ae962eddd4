import type { GateSettings } from '../gates/index.ts'
import { faultIn } from '../settings/index.ts'
import { readWatch } from '../verify/index.ts'
import type { Environment, Project, Service } from './project.ts'
import { serviceGates } from './service-gates.ts'

/** How a release is watched once it is deployed: part of the plan, in clear. */
export interface PlannedWatch {
  /** Milliseconds. */
  readonly for: number
  /** What becomes of a release that turns red. */
  readonly onRed: 'rollback' | 'report'
  /** What is measured meanwhile; left out: pods and objects alone are looked at. */
  readonly gates?: GateSettings
}

/** In production a release is watched, where nothing else is said. */
const usual = 15 * 60_000

/**
 * How a service is watched in an environment: as the service says, else as the environment says, else by the rule pack.
 * @param asked milliseconds, where the command line says how long
 * @returns undefined: not at all
 * @throws PintleError config.invalid with the line
 */
export function serviceWatch(project: Project, service: Service, environment: Environment | undefined, asked?: number): PlannedWatch | undefined {
  const production = environment?.policy.pack === 'production'
  const own = readWatch(service.sections.watch, faultIn(project.file, ['services', service.name]))
  const common = readWatch(environment?.watch, faultIn(project.file, ['environments', environment?.name ?? '']))
  const length = asked ?? own?.for ?? common?.for ?? (production ? usual : 0)
  if (length === 0) return undefined
  const gates = serviceGates(project, service, environment)
  return { for: length, onRed: own?.onRed ?? common?.onRed ?? (production ? 'rollback' : 'report'), ...(gates && { gates }) }
}
