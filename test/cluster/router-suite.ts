import { describe, expect } from 'vitest'
import type { Cluster } from '../../src/cluster/kube/index.ts'
import { upgrade } from '../../src/cluster/release/index.ts'
import type { ReleaseEvent } from '../../src/cluster/release/index.ts'
import type { RouterKind } from '../../src/delivery/rollout/index.ts'
import { spec } from '../../src/delivery/rollout/shop.fixtures.ts'
import type { ClusterUnderTest } from './cluster-suite.ts'
import { installRoutes } from './definitions.ts'
import { onCluster } from './on-cluster.ts'
import { behind, playGateway, rendered, routedKinds, slots, watchTraffic, worldOf } from './router-world.ts'
import type { RoutedKind, World } from './router-world.ts'

/** Definitions that a router needs; false where they cannot be had. */
const needs: Partial<Record<RouterKind, Parameters<typeof installRoutes>[1]>> = { 'gateway-api': 'sigs.k8s.io/gateway-api', istio: 'istio.io/api' }

/** What every router must do, over a release that comes in stages. @param together several tests at once: on a cluster that waits more than it computes */
export function routerSuite(title: string, start: () => Promise<ClusterUnderTest | undefined>, together = false): void {
  const group = together ? describe.concurrent : describe
  group(title, () => {
    const onEach = onCluster(start, 'router')
    const there = new Map<string, Promise<boolean>>()
    const installed = (cluster: Cluster, module: Parameters<typeof installRoutes>[1]): Promise<boolean> => {
      const known = there.get(module) ?? installRoutes(cluster, module)
      there.set(module, known)
      return known
    }

    for (const routed of routedKinds) {
      describe(routed.kind, () => {
        const inWorld = (name: string, run: (world: World) => Promise<void>, { first, second, verdict, serverSide }: { first?: Parameters<typeof worldOf>[3]; second?: Parameters<typeof worldOf>[4]; verdict?: Parameters<typeof playGateway>[3]; serverSide?: boolean } = {}): void => {
          onEach(name, async ({ cluster, ns, skip }) => {
            const module = needs[routed.kind]
            if (module !== undefined && !await installed(cluster, module)) return skip(`the definitions of ${module} cannot be had`)
            const stop = new AbortController()
            const playing = routed.kind === 'gateway-api' ? playGateway(cluster, ns, stop.signal, verdict) : Promise.resolve()
            playing.catch(() => {})
            try {
              await run(await worldOf(cluster, ns, routed, first, second, serverSide))
            } finally {
              stop.abort()
              await playing.catch((error: unknown) => { if (!stop.signal.aborted) throw error })
            }
          }, 180_000)
        }
        suiteOf(routed, inWorld)
      })
    }
    describe('slots of a chart', () => slotsSuite((name, run, { second } = {}) => onEach(name, async ({ cluster, ns }) => run(await worldOf(cluster, ns, slots, {}, second)), 120_000)))
  })
}

type InWorld = (name: string, run: (world: World) => Promise<void>, how?: { first?: Parameters<typeof worldOf>[3]; second?: Parameters<typeof worldOf>[4]; verdict?: Parameters<typeof playGateway>[3]; serverSide?: boolean }) => void
const on = {}

function suiteOf(routed: RoutedKind, inWorld: InWorld): void {
  const { kind, weights } = routed
  const copy = routed.strategy === 'blue-green' ? 'shop-preview' : 'shop-canary'
  const isPods = kind === 'replicas'

  inWorld('all the way: weights are reached, and nobody is served by fewer pods than before', async (world) => {
    const old = await world.pods('1')
    expect(old).toHaveLength(3)
    const before = kind === 'replicas' ? undefined : await routeOf(world, routed)
    const stop = watchTraffic(world, kind, 3)
    const mover = world.mover()
    expect(await mover.begin(on)).toEqual({ revision: 2 })
    expect(await world.history()).toEqual(['1 deployed', '2 pending-upgrade'])
    expect(await mover.observe()).toMatchObject({ weight: 0, stable: { workload: 'shop', ready: 3, wanted: 3, images: ['shop:1'] }, canary: { workload: copy, images: ['shop:2'] } })
    for (const weight of weights) {
      expect(await mover.shift(weight, on)).toBe(weight)
      const observed = await mover.observe()
      expect(observed.weight).toBeCloseTo(weight, 1)
      expect(observed.canary.ready).toBe(observed.canary.wanted)
      if (!isPods) {
        expect(await world.pods('1'), 'the old pods are not touched').toEqual(old)
        expect(observed.canary.ready).toBeGreaterThanOrEqual(Math.ceil((3 * weight) / 100))
      }
      expect(await mover.disturbances()).toEqual([])
    }
    const record = await mover.promote(on)
    expect(record).toMatchObject({ version: 2, info: { status: 'deployed' } })
    const { looks, faults } = await stop()
    expect(faults).toEqual([])
    expect(looks).toBeGreaterThan(10)
    expect(await world.history()).toEqual(['1 superseded', '2 deployed'])
    expect(await world.names('Deployment')).toEqual(['shop'])
    expect(await world.names('Service')).toEqual(['shop'])
    await expect.poll(() => world.pods('2'), { timeout: 20_000 }).toHaveLength(3)
    if (before !== undefined) expect(await routeOf(world, routed)).toEqual(before)
  })

  inWorld('back from the middle: the old version serves before the new one goes, and the release is rolled back', async (world) => {
    const old = await world.pods('1')
    const before = kind === 'replicas' ? undefined : await routeOf(world, routed)
    const stop = watchTraffic(world, kind, 3)
    const mover = world.mover()
    await mover.begin(on)
    await mover.shift(weights.at(-1)!, on)
    const record = await mover.abort('error_rate 0.2 > 0.005', on)
    expect(record).toMatchObject({ version: 3, info: { status: 'deployed', description: 'Rollback to 1: error_rate 0.2 > 0.005' } })
    expect((await stop()).faults).toEqual([])
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
    expect(await world.names('Deployment')).toEqual(['shop'])
    expect(await world.names('Service')).toEqual(['shop'])
    const now = await world.pods('1')
    if (isPods) expect(now).toHaveLength(3)
    else expect(now).toEqual(old)
    if (before !== undefined) expect(await routeOf(world, routed)).toEqual(before)
  })

  inWorld('another process goes on from where the record says it is', async (world) => {
    const stop = watchTraffic(world, kind, 3)
    const first = world.mover()
    await first.begin(on)
    await first.shift(weights[1] ?? 100, on)
    await first.leave()
    const second = world.mover()
    expect((await second.observe()).weight).toBeCloseTo(weights[1] ?? 100, 1)
    expect(await second.begin(on)).toEqual({ revision: 2 })
    expect(await second.shift(weights.at(-1)!, on)).toBe(weights.at(-1)!)
    await second.leave()
    expect(await world.mover().promote(on)).toMatchObject({ version: 2, info: { status: 'deployed' } })
    expect((await stop()).faults).toEqual([])
    // Whoever asks once more learns the same.
    expect(await world.mover().promote(on)).toMatchObject({ version: 2 })
  })

  inWorld('cut off in the middle of the promotion, and back from there', async (world) => {
    const stop = watchTraffic(world, kind, 3)
    const first = world.mover()
    await first.begin(on)
    const cut = new AbortController()
    // The release's own Deployment has been told its new template by then.
    const onEvent = (event: ReleaseEvent): void => { if (event.type === 'object' && event.ref.kind === 'Deployment' && event.ref.name === 'shop' && promoting) cut.abort(new Error('cut off')) }
    let promoting = false
    const promotion = first.promote({ signal: cut.signal, onEvent: (event) => {
      promoting ||= event.type === 'record' && /is promoted/.test(event.description ?? '')
      onEvent(event)
    } })
    await expect(promotion).rejects.toThrow()
    expect(promoting).toBe(true)
    await first.leave()
    await world.mover().abort('it was cut off', on)
    expect((await stop()).faults).toEqual([])
    await expect.poll(() => world.pods('1'), { timeout: 20_000 }).toHaveLength(3)
    expect(await world.names('Deployment')).toEqual(['shop'])
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
  })

  inWorld('promoted with steps left out', async (world) => {
    const stop = watchTraffic(world, kind, 3)
    const mover = world.mover()
    await mover.begin(on)
    await mover.promote(on)
    expect((await stop()).faults).toEqual([])
    await expect.poll(() => world.pods('2'), { timeout: 20_000 }).toHaveLength(3)
    expect(await world.names('Deployment')).toEqual(['shop'])
  })

  inWorld('what others do is told: another image, a route, a deletion, a revision', async (world) => {
    const { cluster, ns } = world
    const mover = world.mover()
    await mover.begin(on)
    await mover.shift(weights.at(-1)!, on)
    expect(await mover.disturbances()).toEqual([])
    if (routed.edited !== undefined) {
      await cluster.patch({ ...routed.edited.ref, namespace: ns }, 'merge', routed.edited.patch, { fieldManager: 'kubectl-edit' })
      expect(await mover.disturbances()).toMatchObject([{ ref: { kind: routed.edited.ref.kind, name: routed.edited.ref.name }, by: 'kubectl-edit', fatal: false }])
    }
    await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'shop' }, 'strategic', { spec: { template: { spec: { containers: [{ name: 'shop', image: 'shop:hand' }] } } } }, { fieldManager: 'kubectl-set' })
    expect(await mover.disturbances()).toEqual(expect.arrayContaining([expect.objectContaining({ ref: expect.objectContaining({ kind: 'Deployment', name: 'shop' }), by: 'kubectl-set', what: expect.stringMatching(/containers\[shop\]\.image/) })]))
    await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: copy }, { propagationPolicy: 'Background' })
    expect(await mover.disturbances()).toEqual(expect.arrayContaining([expect.objectContaining({ ref: expect.objectContaining({ name: copy }), fatal: true, what: 'it was deleted' })]))
    await cluster.create({ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1', metadata: { name: 'sh.helm.release.v1.web.v3', namespace: ns, labels: { owner: 'helm', name: 'web', status: 'deployed', version: '3' } }, data: {} }, { fieldManager: 'helm-by-hand' })
    expect(await mover.disturbances()).toMatchObject([{ superseded: true, fatal: true, what: 'revision 3 of web was made (deployed)', by: 'helm-by-hand' }])
    await mover.leave().catch(() => {})
  })

  if (kind === 'replicas' || kind === 'service') {
    inWorld('a release that Helm 3 applied: client-side, and nobody else is blamed for it', async (world) => {
      const stop = watchTraffic(world, kind, 3)
      const mover = world.mover()
      await mover.begin(on)
      await mover.shift(weights.at(-1)!, on)
      expect(await mover.disturbances()).toEqual([])
      await mover.leave()
      const second = world.mover()
      expect(await second.disturbances()).toEqual([])
      await world.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: world.ns, name: 'shop' }, 'strategic', { spec: { template: { metadata: { annotations: { by: 'hand' } }, spec: { containers: [{ name: 'shop', image: 'shop:hand' }] } } } }, { fieldManager: 'kubectl-set' })
      expect(await second.disturbances()).toMatchObject([{ ref: { name: 'shop' }, by: 'kubectl-set' }])
      await second.promote(on)
      expect((await stop()).faults).toEqual([])
      await expect.poll(() => world.pods('2'), { timeout: 20_000 }).toHaveLength(3)
    }, { serverSide: false })
  }

  inWorld('a new version that does not start gets no traffic, and goes', async (world) => {
    const old = await world.pods('1')
    const stop = watchTraffic(world, kind, 3)
    const mover = world.mover()
    await expect((async () => {
      await mover.begin(on)
      await mover.shift(weights.at(-1)!, on)
    })()).rejects.toMatchObject({ code: 'release.notReady' })
    expect((await mover.observe()).canary.trouble?.[0]).toMatch(/InvalidImageName/)
    await mover.abort('it does not start', on)
    expect((await stop()).faults).toEqual([])
    expect(await world.pods('1')).toEqual(old)
    expect(await world.names('Deployment')).toEqual(['shop'])
  }, { second: { version: '2@sha256:none' } })

  inWorld('new configuration is the new pods\' alone', async (world) => {
    const mover = world.mover()
    await mover.begin(on)
    await mover.shift(weights.at(-1)!, on)
    expect((await world.get('ConfigMap', 'shop')).data).toEqual({ mode: 'old' })
    expect((await world.get('ConfigMap', copy)).data).toEqual({ mode: 'new' })
    await mover.promote(on)
    expect((await world.get('ConfigMap', 'shop')).data).toEqual({ mode: 'new' })
    expect(await world.names('ConfigMap')).toEqual(['shop'])
  }, { first: { config: 'old' }, second: { config: 'new' } })

  if (isPods) {
    inWorld('a Deployment whose size is an autoscaler\'s', async (world) => {
      const { cluster, ns } = world
      const scale = (n: number): Promise<unknown> => cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ns, name: 'shop' }, 'merge', { spec: { replicas: n } }, { subresource: 'scale', fieldManager: 'kube-controller-manager' })
      await scale(4)
      await expect.poll(() => behind(cluster, ns, 'shop'), { timeout: 20_000 }).toBe(4)
      const stop = watchTraffic(world, kind, 4)
      const mover = world.mover()
      await mover.begin(on)
      expect(await mover.shift(50, on)).toBe(50)
      expect(await mover.observe()).toMatchObject({ weight: 50, stable: { ready: 2 }, canary: { ready: 2 } })
      expect(await mover.shift(100, on)).toBe(100)
      await mover.promote(on)
      expect((await stop()).faults).toEqual([])
      await expect.poll(() => world.pods('2'), { timeout: 20_000 }).toHaveLength(4)
    }, { first: { replicas: null }, second: { replicas: null } })
  }

  if (kind === 'gateway-api' || kind === 'istio' || kind === 'nginx') {
    inWorld('requests with a header go to the new version from the first step on', async (world) => {
      const mover = world.mover({ spec: { ...spec, strategy: routed.strategy, router: kind, header: { name: 'X-Canary', value: 'yes' } } })
      await mover.begin(on)
      const { weight, canary } = await mover.observe()
      expect([weight, canary.ready]).toEqual([0, 1])
      const live = { 'gateway-api': async () => (await world.get('HTTPRoute', 'shop')).spec.rules[0].backendRefs, istio: async () => (await world.get('VirtualService', 'shop')).spec.http[0].route, nginx: async () => (await world.get('Ingress', 'shop-canary')).metadata.annotations }[kind]
      expect(await live()).toMatchObject({ 'gateway-api': [{ name: 'shop-canary', port: 80 }], istio: [{ destination: { host: 'shop-canary' } }], nginx: { 'nginx.ingress.kubernetes.io/canary-by-header': 'X-Canary', 'nginx.ingress.kubernetes.io/canary-by-header-value': 'yes', 'nginx.ingress.kubernetes.io/canary-weight': '0' } }[kind])
      if (kind === 'gateway-api') expect((await world.get('GRPCRoute', 'shop-grpc')).spec.rules[0]).toMatchObject({ matches: [{ method: { service: 'shop.Orders' }, headers: [{ type: 'Exact', name: 'X-Canary', value: 'yes' }] }], backendRefs: [{ name: 'shop-canary' }] })
      expect(await mover.shift(50, on)).toBe(50)
      expect((await mover.observe()).weight).toBe(50)
      if (kind === 'gateway-api') expect((await world.get('GRPCRoute', 'shop-grpc')).spec.rules[1].backendRefs.map((r: { weight: number }) => r.weight)).toEqual([50, 50])
      await mover.leave()
    })
  }

  if (kind === 'gateway-api') {
    let refuses = false
    inWorld('a gateway that refuses the route: said by its words, and borne only so long', async (world) => {
      refuses = false
      const mover = world.mover()
      await mover.begin(on)
      refuses = true
      await expect(mover.shift(50, on)).rejects.toMatchObject({ code: 'release.notReady', message: 'HTTPRoute shop: Gateway gateway says ResolvedRefs is False: BackendNotFound: no such Service' })
      refuses = false
      await mover.abort('refused', on)
      expect(await world.names('Deployment')).toEqual(['shop'])
    }, { verdict: () => (refuses ? { accepted: false, message: 'no such Service' } : { accepted: true }) })
  }
}

/** Two Deployments and a Service that chooses. */
function slotsSuite(inWorld: InWorld): void {
  const replicas = async (world: World): Promise<unknown> => Object.fromEntries(await Promise.all(['blue', 'green'].map(async (slot) => [slot, (await world.get('Deployment', `shop-${slot}`)).spec.replicas])))

  inWorld('the chart\'s own order is an outage', async (world) => {
    const stop = watchTraffic(world, 'service', 3)
    await upgrade({ cluster: world.cluster, namespace: world.ns, name: 'web', timeout: 60_000, wait: 'watcher', source: { render: () => rendered(slots, { version: '2' }) } })
    expect((await stop()).faults.length).toBeGreaterThan(0)
  })

  inWorld('green is made ready, then the Service leads to it, then blue goes', async (world) => {
    const stop = watchTraffic(world, 'service', 3)
    const mover = world.mover()
    await mover.begin(on)
    expect(await replicas(world)).toEqual({ blue: 3, green: 3 })
    expect(await mover.observe()).toMatchObject({ weight: 0, stable: { workload: 'shop-blue', ready: 3, images: ['shop:1'] }, canary: { workload: 'shop-green', ready: 3, images: ['shop:2'] } })
    expect((await world.get('Service', 'shop-preview')).spec.selector).toEqual({ app: 'shop', slot: 'green' })
    expect(await mover.shift(100, on)).toBe(100)
    expect((await world.get('Service', 'shop')).spec.selector).toEqual({ app: 'shop', slot: 'green' })
    // Through the soak.
    expect(await replicas(world)).toEqual({ blue: 3, green: 3 })
    expect(await mover.disturbances()).toEqual([])
    expect(await mover.promote(on)).toMatchObject({ version: 2, info: { status: 'deployed' } })
    expect(await replicas(world)).toEqual({ blue: 0, green: 3 })
    expect(await world.names('Service')).toEqual(['shop'])
    expect((await stop()).faults).toEqual([])
  })

  inWorld('a bad soak: the Service leads to blue again, then green goes', async (world) => {
    const blue = await world.pods('1')
    const stop = watchTraffic(world, 'service', 3)
    const first = world.mover()
    await first.begin(on)
    await first.shift(100, on)
    await first.leave()
    await world.mover().abort('p95 412 ms > 300 ms', on)
    expect((await stop()).faults).toEqual([])
    expect(await replicas(world)).toEqual({ blue: 3, green: 0 })
    expect((await world.get('Service', 'shop')).spec.selector).toEqual({ app: 'shop', slot: 'blue' })
    expect(await world.pods('1')).toEqual(blue)
    expect(await world.history()).toEqual(['1 superseded', '2 failed', '3 deployed'])
  })

  inWorld('green that does not start is not led to', async (world) => {
    const stop = watchTraffic(world, 'service', 3)
    const mover = world.mover()
    await expect(mover.begin(on)).rejects.toMatchObject({ code: 'release.notReady' })
    await mover.abort('it does not start', on)
    expect((await stop()).faults).toEqual([])
    expect(await replicas(world)).toEqual({ blue: 3, green: 0 })
  }, { second: { version: '2@sha256:none' } })
}

/** What the router's object says, without what servers and controllers write. */
async function routeOf(world: World, { kind }: RoutedKind): Promise<unknown> {
  const [what, name] = { service: ['Service', 'shop'], 'gateway-api': ['HTTPRoute', 'shop'], istio: ['VirtualService', 'shop'], nginx: ['Ingress', 'shop'] }[kind as string] as [string, string]
  return (await world.get(what, name)).spec
}
