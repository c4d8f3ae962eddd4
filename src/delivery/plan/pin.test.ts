import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadFiles, ChartFile } from '../../charts/chart/index.ts'
import { renderChart } from '../../charts/render/index.ts'
import type { RegistryClient } from '../../charts/registry/index.ts'
import { PintleError } from '../../errors/index.ts'
import { DigestCache } from './digest-cache.ts'
import { findImages } from './find-images.ts'
import { imageName, parseImage, unpinned } from './image-reference.ts'
import { moved, type Pin } from './lock.ts'
import { pinImages } from './pin-release.ts'

const hex = (c: string): string => `sha256:${c.repeat(64)}`

test.each([
  ['nginx', 'docker.io/library/nginx', 'it has no tag, which means latest'],
  ['nginx:latest', 'docker.io/library/nginx:latest', 'latest is whatever was pushed last'],
  ['acme/web:1', 'docker.io/acme/web:1', undefined],
  ['localhost/web:1', 'localhost/web:1', undefined],
  ['localhost:5000/a/b:v1.2', 'localhost:5000/a/b:v1.2', undefined],
  ['index.docker.io/library/nginx:1', 'docker.io/library/nginx:1', undefined],
  [`ghcr.io/a/b:latest@${hex('a')}`, `ghcr.io/a/b:latest@${hex('a')}`, undefined],
])('%s is %s', (text, name, why) => {
  const image = parseImage(text)
  if (typeof image === 'string') throw new Error(image)
  expect([imageName(image), unpinned(image)]).toEqual([name, why])
})

test.each([
  [' nginx:1', 'it is no image reference'], ['Nginx:1', 'its name "Nginx" is not valid'], ['nginx:a b', 'its tag "a b" is not valid'], ['nginx@sha256:12', 'its digest is not valid: invalid checksum digest length'], ['nginx:', 'its tag "" is not valid'],
  ['http://x/y:1', 'its name "/x/y" is not valid'],
])('%j: %s', (text, why) => {
  expect(parseImage(text)).toBe(why)
})

function chartOf(templates: Record<string, string>, values = '{}\n') {
  return loadFiles([
    ChartFile.fromText('Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'), ChartFile.fromText('values.yaml', values),
    ...Object.entries(templates).map(([name, text]) => ChartFile.fromText(`templates/${name}`, text)),
  ], 'v2')
}

const objects = {
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: p, annotations: {helm.sh/hook: test}}
spec:
  initContainers: [{name: i, image: init:1}]
  ephemeralContainers: [{name: e, image: debug:1}]
  containers: [{name: a, image: main:1, env: [{name: image, value: no:1}]}]
  volumes: [{name: v, image: {reference: quay.io/data/set:2}}]
`,
  'cron.yaml': `apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: job:1}]}}}}}
`,
  'custom.yaml': `apiVersion: example.com/v1
kind: Thing
metadata: {name: t}
spec:
  image: quay.io/prom/operator:v1
  logo: {image: logo.png}
  icon: {image: icons/small.png}
  pods: [{template: {spec: {containers: [{name: a, image: inner:1}]}}}]
`,
  'gateway.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g}
spec: {image: quay.io/gate/way:1}
`,
  'config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {image: quay.io/not/me:1}
`,
}

test('images of all objects: hooks, init and ephemeral containers, image volumes, custom resources; and nothing else', () => {
  const rendered = renderChart(chartOf(objects), { release: { name: 'x', namespace: 'default' } })
  expect(findImages(rendered).map((f) => f.image).sort()).toEqual(['debug:1', 'init:1', 'inner:1', 'job:1', 'main:1', 'quay.io/data/set:2', 'quay.io/gate/way:1', 'quay.io/prom/operator:v1'])
})

/** A client whose registries know these tags and digests. */
function clientOf(known: Record<string, string>, asked: string[] = []): RegistryClient {
  return {
    repository: ({ registry, repository }: { registry: string; repository: string }) => ({
      resolve: async (reference: string) => {
        asked.push(`${registry}/${repository}:${reference}`)
        const digest = known[`${registry}/${repository}:${reference}`]
        if (digest === undefined) throw new PintleError('registry.notFound', `${repository}:${reference}: not found`)
        return { mediaType: '', digest, size: 1 }
      },
    }),
  } as unknown as RegistryClient
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: a
          image: {{ .Values.image }}
        - name: b
          image: "quay.io/b/b:1"
`
const base = { release: { name: 'x', namespace: 'default' }, sources: {}, offline: false, known: new Map<string, string>(), pinned: [], update: false }

test('digests come from the registries, once for each image', async () => {
  const asked: string[] = []
  const chart = chartOf({ 'a.yaml': deployment, 'b.yaml': deployment.replace('name: web', 'name: web2') }, `image: nginx:1\n`)
  const client = clientOf({ 'docker.io/library/nginx:1': hex('1'), 'quay.io/b/b:1': hex('2') }, asked)
  expect(await pinImages({ ...base, chart, values: new Map(), client })).toEqual({ images: [{ image: 'docker.io/library/nginx:1', digest: hex('1') }, { image: 'quay.io/b/b:1', digest: hex('2') }], moved: [], refused: [] })
  expect(asked.sort()).toEqual(['docker.io/library/nginx:1', 'quay.io/b/b:1'])
})

test('what cannot be pinned is refused with its line: of the values, of the template', async () => {
  const chart = chartOf({ 'a.yaml': deployment }, `# comment\nimage: nginx\n`)
  const { refused } = await pinImages({ ...base, chart, values: new Map(), client: clientOf({}) })
  expect(refused.map(({ what, why, place, set }) => [what, why, `${place?.file}:${place?.line}`, set])).toEqual([
    ['Deployment/web: nginx', 'it has no tag, which means latest', 'web/templates/a.yaml:9', ['image (values.yaml:2)']],
    ['Deployment/web: quay.io/b/b:1', 'b/b:1: not found', 'web/templates/a.yaml:11', []],
  ])
})

test('a tag that was moved keeps its pinned digest, as long as that is there; update takes the new one', async () => {
  const chart = chartOf({ 'a.yaml': deployment }, `image: quay.io/b/b:1\n`)
  const pinned = [{ image: 'quay.io/b/b:1', digest: hex('1') }]
  const known = { 'quay.io/b/b:1': hex('2'), [`quay.io/b/b:${hex('1')}`]: hex('1') }
  const options = { ...base, chart, values: new Map(), pinned }
  const moves = [{ image: 'quay.io/b/b:1', pinned: hex('1'), now: hex('2') }]
  expect(await pinImages({ ...options, client: clientOf(known) })).toEqual({ images: pinned, moved: moves, refused: [] })
  expect(await pinImages({ ...options, update: true, client: clientOf(known) })).toEqual({ images: [{ image: 'quay.io/b/b:1', digest: hex('2') }], moved: moves, refused: [] })
  expect((await pinImages({ ...options, client: clientOf({ 'quay.io/b/b:1': hex('2') }) })).refused[0]?.why).toContain('its pinned digest is not there any more')
})

test('offline, nobody is asked, and what is not known is refused', async () => {
  const asked: string[] = []
  const chart = chartOf({ 'a.yaml': deployment }, `image: quay.io/a/a@${hex('7')}\n`)
  const options = { ...base, chart, values: new Map(), offline: true, client: clientOf({}, asked) }
  expect((await pinImages({ ...options, known: new Map([['quay.io/b/b:1', hex('3')]]) })).images).toEqual([{ image: `quay.io/a/a@${hex('7')}`, digest: hex('7') }, { image: 'quay.io/b/b:1', digest: hex('3') }])
  expect((await pinImages(options)).refused).toMatchObject([{ what: 'Deployment/web: quay.io/b/b:1', why: 'no digest of it is known, and --offline asks no registry' }])
  expect(asked).toEqual([])
})

test('differences of two pins, images too', () => {
  const pin: Pin = { chart: { name: 'w', version: '1', digest: 'd' }, dependencies: [], values: [], tool: { pintle: '1', helm: '4' }, images: [{ image: 'a:1', digest: hex('1') }, { image: 'b:1', digest: hex('1') }] }
  expect(moved(pin, { ...pin, images: [{ image: 'a:1', digest: hex('2') }, { image: 'c:1', digest: hex('1') }] })).toEqual([`image a:1: ${hex('1')} -> ${hex('2')}`, `image b:1: ${hex('1')} -> (absent)`, `image c:1: (absent) -> ${hex('1')}`])
  const { images: _, ...without } = pin
  expect(moved(pin, without)).toEqual([])
})

test('the cache of digests survives, and damage to it is no failure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-digests-'))
  try {
    const path = join(folder, 'deep', 'digests.json')
    new DigestCache(path).keep([['a:1', hex('1')]])
    new DigestCache(path).keep([['b:1', hex('2')]])
    expect([new DigestCache(path).get('a:1'), new DigestCache(path).get('b:1'), new DigestCache(folder).get('a:1')]).toEqual([hex('1'), hex('2'), undefined])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
