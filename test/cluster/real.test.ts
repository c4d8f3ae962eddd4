import { connectSync } from '../../src/cluster/kube/index.ts'
import { clusterSuite } from './cluster-suite.ts'
import { startControlPlane } from './control-plane.ts'

clusterSuite('a real control plane', async () => {
  const plane = await startControlPlane()
  if (plane === undefined) return undefined
  const warnings: string[] = []
  const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {}, onWarning: text => warnings.push(text) })
  return {
    cluster,
    warnings,
    async stop() {
      cluster.close()
      await plane.stop()
    },
  }
})
