import { afterAll, beforeEach, expect, test } from 'vitest'
import { configMap, rendered } from '../../../test/cluster/release-fixtures.ts'
import { PintleError } from '../../errors/index.ts'
import type { Cluster, KubeObject } from '../kube/index.ts'
import { startSandbox } from '../sandbox/index.ts'
import { install, releaseHistory, rollback, uninstall, upgrade } from './index.ts'

const sandbox = startSandbox()
const real = sandbox.cluster()
afterAll(() => { sandbox.close() })
let namespace = ''
let count = 0
beforeEach(async () => {
  namespace = `broken-${++count}`
  await real.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
})

/** The sandbox, but calls of which `breaks` says so fail as a server does that is gone; `outcome: 'unknown'` where nobody knows. */
function broken(breaks: (method: keyof Cluster, first: any) => boolean, outcome?: 'unknown'): Cluster {
  return new Proxy(real, {
    get(target, key: keyof Cluster) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (breaks(key, args[0])) return Promise.reject(new PintleError('kube.unreachable', 'EOF', { details: { ...(outcome && { outcome }) } }))
        return Reflect.apply(value, target, args) as unknown
      }
    },
  })
}
const base = (cluster: Cluster): { cluster: Cluster; namespace: string; name: string; timeout: number } => ({ cluster, namespace, name: 'web', timeout: 5000 })
const two = rendered([configMap('a'), configMap('b')])
const one = rendered([configMap('a')])
const caught = (promise: Promise<unknown>): Promise<PintleError> => promise.then(() => { throw new Error('it succeeded') }, error => error)
const statuses = async (): Promise<string[]> => (await releaseHistory(base(real))).map(r => r.record.info.status)
const isRecord = (object: KubeObject): boolean => object?.kind === 'Secret'

test('an install whose last record cannot be written fails and says what is stored', async () => {
  const error = await caught(install({ ...base(broken((method, first) => method === 'replace' && isRecord(first))), source: one }))
  expect(error.hint).toBe('Revision 1 is deployed, and that could not be written down: it may still be stored as pending-install. Once that is mended, `pintle upgrade --install web` goes on from there, and `pintle repair web` frees it for Helm.')
  expect(await statuses()).toEqual(['pending-install'])
})

test('so does an upgrade that fails and cannot say so', async () => {
  await install({ ...base(real), source: one })
  const gone = broken((method, first) => method === 'apply' || (method === 'replace' && isRecord(first)))
  const error = await caught(upgrade({ ...base(gone), source: rendered([configMap('a', { x: '1' })]) }))
  expect(error.message).toContain('EOF')
  expect(error.hint).toMatch(/^Revision 2 is failed, and that could not be written down: it may still be stored as pending-upgrade\./)
  expect(await statuses()).toEqual(['deployed', 'pending-upgrade'])
})

test('a record of which nobody knows whether it was created is told of', async () => {
  await install({ ...base(real), source: one })
  const error = await caught(upgrade({ ...base(broken((method, first) => method === 'create' && isRecord(first), 'unknown')), source: one }))
  expect(error.hint).toMatch(/^Nobody knows whether revision 2 was stored as pending-upgrade: `pintle history web` shows it/)
})

test('what left the chart and cannot be read does not stay behind in silence', async () => {
  await install({ ...base(real), source: two })
  const error = await caught(upgrade({ ...base(broken((method, first) => method === 'get' && first.name === 'b')), source: one }))
  expect(error.message).toContain('failed to delete resource')
  expect(await statuses()).toEqual(['deployed', 'failed'])
  await upgrade({ ...base(real), source: one })
  expect(await real.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'b' })).toBeUndefined()
})

test('an uninstall that cannot look at the objects deletes nothing', async () => {
  await install({ ...base(real), source: one })
  const error = await caught(uninstall(base(broken((method, first) => method === 'get' && first.name === 'a'))))
  expect(error.message).toBe('failed to delete release: web: EOF')
  expect(error.hint).toMatch(/`pintle uninstall web` again goes on from there/)
  expect(await real.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' })).toBeDefined()
  await uninstall(base(real))
  expect(await real.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' })).toBeUndefined()
})

test('what a failed rollback did not remove is removed by the next run', async () => {
  await install({ ...base(real), source: one })
  await upgrade({ ...base(real), source: two })
  await caught(rollback({ ...base(broken((method, first) => method === 'get' && first.name === 'b')), version: 1 }))
  // As in Helm, none is deployed then.
  expect(await statuses()).toEqual(['superseded', 'superseded', 'failed'])
  await upgrade({ ...base(real), source: one })
  expect(await real.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'b' })).toBeUndefined()
})
