import { at, configMap, deployment, service, type KustomizeCase } from './case.ts'

const uses = deployment('web', '      volumes: [{name: c, configMap: {name: cfg}}, {name: s, secret: {secretName: sec}}, {name: p, projected: {sources: [{configMap: {name: cfg}}, {secret: {name: sec}}]}}]\n')

/** ConfigMaps and Secrets that are made, what names them, and plugins in files. */
export const generatorCases: readonly KustomizeCase[] = [
  at('literals, files and envs', `resources: [web.yaml]
configMapGenerator:
- name: cfg
  literals: [a=1, "b='two words'", 'c="q"', d=, "e=x=y"]
  files: [file.txt, renamed=file.txt, sub/deep.json, bin]
  envs: [vars.env]
secretGenerator:
- name: sec
  type: kubernetes.io/tls
  literals: [user=admin]
  files: [file.txt]
`, { 'web.yaml': uses, 'file.txt': 'line one\nline two\n', 'sub/deep.json': '{"a": "<b>&"}', bin: '\udcff\udcfe\u0000\u0001', 'vars.env': '\ufeffONE=1\n# no\n  TWO=2 \nTHREE\n\nFOUR=a=b\r\n' }),
  at('options', `configMapGenerator:
- name: cfg
  literals: [a=1]
  options: {labels: {own: "1", both: own}, annotations: {a: "true"}, immutable: true}
- {name: plain, literals: [a=1], options: {disableNameSuffixHash: true}}
secretGenerator:
- {name: sec, literals: [a=1]}
generatorOptions: {labels: {all: "2", both: all}, annotations: {b: c}}
`),
  at('no hashes at all', 'resources: [web.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=1]}]\nsecretGenerator: [{name: sec, literals: [b=2]}]\ngeneratorOptions: {disableNameSuffixHash: true, immutable: true}\nnamePrefix: p-', { 'web.yaml': uses }),
  at('namespaces', 'namespace: prod\nconfigMapGenerator: [{name: cfg, namespace: other, literals: [a=1]}]'),
  at('env', 'configMapGenerator: [{name: cfg, env: vars.env}]', { 'vars.env': 'A=1\n' }),
  at('long secret', 'secretGenerator: [{name: sec, files: [big.txt]}]', { 'big.txt': 'x'.repeat(500) }),
  at('empty generator', 'configMapGenerator: [{name: cfg}]\nsecretGenerator: [{name: sec}]'),
  at('merge and replace of resources', `resources: [all.yaml]
configMapGenerator:
- {name: merged, behavior: merge, literals: [b=2, a=x]}
- {name: replaced, behavior: replace, literals: [b=2]}
secretGenerator:
- {name: sec, behavior: merge, literals: [b=2]}
namePrefix: p-
`, { 'all.yaml': `${configMap('merged', 'a: "1"\n  z: "1"', '  labels: {l: m}\n  annotations: {n: o}\n')}---\n${configMap('replaced')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: sec}\nstringData: {a: plain, b: other}\ndata: {c: eA==}\n---\n${uses}` }),
  at('create what is there', 'resources: [all.yaml]\nconfigMapGenerator: [{name: x, literals: [a=1]}]', { 'all.yaml': configMap('x') }),
  at('merge into nothing', 'configMapGenerator: [{name: x, behavior: merge, literals: [a=1]}]'),
  ...[['no name', '{literals: [a=1]}'], ['bad literal', '{name: x, literals: [abc]}'], ['repeated key', '{name: x, literals: [a=1, a=2]}'], ['missing file', '{name: x, files: [nope]}'], ['no key', '{name: x, files: ["=nope"]}'],
    ['no path', '{name: x, files: ["nope="]}'], ['too many =', '{name: x, files: ["a=b=c"]}'], ['outside', '{name: x, files: ["../../../etc/hostname"]}'], ['missing env', '{name: x, envs: [nope.env]}']].map(([name, args]) => at(`generator: ${name}`, `configMapGenerator: [${args}]`)),
  at('hash of other values', 'configMapGenerator: [{name: a, literals: ["x=<>&\u2028é"]}, {name: b, files: [n=new]}]', { new: 'a\n\nb' }),
  { name: 'hash changes through overlays', build: 'o', files: {
    'b/kustomization.yaml': 'resources: [w.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=1]}]\nsecretGenerator: [{name: sec, literals: [a=1]}]\n', 'b/w.yaml': uses,
    'm/kustomization.yaml': 'resources: [../b]\nnamePrefix: m-\nconfigMapGenerator: [{name: cfg, behavior: replace, literals: [b=1]}]\n',
    'o/kustomization.yaml': 'resources: [../m]\nnameSuffix: -o\nnamespace: n\nsecretGenerator: [{name: sec, behavior: merge, literals: [c=1]}]\n',
  } },
  at('transformers in files', `resources: [web.yaml, svc.yaml]
transformers:
- t.yaml
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: p}
  prefix: in-
  fieldSpecs: [{path: metadata/name}]
generators: [g.yaml]
validators: [v.yaml]
`, {
    'web.yaml': uses, 'svc.yaml': service('web'),
    't.yaml': `apiVersion: builtin
kind: LabelTransformer
metadata: {name: l}
labels: {a: b}
fieldSpecs: [{path: metadata/labels, create: true}]
---
apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: a}
annotations: {c: d}
fieldSpecs: [{path: metadata/annotations, create: true}, {path: spec/template/metadata/annotations, create: true, kind: Deployment}]
---
apiVersion: builtin
kind: NamespaceTransformer
metadata: {name: n, namespace: prod}
unsetOnly: true
setRoleBindingSubjects: none
---
apiVersion: builtin
kind: ImageTagTransformer
metadata: {name: i}
imageTag: {name: nginx, newTag: "7"}
---
apiVersion: builtin
kind: ReplicaCountTransformer
metadata: {name: r}
replica: {name: web, count: 6}
fieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}]
---
apiVersion: builtin
kind: PatchTransformer
metadata: {name: pt}
target: {kind: Service}
patch: '[{"op": "add", "path": "/spec/type", "value": "NodePort"}]'
---
apiVersion: builtin
kind: PatchJson6902Transformer
metadata: {name: pj}
target: {kind: Service, name: web}
jsonOp: '[{"op": "add", "path": "/spec/x", "value": "y"}]'
---
apiVersion: builtin
kind: PatchStrategicMergeTransformer
metadata: {name: ps}
patches: |-
  apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {z: 1}
---
apiVersion: builtin
kind: ReplacementTransformer
metadata: {name: rt}
replacements:
- source: {kind: Service, fieldPath: spec.x}
  targets: [{select: {kind: Deployment}, fieldPaths: [spec.paused], options: {create: true}}]
---
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: va}
value: fruit
targets: [{selector: {kind: Service}, fieldPath: spec/path, filePathPosition: 2}, {fieldPath: metadata/labels/added}]
---
apiVersion: builtin
kind: SuffixTransformer
metadata: {name: s}
suffix: -out
fieldSpecs: [{path: metadata/name}]
`,
    'g.yaml': `apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: cfg, namespace: n}
literals: [a=1]
---
apiVersion: builtin
kind: SecretGenerator
metadata: {name: sec}
literals: [a=1]
---
apiVersion: builtin
kind: IAMPolicyGenerator
metadata: {name: iam}
cloud: gke
kubernetesService: {namespace: k, name: ks}
serviceAccount: {name: gsa, projectId: proj}
`,
    'v.yaml': 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: v}\nlabels: {validated-by: me}\nfieldSpecs: [{path: metadata/labels, create: true}]\n',
  }),
  at('plugins with origins', 'resources: [svc.yaml]\ngenerators: [g.yaml]\ntransformers: [t]\nbuildMetadata: [originAnnotations, transformerAnnotations]\n', {
    'svc.yaml': service('web'), 'g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: cfg}\nliterals: [a=1]\n',
    't/kustomization.yaml': 'resources: [p.yaml]\nnameSuffix: -x\n', 't/p.yaml': 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: a-\nfieldSpecs: [{path: metadata/name}]\n',
  }),
  ...[['external plugin', 'apiVersion: example.com/v1\nkind: Magic\nmetadata: {name: m}\n'], ['unknown built-in', 'apiVersion: builtin\nkind: Magic\nmetadata: {name: m}\n'],
    ['prefix without fields', 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: m}\nprefix: x\n'], ['bad subjects', 'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: m, namespace: x}\nsetRoleBindingSubjects: some\n'],
    ['value without fields', 'apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: m}\nvalue: x\n'], ['wrong type', 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: m}\nlabels: [a]\n']]
    .map(([name, text]) => at(`transformer: ${name}`, 'resources: [svc.yaml]\ntransformers: [t.yaml]', { 'svc.yaml': service('web'), 't.yaml': text! })),
  at('validator that changes', 'resources: [svc.yaml]\nvalidators: [t.yaml]', { 'svc.yaml': service('web'), 't.yaml': 'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: v}\nlabels: {a: b}\nfieldSpecs: [{path: metadata/labels, create: true}]\n' }),
]
