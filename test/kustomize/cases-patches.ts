import { at, configMap, deployment, service, zoo, type KustomizeCase } from './case.ts'

/** Patches of every kind. `web` is a Deployment, a Service and more. */
const patched = (name: string, patches: string, files: Readonly<Record<string, string>> = {}): KustomizeCase =>
  at(name, `resources: [all.yaml]\n${patches}\n`, { 'all.yaml': `${deployment('web')}---\n${service('web')}---\n${configMap('settings')}`, ...files })
const merge = (spec: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n${spec}`
const inline = (name: string, spec: string): KustomizeCase => patched(name, 'patches: [{path: patch.yaml}]', { 'patch.yaml': merge(spec) })

export const patchCases: readonly KustomizeCase[] = [
  inline('merge adds and changes', 'spec:\n  replicas: 4\n  template:\n    spec:\n      containers:\n      - name: web\n        image: other\n        resources: {limits: {cpu: 1}}\n      - {name: side, image: side}\n'),
  inline('merge by ports', 'spec: {template: {spec: {containers: [{name: web, ports: [{containerPort: 80, protocol: TCP, name: http}, {containerPort: 81, protocol: UDP}, {containerPort: 80, protocol: UDP}]}]}}}\n'),
  inline('merge removes with null', 'spec:\n  replicas: null\n  template: {spec: {containers: [{name: web, args: null, env: null}]}}\n'),
  inline('merge deletes an element', 'spec: {template: {spec: {containers: [{name: web, env: [{name: A, $patch: delete}, {name: B, value: b}]}]}}}\n'),
  inline('merge replaces a list', 'spec: {template: {spec: {containers: [{$patch: replace}, {name: only, image: only}]}}}\n'),
  inline('merge deletes a list', 'spec: {template: {spec: {containers: [{$patch: delete}]}}}\n'),
  inline('merge replaces a mapping', 'spec: {template: {$patch: replace, spec: {containers: []}}}\n'),
  inline('merge deletes a mapping', 'spec: {template: {metadata: {$patch: delete}}}\n'),
  inline('merge deletes the object', '$patch: delete\n'),
  inline('merge with a strange directive', 'spec: {$patch: explode}\n'),
  inline('merge adds nulls and empties', 'spec: {template: {spec: {securityContext: {}, nodeSelector: null, volumes: [], tolerations: [{key: a, value: null}]}}}\n'),
  inline('merge keeps new lists', 'spec: {template: {spec: {volumes: [{name: v, emptyDir: {}}, {name: w, configMap: {name: settings}}], imagePullSecrets: [{name: a}], hostAliases: [{ip: 1.1.1.1, hostnames: [h]}]}}}\n'),
  inline('merge of another type', 'spec: {template: {spec: {containers: {name: web}}}}\n'),
  inline('merge of a list and a scalar', 'spec: {replicas: [1]}\n'),
  inline('merge of quoted numbers', 'spec: {replicas: "3", paused: "yes", minReadySeconds: 0x10}\n'),
  patched('merge in a literal patch', 'patches:\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n    spec: {type: NodePort, ports: [{port: 80, nodePort: 30000}, {port: 443}]}'),
  patched('several merges in one file', 'patches: [{path: p.yaml}]', { 'p.yaml': `${merge('spec: {replicas: 9}\n')}---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n` }),
  patched('merge by a target', 'patches:\n- target: {kind: "Dep.*|Service", name: web}\n  patch: |-\n    apiVersion: x\n    kind: Any\n    metadata: {name: ignored, labels: {patched: "1"}}'),
  patched('merge by labels and annotations', 'commonLabels: {a: b}\npatches:\n- target: {labelSelector: "app in (web),!no"}\n  patch: "{apiVersion: v1, kind: X, metadata: {name: x, annotations: {y: z}}}"\n- target: {annotationSelector: "y=z"}\n  patch: |-\n    - {op: add, path: /metadata/annotations/q, value: r}'),
  patched('bad label selector', 'patches: [{target: {labelSelector: "a=(b"}, patch: "{apiVersion: v1, kind: X, metadata: {name: x}}"}]'),
  patched('bad pattern', 'patches: [{target: {name: "("}, patch: "{apiVersion: v1, kind: X, metadata: {name: x}}"}]'),
  patched('several merges and a target', 'patches: [{path: p.yaml, target: {kind: Service}}]', { 'p.yaml': `${configMap('a')}---\n${configMap('b')}` }),
  patched('name and kind change', 'patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: StatefulSet\n    metadata: {name: renamed}\n  target: {kind: Deployment}\n  options: {allowNameChange: true, allowKindChange: true}'),
  patched('name change without leave', 'patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: StatefulSet\n    metadata: {name: renamed}\n  target: {kind: Deployment}'),
  patched('operations', 'patches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: replace, path: /spec/replicas, value: 1000000}\n    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --c}\n    - {op: add, path: /spec/template/spec/containers/0/args/0, value: --z}\n    - {op: remove, path: /spec/template/spec/containers/0/env/0}\n    - {op: copy, from: /metadata/name, path: /metadata/namespace}\n    - {op: move, from: /spec/selector, path: /spec/chosen}\n    - {op: test, path: /kind, value: Deployment}\n    - {op: add, path: /metadata/annotations, value: {a~1b: "yes", n: 12345678901234567890}}\n    - {op: replace, path: /metadata/annotations/a~1b, value: x}\n    - {op: replace, path: /spec/missing, value: y}'),
  patched('operations in json', 'patches: [{path: p.json, target: {kind: Service, version: v1}}]', { 'p.json': '[{"op": "add", "path": "/metadata/labels", "value": {"a": "<b>"}}]' }),
  ...['{op: remove, path: /spec/nothing}', '{op: replace, path: /spec/no/thing, value: 1}', '{op: add, path: /spec/ports/9, value: 1}', '{op: add, path: /spec/ports/x, value: 1}', '{op: test, path: /kind, value: Other}', '{op: explode, path: /kind}', '{op: remove, path: /spec/ports/7}', '{op: move, from: /a/b, path: /c}', '{op: copy, from: /a, path: /b/c}', '{op: add, value: 1}']
    .map((operation) => patched(`failing operation ${operation}`, `patches: [{target: {kind: Service}, patch: "- ${operation}"}]`)),
  patched('operations without a target', 'patches: [{patch: "- {op: remove, path: /spec}"}]'),
  patched('patch that is neither', 'patches: [{patch: "just words"}]'),
  patched('patch without patch', 'patches: [{target: {kind: Service}}]'),
  patched('patch and path', 'patches: [{patch: "x: y", path: z}]'),
  patched('patch file is missing', 'patches: [{path: missing.yaml}]'),
  patched('patch of nobody', 'patches: [{patch: "{apiVersion: v1, kind: Service, metadata: {name: nobody}}"}]'),
  patched('patch in another namespace', 'patches: [{patch: "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: other}}"}]'),
  patched('patchesStrategicMerge', `patchesStrategicMerge:\n- p.yaml\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {type: NodePort}`, { 'p.yaml': merge('spec: {replicas: 8}\n') }),
  patched('patchesJson6902', 'patchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  patch: |-\n    - {op: add, path: /spec/type, value: NodePort}\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  path: p.json', { 'p.json': '[{"op": "remove", "path": "/spec/replicas"}]' }),
  patched('patchesJson6902 without a name', 'patchesJson6902: [{target: {kind: Service}, patch: "[]"}]'),
  patched('patchesStrategicMerge of nobody', 'patchesStrategicMerge: ["{apiVersion: v1, kind: Service, metadata: {name: nobody}}"]'),
  at('custom objects are replaced', 'resources: [all.yaml]\npatches: [{path: p.yaml}]', {
    'all.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one, finalizers: [a], ownerReferences: [{uid: x, name: n}]}\nspec: {list: [{name: a}, {name: b}], map: {a: 1, b: 2}, gone: 1, empty: null, tilde: ~, blank: }\n',
    'p.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one, finalizers: [b], ownerReferences: [{uid: y, name: m}]}\nspec: {list: [{name: c}], map: {b: 3, c: 4}, gone: null}\n',
  }),
  at('built-in metadata lists are merged', 'resources: [all.yaml]\npatches: [{path: p.yaml}]', {
    'all.yaml': configMap('x', 'a: b', '  finalizers: [a, "1"]\n  ownerReferences: [{uid: x, name: n}]\n'),
    'p.yaml': configMap('x', 'c: null', '  finalizers: [b]\n  ownerReferences: [{uid: y, name: m}, {uid: x, controller: true}]\n'),
  }),
  at('webhooks and rules', 'resources: [all.yaml]\npatches: [{path: p.yaml}]\nnamespace: prod', {
    'all.yaml': zoo,
    'p.yaml': 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: hook}\nwebhooks: [{name: b.example.com, sideEffects: None}, {name: a.example.com, timeoutSeconds: 5}]\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: b.example.com}]}\n',
  }),
]
