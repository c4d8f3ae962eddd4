import { expect, test } from 'vitest'
import { blend, stateOf } from './blend.ts'
import { copyName, requireFreeNames } from './copies.ts'
import { Manifest } from './manifest.ts'
import type { Parts } from './parts.ts'
import type { State } from './path.ts'
import { partsOf, shop } from './shop.fixtures.ts'
import { replicasRouter } from './routers/replicas.ts'
import { serviceRouter } from './routers/service.ts'
import { selects } from '../policy/index.ts'

const state = (more: Partial<State> = {}): State => ({ full: 3, stable: 3, canary: 1, weight: 25, promoted: false, ...more })
const named = (manifest: Manifest, kind: string, name: string): any => manifest.objects.find((o) => o.kind === kind && o.metadata.name === name)
const policies = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app.kubernetes.io/name: shop}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [shop, other]}]}}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all}
spec: {podSelector: {}, policyTypes: [Ingress]}
`

test('pods behind one Service: what is not touched keeps its bytes', () => {
  const before = shop({ version: '1' })
  const parts = partsOf(before, shop({ version: '2' }), replicasRouter)
  const { manifest, scale } = blend(parts, replicasRouter, state())
  expect(scale).toBeUndefined()
  expect(manifest.toString().startsWith(before)).toBe(true)
  const copy = named(manifest, 'Deployment', 'shop-canary')
  expect(copy.spec.replicas).toBe(1)
  expect(copy.spec.template.spec.containers[0].image).toBe('shop:2')
  // Selected by the Service; its own selector means none of the old pods.
  const service = named(manifest, 'Service', 'shop')
  expect(selects({ matchLabels: service.spec.selector }, copy.spec.template.metadata.labels)).toBe(true)
  expect(selects(copy.spec.selector, named(manifest, 'Deployment', 'shop').spec.template.metadata.labels)).toBe(false)
  expect(selects(copy.spec.selector, copy.spec.template.metadata.labels)).toBe(true)
  expect(manifest.toString()).toContain('# Source: shop/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    pintle.dev/rollout:')
  expect(stateOf(Manifest.read(manifest.toString(), 'default'))).toEqual(state())
  // The stable one is smaller: that document alone is written anew.
  const fewer = blend(parts, replicasRouter, state({ stable: 2, weight: 33 })).manifest
  expect(named(fewer, 'Deployment', 'shop').spec.replicas).toBe(2)
  expect(fewer.toString().startsWith(before.slice(0, before.indexOf('# Source: shop/templates/deployment.yaml')))).toBe(true)
})

test('changed configuration is the new pods\' alone until they are promoted', () => {
  const parts = partsOf(shop({ version: '1', config: 'old' }), shop({ version: '1', config: 'new' }), replicasRouter)
  const { manifest } = blend(parts, replicasRouter, state())
  expect(named(manifest, 'ConfigMap', 'shop').data.mode).toBe('old')
  expect(named(manifest, 'ConfigMap', 'shop-canary').data.mode).toBe('new')
  expect(named(manifest, 'Deployment', 'shop-canary').spec.template.spec.containers[0].envFrom).toEqual([{ configMapRef: { name: 'shop-canary' } }])
  const promoted = blend(parts, replicasRouter, state({ promoted: true, canary: 3 })).manifest
  expect(named(promoted, 'ConfigMap', 'shop').data.mode).toBe('new')
  expect(named(promoted, 'ConfigMap', 'shop-canary').data.mode).toBe('new')
})

test('versions told apart: the copy has Services and policies of its own, and no old selector means it', () => {
  const parts = partsOf(shop({ version: '1', more: policies }), shop({ version: '2', more: policies }), serviceRouter, { strategy: 'blue-green' })
  expect(parts.marks).toEqual({ track: 'preview', changed: { 'app.kubernetes.io/name': 'shop-preview' } })
  const { manifest } = blend(parts, serviceRouter, state({ canary: 3, weight: 0 }))
  const pods = named(manifest, 'Deployment', 'shop-preview').spec.template.metadata.labels
  expect(pods).toEqual({ 'app.kubernetes.io/name': 'shop-preview', 'app.kubernetes.io/instance': 'web', 'pintle.dev/track': 'preview' })
  expect(selects({ matchLabels: named(manifest, 'Service', 'shop').spec.selector }, pods)).toBe(false)
  expect(named(manifest, 'Service', 'shop-preview').spec).toEqual({ ports: [{ name: 'http', port: 80, targetPort: 'http' }], selector: { 'app.kubernetes.io/name': 'shop-preview', 'app.kubernetes.io/instance': 'web', 'pintle.dev/track': 'preview' } })
  expect(named(manifest, 'PodDisruptionBudget', 'shop-preview').spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'shop-preview' })
  expect(named(manifest, 'NetworkPolicy', 'db-peers-preview').spec).toEqual({ podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [
    { podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['shop', 'other'] }] } },
    { podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['shop-preview'] }] } },
  ] }] })
  expect(manifest.objects.filter((o) => o.metadata.name?.startsWith('all'))).toHaveLength(1)
  // The flip is the Service's selector, and nothing else of the old version.
  const flipped = blend(parts, serviceRouter, state({ canary: 3, weight: 100 })).manifest
  expect(selects({ matchLabels: named(flipped, 'Service', 'shop').spec.selector }, pods)).toBe(true)
  expect(named(flipped, 'Service', 'shop').spec.ports).toEqual(named(manifest, 'Service', 'shop').spec.ports)
  expect(named(flipped, 'Deployment', 'shop').spec.template.spec.containers[0].image).toBe('shop:1')
})

test('what the new revision adds comes first, unless it acts on the old version; what it changes and drops waits', () => {
  const gone = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone}\n'
  const added = `---\n# Source: shop/templates/added.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: added}\n${policies}`
  const parts = partsOf(shop({ version: '1', more: gone }), shop({ version: '2', more: added }), replicasRouter)
  const names = (s: State): string[] => blend(parts, replicasRouter, s).manifest.objects.map((o) => `${o.kind}/${o.metadata.name}`)
  expect(names(state())).toEqual(['ConfigMap/shop', 'ConfigMap/gone', 'ConfigMap/added', 'Service/shop', 'Deployment/shop', 'Deployment/shop-canary'])
  expect(names(state({ promoted: true }))).toEqual(expect.arrayContaining(['NetworkPolicy/db', 'PodDisruptionBudget/shop', 'ConfigMap/added']))
  expect(names(state({ promoted: true }))).not.toContain('ConfigMap/gone')
})

const autoscaler = '---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: shop}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}, minReplicas: 2, maxReplicas: 9}\n'

test('an autoscaler is pinned where numbers are the weight, and the Deployment says nothing of its size', () => {
  const parts = partsOf(shop({ version: '1', replicas: null, more: autoscaler }), shop({ version: '2', replicas: null, more: autoscaler }), replicasRouter)
  const { manifest, scale } = blend(parts, replicasRouter, state({ stable: 2 }))
  expect(scale).toEqual({ name: parts.workload.name, replicas: 2 })
  expect(named(manifest, 'Deployment', 'shop').spec).not.toHaveProperty('replicas')
  expect(named(manifest, 'HorizontalPodAutoscaler', 'shop').spec).toMatchObject({ minReplicas: 2, maxReplicas: 2 })
  expect(named(blend(parts, replicasRouter, state({ stable: 0 })).manifest, 'HorizontalPodAutoscaler', 'shop').spec).toMatchObject({ minReplicas: 1, maxReplicas: 1 })
})

test('an autoscaler goes on where a router splits the traffic', () => {
  const before = shop({ version: '1', replicas: null, more: autoscaler })
  const parts = partsOf(before, shop({ version: '2', replicas: null, more: autoscaler }), serviceRouter)
  const { manifest, scale } = blend(parts, serviceRouter, state({ canary: 3, weight: 0 }))
  expect(scale).toBeUndefined()
  expect(named(manifest, 'HorizontalPodAutoscaler', 'shop').spec).toMatchObject({ minReplicas: 2, maxReplicas: 9 })
  expect(named(manifest, 'Deployment', 'shop-canary').spec.replicas).toBe(3)
})

test('lists keep their items; custom resources and other namespaces pass', () => {
  const list = '---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: example.com/v1, kind: Thing, metadata: {name: b, namespace: elsewhere}, spec: {size: 10000000}}\n'
  const manifest = Manifest.read(list, 'default')
  expect(manifest.toString()).toBe(list)
  const changed = manifest.with({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } })
  expect(changed.objects).toMatchObject([{ data: { x: '1' } }, { kind: 'Thing', spec: { size: 10000000 } }])
  expect(changed.find({ kind: 'Thing', group: 'example.com', namespace: 'elsewhere', name: 'b' })).toBeDefined()
  expect(manifest.find({ kind: 'Thing', group: 'example.com', namespace: 'default', name: 'b' })).toBeUndefined()
})

test('names end at 63 characters and stay apart', () => {
  const long = 'a'.repeat(62)
  expect(copyName(long, 'canary')).toHaveLength(63)
  expect(copyName(long, 'canary')).not.toBe(copyName(`${long.slice(0, 61)}b`, 'canary'))
  expect(copyName('web', 'preview')).toBe('web-preview')
  const parts: Parts = partsOf(shop({ version: '1' }), shop({ version: '2' }), replicasRouter)
  const taken = Manifest.read('---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop-canary}\n', 'default')
  expect(() => requireFreeNames([parts.stable, taken], [named(blend(parts, replicasRouter, state()).manifest, 'Deployment', 'shop-canary')])).toThrow(/has a Deployment shop-canary already/)
})

const slots = (active: string, version: string, config: string, shared = false): string => `---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {a: "${config}"}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop, slot: ${active}}, ports: [{port: 80}]}
${['blue', 'green'].map((slot) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-${slot}}
spec:
  replicas: ${slot === active ? 3 : 0}
  selector: {matchLabels: {app: shop, slot: ${slot}}}
  template:
    metadata: {labels: {app: shop, slot: ${slot}}}
    spec: {containers: [{name: a, image: "shop:${version}"${slot === 'green' || shared ? ', envFrom: [{configMapRef: {name: c}}]' : ''}}]}
`).join('')}`

test('slots of a chart: the other Deployment first, then the Service', () => {
  const parts = partsOf(slots('blue', '1', 'x'), slots('green', '2', 'y'), serviceRouter, { strategy: 'blue-green' })
  expect(parts.workload).toMatchObject({ name: { name: 'shop-blue' }, slot: { name: { name: 'shop-green' }, changed: { slot: 'green' } }, config: [{ name: 'c' }] })
  serviceRouter.check(parts)
  const { manifest } = blend(parts, serviceRouter, state({ canary: 3, weight: 0 }))
  expect(named(manifest, 'Deployment', 'shop-blue').spec).toMatchObject({ replicas: 3, template: { spec: { containers: [{ image: 'shop:1' }] } } })
  expect(named(manifest, 'Deployment', 'shop-green').spec).toMatchObject({ replicas: 3, template: { spec: { containers: [{ image: 'shop:2' }] } } })
  expect(named(manifest, 'ConfigMap', 'c').data.a).toBe('y')
  expect(named(manifest, 'Service', 'shop').spec.selector.slot).toBe('blue')
  expect(named(manifest, 'Service', 'shop-preview').spec.selector.slot).toBe('green')
  expect(stateOf(Manifest.read(manifest.toString(), 'default'))).toEqual(state({ canary: 3, weight: 0 }))
  expect(named(blend(parts, serviceRouter, state({ canary: 3, weight: 100 })).manifest, 'Service', 'shop').spec.selector.slot).toBe('green')
  // Back again, from green to blue.
  expect(partsOf(slots('green', '2', 'y'), slots('blue', '3', 'y'), serviceRouter, { strategy: 'blue-green' }).workload).toMatchObject({ name: { name: 'shop-green' }, slot: { name: { name: 'shop-blue' } } })
})

test('slots of a chart: refused by another strategy, and with configuration that both read', () => {
  expect(() => partsOf(slots('blue', '1', 'x'), slots('green', '2', 'x'), replicasRouter)).toThrow(/comes to select Deployment shop-green in the place of shop-blue/)
  const parts = partsOf(slots('blue', '1', 'x', true), slots('green', '2', 'y', true), serviceRouter, { strategy: 'blue-green' })
  expect(() => serviceRouter.check(parts)).toThrow('ConfigMap c changes, and is read by the pods of shop-blue as well as by those of shop-green')
})
