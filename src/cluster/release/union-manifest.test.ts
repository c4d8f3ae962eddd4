import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manifestObjects } from './documents.ts'
import { unionManifest } from './union-manifest.ts'

const doc = (object: unknown, source = 'demo/templates/a.yaml'): string => `---\n# Source: ${source}\n${JSON.stringify(object)}\n`
const map = (name: string, data: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
const union = (was: string, comes: string): string => unionManifest(was, comes, 'ns')

test('has the objects of both, and keeps the text of what does not change', () => {
  const a = doc(map('a', { x: '1' }))
  const b = doc(map('b', {}))
  expect(union(a, a)).toBe(a)
  expect(union(a, a + b)).toBe(a + b)
  expect(union(a + b, a)).toBe(a + b)
  expect(union('', a)).toBe(a)
  expect(union(a, '')).toBe(a)
  expect(union(a, doc(map('a', { x: '2' })))).toBe(doc(map('a', { x: '2' })))
  const list = doc({ apiVersion: 'v1', kind: 'List', items: [map('a', { x: '1' }), map('b', {})] })
  expect(manifestObjects(union(list, doc(map('b', {}))))).toEqual([map('b', {}), map('a', { x: '1' })])
})

test('one object by whatever version and namespace it is written', () => {
  const old = doc({ apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'a', namespace: 'ns' } })
  const now = doc({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } })
  expect(manifestObjects(union(old, now))).toEqual([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'ns' } }])
  expect(manifestObjects(union(now, doc({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'other' } })))).toHaveLength(2)
})

test('an object that changes has what it loses, as a three-way merge must see it', () => {
  const service = (selector: object): string => doc({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { selector } }, 'demo/templates/service.yaml')
  expect(union(service({ app: 'a', track: 'stable' }), service({ app: 'b' }))).toBe('---\n# Source: demo/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  selector:\n    app: b\n    track: stable\n')
  const pods = (containers: unknown[], args: string[]): string => doc({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers, args } })
  expect(manifestObjects(union(pods([{ name: 'x', env: [{ name: 'A' }, { name: 'B' }] }, { name: 'y' }], ['1', '2']), pods([{ name: 'x', env: [{ name: 'B', value: '2' }] }], ['3'])))[0]!.spec).toEqual({
    containers: [{ name: 'x', env: [{ name: 'B', value: '2' }, { name: 'A' }] }, { name: 'y' }], args: ['3'],
  })
})

test('loses no object and no field of either, whatever they are', () => {
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('name', 'a', 'b', '__proto__'), tie('value'))),
  })).value
  const manifest = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom('spec', 'data', 'x'), value)).map((objects) => Object.entries(objects).map(([name, rest]) => doc({ ...rest, apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })).join(''))
  const paths = (of: unknown, at: string): string[] => (typeof of === 'object' && of !== null && !Array.isArray(of) ? Object.entries(of).flatMap(([key, inner]) => [`${at}.${key}`, ...paths(inner, `${at}.${key}`)]) : [])
  const fields = (text: string): string[] => manifestObjects(text).flatMap((object) => paths(object, object.metadata.name!))
  fc.assert(fc.property(manifest, manifest, (was, comes) => {
    const both = union(was, comes)
    // Where a map becomes something else there is nothing to keep of it.
    expect(fields(both)).toEqual(expect.arrayContaining(fields(comes)))
    expect(new Set(manifestObjects(both).map((o) => o.metadata.name))).toEqual(new Set([...manifestObjects(was), ...manifestObjects(comes)].map((o) => o.metadata.name)))
    for (const object of manifestObjects(both)) expect(Object.keys(object)).toEqual(expect.arrayContaining(manifestObjects(was).flatMap((o) => (o.metadata.name === object.metadata.name ? Object.keys(o) : []))))
    expect(manifestObjects(both)).toHaveLength(new Set(manifestObjects(both).map((o) => o.metadata.name)).size)
  }), { seed: 7, numRuns: 300 })
})
