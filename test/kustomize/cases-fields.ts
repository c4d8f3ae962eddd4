import { at, configMap, deployment, service, zoo, type KustomizeCase } from './case.ts'

/** The fields that change every object: names, namespaces, labels, annotations, images, replicas, and the order. */
const all = (name: string, fields: string, more: Partial<KustomizeCase> = {}): KustomizeCase => at(name, `resources: [all.yaml]\n${fields}\n`, { 'all.yaml': zoo }, more)

export const fieldCases: readonly KustomizeCase[] = [
  all('resources alone', ''),
  all('prefix and suffix', 'namePrefix: a-\nnameSuffix: -z'),
  all('namespace', 'namespace: prod'),
  all('namespace and prefix', 'namespace: prod\nnamePrefix: a-'),
  all('common labels', 'commonLabels: {team: blue, "1": "true", app: other}'),
  all('labels', 'labels: [{pairs: {team: blue}}]'),
  all('labels in selectors', 'labels: [{pairs: {team: blue}, includeSelectors: true}]'),
  all('labels in templates', 'labels: [{pairs: {team: blue}, includeTemplates: true}]'),
  all('labels in volume claims', 'labels: [{pairs: {team: blue}, includeTemplates: true, includeVolumeClaimTemplates: true}]'),
  all('labels in fields', 'labels: [{pairs: {team: blue}, fields: [{path: spec/extra/labels, create: true, kind: Thing}, {path: spec/jobTemplate/metadata/labels, create: true, kind: CronJob}]}]'),
  all('labels twice', 'labels: [{pairs: {a: "1"}}, {pairs: {b: "2"}, includeSelectors: true}]\ncommonLabels: {c: "3"}'),
  all('common annotations', 'commonAnnotations: {note: "yes", number: "42", multi: "a\\nb"}'),
  all('images', 'images: [{name: nginx, newTag: "2.0"}, {name: busybox, newName: quay.io/busy, digest: "sha256:def"}, {name: registry.example.com:5000/db, tagSuffix: -alpine}]'),
  all('images by pattern', 'images: [{name: "registry.*/db", newName: db, newTag: "9", digest: "sha256:aa"}, {name: "(", newTag: x}]'),
  all('image tags', 'imageTags: [{name: nginx, newTag: v9}]'),
  all('replicas', 'replicas: [{name: web, count: 5}, {name: db, count: 0}]'),
  all('replicas of nobody', 'replicas: [{name: nobody, count: 5}]'),
  all('legacy order with lists', 'sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Thing, Deployment], orderLast: [Namespace]}}'),
  all('fifo order', 'sortOptions: {order: fifo}'),
  all('unknown order', 'sortOptions: {order: random}'),
  all('fifo with legacy lists', 'sortOptions: {order: fifo, legacySortOptions: {orderFirst: [A], orderLast: []}}'),
  all('reorder none', '', { flags: ['--reorder', 'none'] }),
  all('build metadata', 'buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\nnamePrefix: a-\nlabels: [{pairs: {x: y}}]\nconfigMapGenerator: [{name: made, literals: [a=b]}]'),
  all('origins alone', 'buildMetadata: [originAnnotations]'),
  all('everything at once', 'namePrefix: a-\nnameSuffix: -z\nnamespace: prod\ncommonLabels: {l: m}\ncommonAnnotations: {n: o}\nimages: [{name: nginx, newTag: "3"}]\nreplicas: [{name: web, count: 7}]'),
  at('values that look like others', 'resources: [all.yaml]\nnamePrefix: "1"\nlabels: [{pairs: {a: "on", b: "1e3", c: "0x1f", d: "~", e: "", f: "2020-01-01", g: "1_000", h: ".5"}}]', {
    'all.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: "23"
  annotations:
    number: 8080
    bool: true
    nothing: null
    empty:
    date: 2020-01-01
data:
  yes: "yes"
  octal: 0644
  hex: 0x1F
  float: 1.50
  exp: 1e3
  big: 12345678901234567890
  date: 2001-12-14t21:59:43.10-05:00
  day: 2002-12-14
  'on': on
  tilde: ~
  under: 1_000
  folded: >-
    some text
      more indented

    last
  literal: |+
    a
      b

  quoted: 'it''s'
  double: "tab\\there\\u00e9 é 😀"
  merge: <<
  inf: .Inf`.replace('\n  inf: .Inf', ''),
  }),
  at('infinite', 'resources: [all.yaml]', { 'all.yaml': configMap('x', 'inf: .inf') }),
  at('duplicate keys', 'resources: [all.yaml]', { 'all.yaml': configMap('x', 'a: 1\n  b: 2\n  a: 3') }),
  at('keys that are no strings', 'resources: [all.yaml]', { 'all.yaml': configMap('x', '1: a') }),
  at('anchors', 'resources: [all.yaml]', {
    'all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: x, labels: &l {a: b, c: d}}
data: {base: &b "1", other: *b}
extra:
  <<: *l
  c: own
list:
- &one {name: a, v: 1}
- <<: *one
  v: 2
- <<: [*one, {w: 3}]
`,
  }),
  at('lists', 'resources: [all.yaml]\nnamePrefix: p-', {
    'all.yaml': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: one}
  data: {n: 010, y: yes}
- apiVersion: v1
  kind: ConfigMapList
  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: two}}]
---
apiVersion: v1
kind: ServiceList
items:
- {apiVersion: v1, kind: Service, metadata: {name: three}}
---
apiVersion: v1
kind: EmptyList
items:
`,
  }),
  at('one list alone', 'resources: [all.yaml]', { 'all.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: 1}}\n` }),
  at('local configuration', 'resources: [all.yaml]', { 'all.yaml': `${configMap('kept')}---\n${configMap('dropped', 'a: b', '  annotations: {config.kubernetes.io/local-config: "true"}\n')}---\n${configMap('kept2', 'a: b', '  annotations: {config.kubernetes.io/local-config: "false"}\n')}` }),
  at('documents of all sorts', 'resources: [all.yaml]', { 'all.yaml': `# nothing here\n---\n---\n\n--- # words\n${configMap('one')}\n---   \n{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "json"}, "data": {"a": "b\\u003c"}}\n---\n# end\n` }),
  at('windows line ends', 'resources: [all.yaml]\r\nnamePrefix: w-\r\n', { 'all.yaml': `${configMap('one')}---\n${service('s')}`.replaceAll('\n', '\r\n') }),
  { name: 'overlay over base', build: 'overlay', files: {
    'base/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: b-\nconfigMapGenerator: [{name: cfg, literals: [a=1]}]\n',
    'base/web.yaml': deployment('web', '      volumes: [{name: c, configMap: {name: cfg}}]\n'),
    'overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: o-\nnamespace: prod\nconfigMapGenerator: [{name: cfg, behavior: merge, literals: [b=2]}]\n',
  } },
  { name: 'two overlays of one base', build: 'all', files: {
    'base/kustomization.yaml': 'resources: [web.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=1]}]\n',
    'base/web.yaml': `${deployment('web', '      volumes: [{name: c, configMap: {name: cfg}}]\n')}---\n${service('web')}`,
    'a/kustomization.yaml': 'resources: [../base]\nnamePrefix: a-\n', 'b/kustomization.yaml': 'resources: [../base]\nnameSuffix: -b\n',
    'all/kustomization.yaml': 'resources: [../a, ../b]\nnamePrefix: x-\n',
  } },
  { name: 'components', build: 'overlay', files: {
    'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': deployment('web'),
    'scale/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: web, count: 9}]\nresources: [extra.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=1]}]\n',
    'scale/extra.yaml': service('extra'),
    'label/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {c: d}}]\n',
    'overlay/kustomization.yaml': 'resources: [../base]\ncomponents: [../scale, ../label]\nnamePrefix: p-\n',
  } },
  { name: 'bases', build: 'overlay', files: { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': service('web'), 'overlay/kustomization.yaml': 'bases: [../base]\nnamePrefix: p-\n' } },
  at('configurations', 'resources: [all.yaml]\nnamePrefix: p-\nnamespace: prod\ncommonLabels: {a: b}\nimages: [{name: nginx, newTag: "5"}]\nconfigurations: [config.yaml]', {
    'all.yaml': zoo,
    'config.yaml': `namePrefix: [{path: metadata/name}, {path: spec/alias, create: true, kind: Thing}]
nameReference:
- kind: ConfigMap
  version: v1
  fieldSpecs: [{path: spec/ref/name, kind: Thing}]
images: [{path: spec/containers/image, kind: Thing}]
commonLabels: [{path: spec/selector, create: true, kind: Thing}]
varReference: [{path: spec/x, kind: Thing}]
`,
  }),
  at('crds', 'resources: [all.yaml]\nnamePrefix: p-\ncommonAnnotations: {x: y}\ncrds: [crd.json]', {
    'all.yaml': `${configMap('settings')}---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one}\nspec: {configRef: {name: settings}, notes: {}}\n`,
    'crd.json': JSON.stringify({
      'example.com/v1.Thing': { Schema: { properties: { kind: { type: 'string' }, apiVersion: { type: 'string' }, metadata: {}, spec: { $ref: 'example.com/v1.Spec' } } } },
      'example.com/v1.Spec': { Schema: { properties: { configRef: { 'x-kubernetes-object-ref-api-version': 'v1', 'x-kubernetes-object-ref-kind': 'ConfigMap' }, notes: { 'x-kubernetes-annotation': '' } } } },
    }),
  }),
  at('openapi', 'resources: [all.yaml]\nopenapi: {path: schema.json}\nnamespace: prod\npatches: [{path: patch.yaml}]', {
    'all.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one}\nspec:\n  items: [{id: a, v: 1}, {id: b, v: 2}]\n  scalars: [x, y]\n---\napiVersion: example.com/v1\nkind: Global\nmetadata: {name: g}\n',
    'patch.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one}\nspec:\n  items: [{id: b, w: 3}, {id: c, v: 4}]\n  scalars: [z]\n',
    'schema.json': JSON.stringify({
      definitions: {
        Thing: { 'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Thing', version: 'v1' }], properties: { spec: { $ref: '#/definitions/Spec' } } },
        Spec: { properties: { items: { type: 'array', items: { $ref: '#/definitions/Item' }, 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': 'id' }, scalars: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' } } },
        Item: { properties: { id: { type: 'string' } } },
      },
      paths: { '/apis/example.com/v1/globals': { get: { 'x-kubernetes-group-version-kind': { group: 'example.com', kind: 'Global', version: 'v1' } } } },
    }),
  }),
]
