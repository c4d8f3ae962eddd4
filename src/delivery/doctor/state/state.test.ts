import { expect, it } from 'vitest'
import type { ClusterConfig, KubeObject } from '../../../cluster/kube/index.ts'
import { client } from '../../../cluster/kube/fixtures/certificates.ts'
import { scopeObjects } from '../rights/scope-objects.ts'
import { credentialAge } from './credential-age.ts'
import { foreignOwners } from './live-objects.ts'
import { quotaFit } from './quota-fit.ts'

const now = new Date('2026-11-26T12:00:00Z')
const config = (more: Partial<ClusterConfig>): ClusterConfig => ({ server: 'https://x', namespace: 'shop', namespaceOverridden: false, context: 'prod', tls: { insecure: false }, disableCompression: false, ...more })
const jwt = (claims: unknown) => `e30.${Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64url')}.c2ln`
const seconds = (time: string) => Date.parse(time) / 1000

it('reads the age of credentials from what they say', async () => {
  expect(await credentialAge(config({ token: jwt({ iat: seconds('2026-11-16T12:00:00Z'), exp: seconds('2026-11-26T13:00:00Z') }) }), now)).toEqual({ kind: 'token', days: 10, expires: '2026-11-26T13:00:00.000Z' })
  expect(await credentialAge(config({ token: 'opaque' }), now)).toEqual({ kind: 'token' })
  expect(await credentialAge(config({ token: jwt('not json') }), now)).toEqual({ kind: 'token' })
  expect(await credentialAge(config({ token: jwt({ iat: 'x', exp: 1e300 }) }), now)).toEqual({ kind: 'token' })
  expect(await credentialAge(config({ tokenFile: '/nonexistent' }), now)).toEqual({ kind: 'none' })
  expect(await credentialAge(config({ exec: { clusterInfo: null } }), now)).toEqual({ kind: 'plugin' })
  expect(await credentialAge(config({ basic: { username: 'a', password: 'b' } }), now)).toEqual({ kind: 'password' })
  expect(await credentialAge(config({ tls: { insecure: false, cert: 'no PEM' } }), now)).toEqual({ kind: 'client certificate' })
})

it('takes the age of a token without an end from its Secret', async () => {
  const token = jwt({ 'kubernetes.io/serviceaccount/namespace': 'ci', 'kubernetes.io/serviceaccount/secret.name': 'deployer-token' })
  const asked: string[] = []
  const cluster = { get: async ({ namespace, name }: { namespace: string; name: string }) => {
    asked.push(`${namespace}/${name}`)
    return { metadata: { creationTimestamp: '2025-11-26T12:00:00Z' } }
  } }
  expect(await credentialAge(config({ token }), now, cluster as never)).toEqual({ kind: 'token without an end', days: 365 })
  expect(asked).toEqual(['ci/deployer-token'])
  expect(await credentialAge(config({ token }), now, { get: () => Promise.reject(new Error('forbidden')) } as never)).toEqual({ kind: 'token without an end' })
})

it('reads the dates of a client certificate', async () => {
  const { kind, days, expires } = await credentialAge(config({ tls: { insecure: false, cert: client.cert } }), new Date())
  expect(kind).toBe('client certificate')
  expect(days).toBeGreaterThanOrEqual(0)
  expect(Number.isNaN(Date.parse(expires!))).toBe(false)
})

it('tells whose objects are', () => {
  const live = (name: string, metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', ...metadata } })
  const owned = (release: string, namespace = 'shop') => ({ annotations: { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': namespace } })
  expect(foreignOwners([
    live('mine', owned('shop')), live('other', owned('web')), live('far', owned('shop', 'staging')), live('old'), live('nobodys', { managedFields: [{ manager: 'kubectl-create' }] }), live('bare'),
  ], 'shop', 'shop', new Set(['/Service/shop/old'])).map((f) => `${f.object.name}: ${f.owner}`)).toEqual(['other: release web in namespace shop', 'far: release shop in namespace staging', 'nobodys: no release; kubectl-create made it', 'bare: no release'])
})

const scoped = async (...objects: object[]) => (await scopeObjects(objects as KubeObject[], { namespace: 'shop' })).scoped
const quota = (hard: Record<string, string>, used: Record<string, string> = {}, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...spec }, status: { hard, used } })
const deployment = (replicas: number | undefined, resources: object, more: object = {}) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { ...(replicas !== undefined && { replicas }), template: { spec: { containers: [{ name: 'a', resources }] } }, ...more } })
const fit = async (q: KubeObject, before: object[], after: object[]) => quotaFit([q], await scoped(...before), await scoped(...after)).map(({ resource, hard, used, wanted }) => `${resource}: ${used}/${hard}, ${wanted}`)

it('adds up what a release needs of a quota', async () => {
  const half = { requests: { cpu: '500m', memory: '1Gi' } }
  expect(await fit(quota({ 'requests.cpu': '2', pods: '10' }, { 'requests.cpu': '0' }), [], [deployment(4, half, { strategy: { type: 'Recreate' } })])).toEqual([])
  // The surge of a quarter, rounded up.
  expect(await fit(quota({ 'requests.cpu': '2', pods: '4' }), [], [deployment(4, half)])).toEqual(['requests.cpu: 0/2, 2500m', 'pods: 0/4, 5'])
  expect(await fit(quota({ cpu: '2', memory: '4Gi' }), [], [deployment(undefined, half, { strategy: { rollingUpdate: { maxSurge: 4 } } })])).toEqual(['cpu: 0/2, 2500m', 'memory: 0/4Gi, 5Gi'])
  // Limits are requests where none are given.
  expect(await fit(quota({ 'requests.memory': '1Gi', 'limits.memory': '1Gi' }), [], [deployment(1, { limits: { memory: '1Gi' } }, { strategy: { type: 'Recreate' } })])).toEqual([])
})

it('counts only what comes on top of what the release has', async () => {
  const one = { requests: { cpu: '1' } }
  expect(await fit(quota({ 'requests.cpu': '4' }, { 'requests.cpu': '3' }), [deployment(3, one)], [deployment(3, one)])).toEqual([])
  expect(await fit(quota({ 'requests.cpu': '3' }, { 'requests.cpu': '3' }), [deployment(3, one)], [deployment(3, one)])).toEqual(['requests.cpu: 3/3, 4'])
  expect(await fit(quota({ 'requests.cpu': '3' }, { 'requests.cpu': '3' }), [deployment(3, one)], [deployment(1, one)])).toEqual([])
})

it('counts objects, volumes, ports, init containers', async () => {
  const cm = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
  expect(await fit(quota({ configmaps: '1', 'count/configmaps': '5' }), [], [cm('a'), cm('b')])).toEqual(['configmaps: 0/1, 2'])
  expect(await fit(quota({ 'count/deployments.apps': '0', 'services.nodeports': '1', 'services.loadbalancers': '0', services: '9' }), [], [deployment(1, {}), { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { type: 'LoadBalancer', ports: [{}, {}] } }]))
    .toEqual(['count/deployments.apps: 0/0, 1', 'services.nodeports: 0/1, 2', 'services.loadbalancers: 0/0, 1'])
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' }, spec: { replicas: 2, template: { spec: { initContainers: [{ resources: { requests: { cpu: '3' } } }, { restartPolicy: 'Always', resources: { requests: { cpu: '1' } } }], containers: [{ resources: { requests: { cpu: '1' } } }] } }, volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '10Gi' } } } }] } }
  expect(await fit(quota({ 'requests.storage': '15Gi', persistentvolumeclaims: '1', 'requests.cpu': '5' }), [], [set])).toEqual(['requests.storage: 0/15Gi, 20Gi', 'persistentvolumeclaims: 0/1, 2', 'requests.cpu: 0/5, 6'])
})

it('passes over quotas of a scope, and what is no quantity', async () => {
  const many = deployment(100, { requests: { cpu: '100' } })
  expect(await fit(quota({ 'requests.cpu': '1' }, {}, { scopes: ['BestEffort'] }), [], [many])).toEqual([])
  expect(await fit(quota({ 'requests.cpu': 'lots' }), [], [many])).toEqual([])
  expect(await fit(quota({ 'requests.cpu': '1' }), [], [deployment(-3, { requests: { cpu: { a: 1 } } }), { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { parallelism: 'x', template: { spec: { containers: 'none' } } } }])).toEqual([])
})
