import { networkInterfaces } from 'node:os'
import { ensureTool } from '../../scripts/tools/index.ts'
import { connectSync } from '../../src/cluster/kube/index.ts'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { install, releaseHistory } from '../../src/cluster/release/index.ts'
import { Flagger } from '../../src/delivery/rollout/index.ts'
import type { DriverOptions } from '../../src/delivery/rollout/index.ts'
import { releaseOf, until } from './argo-world.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { startControlPlane } from './control-plane.ts'
import { installRoutes } from './definitions.ts'
import { RealProgram, freePort } from './real-program.ts'

export interface FlaggerCluster extends ClusterUnderTest { readonly controller: RealProgram; readonly kubeconfig: string; readonly tester: { readonly address: string; readonly port: number } }

/** Where gates are asked: a Service of the test's namespace, before the real load tester. */
const gateUrl = (ns: string, path: string): string => `http://tester.${ns}${path}`

/** A control plane with the real Flagger and its load tester. Flagger finds the load tester as its HTTP proxy: there is no DNS here. */
export async function startFlagger(): Promise<FlaggerCluster | undefined> {
  const [program, testerProgram] = [await ensureTool('flagger'), await ensureTool('flagger-loadtester')]
  // The API server's way to a Service leads to no loopback address.
  const address = Object.values(networkInterfaces()).flat().find((i) => i?.family === 'IPv4' && !i.internal)?.address
  if (address === undefined) {
    const message = 'Flagger is not tried: this machine has no address but the loopback'
    if (process.env.CI === 'true') throw new Error(message)
    process.stderr.write(`${message}\n`)
    return undefined
  }
  const plane = program === undefined || testerProgram === undefined ? undefined : await startControlPlane()
  if (plane === undefined) return undefined
  if (!(await installRoutes(plane.cluster, 'github.com/fluxcd/flagger')) || !(await installRoutes(plane.cluster, 'sigs.k8s.io/gateway-api'))) {
    await plane.stop()
    return undefined
  }
  const port = await freePort()
  const tester = new RealProgram(testerProgram!, ['-port', String(port)]).start()
  const controller = new RealProgram(program!, ['-kubeconfig', plane.kubeconfig, '-metrics-server', 'http://127.0.0.1:1', '-port', String(await freePort()), '-control-loop-interval', '1s', '-mesh-provider', 'gatewayapi:v1'], { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' }).start()
  const cluster = connectSync({ kubeconfig: plane.kubeconfig, env: {} })
  return {
    cluster, controller, kubeconfig: plane.kubeconfig, tester: { address, port },
    async stop() {
      cluster.close()
      await controller.stop()
      await tester.stop()
      await plane.stop()
    },
  }
}

export type Hook = 'confirm-rollout' | 'confirm-traffic-increase' | 'confirm-promotion' | 'rollback'
export const allHooks: readonly Hook[] = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback']

export interface CanaryChart {
  readonly image: string
  readonly ns: string
  readonly hooks?: readonly Hook[]
  readonly analysis?: object
  readonly provider?: string
  /** Further webhooks. */
  readonly webhooks?: readonly object[]
  readonly spec?: object
}

/** The objects of a chart with a Deployment and a Canary. */
export function canaryChart({ image, ns, hooks = allHooks, analysis = { stepWeights: [20, 50] }, provider = 'gatewayapi:v1', webhooks = [], spec = {} }: CanaryChart): object[] {
  const labels = { app: 'web' }
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { of: image } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere' }, data: { of: image } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image, envFrom: [{ configMapRef: { name: 'settings' } }] }] } } },
    },
    {
      apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: 'web' },
      spec: {
        provider, targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, progressDeadlineSeconds: 600,
        service: { port: 80, ...(provider === 'kubernetes' ? {} : { hosts: ['web.example.com'], gatewayRefs: [{ name: 'gateway', namespace: ns }] }) },
        analysis: { interval: '10s', threshold: 2, ...analysis, webhooks: [...hooks.map((type) => ({ name: type, type, url: gateUrl(ns, type === 'rollback' ? '/rollback/check' : '/gate/check') })), ...webhooks] },
        ...spec,
      },
    },
  ]
}

export const gateOf = gateUrl

/** A release at rest, and what moves it on. */
export async function flaggerWorld(under: FlaggerCluster, cluster: Cluster, ns: string, from: Omit<CanaryChart, 'ns'>, to: Omit<CanaryChart, 'ns'>) {
  const { address, port } = under.tester
  await cluster.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'tester', namespace: ns }, spec: { ports: [{ name: 'http', port: 80, targetPort: port }] } })
  // The API server sends what it proxies to pods alone: here is one that no scheduler sees, with the load tester's address.
  const pod = { apiVersion: 'v1', kind: 'Pod', name: 'tester', namespace: ns }
  await until(async () => await cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'default', namespace: ns }) !== undefined, 'the service account')
  await cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tester', namespace: ns }, spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'example.com/tester:1' }] } })
  await cluster.patch(pod, 'merge', { status: { podIP: address, podIPs: [{ ip: address }] } }, { subresource: 'status' })
  await cluster.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'tester', namespace: ns }, subsets: [{ addresses: [{ ip: address, targetRef: { kind: 'Pod', namespace: ns, name: 'tester' } }], ports: [{ name: 'http', port }] }] } as unknown as KubeObject)
  const at = { cluster, namespace: ns, name: 'web', timeout: 60_000 }
  const get = async (apiVersion: string, kind: string, name: string): Promise<KubeObject | undefined> => await cluster.get({ apiVersion, kind, name, namespace: ns })
  const status = async (): Promise<any> => (await get('flagger.app/v1beta1', 'Canary', 'web'))?.status ?? {}
  const target = releaseOf(canaryChart({ ...to, ns }))
  await install({ ...at, source: { render: () => releaseOf(canaryChart({ ...from, ns })) } })
  await until(async () => (await status()).phase === 'Initialized', 'the first version to be there', 120_000)
  return {
    at, target, status, get,
    mover: (more: Partial<DriverOptions> = {}): Flagger => new Flagger({ staged: { ...at, operation: 'canary', target }, revision: 2, every: 250, patience: 90_000, ...more }),
    history: async () => (await releaseHistory(at)).map((r) => `${r.record.version} ${r.record.info.status}`),
    image: async (name: string): Promise<string | undefined> => (await get('apps/v1', 'Deployment', name))?.spec.template.spec.containers[0].image,
    routes: async (): Promise<Record<string, number>> => {
      const route = await get('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web')
      return Object.fromEntries((route?.spec.rules[0].backendRefs ?? []).map((b: { name: string; weight: number }) => [b.name, b.weight]))
    },
  }
}
