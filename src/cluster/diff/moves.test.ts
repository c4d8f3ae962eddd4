import { expect, it } from 'vitest'
import type { KubeObject } from '../kube/index.ts'
import { diffObjects, findMoves, withoutNoise } from './index.ts'

const deployment = (name: string, image: string, more: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: { app: 'web', 'helm.sh/chart': `web-${image}` } }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web', chart: 'c' }, annotations: { 'checksum/config': image } }, spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 80 }] }], ...more } } } })
const mark = (value: string) => `(${value.length})`

it('finds what only changed its name, once, and not what is another object', () => {
  const changes = diffObjects([
    { before: deployment('old', 'a:1') }, { before: deployment('older', 'b:1', { hostNetwork: true, dnsPolicy: 'None', restartPolicy: 'Always' }) },
    { after: deployment('new', 'a:2') }, { after: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old' }, data: { a: 'b' } } },
    { after: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'other' }, spec: { template: { spec: { containers: [{ name: 'x', image: 'y' }] } } } } },
  ], mark)
  expect(findMoves(changes).map(({ from, to }) => [from.name, to.name])).toEqual([['old', 'new']])
})

it('chart labels and checksums are no change, in pod templates neither', () => {
  const pair = (noise: Parameters<typeof withoutNoise>[1]) => diffObjects([{ before: withoutNoise(deployment('web', 'a:1'), noise), after: withoutNoise({ ...deployment('web', 'a:2') }, noise) }], mark).objects[0]!.fields.map((f) => f.path)
  expect(pair([])).toHaveLength(3)
  expect(pair(['chart-label', 'checksum'])).toEqual(['spec.template.spec.containers[name=app].image'])
  expect(pair(['chart-label'])).toHaveLength(2)
})
