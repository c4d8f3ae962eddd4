import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyStrategicPatch, equalJson, mergePatch, patchSchema, threeWayMergePatch, threeWayStrategicPatch } from './index.ts'

// Recorded from apimachinery 0.37: CreateThreeWayMergePatch, StrategicMergePatch, CreateThreeWayJSONMergePatch and
// json-patch's CreateMergePatch over the same three objects.
const vectors = JSON.parse(readFileSync(new URL('./strategic-merge.vectors.json', import.meta.url), 'utf8')) as any[]
const plain = (v: unknown): unknown => JSON.parse(JSON.stringify(v))

test.each(vectors)('$name', (v) => {
  const schema = patchSchema(v.original.apiVersion, v.original.kind)!
  const make = (): any => threeWayStrategicPatch(v.original, v.modified, v.current, schema)
  const before = JSON.stringify(v)
  if (v.err !== undefined) {
    expect(make).toThrow(new Error(v.err))
    return
  }
  const patch = make()
  expect(plain(patch)).toEqual(v.patch)
  expect(plain(applyStrategicPatch(v.current, patch, schema))).toEqual(v.applied)
  expect(plain(threeWayMergePatch(v.original, v.modified, v.current))).toEqual(v.json3)
  expect(plain(mergePatch(v.original, v.modified))).toEqual(v.json2)
  expect(JSON.stringify(v)).toBe(before)
})

test('custom resources have no schema', () => {
  expect(patchSchema('example.com/v1', 'Widget')).toBeUndefined()
  expect(patchSchema('constructor', 'Deployment')).toBeUndefined()
})

test('equality of JSON', () => {
  expect(equalJson({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true)
  expect(equalJson({ a: [1] }, { a: [1, 2] })).toBe(false)
  expect(equalJson({ toString: 1 }, {})).toBe(false)
})

test('of items with one key the last is compared with the live one, as Go sorts them', () => {
  const schema = patchSchema('v1', 'Service')!
  const service = (...ports: object[]) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports } })
  const [tcp, udp] = [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'http-udp', port: 80, targetPort: 'http-udp', protocol: 'UDP' }]
  expect(threeWayStrategicPatch(service(tcp), service(tcp, udp), service({ ...tcp, protocol: 'TCP' }), schema)).toEqual({
    spec: { '$setElementOrder/ports': [{ port: 80 }, { port: 80 }], ports: [{ name: 'http-udp', port: 80, protocol: 'UDP', targetPort: 'http-udp' }, tcp] },
  })
})
