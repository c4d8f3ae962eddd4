import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../../chart/index.ts'
import { renderChart } from '../../render/index.ts'
import { checkObjects, type CheckObjectsOptions } from './check-objects.ts'

async function check(files: Record<string, string>, options: Partial<CheckObjectsOptions> = {}) {
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', ...files }
  const chart = loadFiles(Object.entries(all).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
  const rendered = renderChart(chart, { release: { name: 'r', namespace: 'default' }, trace: true })
  const { findings, counts, skipped } = await checkObjects(chart, rendered, { kubernetesVersion: '1.37', ...options })
  return { counts, skipped, said: findings.map((f) => `${f.severity} ${f.rule} ${f.path}:${f.line}:${f.column} ${f.message}${f.hint === undefined ? '' : ` (${f.hint})`}`) }
}

test('findings stand where the template wrote the field', async () => {
  const { said, counts } = await check({
    'templates/_names.tpl': '{{ define "labels" }}\nlabel:\n  a: b\n{{ end }}',
    'templates/svc.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  {{- include "labels" . | nindent 2 }}\nspec:\n  {{- if true }}\n  ports:\n    - port: {{ "http" | quote }}\n  {{- end }}\n',
  })
  expect(said).toEqual([
    'error schema/unknown-field templates/_names.tpl:2:1 Service x: metadata.label is not a field of ObjectMeta (Did you mean labels?)',
    'error schema/type templates/svc.yaml:9:16 Service x: spec.ports[0].port must be an integer, but is a string',
  ])
  expect(counts).toEqual({ valid: 0, invalid: 1, skipped: 0, error: 0, empty: 0 })
})

test('hooks count; what cannot be read is told', async () => {
  const { said } = await check({ 'templates/a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  annotations: {helm.sh/hook: test}\nspec: {containers: [{}]}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata:\n  a: x\n  a: y\n' })
  expect(said).toEqual([
    'error schema/unreadable templates/a.yaml:13:1 ConfigMap e: "a" is there twice in one map',
    'error schema/missing-field templates/a.yaml:6:1 Pod x: spec.containers[0].name is required',
  ])
})

test('API versions that end', async () => {
  const files = {
    'templates/a.yaml': 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x}\n',
    'templates/b.yaml': 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\n',
    'templates/c.yaml': 'apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: z}\n',
  }
  expect((await check(files)).said).toEqual([
    'error api/removed templates/a.yaml:1:1 PodDisruptionBudget x: policy/v1beta1 PodDisruptionBudget is not served since Kubernetes 1.25 (Use policy/v1 PodDisruptionBudget.)',
    'warning api/deprecated templates/b.yaml:1:1 Endpoints e: v1 Endpoints is deprecated since Kubernetes 1.33 (Use discovery.k8s.io/v1 EndpointSlice.)',
    'error api/removed templates/c.yaml:1:1 FlowSchema z: flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema is not served since Kubernetes 1.32 (Use flowcontrol.apiserver.k8s.io/v1 FlowSchema.)',
  ])
  expect((await check(files, { kubernetesVersion: '1.31' })).said.filter((s) => s.includes('.yaml:') && !s.includes('a.yaml'))).toEqual([
    'warning api/deprecated templates/c.yaml:1:1 FlowSchema z: flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema is deprecated since Kubernetes 1.29 (Use flowcontrol.apiserver.k8s.io/v1 FlowSchema.)',
  ])
})

test('a version without schemas is said', async () => {
  expect((await check({ 'templates/a.yaml': 'apiVersion: v1\nkind: Pod\n' }, { kubernetesVersion: '1.20' })).said).toEqual([
    'warning schema/version Chart.yaml:undefined:undefined objects were not validated: there are no schemas of Kubernetes 1.20 (There are schemas of 1.31 to 1.37.)',
  ])
})

const crd = (schema: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: ${schema}}
`
const widget = (spec: string): string => `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: ${spec}\n`
const schema = `{type: object, properties: {spec: {type: object, required: [size], properties: {
  size: {type: integer, minimum: 1}, port: {x-kubernetes-int-or-string: true}, free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}},
  labels: {type: object, additionalProperties: {type: string}}, maybe: {type: string, nullable: true}, pod: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true},
  one: {type: object, oneOf: [{required: [x]}, {required: [z]}], properties: {x: {type: string}, z: {type: string}}}}}}}`

test.each([
  ['{size: 1, port: http, free: {b: 2}, labels: {x: z}, maybe: null, pod: {kind: Pod, metadata: {name: a}, spec: {}}, one: {x: a}}', []],
  ['{size: 0}', ['schema/value spec.size: minimum: got 0, want 1']],
  ['{}', ["schema/missing-field spec: missing property 'size'"]],
  ['{size: 1, colour: red}', ['schema/unknown-field spec.colour: not in the schema of Widget']],
  ['{size: 1, maybe: 5}', ['schema/value spec.maybe: got number, want null or string']],
  ['{size: 1, free: {a: 5}}', ['schema/value spec.free.a: got number, want string']],
  ['{size: 1, port: 1.5}', ['schema/value spec.port: got number, want']],
  ['{size: 1, port: null, labels: {a: null}, one: null, free: null}', []],
  ['{size: null}', ["schema/missing-field spec: missing property 'size'"]],
  ['{size: 1, one: {x: a, z: b}}', ['schema/value spec.one']],
])('custom resources by the definitions of the chart: %s', async (spec, said) => {
  for (const folder of ['crds', 'templates']) {
    const got = (await check({ [`${folder}/crd.yaml`]: crd(schema.replaceAll('\n', ' ')), 'templates/w.yaml': widget(spec) })).said
    expect(got).toHaveLength(said.length)
    for (const s of said) expect(got.join('\n')).toContain(s.replace(' ', ' templates/w.yaml:4:1 Widget w: '))
  }
})

test('custom resources by schemas in a folder; without one they are counted, or refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-schemas-'))
  mkdirSync(join(folder, 'example.com'))
  writeFileSync(join(folder, 'example.com/widget_v1.json'), JSON.stringify({ type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false } } }))
  const location = `${folder}/{{ .Group }}/{{.ResourceKind}}_{{ .ResourceAPIVersion }}.json`
  const files = { 'templates/w.yaml': widget('{size: 1, x: 2}') }
  expect((await check(files, { schemaLocations: [location] })).said).toEqual(['error schema/unknown-field templates/w.yaml:4:1 Widget w: spec.x: not in the schema of Widget'])
  const without = await check(files)
  expect([without.said, without.skipped, without.counts.skipped]).toEqual([['info schema/missing templates/:undefined:undefined 1 object was not validated, for want of a schema: example.com/v1 Widget'], ['example.com/v1 Widget'], 1])
  expect((await check(files, { strict: true })).said).toEqual(['error schema/missing templates/w.yaml:2:1 Widget w: there is no schema of example.com/v1 Widget'])
  await expect(check(files, { schemaLocations: ['x/{{ .Nonsense }}.json'] })).rejects.toThrow('schema location x/{{ .Nonsense }}.json: {{ .Nonsense }} is not known')
  // What a manifest says must not lead elsewhere.
  writeFileSync(join(folder, 'secret.json'), '{"not": {}}')
  expect((await check({ 'templates/w.yaml': 'apiVersion: ../v1\nkind: ../secret\nmetadata: {name: w}\n' }, { schemaLocations: [`${folder}/example.com/{{ .ResourceKind }}.json`] })).counts.skipped).toBe(1)
})

test('a broken definition is a finding, not a failure', async () => {
  expect((await check({ 'crds/crd.yaml': crd('{type: object, properties: {spec: {type: string, pattern: "("}}}'), 'templates/w.yaml': widget('a') })).said[1]).toMatch(/^warning schema\/unusable Chart.yaml:undefined:undefined the schema of example.com\/v1 Widget cannot be used: /)
})

test('an object with endless faults is told in a few lines, in time', async () => {
  const { said } = await check({ 'templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n{{ range until 20000 }}\nfield{{ . }}: 1\n{{ end }}' })
  expect(said).toHaveLength(51)
  expect(said.at(-1)).toBe('error schema/unknown-field templates/a.yaml:1:1 ConfigMap x: and 19950 more faults')
})
