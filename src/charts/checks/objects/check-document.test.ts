import { expect, test } from 'vitest'
import { checkDocument } from './check-document.ts'
import { SchemaLibrary } from './object-schemas.ts'

const library = await SchemaLibrary.load()
const schemas = library.of('1.37')!

const say = (text: string, version = '1.37'): string[] =>
  checkDocument(text, { schemas: library.of(version)! }).flatMap((v) => [`${v.status} ${v.kind}${v.message === undefined ? '' : `: ${v.message}`}`, ...v.violations.map((x) => `${x.rule} ${x.message}${x.hint === undefined ? '' : ` (${x.hint})`}`)])

const deployment = (spec: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec:
  selector: {matchLabels: {a: b}}
  template:
    spec:
      containers:
        - name: c
          image: i
${spec}`

test('every version of Kubernetes that is supported', () => {
  expect(library.versions.map((v) => v.replace(/\.\d+$/, ''))).toEqual(['1.37', '1.36', '1.35', '1.34', '1.33', '1.32', '1.31'])
  expect(library.of('v1.34.7-gke.1')?.version).toMatch(/^1\.34\./)
  expect(library.of('1.20')).toBeUndefined()
  expect(library.of('1.3')).toBeUndefined()
})

test.each([
  ['valid', '', []],
  ['an unknown field', '  replica: 2\n', ['schema/unknown-field spec.replica is not a field of DeploymentSpec (Did you mean replicas?)']],
  ['a wrong type', '  replicas: "2"\n', ['schema/type spec.replicas must be an integer, but is a string']],
  ['a whole number with a point', '  replicas: 2.0\n', []],
  ['a fraction', '  replicas: 2.5\n', ['schema/type spec.replicas must be an integer, but is a number']],
  ['null for what is optional', '  replicas: null\n', []],
  ['deep below', '          ports: [{containerPort: "80"}]\n', ['schema/type spec.template.spec.containers[0].ports[0].containerPort must be an integer, but is a string']],
  ['null for what is required', '          ports: [{containerPort: null}]\n', ['schema/type spec.template.spec.containers[0].ports[0].containerPort must be an integer, but is null']],
  ['a missing field', '          ports: [{name: a}]\n', ['schema/missing-field spec.template.spec.containers[0].ports[0].containerPort is required']],
  ['quantities may be numbers, not null', '          resources: {limits: {cpu: 1, memory: 1Gi, x: null}}\n', ['schema/type spec.template.spec.containers[0].resources.limits.x must be a quantity, but is null']],
  ['a number or a text', '          livenessProbe: {httpGet: {port: http}}\n          readinessProbe: {httpGet: {port: 1.5}}\n', ['schema/type spec.template.spec.containers[0].readinessProbe.httpGet.port must be a string or an integer, but is a number']],
  ['a value is not shown', '          env: [{name: A, value: 1234}]\n', ['schema/type spec.template.spec.containers[0].env[0].value must be a string, but is an integer (Quote it.)']],
  ['what YAML 1.1 takes for a boolean', '          env: [{name: A, value: y}]\n', ['schema/type spec.template.spec.containers[0].env[0].value must be a string, but is a boolean (Quote it: y, n, yes, no, on and off are booleans in YAML 1.1.)']],
])('%s', (_, more, violations) => {
  expect(say(deployment(more))).toEqual([`${violations.length === 0 ? 'valid' : 'invalid'} Deployment`, ...violations])
})

test('what cannot be read', () => {
  expect(say('kind: A\nkind: B\n')).toEqual(['error B: error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "kind" already set in map'])
  expect(say('[1]')[0]).toMatch(/^error : .*cannot unmarshal array/)
  expect(say('apiVersion: v1\n')).toEqual(["error : missing 'kind' key"])
  expect(say('kind: Pod\n')).toEqual(["error Pod: missing 'apiVersion' key"])
  expect(say('# nothing\n')).toEqual(['empty '])
})

test('a List is judged by its items, leniently', () => {
  expect(checkDocument('kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, spec: {a: 1, a: 2}}\n- {kind: X, apiVersion: example.com/v1}\n- null\n', { schemas }).map((v) => [v.status, v.kind, v.prefix])).toEqual([
    ['invalid', 'Pod', ['items', 0]], ['skipped', 'X', ['items', 1]], ['empty', '', ['items', 2]],
  ])
})

test('kinds come and go with versions', () => {
  const text = 'apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: x}\nspec: {}\n'
  expect(say(text, '1.33')).toEqual(['skipped DeviceClass'])
  expect(say(text, '1.34')).toEqual(['valid DeviceClass'])
  expect(say('apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n')).toEqual(['skipped CustomResourceDefinition'])
})

test('names of JavaScript are names like others', () => {
  expect(say('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {__proto__: a, constructor: b}\n')).toEqual(['valid ConfigMap'])
  expect(say('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nconstructor: {}\n')).toEqual(['invalid ConfigMap', 'schema/unknown-field constructor is not a field of ConfigMap'])
})
