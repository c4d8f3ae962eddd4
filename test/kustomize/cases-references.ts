import { at, configMap, deployment, service, zoo, type KustomizeCase } from './case.ts'

const replaced = (name: string, replacements: string, more = ''): KustomizeCase => at(`replacement: ${name}`, `resources: [all.yaml]\n${more}replacements:\n${replacements}\n`, {
  'all.yaml': `${deployment('web')}---\n${deployment('other')}---\n${service('web')}---\n${configMap('source', 'host: example.com\n  port: "8080"\n  url: https://example.com:80/path\n  json: \'{"a": {"b": [1, 2, {"name": "x", "v": "old"}]}}\'\n  pretty: |-\n    {\n      "a": "old",\n      "n": 1\n    }\n  yaml: |\n    # settings\n    server:\n      host: old # where\n      ports: [1, 2]\n    list:\n    - name: one\n      v: old', '  labels: {l: m}\n')}`,
  'r.yaml': '- source: {kind: Service, name: web}\n  targets: [{select: {kind: Deployment, name: web}, fieldPaths: [metadata.annotations.a], options: {create: true}}]\n- sourceValue: v\n  targets: [{select: {name: other}, fieldPaths: [spec.replicas]}]\n',
})
const from = '{kind: ConfigMap, name: source, fieldPath: data.host}'

/** Values and names that go from one object to others: replacements, vars, references. */
export const referenceCases: readonly KustomizeCase[] = [
  replaced('default paths', '- source: {kind: Service}\n  targets: [{select: {kind: ConfigMap}}]'),
  replaced('into a list element', `- source: ${from}\n  targets: [{select: {kind: Deployment}, reject: [{name: other}], fieldPaths: ["spec.template.spec.containers.[name=web].env.[name=A].value", "spec.template.spec.containers.0.image", "spec.template.spec.containers.*.name"]}]`),
  replaced('by pattern', `- source: ${from}\n  targets: [{select: {name: "w.*"}, fieldPaths: [metadata.labels.x], options: {create: true}}]`),
  replaced('by labels', `- source: ${from}\n  targets: [{select: {labelSelector: "l=m"}, fieldPaths: [data.copy], options: {create: true}}]`),
  replaced('delimiters', '- source: {kind: ConfigMap, fieldPath: data.url, options: {delimiter: ":", index: 1}}\n  targets:\n  - {select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.0.image"], options: {delimiter: ":", index: 1}}\n  - {select: {kind: Service}, fieldPaths: [metadata.name], options: {delimiter: "-", index: 9}}\n  - {select: {kind: ConfigMap}, fieldPaths: [data.port], options: {delimiter: "0", index: -1}}'),
  replaced('index out of bounds', '- source: {kind: ConfigMap, fieldPath: data.url, options: {delimiter: ":", index: 9}}\n  targets: [{select: {kind: Service}}]'),
  replaced('whole mappings', '- source: {kind: Service, fieldPath: spec.selector}\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.selector.matchLabels, spec.template.metadata.annotations], options: {create: true}}]'),
  replaced('numbers', '- source: {kind: Service, fieldPath: spec.ports.0.targetPort}\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas, spec.template.spec.containers.0.ports.0.containerPort, spec.new], options: {create: true}}]'),
  replaced('source value', '- sourceValue: "123"\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.port, data.made], options: {create: true}}]'),
  replaced('from a file', '- path: r.yaml'),
  replaced('creates elements', `- source: ${from}\n  targets: [{select: {kind: Deployment, name: web}, fieldPaths: ["spec.template.spec.containers.[name=new].image", "spec.template.spec.volumes.0.name", "spec.template.spec.x.[=y]"], options: {create: true}}]`),
  replaced('in json', `- source: ${from}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: ["data.json.a.b.[name=x].v", data.pretty.a]}]`),
  replaced('in yaml', `- source: ${from}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.yaml.server.host, "data.yaml.list.[name=one].v"]}]`),
  replaced('in yaml that grows', '- source: {kind: Service, fieldPath: spec.ports.0}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.yaml.server.made], options: {create: true}}]'),
  replaced('dots and brackets', `- source: ${from}\n  targets: [{select: {kind: Deployment, name: web}, fieldPaths: ["metadata.annotations.example\\\\.com/name", "metadata.annotations.[a.b]"], options: {create: true}}]`),
  replaced('nothing selected', '- source: {kind: Nobody}\n  targets: [{select: {kind: Service}}]'),
  replaced('many selected', '- source: {kind: Deployment}\n  targets: [{select: {kind: Service}}]'),
  replaced('no source field', '- source: {kind: Service, fieldPath: spec.nope}\n  targets: [{select: {kind: Service}}]'),
  replaced('no target field', `- source: ${from}\n  targets: [{select: {kind: Service}, fieldPaths: [spec.nope.deep]}]`),
  replaced('no targets', `- source: ${from}`),
  replaced('no select', `- source: ${from}\n  targets: [{fieldPaths: [a]}]`),
  replaced('both sources', `- source: ${from}\n  sourceValue: x\n  targets: [{select: {kind: Service}}]`),
  replaced('path and inline', `- path: r.yaml\n  source: ${from}`),
  replaced('missing file', '- path: nope.yaml'),
  replaced('wildcard in a source', '- source: {kind: Service, fieldPath: spec.ports.*.port}\n  targets: [{select: {kind: Service}}]'),
  replaced('labels that are shared', '- sourceValue: changed\n  targets: [{select: {kind: Deployment, name: web}, fieldPaths: [metadata.labels.team]}]', 'commonLabels: {team: blue}\n'),
  replaced('by former names', '- source: {kind: Service, name: web}\n  targets: [{select: {kind: Deployment, name: web}, fieldPaths: [metadata.annotations.by], options: {create: true}}]', 'namePrefix: p-\nnamespace: n\n'),
  at('vars', `resources: [all.yaml]
namePrefix: p-
vars:
- {name: NAME, objref: {kind: Service, name: web, apiVersion: v1}}
- {name: PORT, objref: {kind: Service, name: web, version: v1}, fieldref: {fieldPath: "spec.ports[0].port"}}
- {name: REPLICAS, objref: {kind: Deployment, name: web, apiVersion: apps/v1}, fieldref: {fieldPath: spec.replicas}}
- {name: UNUSED, objref: {kind: Service, name: web, apiVersion: v1}}
`, { 'all.yaml': `${service('web')}---\n${deployment('web').replace('"--a"', '"$(NAME):$(PORT)", "$(REPLICAS)", "$$(NAME)", "$(OTHER)", "$x", "$"').replace('value: "1"', 'value: $(PORT)')}` }),
  at('vars of nobody', 'resources: [all.yaml]\nvars: [{name: A, objref: {kind: Service, name: nobody, apiVersion: v1}}]', { 'all.yaml': service('web') }),
  at('vars of no field', 'resources: [all.yaml]\nvars: [{name: A, objref: {kind: Service, name: web, apiVersion: v1}, fieldref: {fieldPath: spec.nope}}]', { 'all.yaml': service('web') }),
  at('vars twice', 'resources: [all.yaml]\nvars: [{name: A, objref: {kind: Service, name: web, apiVersion: v1}}, {name: A, objref: {kind: Service, name: web, apiVersion: v1}}]', { 'all.yaml': service('web') }),
  { name: 'vars of several', build: 'all', files: {
    'base/kustomization.yaml': 'resources: [s.yaml]\n', 'base/s.yaml': service('web'), 'a/kustomization.yaml': 'resources: [../base]\nnamePrefix: a-\n', 'b/kustomization.yaml': 'resources: [../base]\nnamePrefix: b-\n',
    'all/kustomization.yaml': 'resources: [../a, ../b]\nvars: [{name: A, objref: {kind: Service, name: web, apiVersion: v1}}]\n',
  } },
  { name: 'references of two namespaces', build: 'all', files: {
    'base/kustomization.yaml': 'resources: [all.yaml]\n', 'base/all.yaml': zoo.split('---\n').filter((text) => !/kind: (?:Namespace|CustomResourceDefinition|Cluster\w+|StorageClass|PriorityClass|Validating\w+)\n/.test(text)).join('---\n'),
    'a/kustomization.yaml': 'resources: [../base]\nnamespace: a\nnameSuffix: -1\n', 'b/kustomization.yaml': 'resources: [../base]\nnamespace: b\nnamePrefix: x-\n',
    'all/kustomization.yaml': 'resources: [../a, ../b, extra.yaml]\n',
    'all/extra.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: both}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: robot, namespace: a}, {kind: ServiceAccount, name: robot, namespace: b}]\n',
  } },
  { name: 'references that cannot be told apart', build: 'all', files: {
    'base/kustomization.yaml': 'configMapGenerator: [{name: cfg, literals: [a=1]}]\n', 'a/kustomization.yaml': 'resources: [../base]\nnameSuffix: -a\n', 'b/kustomization.yaml': 'resources: [../base]\nnameSuffix: -b\n',
    'all/kustomization.yaml': 'resources: [../a, ../b, web.yaml]\n', 'all/web.yaml': deployment('web', '      volumes: [{name: c, configMap: {name: cfg}}]\n'),
  } },
  at('subject without a namespace', 'resources: [all.yaml]\nnamePrefix: p-', { 'all.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}\nsubjects: [{kind: ServiceAccount, name: x, namespace: }]\n' }),
]
