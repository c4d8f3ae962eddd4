import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPintleError } from '../../../errors/index.ts'
import { blend } from '../blend.ts'
import type { State } from '../path.ts'
import { partsOf, shop } from '../shop.fixtures.ts'
import type { RolloutSpec } from '../types.ts'
import { gatewayRouter } from './gateway-api.ts'
import { istioRouter } from './istio.ts'
import { nginxRouter } from './nginx.ts'
import type { Router } from './router.ts'

const at = (weight: number): State => ({ full: 3, stable: 3, canary: 3, weight, promoted: false })
const object = (router: Router, route: string, weight: number, kind: string, name: string, spec: Partial<RolloutSpec> = {}): any => {
  const parts = partsOf(shop({ version: '1', more: route }), shop({ version: '2', more: route }), router, spec)
  router.check(parts)
  return blend(parts, router, at(weight)).manifest.objects.find((o) => o.kind === kind && o.metadata.name === name)
}
const caught = (run: () => unknown): unknown => {
  try { run() } catch (error) { return error }
  return undefined
}

const httpRoute = (rules: string, more = ''): string => `---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop${more}}\nspec: {parentRefs: [{name: gw}], rules: ${rules}}\n`

describe('Gateway API', () => {
  const rules = (route: string, weight: number, spec: Partial<RolloutSpec> = {}): any[] => object(gatewayRouter, route, weight, 'HTTPRoute', 'shop', spec).spec.rules
  test('a pair in the place of the old backend', () => {
    const route = httpRoute('[{matches: [{path: {type: Exact, value: /a}}], backendRefs: [{name: shop, port: 80}]}, {backendRefs: [{name: other, port: 1}]}]')
    expect(rules(route, 25)).toEqual([
      { matches: [{ path: { type: 'Exact', value: '/a' } }], backendRefs: [{ name: 'shop', port: 80, weight: 75 }, { name: 'shop-canary', port: 80, weight: 25 }] },
      { backendRefs: [{ name: 'other', port: 1 }] },
    ])
    expect(rules(route, 0)[0].backendRefs.map((r: any) => r.weight)).toEqual([100, 0])
    expect(rules(route, 100)[0].backendRefs.map((r: any) => r.weight)).toEqual([0, 100])
    expect(rules(route, 0.5)[0].backendRefs.map((r: any) => r.weight)).toEqual([9950, 50])
  })
  test('what other backends have stays', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 100 }), (mine, theirs, weight) => {
      const [old, fresh, other] = rules(httpRoute(`[{backendRefs: [{name: shop, port: 80, weight: ${mine}}, {name: other, port: 1, weight: ${theirs}}]}]`), weight)[0].backendRefs.map((r: any) => r.weight as number) as [number, number, number]
      const all = old + fresh + other
      expect(other / all).toBeCloseTo(theirs / (mine + theirs), 3)
      if (mine > 0) expect(fresh / all).toBeCloseTo((mine / (mine + theirs)) * (weight / 100), 3)
      else expect([old, fresh]).toEqual([0, 0])
      expect(Math.max(old, fresh, other)).toBeLessThanOrEqual(1_000_000)
    }), { seed: 7, numRuns: 40 })
  })
  test('requests with a header go to the new version, before everything else', () => {
    const header = { name: 'X-Canary', value: 'yes' }
    expect(rules(httpRoute('[{name: main, timeouts: {request: 5s}, backendRefs: [{name: shop, port: 80}]}]'), 0, { header })).toEqual([
      { timeouts: { request: '5s' }, matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [{ type: 'Exact', name: 'X-Canary', value: 'yes' }] }], backendRefs: [{ name: 'shop-canary', port: 80 }] },
      { name: 'main', timeouts: { request: '5s' }, backendRefs: [{ name: 'shop', port: 80, weight: 100 }, { name: 'shop-canary', port: 80, weight: 0 }] },
    ])
  })
  test('no route, or not the one that is meant', () => {
    const error = caught(() => rules('', 25))
    expect(isPintleError(error, 'rule.refused')).toBe(true)
    expect((error as Error).message).toBe('no HTTPRoute or GRPCRoute of the release sends traffic to Service shop')
    expect((caught(() => rules(httpRoute('[{backendRefs: [{name: shop, port: 80}]}]'), 25, { route: 'HTTPRoute/other' })) as Error).message).toBe('HTTPRoute/other is no HTTPRoute or GRPCRoute of the release that sends traffic to Service shop')
    expect(caught(() => rules(httpRoute('[{backendRefs: [{name: shop, namespace: elsewhere, port: 80}]}]'), 25))).toBeInstanceOf(Error)
  })
  test('of several routes the one that is named', () => {
    const two = httpRoute('[{backendRefs: [{name: shop, port: 80}]}]') + httpRoute('[{backendRefs: [{name: shop, port: 80}]}]', '-admin')
    expect(object(gatewayRouter, two, 25, 'HTTPRoute', 'shop-admin', { route: 'HTTPRoute/shop' }).spec.rules[0].backendRefs).toHaveLength(1)
    expect(object(gatewayRouter, two, 25, 'HTTPRoute', 'shop-admin').spec.rules[0].backendRefs).toHaveLength(2)
  })
})

const virtualService = (spec: string): string => `---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop}\nspec: {hosts: [shop], ${spec}}\n`

describe('Istio', () => {
  const spec = (route: string, weight: number, more: Partial<RolloutSpec> = {}): any => object(istioRouter, route, weight, 'VirtualService', 'shop', more).spec
  test.each(['shop', 'shop.default', 'shop.default.svc', 'shop.default.svc.cluster.local'])('the host spelled %s', (host) => {
    expect(spec(virtualService(`http: [{route: [{destination: {host: ${host}}}]}]`), 25).http).toEqual([{ route: [
      { destination: { host }, weight: 75 }, { destination: { host: host.replace('shop', 'shop-canary') }, weight: 25 },
    ] }])
  })
  test('weights sum to 100, and others keep theirs', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 100 }), (weight, mine, first) => {
      const a = Math.min(first, mine)
      const weights = spec(virtualService(`http: [{route: [{destination: {host: shop}, weight: ${a}}, {destination: {host: other}, weight: ${100 - mine}}, {destination: {host: shop, port: {number: 81}}, weight: ${mine - a}}]}]`), weight).http[0].route.map((r: any) => r.weight as number) as number[]
      expect(weights.reduce((x, y) => x + y)).toBe(100)
      expect(weights[2]).toBe(100 - mine)
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0)
      expect(weights[1]! + weights[4]!).toBe(Math.round((mine * weight) / 100))
    }), { seed: 7, numRuns: 60 })
  })
  test('tcp and tls as well, other hosts not', () => {
    const out = spec(virtualService('tcp: [{route: [{destination: {host: shop}}]}], tls: [{match: [{sniHosts: [a]}], route: [{destination: {host: shop.elsewhere}}]}]'), 40)
    expect(out.tcp[0].route.map((r: any) => r.weight)).toEqual([60, 40])
    expect(out.tls[0].route).toEqual([{ destination: { host: 'shop.elsewhere' } }])
  })
  test('subsets: what the DestinationRule says of the host holds for the copy', () => {
    const rule = '---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: shop}\nspec: {host: shop, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}, subsets: [{name: v1, labels: {version: v1}}, {name: all, labels: {app.kubernetes.io/instance: web}}]}\n'
    const route = virtualService('http: [{route: [{destination: {host: shop, subset: v1}}]}]')
    expect(spec(route + rule, 25).http[0].route[1]).toEqual({ destination: { host: 'shop-canary', subset: 'v1' }, weight: 25 })
    expect(object(istioRouter, route + rule, 25, 'DestinationRule', 'shop-canary').spec).toEqual({
      host: 'shop-canary', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } }, subsets: [{ name: 'v1' }, { name: 'all', labels: { 'app.kubernetes.io/instance': 'web' } }],
    })
    // Without the rule there is no such subset of the copy.
    expect(spec(route, 25).http[0].route[1]).toEqual({ destination: { host: 'shop-canary' }, weight: 25 })
  })
  test('requests with a header', () => {
    const out = spec(virtualService('http: [{name: main, match: [{uri: {prefix: /a}}], route: [{destination: {host: shop}}]}]'), 0, { header: { name: 'X-Canary', value: 'yes' } })
    expect(out.http[0]).toEqual({ name: 'main-canary', match: [{ uri: { prefix: '/a' }, headers: { 'x-canary': { exact: 'yes' } } }], route: [{ destination: { host: 'shop-canary' } }] })
    expect(out.http[1].route.map((r: any) => r.weight)).toEqual([100, 0])
  })
})

const ingress = (more = '', annotations = '{cert-manager.io/cluster-issuer: le, nginx.ingress.kubernetes.io/rewrite-target: /}'): string => `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop${more}, annotations: ${annotations}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com], secretName: tls}]
  rules:
    - {host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {name: http}}}}, {path: /x, pathType: Exact, backend: {service: {name: other, port: {number: 1}}}}]}}
    - {host: other.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: other, port: {number: 1}}}}]}}
`

describe('ingress-nginx', () => {
  test('a second Ingress for the paths that lead to the old version, without certificates', () => {
    expect(object(nginxRouter, ingress(), 25, 'Ingress', 'shop-canary', { header: { name: 'X-Canary', value: 'yes' } })).toEqual({
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress',
      metadata: { name: 'shop-canary', labels: { 'pintle.dev/track': 'canary' }, annotations: {
        'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '25', 'nginx.ingress.kubernetes.io/canary-weight-total': '100',
        'nginx.ingress.kubernetes.io/canary-by-header': 'X-Canary', 'nginx.ingress.kubernetes.io/canary-by-header-value': 'yes',
      } },
      spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop-canary', port: { name: 'http' } } } }] } }] },
    })
    expect(object(nginxRouter, ingress(), 0.5, 'Ingress', 'shop-canary').metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/canary-weight': '50', 'nginx.ingress.kubernetes.io/canary-weight-total': '10000' })
  })
  test('the first Ingress keeps its bytes', () => {
    const parts = partsOf(shop({ version: '1', more: ingress() }), shop({ version: '2', more: ingress() }), nginxRouter)
    expect(blend(parts, nginxRouter, at(25)).manifest.toString()).toContain(ingress())
  })
  test('one canary for each rule', () => {
    expect((caught(() => object(nginxRouter, ingress() + ingress('-other', '{nginx.ingress.kubernetes.io/canary: "true"}'), 25, 'Ingress', 'shop-canary')) as Error).message).toBe('Ingress shop-other is a canary of shop already, and ingress-nginx takes one for each rule')
  })
})
