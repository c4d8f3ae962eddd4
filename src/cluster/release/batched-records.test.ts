import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { Sandbox } from '../sandbox/index.ts'
import type { Cluster } from '../kube/index.ts'
import { BatchedRecords } from './batched-records.ts'
import type { ReleaseRecord } from './record.ts'

const sandbox = new Sandbox()
afterAll(() => sandbox.close())

/** The cluster, and the selectors of the lists it was asked for. */
function counted(fail = false): { cluster: Cluster; lists: string[] } {
  const lists: string[] = []
  const real = sandbox.cluster()
  const cluster = new Proxy(real, {
    get: (target, key) => {
      if (key === 'list') {
        return (apiVersion: string, kind: string, options: { labelSelector: string }) => {
          lists.push(options.labelSelector)
          return fail ? Promise.reject(new Error('no')) : target.list(apiVersion, kind, options)
        }
      }
      const value = Reflect.get(target, key) as unknown
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value
    },
  })
  return { cluster, lists }
}

const record = (name: string, version: number): ReleaseRecord => ({ name, version, namespace: 'default', info: { status: 'deployed' }, manifest: '', hooks: [] })

describe('records of many releases', () => {
  beforeEach(async () => {
    const driver = new BatchedRecords(sandbox.cluster(), 'default')
    for (const [name, versions] of [['a', 2], ['b', 1], ['a-b', 1]] as const) for (let v = 1; v <= versions; v++) await driver.create(`sh.helm.release.v1.${name}.v${v}`, record(name, v), {}).catch(() => {})
  })

  test('that are asked for at once come by one request, each to whom it is for', async () => {
    const { cluster, lists } = counted()
    const driver = new BatchedRecords(cluster, 'default')
    const found = await Promise.all(['a', 'b', 'none', 'a', 'a-b'].map((name) => driver.list({ owner: 'helm', name })))
    expect(found.map((list) => list.map(({ name, version }) => `${name}.${version}`).sort())).toEqual([['a.1', 'a.2'], ['b.1'], [], ['a.1', 'a.2'], ['a-b.1']])
    expect(lists).toEqual(['name in (a,b,none,a-b),owner=helm'])
    // Nobody shares a list with another.
    expect(found[0]).not.toBe(found[3])
  })

  test('one alone, and what is not by name, as ever', async () => {
    const { cluster, lists } = counted()
    const driver = new BatchedRecords(cluster, 'default')
    expect(await driver.list({ owner: 'helm', name: 'b' })).toHaveLength(1)
    expect(await driver.list({ owner: 'helm' })).toHaveLength(4)
    expect(lists).toEqual(['name=b,owner=helm', 'owner=helm'])
  })

  test('a failure is told to all, and forgotten', async () => {
    const { cluster } = counted(true)
    const driver = new BatchedRecords(cluster, 'default')
    expect((await Promise.allSettled(['a', 'b'].map((name) => driver.list({ owner: 'helm', name })))).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(driver.list({ owner: 'helm', name: 'a' }, { signal: AbortSignal.abort() })).rejects.toThrow()
  })
})
