import { describe, expect, it } from 'vitest'
import { ChartFile, defaultCapabilities, loadFiles, parseSet, type Table } from '../../../charts/chart/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { defaultKeys } from './chart-facts.ts'
import { releaseFacts } from './release-facts.ts'

const plain = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\ndependencies:\n- { name: db, version: ^1.0.0, repository: "https://charts.example.com" }\n',
  'Chart.lock': 'dependencies:\n- { name: db, version: 1.0.4, repository: "https://charts.example.com" }\ndigest: sha256:0\ngenerated: "2026-01-01T00:00:00Z"\n',
  'CHANGELOG.md': '# Changes\n\n## 1.2.3\n\n- more\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.4\n',
  'values.yaml': 'replicas: 2\nimage: web\n',
  'values.schema.json': JSON.stringify({ properties: { replicas: { type: 'integer' }, password: { pattern: '^x' } } }),
  'crds/widgets.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: widgets.acme.example }\n',
  'templates/web.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata: { name: web }', 'spec:', '  replicas: {{ .Values.replicas }}', '  selector: { matchLabels: { app: web } }',
    '  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "{{ .Values.image }}:1" }] } }', '',
  ].join('\n'),
  'templates/list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }\n- { apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: { name: b }, spec: {} }\n',
  'templates/job.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: job, annotations: { helm.sh/hook: "pre-upgrade,post-upgrade", helm.sh/hook-weight: "3" } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: job, image: tool:2 }] } } }\n',
}

async function gather(files: Readonly<Record<string, string>> = {}, set = '') {
  const chart = loadFiles(Object.entries({ ...plain, ...files }).map(([name, text]) => ChartFile.fromBytes(name, Buffer.from(text))), 'v2')
  const values: Table = new Map()
  if (set !== '') parseSet(set, values)
  return releaseFacts({
    chart, values, capabilities: defaultCapabilities(), kubernetesVersion: '1.36', source: { reference: './shop', wantedVersion: '', digest: 'sha256:c', local: true }, release: { name: 'shop', namespace: 'prod' }, valueFiles: [], setKeys: [],
  })
}

describe('facts of a release', () => {
  it('about the chart: dependencies, lock, changelog, schema', async () => {
    const { inputs } = await gather()
    expect(inputs.chart).toMatchObject({ name: 'shop', version: '1.2.3', lockInSync: false, dependencies: [{ name: 'db', range: '^1.0.0', locked: '1.0.4', present: '1.0.4' }] })
    expect(inputs).toMatchObject({ changelog: true, schema: { present: true, faults: [] } })
    expect((await gather({ 'CHANGELOG.md': '## 1.2.30\n\n## 11.2.3\n' })).inputs.changelog).toBe(false)
  })

  it('about objects: Lists are taken apart, hooks and definitions told apart, the record measured', async () => {
    const { manifests } = await gather()
    expect(manifests.objects.map(({ object, source }) => `${object.kind}/${object.metadata.name} ${source}`)).toEqual(expect.arrayContaining(['ConfigMap/a shop/templates/list.yaml', 'Deployment/web shop/templates/web.yaml']))
    expect(manifests.hooks).toMatchObject([{ object: { kind: 'Job' }, hook: { events: ['pre-upgrade', 'post-upgrade'], weight: 3 } }])
    expect(manifests.crds).toMatchObject([{ object: { metadata: { name: 'widgets.acme.example' } } }])
    expect(manifests.recordBytes).toBeGreaterThan(500)
  })

  it('about images: who uses them, hooks too', async () => {
    expect((await gather()).inputs.images).toEqual([{ image: 'tool:2', usedBy: ['Job/job'] }, { image: 'web:1', usedBy: ['Deployment/web'] }])
  })

  it('by schemas of the version: what does not fit, what is not served', async () => {
    const { manifests } = await gather({ 'templates/bad.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec:\n  port: 80\n' })
    expect(manifests.schema).toMatchObject([{ object: { kind: 'Service', name: 'web' }, message: expect.stringContaining('spec.port'), place: { file: 'templates/bad.yaml', line: 5 } }])
    expect(manifests.unserved).toMatchObject([{ object: { kind: 'PodDisruptionBudget', name: 'b' }, of: 'manifest', place: { file: 'templates/list.yaml' } }])
  })

  it('values that the schema refuses are a fact, without the value', async () => {
    const { inputs, manifests } = await gather({}, 'replicas=many,password=hunter2')
    expect(inputs.schema!.faults).toHaveLength(2)
    expect(JSON.stringify(inputs.schema)).not.toContain('hunter2')
    expect(manifests.objects.length).toBeGreaterThan(1)
  })

  it('what changes from render to render, with its template line; what is asked of cluster and DNS', async () => {
    const { inputs } = await gather({
      'templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  password: {{ randAlphaNum 20 }}\n  at: {{ include "stamp" . }}\n  ip: {{ getHostByName "db.example.com" | quote }}\n  old: {{ (lookup "v1" "Secret" "prod" "s").kind | default "none" }}\n',
      'templates/_helpers.tpl': '{{ define "stamp" }}\n{{- now | unixEpoch }}{{ uuidv4 }}\n{{- end }}\n',
    })
    expect(inputs.nondeterministic).toEqual([
      { template: 'shop/templates/secret.yaml', line: 5, why: 'randAlphaNum gives something else each time' },
      { template: 'shop/templates/_helpers.tpl', line: 2, why: expect.stringMatching(/^(?:now|uuidv4) gives something else each time$/) },
      { template: '', line: 0, why: expect.stringContaining('asks DNS for db.example.com') },
      { template: '', line: 0, why: expect.stringContaining('looks up Secret prod/s (v1)') },
    ])
    expect((await gather()).inputs.nondeterministic).toEqual([])
  })

  it('is the error of a chart that does not render', async () => {
    await expect(gather({ 'templates/x.yaml': '{{ fail "no" }}' })).rejects.toMatchObject({ code: 'template.exec' })
  })
})

it('keys of defaults are leaves and empty maps', () => {
  expect(defaultKeys(new Map<string, Value>([['a', new Map<string, Value>([['b', true], ['c', new Map()]])], ['d', [true]]]))).toEqual(['a.b', 'a.c', 'd'])
})
