import { expect, onTestFinished, test } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { connectSync } from './connect.ts'
import type { ConnectOptions } from './connect.ts'
import { failure, json, startFakeServer } from './fixtures/fake-server.ts'
import type { Answer } from './fixtures/fake-server.ts'
import { outcomeUnknown } from './index.ts'
import type { ClusterConfig } from './kubeconfig-types.ts'
import type { Cluster, KubeObject } from './types.ts'

const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' }, data: { k: 'mine' } }
const at = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'n' }
const recognise = (stored: KubeObject): boolean => stored.data?.k === 'mine'

/** A server that answers as told, and a client of it; each request as `GET`, `POST`, ... in `asked`. */
async function served(answer: Answer, options: ConnectOptions = {}): Promise<{ cluster: Cluster; asked: () => string[] }> {
  const server = await startFakeServer(answer)
  onTestFinished(server.close)
  const config: ClusterConfig = { server: server.url, namespace: 'n', tls: { insecure: false }, disableCompression: false } as ClusterConfig
  const cluster = connectSync({ config, env: {}, ...options })
  return { cluster, asked: () => server.seen.map(s => s.method) }
}
const caught = (promise: Promise<unknown>): Promise<PintleError> => promise.then(() => { throw new Error('no error') }, error => error)
/** Loses the first answers to requests that are not reads, after doing what was asked. */
function store(lose: { first: number; done: boolean }, stored: KubeObject | undefined = undefined): Answer {
  let live = stored
  let writes = 0
  return (seen, response) => {
    if (seen.method === 'GET') return live === undefined ? failure(response, 404, 'NotFound', 'configmaps "a" not found') : json(response, live)
    const lost = ++writes <= lose.first
    if (!lost || lose.done) {
      if (seen.method === 'POST' && live !== undefined) return lost ? void seen.socket.destroy() : failure(response, 409, 'AlreadyExists', 'configmaps "a" already exists')
      live = seen.method === 'DELETE' ? undefined : { ...JSON.parse(seen.body), metadata: { ...object.metadata, resourceVersion: String(writes) } }
    }
    if (lost) seen.socket.destroy()
    else json(response, live ?? { kind: 'Status', status: 'Success' })
  }
}

test('a create whose answer was lost is read back: done, it is not done twice', async () => {
  const { cluster, asked } = await served(store({ first: 1, done: true }))
  expect((await cluster.create(object, { recognise })).metadata.resourceVersion).toBe('1')
  expect(asked()).toEqual(['POST', 'GET'])
})

test('not done, it is sent again', async () => {
  const { cluster, asked } = await served(store({ first: 2, done: false }))
  await cluster.create(object, { recognise })
  expect(asked()).toEqual(['POST', 'GET', 'POST', 'GET', 'POST'])
})

test('an object of somebody else is not taken for one\'s own', async () => {
  const { cluster } = await served(store({ first: 1, done: false }, { ...object, data: { k: 'theirs' } }))
  expect((await caught(cluster.create(object, { recognise }))).message).toBe('configmaps "a" already exists')
})

test('without a way to recognise it, the error says that nobody knows', async () => {
  const { cluster, asked } = await served(store({ first: 1, done: true }))
  expect(outcomeUnknown(await caught(cluster.create(object)))).toBe(true)
  expect(asked()).toEqual(['POST'])
})

test('a replace is settled in the same way, also when its second attempt conflicts with its first', async () => {
  let puts = 0
  let live: KubeObject = { ...object, data: { k: 'old' }, metadata: { ...object.metadata, resourceVersion: '1' } }
  const { cluster, asked } = await served((seen, response) => {
    if (seen.method === 'GET') return json(response, live)
    // Done only when the second one arrives: a slow store.
    if (++puts === 1) return failure(response, 500, 'InternalError', 'etcdserver: request timed out')
    live = { ...object, metadata: { ...object.metadata, resourceVersion: '2' } }
    return failure(response, 409, 'Conflict', 'the object has been modified')
  })
  expect((await cluster.replace({ ...object, metadata: { ...object.metadata, resourceVersion: '1' } }, { recognise })).metadata.resourceVersion).toBe('2')
  expect(asked()).toEqual(['PUT', 'GET', 'PUT', 'GET'])
})

test('applies and merges may be sent twice, a list of steps only when it names its version', async () => {
  const { cluster, asked } = await served(store({ first: 1, done: true }))
  await cluster.apply(object)
  expect(asked()).toEqual(['PATCH', 'PATCH'])
  const merge = await served(store({ first: 1, done: true }))
  await merge.cluster.patch(at, 'merge', { data: {} })
  expect(merge.asked()).toEqual(['PATCH', 'PATCH'])
  const steps = await served(store({ first: 1, done: true }))
  expect(outcomeUnknown(await caught(steps.cluster.patch(at, 'json', [{ op: 'add', path: '/data/l/-', value: 'x' }])))).toBe(true)
  expect(steps.asked()).toEqual(['PATCH'])
})

test('a deletion whose answer was lost counts as done, and never deletes a successor', async () => {
  const known = await served(store({ first: 1, done: true }, object))
  expect(await known.cluster.delete(at, { preconditions: { uid: 'u' } })).toBe(true)
  expect(known.asked()).toEqual(['DELETE', 'DELETE'])
  const unknown = await served(store({ first: 1, done: true }, object))
  expect(await unknown.cluster.delete(at)).toBe(true)
  expect(unknown.asked()).toEqual(['DELETE', 'GET'])
  let deletions = 0
  const bodies: string[] = []
  const again = await served((seen, response) => {
    if (seen.method === 'GET') return json(response, { ...object, metadata: { ...object.metadata, uid: 'u1' } })
    bodies.push(seen.body)
    if (++deletions === 1) return void seen.socket.destroy()
    json(response, { kind: 'Status', status: 'Success' })
  })
  expect(await again.cluster.delete(at)).toBe(true)
  expect(bodies.map(b => JSON.parse(b).preconditions)).toEqual([undefined, { uid: 'u1' }])
})

test('a leader change passes; what an admission webhook or a full store says does not', async () => {
  for (const message of ['etcdserver: leader changed', 'etcdserver: request timed out', 'rpc error: code = Unavailable desc = transport is closing']) {
    const { cluster, asked } = await served((_, response, count) => (count > 1 && count < 7 ? failure(response, 500, 'InternalError', message) : json(response, object)))
    await cluster.get(at)
    await cluster.apply(object)
    expect(asked()).toHaveLength(7)
  }
  for (const message of ['Internal error occurred: failed calling webhook "x": context deadline exceeded', 'etcdserver: mvcc: database space exceeded']) {
    const { cluster, asked } = await served((_, response) => failure(response, 500, 'InternalError', message))
    const error = await caught(cluster.apply(object))
    expect([error.message, outcomeUnknown(error), asked().length]).toEqual([message, false, 1])
    expect(error.hint).toBeDefined()
  }
}, 30_000)

test('patience is bounded, also over many requests, and the user is told once', async () => {
  const told: string[] = []
  const { cluster } = await served((seen, response, count) => (count === 1 ? json(response, object) : void seen.socket.destroy()), { patience: 3000, onTrouble: text => told.push(text) })
  await cluster.get(at)
  const started = performance.now()
  for (let i = 0; i < 5; i++) await caught(cluster.get(at))
  expect(performance.now() - started).toBeLessThan(4500)
  expect(performance.now() - started).toBeGreaterThan(1000)
  expect(told).toEqual(['the API server is not answering (connection lost), trying again for up to 3 s'])
})

test('trying again ends with the signal', async () => {
  const { cluster } = await served((seen, response, count) => (count === 1 ? json(response, object) : void seen.socket.destroy()))
  await cluster.get(at)
  const reason = new Error('enough')
  const stop = new AbortController()
  setTimeout(() => { stop.abort(reason) }, 300)
  expect(await caught(cluster.get(at, { signal: stop.signal }))).toBe(reason)
})

test('an answer that is too large is read in smaller pages', async () => {
  const all = Array.from({ length: 60 }, (_, i) => ({ metadata: { name: `c${i}` }, data: { text: 'x'.repeat(2000) } }))
  const limits: number[] = []
  const { cluster } = await served((seen, response) => {
    const from = Number(seen.query.get('continue') ?? 0)
    const limit = Number(seen.query.get('limit'))
    limits.push(limit)
    const items = all.slice(from, from + limit)
    json(response, { kind: 'ConfigMapList', metadata: { resourceVersion: '5', ...(from + limit < all.length && { continue: String(from + limit) }) }, items })
  }, { maxBody: 50_000 })
  const { items } = await cluster.list('v1', 'ConfigMap', { namespace: 'n' })
  expect(items.map(i => i.metadata.name)).toEqual(all.map(i => i.metadata.name))
  expect(limits.slice(0, 4)).toEqual([500, 63, 8, 8])
})
