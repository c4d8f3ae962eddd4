import type { GateSubject } from '../gates/index.ts'
import { stepName } from './spec.ts'
import type { Journal, Observed } from './types.ts'

/** What the gates judge at this point of a rollout: the new version beside the old one, or, once it is deployed, the service as a whole. */
export function gateSubject(journal: Journal, { stable, canary }: Observed): GateSubject {
  const { service, release, namespace, environment, achieved, phase, spec } = journal
  const step = spec.steps.slice(0, journal.step + 1).findLast((s) => s.kind === 'weight')
  const began = journal.steps.find((s) => s.weight > 0)?.started
  return {
    service, release, namespace, environment, canary: canary.workload, stable: stable.workload, ...(canary.hash !== undefined && { canaryHash: canary.hash }), ...(stable.hash !== undefined && { stableHash: stable.hash }),
    weight: achieved, step: step === undefined ? phase : stepName(step), ...(phase === 'watching' && { whole: true }), ...(began !== undefined && { began: Date.parse(began) }),
  }
}
