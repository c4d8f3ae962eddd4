import type { KubeObject } from '../../../cluster/kube/index.ts'
import { trackLabel } from '../copies.ts'
import { refused } from '../refused.ts'
import { endpointsOf } from './endpoints.ts'
import type { Reach, Router } from './router.ts'

/**
 * The nearest share that whole pods make of a weight: k of N, or k of N + 1, never with fewer pods than N; of two that are as near, the one with fewer pods.
 * @param full N: pods that served before
 * @example achievable(5, 3) // { achieved: 0, stable: 3, canary: 0 }: three pods cannot do 5%
 */
export function achievable(weight: number, full: number): Reach {
  let best: Reach = { achieved: 0, stable: full, canary: 0 }
  for (const all of [full, full + 1]) {
    for (let canary = 0; canary <= all; canary++) {
      const achieved = (100 * canary) / all
      if (Math.abs(achieved - weight) < Math.abs(best.achieved - weight) - 1e-9) best = { achieved, stable: all - canary, canary }
    }
  }
  return best
}

/** Both versions behind the same Services: their numbers are the weight, since kube-proxy gives each pod as much. */
export const replicasRouter: Router = {
  kind: 'replicas',
  by: 'pods',
  plan: (weight, full) => achievable(weight, full),
  check({ workload, target, spec }) {
    if (spec.header !== undefined) throw refused('the router replicas cannot send requests by a header: a Service knows none', 'Leave `header` out, or use gateway-api, istio or nginx.')
    if (workload.services.length === 0) throw refused(`no Service selects the pods of Deployment ${workload.name.name}: there is no traffic to be moved`)
    for (const service of workload.services) {
      const selector = target.find(service)?.spec?.selector
      if (selector === undefined) continue
      const labels = workload.target.spec.template.metadata?.labels ?? {}
      if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) throw refused(`the new pods are not selected by Service ${service.name}, and both versions must be`, 'Leave labels that Services select by as they are.')
    }
  },
  route: (manifest) => manifest,
  routes: (manifest, { workload }) => workload.services.filter((s) => manifest.find(s) !== undefined),
  // Which pods a Service lists is looked at for every router.
  settled: () => Promise.resolve({ settled: true }),
  async read({ cluster, parts, manifest, signal }) {
    const service = this.routes(manifest, parts)[0]
    if (service === undefined) return 0
    const { behind, ready } = await endpointsOf(cluster, service, { ...(signal && { signal }) })
    const serving = ready.filter((p) => behind.has(p.metadata.name!))
    return serving.length === 0 ? 0 : (100 * serving.filter(isCanary).length) / serving.length
  },
}

const isCanary = (pod: KubeObject): boolean => pod.metadata.labels?.[trackLabel] !== undefined
