import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, KubeObject } from '../../src/cluster/kube/index.ts'
import { install, releaseHistory } from '../../src/cluster/release/index.ts'
import type { RenderedRelease } from '../../src/cluster/release/index.ts'
import { ReleaseMover } from '../../src/delivery/rollout/index.ts'
import type { ReleaseMoverOptions, RolloutSpec, RouterKind } from '../../src/delivery/rollout/index.ts'
import { shop, spec } from '../../src/delivery/rollout/shop.fixtures.ts'
import type { ShopOptions } from '../../src/delivery/rollout/shop.fixtures.ts'
import { demoChart } from './release-fixtures.ts'

/** What is put into the release for a router, and how its object says where traffic goes. */
export interface RoutedKind {
  readonly kind: RouterKind
  readonly strategy: RolloutSpec['strategy']
  readonly weights: readonly number[]
  readonly route: string
  /** Another chart than the usual one. */
  readonly chart?: (options: ShopOptions) => string
  /** What somebody might do to it by hand. */
  readonly edited?: { readonly ref: { readonly apiVersion: string; readonly kind: string; readonly name: string }; readonly patch: object }
}

const parents = '{parentRefs: [{name: gateway}], hostnames: [shop.example.com]'
export const routedKinds: readonly RoutedKind[] = [
  { kind: 'replicas', strategy: 'canary', weights: [25, 50, 100], route: '' },
  { kind: 'service', strategy: 'blue-green', weights: [0, 100], route: '', edited: { ref: { apiVersion: 'v1', kind: 'Service', name: 'shop' }, patch: { spec: { selector: { 'app.kubernetes.io/instance': 'mine' } } } } },
  {
    kind: 'gateway-api', strategy: 'canary', weights: [5, 50, 100],
    route: `---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\nspec: ${parents}, rules: [{backendRefs: [{name: shop, port: 80}]}]}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: shop-grpc}\nspec: ${parents}, rules: [{matches: [{method: {service: shop.Orders}}], backendRefs: [{name: shop, port: 80}]}]}\n`,
    edited: { ref: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'shop' }, patch: { spec: { rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] } } },
  },
  {
    kind: 'istio', strategy: 'canary', weights: [5, 50, 100],
    route: '---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop}\nspec: {hosts: [shop], http: [{route: [{destination: {host: shop}}]}]}\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: shop}\nspec: {host: shop, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}\n',
    edited: { ref: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'shop' }, patch: { spec: { http: [{ route: [{ destination: { host: 'shop' } }] }] } } },
  },
  {
    kind: 'nginx', strategy: 'canary', weights: [5, 50, 100],
    route: '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec: {ingressClassName: nginx, rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {name: http}}}}]}}]}\n',
    edited: { ref: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop-canary' }, patch: { metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': '99' } } } },
  },
]

/** A chart with a Deployment for each of two versions, and a value that says which of them serves: version 1 in blue, 2 in green. */
function slotsChart({ version, more = '' }: ShopOptions): string {
  const active = version.startsWith('1') ? 'blue' : 'green'
  const deployment = (slot: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-${slot}}
spec:
  replicas: ${slot === active ? 3 : 0}
  selector: {matchLabels: {app: shop, slot: ${slot}}}
  template:
    metadata: {labels: {app: shop, slot: ${slot}}}
    spec: {containers: [{name: shop, image: "shop:${version}"}]}
`
  return `---\napiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {selector: {app: shop, slot: ${active}}, ports: [{port: 80}]}\n${deployment('blue')}${deployment('green')}${more}`
}

export const slots: RoutedKind = { kind: 'service', strategy: 'blue-green', weights: [0, 100], route: '', chart: slotsChart }

export const rendered = (routed: RoutedKind, options: ShopOptions): RenderedRelease => ({
  chart: demoChart, config: {}, hooks: [], notes: '', manifest: (routed.chart ?? shop)({ ...options, more: `${options.more ?? ''}${routed.route}` }).replace(', nodePort: 30080', '').replace('type: LoadBalancer', 'type: ClusterIP'),
})

export interface World {
  readonly cluster: Cluster
  readonly ns: string
  mover(more?: Partial<ReleaseMoverOptions> & { readonly spec?: RolloutSpec }): ReleaseMover
  history(): Promise<string[]>
  names(kind: string): Promise<string[]>
  get(kind: string, name: string): Promise<KubeObject>
  /** UIDs of the ready pods of a version. */
  pods(version: string): Promise<string[]>
}

/** A release in its first version. */
export async function worldOf(cluster: Cluster, ns: string, routed: RoutedKind, first: Partial<ShopOptions> = {}, second: Partial<ShopOptions> = {}, serverSide = true): Promise<World> {
  await install({ cluster, namespace: ns, name: 'web', timeout: 60_000, wait: 'watcher', serverSide, source: { render: () => rendered(routed, { version: '1', ...first }) } })
  // Ready is one thing, being listed for the Service another, which comes later.
  while (await behind(cluster, ns, 'shop') < (first.replicas === null ? 1 : first.replicas ?? 3)) await sleep(50)
  const kinds: Record<string, string> = { Deployment: 'apps/v1', ConfigMap: 'v1', Service: 'v1', Pod: 'v1', Ingress: 'networking.k8s.io/v1', HTTPRoute: 'gateway.networking.k8s.io/v1', GRPCRoute: 'gateway.networking.k8s.io/v1', VirtualService: 'networking.istio.io/v1', HorizontalPodAutoscaler: 'autoscaling/v2' }
  return {
    cluster, ns,
    mover: (more = {}) => new ReleaseMover({
      cluster, namespace: ns, release: 'web', from: 1, to: 2, every: 50, refusedFor: 1500, lag: 50,
      spec: { ...spec, strategy: routed.strategy, router: routed.kind },
      target: { release: rendered(routed, { version: '2', ...second }), crds: [], secrets: [], smoke: [], settings: { timeout: 30_000, historyMax: 10, upgradeCrds: false, skipTests: true }, origin: '' },
      ...more,
    }),
    history: async () => (await releaseHistory({ cluster, namespace: ns, name: 'web' })).map(({ record }) => `${record.version} ${record.info.status}`),
    names: async (kind) => (await cluster.list(kinds[kind]!, kind, { namespace: ns })).items.filter((o) => o.metadata.name !== 'kube-root-ca.crt' && o.metadata.deletionTimestamp === undefined).map((o) => o.metadata.name!).sort(),
    get: async (kind, name) => (await cluster.get({ apiVersion: kinds[kind]!, kind, namespace: ns, name }))!,
    pods: async (version) => (await cluster.list('v1', 'Pod', { namespace: ns })).items.filter((p) => p.spec.containers[0].image.endsWith(`:${version}`) && isReady(p)).map((p) => p.metadata.uid!).sort(),
  }
}

const isReady = (pod: KubeObject): boolean => pod.metadata.deletionTimestamp === undefined && (pod.status?.conditions ?? []).some((c: any) => c.type === 'Ready' && c.status === 'True')

/** How many ready pods a Service leads to. */
export async function behind(cluster: Cluster, ns: string, service: string): Promise<number> {
  const { items } = await cluster.list('discovery.k8s.io/v1', 'EndpointSlice', { namespace: ns, labelSelector: `kubernetes.io/service-name=${service}` })
  return items.flatMap((s) => (s.endpoints ?? []) as any[]).filter((e) => e.conditions?.ready !== false).length
}

/** Where a router's object sends requests: Services by their share. */
async function legs({ cluster, ns }: World, kind: RouterKind): Promise<Record<string, number>> {
  const get = (apiVersion: string, what: string, name: string): Promise<KubeObject | undefined> => cluster.get({ apiVersion, kind: what, namespace: ns, name })
  if (kind === 'gateway-api') return Object.fromEntries(((await get('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop'))!.spec.rules.at(-1).backendRefs as any[]).map((r) => [r.name, r.weight ?? 1]))
  if (kind === 'istio') return Object.fromEntries(((await get('networking.istio.io/v1', 'VirtualService', 'shop'))!.spec.http.at(-1).route as any[]).map((r) => [r.destination.host, r.weight ?? 100]))
  if (kind === 'nginx') {
    const weight = Number((await get('networking.k8s.io/v1', 'Ingress', 'shop-canary'))?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'] ?? 0)
    return { shop: 100 - weight, 'shop-canary': weight }
  }
  return { shop: 1 }
}

/**
 * Looks at where requests go all the time, as a gateway would: every Service that gets some has pods behind it, and together they are never fewer than before.
 * @returns ends the looking, and says what it saw
 */
export function watchTraffic(world: World, kind: RouterKind, full: number): () => Promise<{ looks: number; faults: string[] }> {
  const faults: string[] = []
  let looks = 0
  let over = false
  const look = async (): Promise<void> => {
    const shares = await legs(world, kind)
    const used = Object.keys(shares).filter((name) => shares[name]! > 0)
    const counts = await Promise.all(used.map((name) => behind(world.cluster, world.ns, name)))
    // What changed while it was looked at says nothing.
    if (JSON.stringify(await legs(world, kind)) !== JSON.stringify(shares)) return
    looks++
    const seen = JSON.stringify(Object.fromEntries(used.map((name, i) => [`${name} ${shares[name]}`, counts[i]])))
    if (counts.some((n) => n === 0) || counts.reduce((a, b) => a + b, 0) < full) faults.push(seen)
  }
  const looking = (async () => {
    while (!over) {
      await look()
      await sleep(5)
    }
  })()
  return async () => {
    over = true
    await looking
    return { looks, faults }
  }
}

/**
 * The controller of a gateway, as slow as one: first it says nothing, then something of the generation before, then what holds now.
 * @param verdict what it thinks of a route
 */
export async function playGateway(cluster: Cluster, namespace: string, signal: AbortSignal, verdict?: (route: KubeObject) => { accepted: boolean; message?: string }): Promise<void> {
  await Promise.all(['HTTPRoute', 'GRPCRoute'].map((kind) => playKind(kind, cluster, namespace, signal, verdict)))
}

async function playKind(kind: string, cluster: Cluster, namespace: string, signal: AbortSignal, verdict: (route: KubeObject) => { accepted: boolean; message?: string } = () => ({ accepted: true })): Promise<void> {
  for await (const event of cluster.watch('gateway.networking.k8s.io/v1', kind, { namespace, signal })) {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue
    const { metadata, spec: { parentRefs }, status } = event.object
    const generation = metadata.generation ?? 1
    const seen = status?.parents?.[0]?.conditions?.[0]?.observedGeneration ?? 0
    if (seen >= generation) continue
    await sleep(60)
    const { accepted, message = '' } = verdict(event.object)
    const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: accepted || type === 'Accepted' ? 'True' : 'False', reason: accepted || type === 'Accepted' ? type : 'BackendNotFound', message, lastTransitionTime: new Date().toISOString(), observedGeneration: generation }))
    await cluster.patch({ apiVersion: 'gateway.networking.k8s.io/v1', kind, namespace, name: metadata.name! }, 'merge', { status: { parents: [{ parentRef: parentRefs[0], controllerName: 'example.com/gateway', conditions }] } }, { subresource: 'status', fieldManager: 'gateway' })
  }
}
