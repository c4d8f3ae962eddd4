import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { isAppliedAlready } from './applied-already.ts'
import { upgradedManagers } from './managed-fields.ts'

// Recorded from client-go 0.37 csaupgrade.UpgradeManagedFieldsPatch, manager "helm" for both.
const vectors = JSON.parse(readFileSync(new URL('./managed-fields.vectors.json', import.meta.url), 'utf8')) as { name: string; entries: any[]; upgraded: any[] | null }[]

test.each(vectors)('client-side to server-side: $name', ({ entries, upgraded }) => {
  expect(upgradedManagers(entries, 'helm') ?? null).toEqual(upgraded)
})

// As a server stores it after an apply by helm, with defaults and a status.
const live: KubeObject = {
  apiVersion: 'apps/v1', kind: 'Deployment',
  metadata: {
    name: 'd', namespace: 'n', uid: 'u', resourceVersion: '7', generation: 1, labels: { a: '1', other: 'x' },
    managedFields: [
      {
        manager: 'helm', operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', time: 't',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:a': {} } },
          'f:spec': {
            'f:replicas': {}, 'f:selector': {},
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"m"}': {
              '.': {}, 'f:args': {}, 'f:name': {}, 'f:image': {},
              'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} }, 'k:{"containerPort":81,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
            } } } },
          },
        },
      },
      { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'apps/v1', subresource: 'status', fieldsV1: { 'f:status': {} } },
    ],
  },
  spec: {
    replicas: 2, selector: { matchLabels: { a: '1' } }, revisionHistoryLimit: 10,
    template: { spec: { containers: [{ name: 'side', image: 's' }, { name: 'm', image: 'i', args: ['a', 'b'], imagePullPolicy: 'Always', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81, protocol: 'TCP' }] }] } },
  },
}
const target = (): any => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'n', labels: { a: '1' } },
  spec: {
    replicas: 2, selector: { matchLabels: { a: '1' } },
    template: { spec: { containers: [{ name: 'm', image: 'i', args: ['a', 'b'], ports: [{ containerPort: 80 }, { containerPort: 81 }] }] } },
  },
})

test('an apply that would change nothing is known', () => {
  expect(isAppliedAlready(target(), live, 'helm')).toBe(true)
  expect(isAppliedAlready(target(), live, 'other')).toBe(false)
})

const container = (t: any): any => t.spec.template.spec.containers[0]
test.each<[string, (t: any) => void]>([
  ['another value', (t) => { t.spec.replicas = 3 }],
  ['one more field', (t) => { t.spec.paused = true }],
  ['a field that only the server set', (t) => { t.spec.revisionHistoryLimit = 10 }],
  ['one field less', (t) => { delete t.spec.replicas }],
  ['one label less', (t) => { delete t.metadata.labels }],
  ['a label of somebody else', (t) => { t.metadata.labels.other = 'x' }],
  ['an atomic map', (t) => { t.spec.selector.matchLabels.b = '1' }],
  ['an atomic list', (t) => { container(t).args.reverse() }],
  ['one item less', (t) => { container(t).ports.pop() }],
  ['items in another order', (t) => { container(t).ports.reverse() }],
  ['one item more', (t) => { t.spec.template.spec.containers.push({ name: 'n' }) }],
  ['another version', (t) => { t.apiVersion = 'apps/v2' }],
  ['a null', (t) => { t.spec.replicas = null }],
])('and one that would: %s', (_what, change) => {
  const changed = target()
  change(changed)
  expect(isAppliedAlready(changed, live, 'helm')).toBe(false)
})

test('a live value that differs is put right', () => {
  const drifted = structuredClone(live)
  drifted.spec.replicas = 5
  expect(isAppliedAlready(target(), drifted, 'helm')).toBe(false)
  const deleted = structuredClone(live)
  delete deleted.spec.template.spec.containers[1].image
  expect(isAppliedAlready(target(), deleted, 'helm')).toBe(false)
})
