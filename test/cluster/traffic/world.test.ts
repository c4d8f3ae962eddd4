/** The world in which rollouts are tested must itself be right: shares, failures that are seen, counters that Prometheus reads. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../src/cluster/kube/index.ts'
import { startControlPlane } from '../control-plane.ts'
import type { ControlPlane } from '../control-plane.ts'
import { eligible } from './endpoints.ts'
import { httpRouteLegs, ingressLegs, virtualServiceLegs } from './routes.ts'
import { Stride } from './stride.ts'
import { TrafficWorld } from './world.ts'

describe('choices', () => {
  test('give everybody their share at every moment', () => {
    const stride = new Stride()
    const chosen = Array.from({ length: 2000 }, () => stride.next([{ key: 'a', weight: 95 }, { key: 'b', weight: 5 }]))
    for (let from = 0; from + 100 <= chosen.length; from += 20) expect(chosen.slice(from, from + 100).filter(key => key === 'b').length).toBeGreaterThanOrEqual(4)
    expect(chosen.filter(key => key === 'b')).toHaveLength(100)
    expect(stride.next([{ key: 'a', weight: 0 }])).toBeUndefined()
    const three = Array.from({ length: 30 }, () => stride.next([{ key: 'a', weight: 1 }, { key: 'b', weight: 1 }, { key: 'c', weight: 1 }]))
    expect(three.filter(key => key === 'c').length).toBeGreaterThanOrEqual(9)
  })

  test('of endpoints are those of kube-proxy', () => {
    const of = (uid: string, ready: boolean | undefined, serving = ready, terminating = false) => ({ targetRef: { uid }, conditions: { ...(ready === undefined ? {} : { ready }), ...(serving === undefined ? {} : { serving }), terminating } })
    expect(eligible([of('a', true), of('b', false, true, true), of('c', false), of('d', undefined)])).toEqual(['a', 'd'])
    expect(eligible([of('b', false, true, true), of('c', false), of('e', false, false, true)])).toEqual(['b'])
  })

  test('of routes are as they are written', () => {
    const object = (spec: object, annotations = {}): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', annotations }, spec })
    expect(httpRouteLegs(object({ rules: [{ backendRefs: [{ name: 'a', weight: 19 }, { name: 'b' }] }] }))).toEqual([{ service: 'a', weight: 19 }, { service: 'b', weight: 1 }])
    expect(virtualServiceLegs(object({ http: [{ match: [{}], route: [{ destination: { host: 'c' } }] }, { route: [{ destination: { host: 'a.ns.svc' }, weight: 75 }, { destination: { host: 'b' }, weight: 25 }] }] }))).toEqual([{ service: 'a', weight: 75 }, { service: 'b', weight: 25 }])
    const ingress = (service: string, annotations = {}) => object({ rules: [{ host: 'h', http: { paths: [{ backend: { service: { name: service } } }] } }] }, annotations)
    const twin = ingress('b', { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '5' })
    expect(ingressLegs(ingress('a'), [twin])).toEqual([{ service: 'a', weight: 95 }, { service: 'b', weight: 5 }])
    expect(ingressLegs(ingress('a'), [])).toEqual([{ service: 'a', weight: 100 }])
  })
})

const app = (preStop: number, image: string): KubeObject[] => [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'app' }, spec: { selector: { app: 'app' }, ports: [{ port: 80 }] } },
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app' },
    spec: {
      replicas: 4, selector: { matchLabels: { app: 'app' } }, strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels: { app: 'app' } },
        spec: { containers: [{ name: 'app', image, ...(preStop === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStop } } } }) }] },
      },
    },
  },
]

describe('on a real control plane', () => {
  let plane: ControlPlane | undefined
  let world: TrafficWorld | undefined
  beforeAll(async () => {
    plane = await startControlPlane()
    if (plane !== undefined) world = await TrafficWorld.start(plane.cluster)
  })
  afterAll(async () => {
    await world?.stop()
    await plane?.stop()
  })

  const made = async (namespace: string, preStop: number): Promise<void> => {
    await plane!.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    for (const object of app(preStop, 'app:1')) await plane!.cluster.create({ ...object, metadata: { ...object.metadata, namespace } })
    await settled(namespace, 'app:1')
  }
  const settled = async (namespace: string, image: string): Promise<void> => {
    for (const end = Date.now() + 40_000; ; await sleep(100)) {
      const { spec, status, metadata } = (await plane!.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app' }))!
      if (spec!.template.spec.containers[0].image === image && status?.observedGeneration === metadata.generation && status?.updatedReplicas === 4 && status?.availableReplicas === 4 && status?.replicas === 4) break
      if (Date.now() > end) throw new Error('the Deployment does not settle')
    }
    await sleep(300)
  }
  const update = async (namespace: string, image: string): Promise<void> => {
    await plane!.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app' }, 'strategic', { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } })
    await settled(namespace, image)
  }

  test('a rolling update fails no request where pods go on serving a while', async context => {
    if (world === undefined) return context.skip()
    await made('kind', 3)
    const load = world.load({ namespace: 'kind', kind: 'Service', name: 'app' }, 300)
    await update('kind', 'app:2')
    await sleep(1500)
    const { total, byVersion, byTool, byImage } = await load.stop()
    expect({ byVersion, byTool }).toEqual({ byVersion: 0, byTool: {} })
    expect(Object.keys(byImage).sort()).toEqual(['app:1', 'app:2'])
    expect(total).toBeGreaterThan(500)
  })

  test('and is seen to fail some where they do not', async context => {
    if (world === undefined) return context.skip()
    await made('rude', 0)
    const load = world.load({ namespace: 'rude', kind: 'Service', name: 'app' }, 300)
    await update('rude', 'app:2')
    await sleep(500)
    const { byTool } = await load.stop()
    expect(Object.entries(byTool).filter(([reason]) => reason.startsWith('connection')).length).toBeGreaterThan(0)
  })

  test('nobody is there', async context => {
    if (world === undefined) return context.skip()
    const load = world.load({ namespace: 'none', kind: 'Service', name: 'app' }, 100)
    await sleep(500)
    const { total, byTool } = await load.stop()
    expect(byTool).toEqual({ 'no endpoint': total })
    expect((await fetch(world.url('none', 'app'))).status).toBe(503)
  })

  test('versions fail, are slow, hang and start anew on command, and Prometheus sees it', async context => {
    if (world === undefined) return context.skip()
    await made('ill', 1)
    const load = world.load({ namespace: 'ill', kind: 'Service', name: 'app' }, 300)
    const number = async (query: string): Promise<number> => Number((await world!.prometheus.query(query)).result[0]?.value[1] ?? Number.NaN)
    const of = (metric: string, more = ''): string => `sum(rate(${metric}{namespace="ill",app="app"${more}}[5s]))`
    await sleep(12_000)
    expect(await fetch(world.url('ill', 'app')).then(answer => [answer.status, answer.headers.get('x-image')])).toEqual([200, 'app:1'])
    expect(await number(of('http_requests_total'))).toBeGreaterThan(200)
    expect(await number(`histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{namespace="ill"}[5s])))`)).toBeLessThan(0.1)
    world.pods.command('ill', 'app:1', { errors: 0.25, latency: [{ share: 0.5, milliseconds: 5 }, { share: 0.5, milliseconds: 400 }] })
    await sleep(9000)
    expect(await number(`${of('http_requests_total', ',status="500"')} / ${of('http_requests_total')}`)).toBeCloseTo(0.25, 1)
    expect(await number(`histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{namespace="ill"}[5s])))`)).toBeGreaterThan(0.3)
    const before = await number('sum(http_requests_total{namespace="ill"})')
    world.pods.restart('ill', 'app:1')
    world.pods.command('ill', 'app:1', { errors: 0, metrics: true })
    await sleep(2500)
    expect(await number('sum(http_requests_total{namespace="ill"})')).toBeLessThan(before)
    world.pods.command('ill', 'app:1', { metrics: false })
    await sleep(3500)
    expect(await number('sum(http_requests_total{namespace="ill"})')).toBeNaN()
    world.pods.command('ill', 'app:1', { hangs: true })
    await sleep(1000)
    const { total, byVersion, byTool } = await load.stop()
    expect(byTool).toEqual({})
    expect(byVersion).toBeGreaterThan(300)
    expect(byVersion).toBeLessThan(total)
  }, 90_000)
})
