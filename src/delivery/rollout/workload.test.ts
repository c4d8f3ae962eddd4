import { expect, test } from 'vitest'
import { isPintleError } from '../../errors/index.ts'
import { Manifest } from './manifest.ts'
import { shop } from './shop.fixtures.ts'
import { findWorkload } from './workload.ts'

const read = (text: string): Manifest => Manifest.read(text, 'default')
const find = (stable: string, target: string, workload?: string) => findWorkload(read(stable), read(target), workload === undefined ? {} : { workload })
const workload = (kind: string, name: string, image: string, reads = ''): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: a, image: "${image}"${reads}}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}}
`

test('the one Deployment whose pods change and that a Service selects', () => {
  const more = workload('Deployment', 'worker', 'w:1').replace(/---\napiVersion: v1\nkind: Service[^]*$/, '')
  const found = find(shop({ version: '1', more }), shop({ version: '2', more: more.replace('w:1', 'w:2') }))
  expect(found).toMatchObject({ kind: 'workload', workload: { name: { kind: 'Deployment', group: 'apps', namespace: 'default', name: 'shop' }, services: [{ name: 'shop' }], config: [], following: ['Deployment/worker'] } })
})

test.each([
  ['envFrom', ', envFrom: [{configMapRef: {name: c}}]'],
  ['env', ', env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: a}}}]'],
])('changed configuration alone is a new version: %s', (_title, reads) => {
  const config = (value: string): string => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {v: "${value}"}}\ndata: {a: "${value}"}\n`
  expect(find(workload('Deployment', 'web', 'a:1', reads) + config('1'), workload('Deployment', 'web', 'a:1', reads) + config('2'))).toMatchObject({ kind: 'workload', workload: { config: [{ kind: 'ConfigMap', name: 'c' }] } })
  expect(find(workload('Deployment', 'web', 'a:1') + config('1'), workload('Deployment', 'web', 'a:1') + config('2'))).toMatchObject({ kind: 'nothing to shift' })
})

test('nothing to shift is a value', () => {
  expect(find(shop({ version: '1' }), shop({ version: '1' }))).toEqual({ kind: 'nothing to shift', why: 'no Deployment changes its pods' })
  expect(find('', shop({ version: '1' }))).toEqual({ kind: 'nothing to shift', why: 'Deployment shop is new: there is no version before it' })
  expect(find(shop({ version: '1' }), shop({ version: '1' }), 'Deployment/shop')).toEqual({ kind: 'nothing to shift', why: 'the pods of Deployment shop do not change' })
})

test.each([
  ['several', workload('Deployment', 'a', 'x:1') + workload('Deployment', 'b', 'x:1'), workload('Deployment', 'a', 'x:2') + workload('Deployment', 'b', 'x:2'), undefined, /several Deployments change that Services select: a, b/],
  ['a StatefulSet', workload('StatefulSet', 'db', 'x:1'), workload('StatefulSet', 'db', 'x:2'), undefined, /StatefulSet db cannot be rolled out in parts/],
  ['a DaemonSet that is named', workload('DaemonSet', 'ds', 'x:1'), workload('DaemonSet', 'ds', 'x:2'), 'DaemonSet/ds', /one pod on every node/],
  ['a name that is not there', workload('Deployment', 'a', 'x:1'), workload('Deployment', 'a', 'x:2'), 'Deployment/z', /has no Deployment z/],
  ['Recreate', workload('Deployment', 'a', 'x:1'), workload('Deployment', 'a', 'x:2').replace('spec:\n', 'spec:\n  strategy: {type: Recreate}\n'), undefined, /two versions of it must not run at once/],
  ['another selector', workload('Deployment', 'a', 'x:1'), workload('Deployment', 'a', 'x:2').replace('selector: {matchLabels: {app: a}}', 'selector: {matchLabels: {app: a, v: b}}'), undefined, /changes its selector/],
])('refused: %s', (_title, stable, target, named, message) => {
  let caught: unknown
  try { find(stable, target, named) } catch (error) { caught = error }
  expect(isPintleError(caught, 'rule.refused')).toBe(true)
  expect((caught as Error).message).toMatch(message)
  expect((caught as { hint?: string }).hint).toBeTruthy()
})

test('one of several is taken by its name', () => {
  const two = (image: string): string => workload('Deployment', 'a', image) + workload('Deployment', 'b', image)
  expect(find(two('x:1'), two('x:2'), 'b')).toMatchObject({ workload: { name: { name: 'b' }, following: ['Deployment/a'] } })
})
