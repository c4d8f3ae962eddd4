/** A folder, and command lines of helmfile that are run in it, one after another. */
export interface HelmfileCase {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly runs: readonly (readonly string[])[]
  readonly env?: Readonly<Record<string, string>>
  /** Files that are compared after the runs: paths, or folders that end in a slash. */
  readonly compare?: readonly string[]
  /** A repository of the charts below `repo/`, or a registry of those below `oci/`: their addresses stand for $REPO and $OCI. */
  readonly serves?: 'repo' | 'oci'
}

const chartYaml = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n${more}`
const cm = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  values: {{ .Values | toJson | quote }}
`
/** Files of a chart that prints its values. */
const chart = (folder: string, more: Readonly<Record<string, string>> = {}, metadata = ''): Record<string, string> => ({
  [`${folder}/Chart.yaml`]: chartYaml(folder.split('/').at(-1)!, metadata), [`${folder}/values.yaml`]: 'a: 1\nb: {c: x}\n', [`${folder}/templates/cm.yaml`]: cm,
  ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`${folder}/${name}`, text])),
})

export const helmfileTemplateCases: readonly HelmfileCase[] = [
  {
    name: 'values: inline, files, templates, in their order', runs: [['template'], ['template', '-l', 'name=two', '--set', 'a=9,b.c=z', '--values', 'more.yaml']],
    files: {
      ...chart('c'), 'v.yaml': 'a: 2 # kept\nfrom: file\n', 'v.yaml.gotmpl': 'release: {{ .Release.Name }}\nns: {{ .Release.Namespace }}\nenv: {{ .Environment.Name }}\nv: {{ .Values.shared }}\n', 'more.yaml': 'more: [1, 2]\na: 8\n',
      'helmfile.yaml': `values: [{shared: s}]
releases:
- {name: one, chart: ./c, namespace: n1, values: [v.yaml, v.yaml.gotmpl, {a: 3, n: 1.0, big: 123456789012, t: "yes", nul: null, s: "010"}]}
- {name: two, chart: c, values: [{a: 4}, v.yaml]}
`,
    },
  },
  {
    name: 'set, setString, env, valuesPathPrefix', runs: [['template']], env: { TOWN: 'a,b' },
    files: {
      ...chart('c'), 'pre/v.yaml': 'p: 1\n', 'f.txt': 'text of f\n',
      'helmfile.yaml': `releases:
- name: one
  chart: ./c
  valuesPathPrefix: pre/
  values: [v.yaml]
  set:
  - {name: x.y, value: "1"}
  - {name: list, values: [a, "b,c", 3, {k: v}]}
  - {name: file, file: f.txt}
  - {name: braces, value: "{q}"}
  setString:
  - {name: str, value: "007"}
  env:
  - {name: town, value: TOWN}
`,
    },
  },
  {
    name: 'variables that are not there', runs: [['template']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, env: [{name: a, value: NOT_THERE_1}, {name: b, value: NOT_THERE_2}]}\n' },
  },
  {
    name: 'needs',
    runs: [['template'], ['template', '-l', 'name=three'], ['template', '-l', 'name=three', '--include-needs'], ['template', '-l', 'name=three', '--include-transitive-needs'], ['template', '-l', 'name=four', '--enforce-needs-are-installed'], ['template', '-l', 'name=three', '--skip-needs=false']],
    files: {
      ...chart('c'), 'helmfile.yaml': `releases:
- {name: three, chart: ./c, needs: [two]}
- {name: two, chart: ./c, needs: [one]}
- {name: one, chart: ./c}
- {name: four, chart: ./c, needs: [off]}
- {name: off, chart: ./c, installed: false}
`,
    },
  },
  {
    name: 'environments', runs: [['template', '-e', 'prod'], ['template'], ['template', '-e', 'none'], ['template', '-e', 'prod', '--state-values-set', 'on=false']],
    files: {
      ...chart('c'), 'env/prod.yaml': 'n: 5\non: true\n',
      'helmfile.yaml.gotmpl': `environments:
  default: {values: [{n: 1, on: false}]}
  prod: {values: [env/prod.yaml]}
---
releases:
- name: one
  chart: ./c
  values: [{a: {{ .Values.n }}, e: {{ .Environment.Name }}}]
- {name: two, chart: ./c, condition: {{ if .Values.on }}true{{ else }}false{{ end }}}
`,
    },
  },
  {
    name: 'output folders', compare: ['out/', 'tpl/'],
    runs: [['template', '--output-dir', 'out', '--output-dir-template', '{{ .OutputDir }}/{{ .Release.Name }}-{{ .State.BaseName }}'], ['template', '--output-dir-template', 'tpl/{{ .Environment.Name }}/{{ .Release.Namespace }}']],
    files: {
      ...chart('c', { 'templates/two.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\n' }),
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, namespace: n}\n- {name: two, chart: ./c, namespace: m}\n',
    },
  },
  {
    name: 'what is printed', runs: [['template', '--include-crds', '--skip-tests'], ['template', '--no-hooks'], ['template', '--show-only', 'templates/cm.yaml'], ['template', '--show-only', 'templates/none.yaml']],
    files: {
      ...chart('c', {
        'crds/d.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ds.x.io}\n', 'templates/hook.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n',
        'templates/test.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\n', 'templates/NOTES.txt': 'notes\n',
      }),
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./c}\n',
    },
  },
  {
    name: 'capabilities', runs: [['template'], ['template', '--kube-version', '1.27.0']],
    files: {
      ...chart('c', { 'templates/v.yaml': 'v: {{ .Capabilities.KubeVersion }}\nhas: {{ .Capabilities.APIVersions.Has "a.io/v1" }} {{ .Capabilities.APIVersions.Has "b.io/v1" }}\n' }),
      'helmfile.yaml': 'apiVersions: [a.io/v1]\nkubeVersion: v1.28.0\nreleases:\n- {name: one, chart: ./c}\n- {name: two, chart: ./c, kubeVersion: v1.29.1, apiVersions: [b.io/v1]}\n',
    },
  },
  {
    name: 'a chart with a dependency beside it', runs: [['template'], ['template', '--skip-deps'], ['template', '--skip-refresh']], compare: ['c/Chart.lock'],
    files: {
      ...chart('c', {}, 'dependencies:\n- {name: sub, version: 1.2.3, repository: "file://../sub"}\n'), ...chart('sub'),
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, values: [{sub: {a: 7}}]}\n',
    },
  },
  {
    name: 'a dependency that is nowhere', runs: [['template', '-l', 'name=one'], ['template', '--skip-deps']],
    files: { ...chart('c', {}, 'dependencies:\n- {name: sub, version: 1.2.3, repository: "file://../sub"}\n'), ...chart('d'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c}\n- {name: two, chart: ./d}\n' },
  },
  {
    name: 'a template that fails', runs: [['template'], ['template', '--strip-args-values-on-exit-error=false', '--set', 'word=hidden'], ['template', '--set', 'word=hidden']],
    files: { ...chart('c', { 'templates/f.yaml': '{{ fail "no good" }}\n' }), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, namespace: n}\n- {name: two, chart: ./c}\n' },
  },
  {
    name: 'values files that are missing', runs: [['template', '-l', 'name=one'], ['template', '-l', 'name=two'], ['template', '-l', 'name=three'], ['template', '-l', 'name=four'], ['template', '-l', 'name=two', '-q'], ['template', '-l', 'name=five']],
    files: {
      ...chart('c'), 'bad.yaml.gotmpl': 'a: {{ .Nothing.here }}\n', 'helmfile.yaml': `releases:
- {name: one, chart: ./c, values: [none.yaml]}
- {name: two, chart: ./c, values: [none.yaml], missingFileHandler: Warn}
- {name: three, chart: ./c, values: [none.yaml], missingFileHandler: Info}
- {name: four, chart: ./c, values: [none.yaml], missingFileHandler: What}
- {name: five, chart: ./c, values: [bad.yaml.gotmpl]}
`,
    },
  },
  {
    name: 'defaults', runs: [['template'], ['template', '--args', '--set a=77'], ['template', '--template-args', '--is-upgrade --set b.c=w']],
    files: {
      ...chart('c', { 'values.schema.json': '{"properties": {"a": {"type": "integer"}}}', 'templates/u.yaml': 'upgrade: {{ .Release.IsUpgrade }}\n' }),
      'helmfile.yaml': 'helmDefaults:\n  args: ["--set", "b.c=y"]\n  templateArgs: ["--is-upgrade"]\n  skipSchemaValidation: true\nreleases:\n- {name: one, chart: ./c, values: [{a: text}]}\n',
    },
  },
  {
    name: 'flags for all', runs: [['template', '-n', 'over'], ['template', '--kube-context', 'k1'], ['template', '-c', './d'], ['template', '--log-level', 'error'], ['-q', 'template']],
    files: { ...chart('c'), ...chart('d'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, namespace: n}\n' },
  },
  {
    name: 'nothing to do', runs: [['template', '-l', 'name=none'], ['template', '-l', 'name=none', '--allow-no-matching-release'], ['template', '-l', 'bad label'], ['template', '-l', 'name=off']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c}\n- {name: off, chart: ./c, installed: false}\n' },
  },
  {
    name: 'charts that are none', runs: [['template', '-l', 'name=one'], ['template', '-l', 'name=two'], ['template', '-l', 'name=three'], ['template', '-l', 'name=four']],
    files: {
      'broken/Chart.yaml': 'name: [\n', 'helmfile.yaml': `releases:
- {name: one, chart: ./nowhere}
- {name: two, chart: ./broken}
- {name: three, chart: unknown/chart, version: 1.0.0}
- {name: four, chart: nowhere}
`,
    },
  },
  {
    name: 'two releases of one name', runs: [['template'], ['template', '-l', 'tier=a']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, labels: {tier: a}}\n- {name: one, chart: ./c, labels: {tier: b}}\n' },
  },
  {
    name: 'charts that cannot be had are left out', runs: [['template', '--allow-failed-releases'], ['template']],
    files: {
      ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c}\n- {name: bad, chart: "oci://localhost:1/c", version: latest}\n',
    },
  },
  {
    name: 'values files: the first failure is told', runs: [['template']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, values: [none1.yaml]}\n- {name: two, chart: ./c, values: [none2.yaml]}\n' },
  },
  {
    name: 'a post-renderer', runs: [['template'], ['template', '-l', 'name=two']],
    files: {
      ...chart('c'), 'plugin/plugin.yaml': 'apiVersion: v1\nname: add\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig:\n  platformCommand:\n  - command: ${HELM_PLUGIN_DIR}/add.sh\n', 'plugin/add.sh': '#!/bin/sh\ncat\nprintf "%s\\n" --- "kind: Added" "args: $*"\n',
      'helmfile.yaml': `helmDefaults:
  postRenderer: ../x/add.sh
  postRendererArgs: ["of-{{ .Release.Name }}"]
hooks:
- {name: install, events: [prepare], command: sh, args: ["-c", "mkdir -p $HELM_DATA_HOME/plugins && cp -r plugin $HELM_DATA_HOME/plugins/add && chmod +x $HELM_DATA_HOME/plugins/add/add.sh"]}
releases:
- {name: one, chart: ./c}
- {name: two, chart: ./c, postRendererArgs: [own]}
`,
    },
  },
  {
    name: 'hooks', runs: [['template'], ['lint']],
    files: {
      ...chart('c'), 'helmfile.yaml': `hooks:
- {name: first, events: [prepare, cleanup], command: sh, args: ["-c", "echo global {{ .Event.Name }} {{ .HelmfileCommand }}"], showlogs: true}
releases:
- name: one
  chart: ./made
  hooks:
  - {name: make, events: [prepare], command: sh, args: ["-c", "cp -r c made && echo made for {{ .Release.Name }}"], showlogs: true}
  - {name: after, events: [cleanup], command: echo, args: [done], showlogs: true}
`,
    },
  },
  {
    name: 'a hook that fails', runs: [['template']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- name: one\n  chart: ./c\n  hooks:\n  - {events: [prepare], command: "false"}\n' },
  },
  {
    name: 'files below others', runs: [['template'], ['template', '-l', 'tier=b']],
    files: {
      ...chart('c'), ...chart('sub/d'), 'helmfile.yaml': 'helmfiles:\n- sub/helmfile.yaml\n- {path: sub/second.yaml, values: [{n: 4}]}\nreleases:\n- {name: top, chart: ./c, labels: {tier: a}}\n',
      'sub/helmfile.yaml': 'releases:\n- {name: below, chart: ./d, labels: {tier: b}, values: [v.yaml]}\n', 'sub/second.yaml': 'releases:\n- {name: second, chart: ../c, labels: {tier: b}}\n', 'sub/v.yaml': 'below: true\n',
    },
  },
  {
    name: 'a folder of files', runs: [['template', '--sequential-helmfiles'], ['template', '-f', 'helmfile.d/b.yaml']],
    files: { ...chart('c'), 'helmfile.d/a.yaml': 'releases:\n- {name: first, chart: ../c}\n', 'helmfile.d/b.yaml': 'releases:\n- {name: second, chart: ../c, values: [v.yaml]}\n', 'helmfile.d/v.yaml': 'v: 1\n' },
  },
  {
    name: 'lint', runs: [['lint'], ['lint', '-l', 'name=good', '--set', 'a=5'], ['lint', '-l', 'name=bad'], ['lint', '--args', '--strict', '-l', 'name=good']],
    files: {
      ...chart('good'), ...chart('bad', { 'templates/f.yaml': '{{ .Values.none.deep }}\n' }), ...chart('worse', { 'templates/f.yaml': '{{ fail "x" }}\n' }),
      'helmfile.yaml': 'releases:\n- {name: good, chart: ./good, namespace: n}\n- {name: bad, chart: ./bad}\n- {name: worse, chart: ./worse}\n',
    },
  },
  {
    name: 'write-values', compare: ['out/'], runs: [['write-values', '--output-file-template', 'out/{{ .Release.Name }}.yaml'], ['write-values', '-l', 'name=two', '--output-file-template', 'out/{{ .State.BaseName }}/{{ .Release.Namespace }}/v.yaml']],
    files: {
      ...chart('c'), 'v.yaml.gotmpl': 'x: {y: 1, z: [1, 2]}\nn: {{ .Release.Name }}\n', 'helmfile.yaml': 'releases:\n- {name: two, chart: ./c, namespace: n, values: [v.yaml.gotmpl, {x: {z: [3], w: "1e3"}, f: 1.5}]}\n',
    },
  },
  {
    name: 'a folder of manifests as a chart', runs: [['template']],
    files: {
      'm/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  t: "{{ not a template }}"\n', 'm/sub/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n', 'm/g.yaml.gotmpl': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n',
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./m}\n- {name: two, chart: ./m, version: 2.0.0}\n',
    },
  },
  {
    name: 'a folder of manifests in a namespace', runs: [['template']],
    files: {
      'm/a.yaml': '# on top\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # beside\ndata:\n  l: |\n    lines\n  list: "[1]"\n---\napiVersion: v1\nkind: List\nitems:\n- a: 1\n', 'm/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: own}\n',
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./m, namespace: n}\n',
    },
  },
  {
    name: 'patches', runs: [['template']],
    files: {
      ...chart('c', { 'crds/d.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ds.x.io}\n' }), 'p.yaml.gotmpl': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  who: {{ .Release.Name }}-{{ .Values.a }}\n',
      'helmfile.yaml': `releases:
- name: one
  chart: ./c
  values: [{a: 5}]
  jsonPatches:
  - target: {version: v1, kind: ConfigMap, name: one}
    patch:
    - {op: replace, path: /data/values, value: patched}
    - {op: add, path: /data/new, value: "1"}
  strategicMergePatches:
  - p.yaml.gotmpl
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: one, labels: {x: "y"}}}
- name: two
  chart: ./c
  transformers:
  - {apiVersion: builtin, kind: LabelTransformer, metadata: {name: notImportantHere}, labels: {team: a}, fieldSpecs: [{path: metadata/labels, create: true}]}
- name: three
  chart: ./c
  forceNamespace: forced
`,
    },
  },
  {
    name: 'a kustomization as a chart', runs: [['template']],
    files: {
      'k/kustomization.yaml': 'resources: [d.yaml]\ncommonAnnotations: {a: b}\n', 'k/d.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  selector: {matchLabels: {app: d}}\n  template:\n    metadata: {labels: {app: d}}\n    spec:\n      containers:\n      - {name: m, image: "mysql:8"}\n',
      'helmfile.yaml': 'releases:\n- {name: one, chart: ./k}\n- {name: two, chart: ./k, namespace: n, values: [{namePrefix: pre-, nameSuffix: -suf, images: [{name: mysql, newName: my, newTag: "9"}]}]}\n',
    },
  },
  {
    name: 'dependencies that a release adds', runs: [['template']],
    files: { ...chart('c'), ...chart('sub'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, dependencies: [{chart: ./sub, version: 1.2.3, alias: other}], values: [{other: {a: 3}}]}\n- {name: two, chart: ./c, dependencies: [{chart: ./sub, version: 1.x}], values: [{sub: {enabled: false}}]}\n' },
  },
  {
    name: 'fetch gathers local charts', compare: ['out/'], runs: [['fetch', '--output-dir', 'out'], ['fetch', '--output-dir', 'out', '--output-dir-template', '{{ .OutputDir }}/{{ .ChartName }}-{{ .Release.Name }}']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, namespace: n}\n' },
  },
  {
    name: 'fetch writes a state', runs: [['fetch', '--output-dir', 'out', '--write-output'], ['fetch', '--write-output']],
    files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: one, chart: ./c, namespace: n, values: [{a: 1}]}\n' },
  },
  {
    name: 'charts of a repository', serves: 'repo', runs: [['repos'], ['template'], ['template', '--skip-refresh'], ['lint'], ['fetch', '--output-dir', 'out'], ['template', '-l', 'name=three']], compare: ['out/'],
    files: {
      ...chart('repo/shop'), 'helmfile.yaml': 'repositories:\n- {name: mine, url: "$REPO"}\nreleases:\n- {name: one, chart: mine/shop, version: 1.2.3}\n- {name: two, chart: mine/shop, version: "~1.2"}\n- {name: three, chart: mine/none, installed: {{THREE}}}\n'.replace('{{THREE}}', 'false'),
    },
  },
  {
    name: 'deps write a lock', serves: 'repo', runs: [['deps'], ['template'], ['deps', '--skip-repos']], compare: ['helmfile.lock'],
    files: { ...chart('repo/shop'), ...chart('c'), 'helmfile.yaml': 'repositories:\n- {name: mine, url: "$REPO"}\nreleases:\n- {name: one, chart: mine/shop, version: "^1.0.0"}\n- {name: two, chart: ./c}\n' },
  },
  {
    name: 'deps without repositories', runs: [['deps']], files: { ...chart('c'), 'helmfile.yaml': 'releases:\n- {name: two, chart: ./c}\n' },
  },
  {
    name: 'a lock that does not fit', serves: 'repo', runs: [['template']],
    files: { ...chart('repo/shop'), 'helmfile.lock': 'version: 1.8.0\ndependencies:\n- {name: shop, repository: "$REPO", version: 0.9.0}\ndigest: sha256:x\ngenerated: "2026-01-01T00:00:00Z"\n', 'helmfile.yaml': 'repositories:\n- {name: mine, url: "$REPO"}\nreleases:\n- {name: one, chart: mine/shop, version: "^1.0.0"}\n' },
  },
  {
    name: 'repositories that are wrong', runs: [['repos'], ['template']], files: { ...chart('c'), 'helmfile.yaml': 'repositories:\n- {name: gone, url: "http://127.0.0.1:1/charts"}\nreleases:\n- {name: one, chart: ./c}\n' },
  },
]
