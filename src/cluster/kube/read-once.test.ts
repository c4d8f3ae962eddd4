import { expect, it } from 'vitest'
import type { Cluster, ObjectRef } from './index.ts'
import { readOnce } from './index.ts'

/** A cluster of objects by name; `asked` notes what reaches it. */
function counted({ list = true }: { list?: boolean } = {}): { cluster: Cluster; asked: string[] } {
  const asked: string[] = []
  class Counted {
    readonly #names = ['a', 'b', 'c', 'd']
    readonly namespace = 'ns'
    async get({ kind, name }: ObjectRef) {
      asked.push(`get ${kind}/${name}`)
      if (name === 'broken') throw new Error('broken')
      return this.#names.includes(name) ? { apiVersion: 'v1', kind, metadata: { name } } : undefined
    }
    async list(_apiVersion: string, kind: string, options: { labelSelector?: string } = {}) {
      asked.push(`list ${kind} ${options.labelSelector ?? ''}`.trim())
      if (!list) throw new Error('forbidden')
      return { items: this.#names.map((name) => ({ metadata: { name } })), resourceVersion: '1' }
    }
    async create(object: unknown) {
      asked.push('create')
      return object
    }
  }
  return { cluster: readOnce(new Counted() as unknown as Cluster), asked }
}
const ref = (name: string, kind = 'ConfigMap'): ObjectRef => ({ apiVersion: 'v1', kind, namespace: 'ns', name })

it('asks each thing once, also when many ask at the same time; failures are asked again', async () => {
  const { cluster, asked } = counted()
  const [one, two] = await Promise.all([cluster.get(ref('a')), cluster.get(ref('a'))])
  expect(one).toBe(two)
  await cluster.get({ ...ref('a'), namespace: 'ns' })
  await Promise.all([cluster.list('v1', 'Pod', { labelSelector: 'x' }), cluster.list('v1', 'Pod', { labelSelector: 'x', pageSize: 3 }), cluster.list('v1', 'Pod', { labelSelector: 'y' })])
  await expect(cluster.get(ref('broken', 'Other'))).rejects.toThrow('broken')
  await expect(cluster.get(ref('broken', 'Other'))).rejects.toThrow('broken')
  await cluster.create({ apiVersion: 'v1', kind: 'X', metadata: {} })
  expect(asked).toEqual(['get ConfigMap/a', 'list Pod x', 'list Pod y', 'get Other/broken', 'get Other/broken', 'create'])
})

it('answers one object after the other by a list, where that is allowed', async () => {
  const { cluster, asked } = counted()
  const found = []
  for (const name of ['a', 'b', 'c', 'none', 'd']) found.push(await cluster.get(ref(name)))
  expect(found.map((o) => o && [o.apiVersion, o.kind, o.metadata.name])).toEqual([['v1', 'ConfigMap', 'a'], ['v1', 'ConfigMap', 'b'], ['v1', 'ConfigMap', 'c'], undefined, ['v1', 'ConfigMap', 'd']])
  expect(asked).toEqual(['get ConfigMap/a', 'get ConfigMap/b', 'list ConfigMap'])
  const forbidden = counted({ list: false })
  for (const name of ['a', 'b', 'c', 'd']) expect((await forbidden.cluster.get(ref(name)))?.metadata.name).toBe(name)
  expect(forbidden.asked).toEqual(['get ConfigMap/a', 'get ConfigMap/b', 'list ConfigMap', 'get ConfigMap/c', 'get ConfigMap/d'])
  const secrets = counted()
  for (const name of ['a', 'b', 'c']) await secrets.cluster.get(ref(name, 'Secret'))
  expect(secrets.asked).toEqual(['get Secret/a', 'get Secret/b', 'get Secret/c'])
})
