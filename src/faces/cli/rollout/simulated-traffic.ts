import type { Cluster } from '../../../cluster/kube/index.ts'
import { simulatedProvider, type MetricProvider } from '../../../delivery/gates/index.ts'
import type { Mover } from '../../../delivery/rollout/index.ts'

/** Metrics of a simulated cluster: what the pods of both versions say of themselves, shared out by the weight. */
export function simulatedTraffic(cluster: Cluster, namespace: string, mover: Mover): MetricProvider {
  const templateOf = async (name: string, call: { signal?: AbortSignal }) => (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, call))?.spec?.template
  return simulatedProvider({
    simulated: true,
    async observe(signal) {
      const call = signal === undefined ? {} : { signal }
      const { stable, canary, weight } = await mover.observe(signal)
      const [old, fresh] = await Promise.all([templateOf(stable.workload, call), templateOf(canary.workload, call)])
      return { stable: old ?? {}, canary: fresh, weight }
    },
  })
}

/** The same where there is one version alone. */
export function simulatedService(cluster: Cluster, namespace: string, workload: string): MetricProvider {
  return simulatedProvider({
    simulated: true,
    async observe(signal) {
      const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: workload }, signal === undefined ? {} : { signal })
      const template = found?.spec?.template ?? {}
      return { stable: template, canary: template, weight: 100 }
    },
  })
}
