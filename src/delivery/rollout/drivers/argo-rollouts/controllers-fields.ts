import type { KubeObject } from '../../../../cluster/kube/index.ts'
import { parseConflictRule } from '../../../../cluster/release/index.ts'
import type { ConflictRule } from '../../../../cluster/release/index.ts'

/**
 * Fields of the release's objects that the controller of a Rollout writes, and that an upgrade leaves to it: selectors of its Services, routes of a mesh, the size of the
 * Deployment that it takes its template from. Where it has not written them, the chart's values are applied.
 */
export function controllersFields(rollout: KubeObject): ConflictRule[] {
  const { strategy = {}, workloadRef } = rollout.spec ?? {}
  const { blueGreen = {}, canary = {} } = strategy
  const istio = canary.trafficRouting?.istio ?? {}
  const services = [blueGreen.activeService, blueGreen.previewService, canary.stableService, canary.canaryService]
  const virtual = [istio.virtualService, ...(Array.isArray(istio.virtualServices) ? istio.virtualServices : [])].map((v) => v?.name)
  const fields = [
    ...services.map((name) => ['Service', name, 'spec.selector']),
    ...virtual.flatMap((name) => ['http', 'tls', 'tcp'].map((key) => ['VirtualService', name, `spec.${key}`])),
    ['DestinationRule', istio.destinationRule?.name, 'spec.subsets'],
    [workloadRef?.kind, workloadRef?.name, 'spec.replicas'],
  ]
  return fields.flatMap(([kind, name, field]) => (typeof name === 'string' ? [parseConflictRule(`${kind}/${name}:${field}=yield`)] : []))
}
