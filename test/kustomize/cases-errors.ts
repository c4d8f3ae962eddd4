import { at, configMap, service, type KustomizeCase } from './case.ts'

const bad = (name: string, kustomization: string, files: Readonly<Record<string, string>> = {}, more: Partial<KustomizeCase> = {}): KustomizeCase =>
  at(`error: ${name}`, kustomization, { 'svc.yaml': service('web'), ...files }, more)

/** Kustomizations that are refused. */
export const errorCases: readonly KustomizeCase[] = [
  { name: 'error: no kustomization', files: { 'other.yaml': 'a: b\n' } },
  { name: 'error: no such folder', files: { 'other.yaml': 'a: b\n' }, build: 'nope/deep' },
  { name: 'error: a file', files: { 'other.yaml': 'a: b\n' }, build: 'other.yaml' },
  bad('two kustomizations', 'resources: [svc.yaml]', { 'kustomization.yml': 'resources: []' }),
  bad('empty', ''), bad('only a head', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'),
  bad('unknown field', 'resources: [svc.yaml]\nnamePrefixx: a'), bad('wrong type', 'resources: svc.yaml'), bad('wrong deep type', 'images: [{name: [a]}]'), bad('wrong embedded type', 'configMapGenerator: [{name: x, literals: a}]'),
  bad('not yaml', 'resources: [svc.yaml\nx: y'), bad('tab', 'resources:\n\t- svc.yaml'), bad('a list', '- a\n- b'), bad('a word', 'hello'),
  bad('wrong kind', 'kind: Thing\nresources: [svc.yaml]'), bad('wrong version', 'apiVersion: v1\nkind: Kustomization\nresources: [svc.yaml]'), bad('wrong both', 'apiVersion: v1\nkind: Thing\nresources: [svc.yaml]'),
  bad('missing file', 'resources: [nope.yaml]'), bad('missing deep file', 'resources: [a/b/c.yaml]'), bad('empty path', 'resources: [""]'), bad('absolute folder', 'resources: [/tmp]'), bad('itself', 'resources: [.]'), bad('its parent', 'resources: [..]'),
  bad('ambiguous path', 'resources: ["a..b/c"]'), bad('outside', 'resources: [../../outside.yaml]'),
  bad('folder without kustomization', 'resources: [sub]', { 'sub/x.yaml': 'a: b' }),
  bad('cycle', 'resources: [a]', { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' }),
  bad('same object twice', 'resources: [svc.yaml, again.yaml]', { 'again.yaml': service('web') }),
  bad('same object twice in a file', 'resources: [all.yaml]', { 'all.yaml': `${service('web')}---\n${service('web')}` }),
  bad('default is no other namespace', 'resources: [svc.yaml, again.yaml]', { 'again.yaml': service('web').replace('name: web', 'name: web\n  namespace: default') }),
  bad('not an object', 'resources: [x.yaml]', { 'x.yaml': 'a: b\n' }), bad('no kind', 'resources: [x.yaml]', { 'x.yaml': 'apiVersion: v1\nmetadata: {name: x, labels: {b: c, a: d}}\n' }), bad('no name', 'resources: [x.yaml]', { 'x.yaml': 'apiVersion: v1\nkind: Service\n' }),
  bad('a list of words', 'resources: [x.yaml]', { 'x.yaml': '- a\n- b\n' }), bad('only a word', 'resources: [x.yaml]', { 'x.yaml': 'hello\n' }), bad('items are no list', 'resources: [x.yaml]', { 'x.yaml': 'apiVersion: v1\nkind: FooList\nitems: {a: b}\n' }),
  bad('bad separator', 'resources: [x.yaml]', { 'x.yaml': `${service('a')}--- nonsense\n${service('b')}` }),
  bad('broken resource', 'resources: [x.yaml]', { 'x.yaml': 'apiVersion: v1\nkind: [\n' }), bad('broken resource below', 'resources: [sub]', { 'sub/kustomization.yaml': 'resources: [x.yaml]', 'sub/x.yaml': 'a: b: c\n' }),
  bad('unknown anchor', 'resources: [x.yaml]', { 'x.yaml': `${configMap('x')}x: *nope\n` }), bad('alias of a scalar merged', 'resources: [x.yaml]', { 'x.yaml': `${configMap('x')}y: &a 1\nx: {<<: *a}\n` }),
  bad('component as resource', 'resources: [c]', { 'c/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\nnamePrefix: a-\n' }),
  bad('resource as component', 'components: [c]', { 'c/kustomization.yaml': 'resources: []\nnamePrefix: a-\n' }), bad('missing component', 'components: [c]'),
  bad('missing configuration', 'resources: [svc.yaml]\nconfigurations: [nope.yaml]'), bad('broken configuration', 'resources: [svc.yaml]\nconfigurations: [c.yaml]', { 'c.yaml': 'nameprefix: 1\nunknown: x\n' }),
  bad('conflicting configuration', 'resources: [svc.yaml]\nconfigurations: [c.yaml]', { 'c.yaml': 'replicas: [{path: spec/replicas, kind: Deployment, create: false}]\n' }),
  bad('missing openapi', 'resources: [svc.yaml]\nopenapi: {path: nope.json}'), bad('unknown openapi version', 'resources: [svc.yaml]\nopenapi: {version: v1.0.0}'),
  bad('helm without leave', 'helmCharts: [{name: x}]'), bad('load restrictor', 'resources: [svc.yaml]', {}, { flags: ['--load-restrictor', 'Some'] }), bad('reorder', 'resources: [svc.yaml]', {}, { flags: ['--reorder', 'some'] }),
  bad('namespace conflict', 'resources: [all.yaml]\nnamespace: n', { 'all.yaml': `${service('web')}---\n${service('web').replace('name: web', 'name: web\n  namespace: other')}` }),
  bad('label path in a scalar', 'resources: [svc.yaml]\nlabels: [{pairs: {a: b}, fields: [{path: spec/ports/port/deep, create: true}]}]'),
  bad('metadata is a word', 'resources: [x.yaml]\nlabels: [{pairs: {a: b}}]', { 'x.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: x, labels: word}\n' }),
  bad('image is a mapping', 'resources: [x.yaml]\nimages: [{name: a, newTag: b}]', { 'x.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{image: {a: b}}]}\n' }),
  at('files from elsewhere are allowed', 'resources: [../up.yaml]', { '../up.yaml': service('up') }, { flags: ['--load-restrictor', 'LoadRestrictionsNone'] }),
]
