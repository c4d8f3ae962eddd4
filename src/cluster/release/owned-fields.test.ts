import { expect, it } from 'vitest'
import { ownedFields } from './owned-fields.ts'

const live = (spec: object, fieldsV1: object, more: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', uid: 'u', resourceVersion: '1', labels: { mine: 'a', theirs: 'b' }, managedFields: [{ manager: 'helm', operation: 'Apply', fieldsV1 }, { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { 'f:paused': {} } } }], ...more }, spec, status: { replicas: 3 },
})
const fields = { 'f:metadata': { 'f:labels': { 'f:mine': {} } }, 'f:spec': { 'f:replicas': {}, 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:name': {}, 'f:image': {} } }, 'f:finalizers': { 'v:"keep"': {} } } }
const spec = { replicas: 1, paused: false, containers: [{ name: 'main', image: 'a', env: [] }, { name: 'side', image: 'b' }], finalizers: ['keep', 'other'] }
const manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { mine: 'a' } }, spec: { replicas: 1, containers: [{ name: 'main', image: 'a' }] } }
const same = (a: object, b: object): boolean => JSON.stringify(ownedFields(a as never, [manifest])) === JSON.stringify(ownedFields(b as never, [manifest]))

it('takes what the manager owns and what the manifest writes, and nothing else', () => {
  const base = live(spec, fields)
  const { managed, written } = ownedFields(base as never, [manifest])
  expect(JSON.stringify(managed)).not.toMatch(/paused|side|theirs|status/)
  expect(written).toEqual([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { labels: { mine: 'a' }, name: 'web' }, spec: { containers: [['main', { image: 'a', name: 'main' }]], replicas: 1 } }])
  // Others' fields, status, bookkeeping, the order of a list, another item of it.
  expect(same(base, live({ ...spec, paused: true, containers: [{ name: 'side', image: 'c' }, { name: 'main', image: 'a', env: [1] }], finalizers: ['new', 'keep'] }, fields, { resourceVersion: '2', generation: 9, annotations: { a: 'b' }, labels: { mine: 'a', theirs: 'c' } }))).toBe(true)
  expect(same(base, { ...base, status: { replicas: 4 } })).toBe(true)
})

it('notices values and owners that changed', () => {
  const base = live(spec, fields)
  expect(same(base, live({ ...spec, replicas: 2 }, fields))).toBe(false)
  expect(same(base, live({ ...spec, containers: [{ name: 'main', image: 'z' }] }, fields))).toBe(false)
  expect(same(base, live({ ...spec, containers: [] }, fields))).toBe(false)
  expect(same(base, live({ ...spec, finalizers: [] }, fields))).toBe(false)
  const { 'f:replicas': _gone, ...rest } = fields['f:spec']
  expect(same(base, live(spec, { ...fields, 'f:spec': rest }))).toBe(false)
  expect(same(base, live(spec, fields, { labels: { theirs: 'b' } }))).toBe(false)
})

it('reads a Secret that was written as stringData', () => {
  const secret = (data: object): never => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', managedFields: [] }, data }) as never
  const wanted = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'x' } }
  const text = (data: object): string => JSON.stringify(ownedFields(secret(data), [wanted]))
  expect(text({ a: 'eA==' })).toBe(text({ a: 'eA==', b: 'eQ==' }))
  expect(text({ a: 'eA==' })).not.toBe(text({ a: 'eQ==' }))
})

it('bears what a broken or hostile object holds', () => {
  for (const odd of [{}, { managedFields: [{ manager: 'helm', operation: 'Apply', fieldsV1: { 'k:{': {}, 'f:': 1, 'v:x': null, '.': {} } }] }, { managedFields: [{ manager: 'helm' }] }]) {
    expect(() => ownedFields({ apiVersion: 'v1', kind: 'X', metadata: { name: 'a', ...odd }, list: [null, 1, { name: null }] } as never, [{ apiVersion: 'v1', kind: 'X', metadata: {}, list: [{ name: 'b' }] } as never])).not.toThrow()
  }
})
