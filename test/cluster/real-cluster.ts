import { connectSync } from '../../src/cluster/kube/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { startControlPlane } from './control-plane.ts'

/** A control plane of its own for a suite; undefined where there is none. */
export async function startRealCluster(): Promise<ClusterUnderTest | undefined> {
  const plane = await startControlPlane()
  if (plane === undefined) return undefined
  const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
  return {
    cluster,
    async stop() {
      cluster.close()
      await plane.stop()
    },
  }
}
