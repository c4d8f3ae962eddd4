import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { startFakeNode } from './fake-node.ts'
import { ChartFolder } from './helm-runner.ts'
import type { RolloutGround } from './rollout-run.ts'
import type { RolloutStage } from './rollout-suite.ts'

/** A second node, for the scenario that drains one. */
export const secondNode = 'node-2'

/** A real control plane for failing rollouts, with the real Helm beside. */
export async function rolloutPlane(how: Pick<RolloutGround, 'timeouts' | 'short'>): Promise<(RolloutStage & { plane: ControlPlane }) | undefined> {
  const plane = await startControlPlane({ audit: true })
  const helm = await ensureTool('helm')
  if (plane === undefined) return undefined
  const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {}, qps: 0, userAgent: 'rollout-test' })
  const certs = (file: string): string => readFileSync(join(plane.dir, 'certs', file), 'utf8')
  const node = await startFakeNode(plane.cluster, { cert: certs('apiserver.crt'), key: certs('apiserver.key') }, secondNode)
  const charts = new ChartFolder()
  return {
    plane,
    ground: () => ({ cluster, kubeconfig: plane.kubeconfig, charts, helm, ...how }),
    async stop() {
      await node.stop()
      cluster.close()
      charts.remove()
      await plane.stop()
    },
  }
}
