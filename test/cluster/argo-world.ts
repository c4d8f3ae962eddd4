import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { install, releaseHistory } from '../../src/cluster/release/index.ts'
import type { RenderedRelease } from '../../src/cluster/release/index.ts'
import { ArgoRollouts } from '../../src/delivery/rollout/index.ts'
import type { DriverOptions } from '../../src/delivery/rollout/index.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { startControlPlane } from './control-plane.ts'
import { installRoutes } from './definitions.ts'
import { RealProgram, freePort } from './real-program.ts'
import { demoChart } from './release-fixtures.ts'

export interface ArgoCluster extends ClusterUnderTest { readonly controller: RealProgram; readonly kubeconfig: string }

/** A control plane with the real controller of Argo Rollouts. */
export async function startArgo(): Promise<ArgoCluster | undefined> {
  const program = await ensureTool('rollouts-controller')
  const plane = program === undefined ? undefined : await startControlPlane()
  if (plane === undefined) return undefined
  if (!(await installRoutes(plane.cluster, 'github.com/argoproj/argo-rollouts'))) {
    await plane.stop()
    return undefined
  }
  const [metrics, health] = [await freePort(), await freePort()]
  const controller = new RealProgram(program!, ['--kubeconfig', plane.kubeconfig, '--leader-elect=false', '--metricsPort', String(metrics), '--healthzPort', String(health), '--qps', '300', '--burst', '600']).start()
  const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
  return {
    cluster, controller, kubeconfig: plane.kubeconfig,
    async stop() {
      cluster.close()
      await controller.stop()
      await plane.stop()
    },
  }
}

export interface RolloutChart {
  readonly image: string
  readonly strategy?: object
  readonly replicas?: number
  readonly spec?: object
  readonly more?: readonly object[]
  /** The pod template is a Deployment's that the Rollout refers to. */
  readonly byRef?: boolean
}

export const canarySteps: readonly object[] = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }]

/** The objects of a chart whose workload is a Rollout. */
export function rolloutChart({ image, strategy = { canary: { steps: canarySteps } }, replicas = 4, spec = {}, more = [], byRef = false }: RolloutChart): object[] {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image, envFrom: [{ configMapRef: { name: 'settings' } }] }] } }
  const service = (name: string): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } })
  const source = byRef ? { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'onsuccess' } } : { template, selector: { matchLabels: labels } }
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { of: image } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere' }, data: { of: image } },
    service('web'), service('web-preview'), ...more,
    ...(byRef ? [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, selector: { matchLabels: labels }, template } }] : []),
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec: { replicas, strategy, progressDeadlineSeconds: 60, ...source, ...spec } },
  ]
}

export const releaseOf = (objects: readonly object[]): RenderedRelease => ({ chart: demoChart, config: {}, hooks: [], notes: '', manifest: objects.map((o) => `---\n# Source: demo/templates/all.yaml\n${JSON.stringify(o)}\n`).join('') })

/** A release at rest, and what moves it on. */
export async function argoWorld(cluster: Cluster, ns: string, from: RolloutChart, to: RolloutChart) {
  const at = { cluster, namespace: ns, name: 'web', timeout: 30_000 }
  const rollout = async (): Promise<KubeObject> => (await cluster.get({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', namespace: ns }))!
  const target = releaseOf(rolloutChart(to))
  const mover = (more: Partial<DriverOptions> = {}): ArgoRollouts => new ArgoRollouts({ staged: { ...at, operation: 'canary', target }, revision: 2, every: 100, patience: 40_000, ...more })
  await install({ ...at, source: { render: () => releaseOf(rolloutChart(from)) } })
  await until(async () => (await rollout()).status?.phase === 'Healthy', 'the first version to be healthy')
  return {
    at, target, rollout, mover,
    /** `1 superseded`, ... */
    history: async () => (await releaseHistory(at)).map((r) => `${r.record.version} ${r.record.info.status}`),
    /** Images of running pods, and how many. */
    pods: async (): Promise<Record<string, number>> => {
      const { items } = await cluster.list('v1', 'Pod', { namespace: ns, labelSelector: 'app=web' })
      const images = items.filter((p) => p.metadata.deletionTimestamp === undefined).map((p) => p.spec.containers[0].image as string)
      return Object.fromEntries([...new Set(images)].sort().map((i) => [i, images.filter((x) => x === i).length]))
    },
    config: async (name: string): Promise<string> => (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: ns }))!.data.of,
  }
}

export async function until(ask: () => Promise<boolean>, what: string, milliseconds = 60_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
