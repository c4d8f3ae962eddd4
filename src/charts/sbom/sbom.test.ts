import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../chart/index.ts'
import { sbom, type SbomImage, type SbomOptions } from './index.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const chart = () => loadFiles(Object.entries({
  'Chart.yaml': `apiVersion: v2
name: shop
version: 1.2.3+build
appVersion: "9"
description: Sells things
home: https://example.com/shop
sources: [https://git.example.com/shop, not a url, "https://user:secret@git.example.com/x"]
maintainers: [{name: Ann, email: ann@example.com}, {name: Bob, email: nobody}]
annotations: {artifacthub.io/license: Apache-2.0}
dependencies:
- {name: db, version: 2.x.x, repository: "https://user:secret@charts.example.com", alias: store, condition: store.enabled}
- {name: gone, version: ^3.0.0, repository: "oci://registry.example.com/charts"}
- {name: exact, version: 4.5.6, repository: "@repo"}
`,
  'Chart.lock': 'dependencies:\n- {name: db, version: 2.1.0, repository: x}\n- {name: gone, version: 3.4.5, repository: x}\ndigest: x\ngenerated: "2026-01-01T00:00:00Z"\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 2.1.0\nannotations: {licenses: MIT OR Apache-2.0}\n',
  'charts/db/charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\nannotations: {licenses: House Rules}\n',
}).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
const images: SbomImage[] = [
  { image: 'nginx:1.27', registry: 'docker.io', repository: 'library/nginx', tag: '1.27', digest, charts: [[], ['store']] },
  { image: 'example.com:5000/Team_a/app', registry: 'example.com:5000', repository: 'team_a/app', charts: [['store']] },
]
const make = (more: Partial<SbomOptions> = {}): any => JSON.parse(JSON.stringify(sbom(chart(), { images, used: new Set(['store', 'store/lib']), tool: { name: 'pintle', version: '1.0.0' }, timestamp: 1_700_000_000, ...more })))

test('the chart, its dependencies and images, and who needs whom', () => {
  const bill = make({ archiveDigest: 'cd'.repeat(32), repository: 'oci://registry.example.com/charts', contentDigest: (c) => `of ${c.name}` })
  expect(bill.metadata).toEqual({
    timestamp: '2023-11-14T22:13:20Z', tools: { components: [{ type: 'application', name: 'pintle', version: '1.0.0' }] },
    component: {
      type: 'application', 'bom-ref': 'chart', name: 'shop', version: '1.2.3+build', description: 'Sells things', hashes: [{ alg: 'SHA-256', content: 'cd'.repeat(32) }], licenses: [{ license: { id: 'Apache-2.0' } }],
      purl: 'pkg:helm/shop@1.2.3%2Bbuild?repository_url=oci%3A//registry.example.com/charts', authors: [{ name: 'Ann', email: 'ann@example.com' }, { name: 'Bob' }],
      externalReferences: [{ type: 'website', url: 'https://example.com/shop' }, { type: 'vcs', url: 'https://git.example.com/shop' }],
      properties: [{ name: 'helm:appVersion', value: '9' }, { name: 'pintle:contentDigest', value: 'of shop' }],
    },
  })
  expect(bill.components.map((c: any) => [c['bom-ref'], c.type, c.version, c.scope, c.purl, c.licenses])).toEqual([
    ['chart/exact', 'application', '4.5.6', undefined, 'pkg:helm/exact@4.5.6', undefined],
    ['chart/gone', 'application', '3.4.5', undefined, 'pkg:helm/gone@3.4.5?repository_url=oci%3A//registry.example.com/charts', undefined],
    ['chart/store', 'application', '2.1.0', undefined, 'pkg:helm/db@2.1.0?repository_url=https%3A//charts.example.com', [{ expression: 'MIT OR Apache-2.0' }]],
    ['chart/store/lib', 'library', '0.1.0', undefined, 'pkg:helm/lib@0.1.0', [{ license: { name: 'House Rules' } }]],
    ['image/docker.io/library/nginx:1.27@' + digest, 'container', '1.27', undefined, `pkg:oci/nginx@sha256%3A${'ab'.repeat(32)}?repository_url=docker.io/library/nginx&tag=1.27`, undefined],
    ['image/example.com:5000/team_a/app', 'container', undefined, undefined, 'pkg:oci/app?repository_url=example.com%3A5000/team_a/app', undefined],
  ])
  expect(bill.dependencies).toEqual([
    { ref: 'chart', dependsOn: ['chart/exact', 'chart/gone', 'chart/store', `image/docker.io/library/nginx:1.27@${digest}`] },
    { ref: 'chart/exact' }, { ref: 'chart/gone' },
    { ref: 'chart/store', dependsOn: ['chart/store/lib', `image/docker.io/library/nginx:1.27@${digest}`, 'image/example.com:5000/team_a/app'] },
    { ref: 'chart/store/lib' }, { ref: `image/docker.io/library/nginx:1.27@${digest}` }, { ref: 'image/example.com:5000/team_a/app' },
  ])
  expect(bill.components[4].hashes).toEqual([{ alg: 'SHA-256', content: 'ab'.repeat(32) }])
  expect(JSON.stringify(bill)).not.toContain('secret')
})

test('what is switched off is optional', () => {
  expect(make({ used: new Set() }).components.filter((c: any) => c.scope === 'optional').map((c: any) => c.name)).toEqual(['db', 'lib'])
})

test('the same content has the same serial number, whatever the time', () => {
  const one = make()
  const two = make({ timestamp: 5 })
  expect(one.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(two).toEqual({ ...one, metadata: { ...one.metadata, timestamp: '1970-01-01T00:00:05Z' } })
  expect(make({ images: [] }).serialNumber).not.toBe(one.serialNumber)
})

/** What the JSON schema of CycloneDX 1.6 asks of the parts that are used here. */
test('by the rules of CycloneDX 1.6', () => {
  const bill = make({ archiveDigest: 'cd'.repeat(32), contentDigest: () => 'x' })
  expect(Object.keys(bill)).toEqual(['$schema', 'bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'])
  expect([bill.bomFormat, bill.specVersion, bill.version]).toEqual(['CycloneDX', '1.6', 1])
  const components = [bill.metadata.component, ...bill.components]
  const refs = components.map((c) => c['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  for (const c of components) {
    for (const key of Object.keys(c)) expect(['type', 'bom-ref', 'name', 'version', 'description', 'scope', 'hashes', 'licenses', 'purl', 'authors', 'externalReferences', 'properties']).toContain(key)
    expect(['application', 'library', 'container']).toContain(c.type)
    expect(c.name).not.toBe('')
    expect(c.purl).toMatch(/^pkg:(?:helm|oci)\/[\w.%/-]+(?:@[\w.%-]+)?(?:\?[\w=&.%/-]+)?$/)
    for (const hash of c.hashes ?? []) expect(hash).toEqual({ alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) })
    for (const property of c.properties ?? []) expect(Object.keys(property)).toEqual(['name', 'value'])
    // Several licences, or one expression alone.
    if (c.licenses?.some((l: any) => 'expression' in l)) expect(c.licenses).toHaveLength(1)
    for (const author of c.authors ?? []) expect(Object.keys(author).every((key) => key === 'name' || key === 'email')).toBe(true)
  }
  for (const { ref, dependsOn = [] } of bill.dependencies) for (const one of [ref, ...dependsOn]) expect(refs).toContain(one)
  for (const { dependsOn = [] } of bill.dependencies) expect(new Set(dependsOn).size).toBe(dependsOn.length)
})
