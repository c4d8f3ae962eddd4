import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { connectSync } from './connect.ts'
import type { ConnectOptions } from './connect.ts'
import { failure, json, startFakeServer } from './fixtures/fake-server.ts'
import type { Cluster } from './types.ts'

/** A fake server that ends with the test. */
const fakeServer: typeof startFakeServer = async (...args) => {
  const server = await startFakeServer(...args)
  onTestFinished(server.close)
  return server
}

const client = (server: string, options: ConnectOptions = {}): Cluster => connectSync({ config: { server, namespace: 'mine', namespaceOverridden: false, context: undefined, tls: { insecure: false }, disableCompression: false }, env: {}, ...options })
const map = (name: string, resourceVersion = '1'): object => ({ metadata: { name, namespace: 'n', uid: `u-${name}`, resourceVersion } })

const aggregatedCore = {
  kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2',
  items: [{ metadata: {}, versions: [{ version: 'v1', freshness: 'Current', resources: [{ resource: 'pods', responseKind: { group: '', version: 'v1', kind: 'Pod' }, scope: 'Namespaced', verbs: ['get'], subresources: [{ subresource: 'eviction', responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] }] }] }] }],
}
const aggregatedGroups = (resources: object[]): object => ({
  kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2',
  items: [
    { metadata: { name: 'example.com' }, versions: [{ version: 'v1', freshness: 'Current', resources }] },
    { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale', resources: [] }] },
  ],
})
const widgets = { resource: 'widgets', responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' }, scope: 'Namespaced', verbs: ['get', 'list'] }

test('paths: core and named groups, namespaces, cluster scope', async () => {
  const server = await fakeServer((seen, response) => json(response, seen.path.startsWith('/api') && !seen.path.includes('/v1') ? {} : { metadata: {} }))
  const cluster = client(`${server.url}/prefix`)
  await cluster.get({ apiVersion: 'v1', kind: 'Pod', name: 'a' })
  await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'b', namespace: 'other' })
  await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'c' })
  await cluster.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'system:x/y', namespace: 'ignored' })
  await cluster.list('networking.k8s.io/v1', 'Ingress')
  await cluster.logs('n', 'p', { container: 'c', previous: true, tailLines: 5 })
  expect(server.seen.map(s => `${s.path}?${s.query}`)).toEqual([
    '/prefix/api/v1/namespaces/mine/pods/a?', '/prefix/apis/apps/v1/namespaces/other/deployments/b?', '/prefix/api/v1/namespaces/c?',
    '/prefix/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Ax%2Fy?', '/prefix/apis/networking.k8s.io/v1/ingresses?limit=500',
    '/prefix/api/v1/namespaces/n/pods/p/log?container=c&previous=true&tailLines=5',
  ])
})

test('what is sent with each write', async () => {
  const server = await fakeServer((_, response) => json(response, { metadata: {} }))
  const cluster = client(server.url)
  const at = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'n' }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' } }
  await cluster.create(object, { dryRun: true, fieldManager: 'me', fieldValidation: 'Strict' })
  await cluster.replace(object)
  await cluster.patch(at, 'json', [], { subresource: 'status' })
  await cluster.patch(at, 'strategic', {})
  await cluster.apply(object, { force: false })
  await cluster.delete(at, { propagationPolicy: 'Foreground', gracePeriodSeconds: 0, preconditions: { uid: 'u' }, dryRun: true })
  expect(server.seen.map(s => [s.method, s.path, Object.fromEntries(s.query), s.headers['content-type']])).toEqual([
    ['POST', '/api/v1/namespaces/n/configmaps', { fieldManager: 'me', dryRun: 'All', fieldValidation: 'Strict' }, 'application/json'],
    ['PUT', '/api/v1/namespaces/n/configmaps/a', { fieldManager: 'pintle' }, 'application/json'],
    ['PATCH', '/api/v1/namespaces/n/configmaps/a/status', { fieldManager: 'pintle' }, 'application/json-patch+json'],
    ['PATCH', '/api/v1/namespaces/n/configmaps/a', { fieldManager: 'pintle' }, 'application/strategic-merge-patch+json'],
    ['PATCH', '/api/v1/namespaces/n/configmaps/a', { fieldManager: 'pintle' }, 'application/apply-patch+yaml'],
    ['DELETE', '/api/v1/namespaces/n/configmaps/a', {}, 'application/json'],
  ])
  expect(JSON.parse(server.seen[5]!.body)).toEqual({ kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground', gracePeriodSeconds: 0, preconditions: { uid: 'u' }, dryRun: ['All'] })
})

test('a list follows its pages, and starts over when they have expired', async () => {
  let expired = true
  const server = await fakeServer((seen, response) => {
    const next = seen.query.get('continue')
    if (seen.query.get('limit') === null) return json(response, { metadata: { resourceVersion: '9' }, items: [map('a'), map('b'), map('c')] })
    if (next === null) return json(response, { metadata: { resourceVersion: '5', continue: 'p2' }, items: [map('a')] })
    if (expired) return failure(response, 410, 'Expired', 'The provided continue parameter is too old')
    json(response, { metadata: { resourceVersion: '5' }, items: [map('b')] })
  })
  const cluster = client(server.url)
  expect(await cluster.list('v1', 'ConfigMap')).toMatchObject({ resourceVersion: '9', items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, { metadata: { name: 'b' } }, { metadata: { name: 'c' } }] })
  expired = false
  expect((await cluster.list('v1', 'ConfigMap', { pageSize: 1, labelSelector: 'a=b' })).items).toHaveLength(2)
  expect(server.seen.at(-1)?.query.get('labelSelector')).toBe('a=b')
})

test('aggregated discovery: two requests, shared by all who ask; stale groups are not served', async () => {
  const server = await fakeServer((seen, response) => json(response, seen.path === '/api' ? aggregatedCore : aggregatedGroups([widgets])))
  const cluster = client(server.url)
  const [mapping] = await Promise.all([cluster.mapping('example.com/v1', 'Widget'), cluster.mapping('example.com/v1', 'Widget'), cluster.apiVersions()])
  expect(mapping).toEqual({ group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true, verbs: ['get', 'list'] })
  expect(await cluster.apiVersions()).toEqual(['example.com/v1', 'example.com/v1/Widget', 'v1', 'v1/Eviction', 'v1/Pod'])
  expect(server.seen.map(s => s.path).sort()).toEqual(['/api', '/apis'])
  expect(server.seen[0]?.headers.accept).toContain('v=v2;as=APIGroupDiscoveryList')
  const stale: PintleError = await cluster.mapping('metrics.k8s.io/v1beta1', 'NodeMetrics').then(() => undefined, e => e)
  expect([stale.code, stale.message]).toEqual(['kube.server', 'unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1'])
})

test('an unknown kind is looked for once more', async () => {
  let known = false
  const server = await fakeServer((seen, response) => json(response, seen.path === '/api' ? aggregatedCore : aggregatedGroups(known ? [widgets] : [])))
  const cluster = client(server.url)
  await cluster.apiVersions()
  expect(await cluster.mapping('example.com/v1', 'Widget')).toBeUndefined()
  known = true
  expect((await cluster.mapping('example.com/v1', 'Widget'))?.plural).toBe('widgets')
})

test('older servers are asked version by version; a broken one hides no other', async () => {
  const server = await fakeServer((seen, response) => {
    switch (seen.path) {
      case '/api': return json(response, { kind: 'APIVersions', versions: ['v1'] })
      case '/apis': return json(response, { kind: 'APIGroupList', groups: [{ name: 'example.com', versions: [{ groupVersion: 'example.com/v1' }] }, { name: 'broken', versions: [{ groupVersion: 'broken/v1' }] }] })
      case '/api/v1': return json(response, { resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] }, { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] }] })
      case '/apis/example.com/v1': return json(response, { resources: [{ name: 'widgets', kind: 'Widget', namespaced: false, verbs: ['list'] }, { name: 'widgets/scale', kind: 'Scale', namespaced: false, verbs: ['get'] }] })
      default: return failure(response, 500, 'InternalError', 'no')
    }
  })
  const cluster = client(server.url)
  expect(await cluster.mapping('example.com/v1', 'Widget')).toMatchObject({ plural: 'widgets', namespaced: false })
  expect(await cluster.apiVersions()).toEqual(['broken/v1', 'example.com/v1', 'example.com/v1/Scale', 'example.com/v1/Widget', 'v1', 'v1/Pod'])
})

test('discovery on disk: kinds without asking, versions by asking whether they changed', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'pintle-discovery-'))
  const server = await fakeServer((seen, response) => {
    if (seen.headers['if-none-match'] === '"e1"') return void response.writeHead(304).end()
    json(response, seen.path === '/api' ? aggregatedCore : aggregatedGroups([widgets]), 200, { etag: '"e1"' })
  })
  await client(server.url, { cacheDir }).apiVersions()
  expect(server.seen).toHaveLength(2)
  const second = client(server.url, { cacheDir })
  expect((await second.mapping('example.com/v1', 'Widget'))?.plural).toBe('widgets')
  expect(server.seen).toHaveLength(2)
  expect(await second.apiVersions()).toContain('example.com/v1/Widget')
  expect(server.seen.slice(2).map(s => s.headers['if-none-match'])).toEqual(['"e1"', '"e1"'])
  const stored = join(cacheDir, readdirSync(cacheDir)[0]!)
  writeFileSync(stored, readFileSync(stored, 'utf8').slice(0, 50))
  expect((await client(server.url, { cacheDir }).mapping('example.com/v1', 'Widget'))?.plural).toBe('widgets')
})

test('built-in kinds need no discovery', async () => {
  const server = await fakeServer((_, response) => json(response, { metadata: { resourceVersion: '1' }, items: [] }))
  await client(server.url).list('v1', 'Secret', { namespace: 'n', labelSelector: 'owner=helm' })
  expect(server.seen.map(s => s.path)).toEqual(['/api/v1/namespaces/n/secrets'])
})

interface Step { lines?: object[]; status?: number; end?: boolean }

/** Lists what `items` holds now and plays one step for each watch that is opened; the last stays open. */
async function watched(steps: Step[], lists: { items: object[]; resourceVersion: string }[]): ReturnType<typeof startFakeServer> {
  let step = 0
  let list = 0
  return fakeServer((seen, response) => {
    if (!seen.query.has('watch')) {
      const { items, resourceVersion } = lists[Math.min(list++, lists.length - 1)]!
      return json(response, { metadata: { resourceVersion }, items })
    }
    const { lines = [], status = 200, end = true } = steps[step++] ?? { end: false }
    if (status !== 200) return failure(response, status, status === 410 ? 'Expired' : 'InternalError', 'no')
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    for (const line of lines) response.write(`${JSON.stringify(line)}\n`)
    if (end) response.end()
  })
}
async function take(cluster: Cluster, count: number, options: object = {}): Promise<string[]> {
  const out: string[] = []
  for await (const event of cluster.watch('v1', 'ConfigMap', options)) {
    out.push(event.type === 'SYNCED' ? 'SYNCED' : `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion}`)
    if (out.length === count) break
  }
  return out
}
const event = (type: string, name: string, version: string): object => ({ type, object: map(name, version) })

test('a watch goes on where a closed connection left it, bookmarks included', async () => {
  const server = await watched([
    { lines: [event('MODIFIED', 'a', '2'), { type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } }] },
    { status: 500 },
    { lines: [event('DELETED', 'a', '8')], end: false },
  ], [{ items: [map('a')], resourceVersion: '1' }])
  expect(await take(client(server.url), 4)).toEqual(['ADDED a@1', 'SYNCED', 'MODIFIED a@2', 'DELETED a@8'])
  const watches = server.seen.filter(s => s.query.has('watch'))
  expect(watches.map(s => s.query.get('resourceVersion'))).toEqual(['1', '7', '7'])
  expect(watches[0]?.query.get('allowWatchBookmarks')).toBe('true')
})

test('after 410 it lists again and tells what happened meanwhile', async () => {
  for (const gone of [{ status: 410 }, { lines: [{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } }] }]) {
    const server = await watched([gone, { lines: [event('ADDED', 'e', '21')], end: false }], [
      { items: [map('a'), map('b'), map('c')], resourceVersion: '1' },
      { items: [map('a'), map('b', '15'), { metadata: { name: 'c', namespace: 'n', uid: 'another', resourceVersion: '16' } }, map('d', '17')], resourceVersion: '20' },
    ])
    expect(await take(client(server.url), 9)).toEqual(['ADDED a@1', 'ADDED b@1', 'ADDED c@1', 'SYNCED', 'MODIFIED b@15', 'DELETED c@1', 'ADDED c@16', 'ADDED d@17', 'ADDED e@21'])
    expect(server.seen.at(-1)?.query.get('resourceVersion')).toBe('20')
  }
  const server = await watched([{ status: 410 }, { end: false }], [{ items: [map('a'), map('b')], resourceVersion: '1' }, { items: [map('a')], resourceVersion: '2' }])
  expect((await take(client(server.url), 4)).at(-1)).toBe('DELETED b@1')
})

test('from a resourceVersion there is no list', async () => {
  const server = await watched([{ lines: [event('ADDED', 'x', '6')], end: false }], [])
  expect(await take(client(server.url), 1, { resourceVersion: '5', namespace: 'n', labelSelector: 'l' })).toEqual(['ADDED x@6'])
  expect(server.seen.map(s => [s.path, s.query.get('resourceVersion'), s.query.get('labelSelector')])).toEqual([['/api/v1/namespaces/n/configmaps', '5', 'l']])
})

test('events split over chunks, and a line cut off by a dying connection', async () => {
  const server = await fakeServer(async (seen, response) => {
    if (!seen.query.has('watch')) return json(response, { metadata: { resourceVersion: '1' }, items: [] })
    response.writeHead(200).flushHeaders()
    if (seen.query.get('resourceVersion') === '1') {
      const text = `${JSON.stringify(event('ADDED', 'ä€😀', '2'))}\n${JSON.stringify(event('ADDED', 'b', '3'))}\n${JSON.stringify(event('ADDED', 'c', '4'))}`
      const bytes = Buffer.from(text.slice(0, -5))
      for (let i = 0; i < bytes.length; i += 7) {
        response.write(bytes.subarray(i, i + 7))
        await new Promise(resolve => setImmediate(resolve))
      }
      return void seen.socket.destroy()
    }
    response.write(`${JSON.stringify(event('ADDED', 'c', '4'))}\n`)
  })
  expect(await take(client(server.url), 4)).toEqual(['SYNCED', 'ADDED ä€😀@2', 'ADDED b@3', 'ADDED c@4'])
})

test('an error that will not mend ends a watch', async () => {
  const server = await fakeServer((seen, response) => (seen.query.has('watch') ? failure(response, 403, 'Forbidden', 'configmaps is forbidden') : json(response, { metadata: { resourceVersion: '1' }, items: [] })))
  const error: PintleError = await take(client(server.url), 5).then(() => undefined, e => e)
  expect([error.code, error.message]).toEqual(['kube.forbidden', 'configmaps is forbidden'])
})

test('leaving a watch closes its connection', async () => {
  let closed = 0
  const server = await fakeServer((seen, response) => {
    if (!seen.query.has('watch')) return json(response, { metadata: { resourceVersion: '1' }, items: [] })
    response.on('close', () => closed++)
    response.writeHead(200).flushHeaders()
    response.write(`${JSON.stringify(event('ADDED', 'a', '2'))}\n`)
  })
  await take(client(server.url), 2)
  for (const end = Date.now() + 2000; closed === 0 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 5))
  expect(closed).toBe(1)
})
