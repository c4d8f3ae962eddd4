import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dyffCases } from './dyff-cases.ts'

/** Two charts, and how `diff local` compares them. A text stands for one template. */
export interface DiffCase {
  readonly name: string
  readonly before: string | Readonly<Record<string, string>>
  readonly after: string | Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

/** Writes both charts of a case below a folder, as `before` and `after`, and files its arguments name. */
export function writeCase(folder: string, { before, after }: DiffCase): void {
  for (const [side, content] of [['before', before], ['after', after]] as const) {
    const files = typeof content === 'string' ? { 'templates/m.yaml': content } : content
    for (const [name, text] of Object.entries({ 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', ...files })) {
      const path = join(folder, name.startsWith('../') ? name.slice(3) : join(side, name))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  }
}

const cm = (name: string, data: Record<string, string>, more = '') =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data:\n${Object.entries(data).map(([k, v]) => `  ${k}: ${v}\n`).join('')}`
const secret = (name: string, lines: string, more = '') => `---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${more}${lines}`
const deployment = (name: string, image: string, replicas = 1, more = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${more}spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: app
        image: ${image}
        ports:
        - containerPort: 80
      - name: side
        image: side:1
`
const b64 = (text: string) => Buffer.from(text).toString('base64')
const many = (n: number, change: (i: number) => string) => cm('many', Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, change(i)])))
const two = [cm('a', { x: '1' }) + deployment('web', 'nginx:1') + cm('gone', { y: '1' }), cm('a', { x: '2' }) + deployment('web', 'nginx:2', 3) + cm('new', { y: '1' })] as const
const redacted = [
  secret('s', `data:\n  keep: ${b64('same')}\n  change: ${b64('old value')}\n  gone: ${b64('x')}\n`),
  secret('s', `data:\n  keep: ${b64('same')}\n  change: ${b64('new')}\n  fresh: ${b64('yy')}\n`),
] as const
const hook = (event: string, image: string) => `---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: hook-${event}\n  annotations:\n    helm.sh/hook: ${event}\nspec:\n  containers:\n  - name: c\n    image: ${image}\n`
const valuesChart = (text: string) => ({ 'values.yaml': 'replicas: 1\nimage: nginx\nlist: [1, 2]\n', 'templates/m.yaml': text })
const templated = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n  r: {{ .Values.replicas | quote }}\n  i: {{ .Values.image | quote }}\n  l: {{ .Values.list | toJson | quote }}\n  v: {{ .Capabilities.KubeVersion.Version | quote }}\n  a: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}\n'
const changed = templated.replace('kind: ConfigMap', 'kind: ConfigMap\nimmutable: true')
const list = (items: string) => `---\napiVersion: v1\nkind: List\nitems:\n${items}`
const big = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n'

export const diffCases: readonly DiffCase[] = [
  { name: 'nothing changes', before: big, after: big },
  { name: 'added, changed, removed', before: two[0], after: two[1] },
  ...['simple', 'json', 'template', 'structured', 'no such format'].map((output): DiffCase => ({ name: `output ${output}`, before: two[0], after: two[1], args: ['--output', output] })),
  ...['simple', 'json', 'template', 'structured', 'diff'].map((output): DiffCase => ({ name: `nothing changes, output ${output}`, before: big, after: big, args: ['--output', output, '--detailed-exitcode'] })),
  { name: 'output by variable', before: two[0], after: two[1], env: { HELM_DIFF_OUTPUT: 'simple' } },
  { name: 'output: the flag wins', before: two[0], after: two[1], env: { HELM_DIFF_OUTPUT: 'simple' }, args: ['--output', 'json'] },
  { name: 'colours', before: two[0], after: two[1], args: ['--color'] },
  { name: 'colours, simple', before: two[0], after: two[1], args: ['--color', '--output', 'simple'] },
  { name: 'colours by variable', before: two[0], after: two[1], env: { HELM_DIFF_COLOR: 'true' } },
  { name: 'colours: the flag wins over the variable', before: two[0], after: two[1], env: { HELM_DIFF_COLOR: '1' }, args: ['--color=false'] },
  { name: 'colours: no-color wins', before: two[0], after: two[1], args: ['--color', '--no-color'] },
  { name: 'no-color=false colours', before: two[0], after: two[1], args: ['--no-color=false'] },
  { name: 'exit code 2', before: two[0], after: two[1], args: ['--detailed-exitcode'] },
  ...[0, 1, 3, 5].map((n): DiffCase => ({ name: `context ${n}`, before: many(40, (i) => String(i)), after: many(40, (i) => (i === 5 || i === 9 || i === 30 ? 'changed' : String(i))), args: ['-C', String(n)] })),
  { name: 'context of an added object', before: big, after: big + cm('b', { x: '1' }), args: ['--context=1'] },
  { name: 'secrets are redacted', before: redacted[0], after: redacted[1] },
  { name: 'secrets shown', before: redacted[0], after: redacted[1], args: ['--show-secrets'] },
  { name: 'secrets decoded', before: redacted[0], after: redacted[1], args: ['--show-secrets-decoded'] },
  { name: 'secrets suppressed', before: redacted[0], after: redacted[1], args: ['-q'] },
  { name: 'secrets suppressed, colours', before: redacted[0], after: redacted[1], args: ['--suppress-secrets', '--color'] },
  { name: 'secrets, structured', before: redacted[0], after: redacted[1], args: ['--output', 'structured'] },
  { name: 'secrets suppressed, structured', before: redacted[0] + big, after: redacted[1] + cm('a', { a: 'c' }), args: ['--output', 'structured', '--suppress', 'Secret'] },
  { name: 'a secret is added', before: big, after: big + redacted[1] },
  { name: 'a secret is removed', before: big + redacted[0], after: big },
  { name: 'stringData counts as data', before: secret('s', 'stringData:\n  a: one\n  n: 5\n  t: true\n'), after: secret('s', `data:\n  a: ${b64('one')}\n  n: ${b64('6')}\n`) },
  { name: 'stringData beside data', before: secret('s', `data:\n  a: ${b64('one')}\nstringData:\n  b: two\n`), after: secret('s', `data:\n  a: ${b64('one')}\n  b: ${b64('two')}\n  c: ''\n`) },
  { name: 'stringData decoded', before: secret('s', 'stringData:\n  a: |\n    one\n    two\n'), after: secret('s', 'stringData:\n  a: |\n    one\n    three\n'), args: ['--show-secrets-decoded'] },
  { name: 'a secret of more fields', before: secret('s', 'type: Opaque\nimmutable: true\ndata: {}\n', '  labels: { b: "1", a: "" }\n  annotations:\n    z: "stringData"\n  unknown: x\n'), after: secret('s', 'type: kubernetes.io/tls\ndata:\n  a: eA==\n', '  finalizers: [x/y]\n  namespace: other\n') },
  { name: 'a secret of more fields changes', before: secret('s', 'type: Opaque\nimmutable: true\ndata: {}\nother: 1\n', '  labels: { b: "1", a: "" }\n'), after: secret('s', 'type: kubernetes.io/tls\nimmutable: false\ndata:\n  a: eA==\n', '  labels: { b: "2" }\n') },
  { name: 'a secret that is no base64', before: secret('s', 'data:\n  a: "not base64"\n'), after: secret('s', `data:\n  a: ${b64('x')}\n`) },
  { name: 'two secrets that are no base64', before: secret('s', 'data:\n  a: "abc"\n'), after: secret('s', 'data:\n  a: "abcd=ef"\n') },
  { name: 'a secret with a number in data', before: secret('s', 'data:\n  a: 5\n'), after: secret('s', 'data:\n  a: eA==\n') },
  { name: 'a secret with bytes', before: secret('s', `data:\n  a: ${Buffer.from([255, 254, 0, 1]).toString('base64')}\n`), after: secret('s', 'data:\n  a: eA==\n'), args: ['--show-secrets-decoded'] },
  { name: 'a kind is suppressed', before: two[0], after: two[1], args: ['--suppress', 'Deployment'] },
  { name: 'kinds are suppressed', before: two[0], after: two[1], args: ['--suppress', 'Deployment', '--suppress=ConfigMap', '--color'] },
  { name: 'lines are suppressed', before: two[0], after: two[1], args: ['--suppress-output-line-regex', 'image:', '--suppress-output-line-regex', 'replicas'] },
  { name: 'lines are suppressed, nothing is left', before: two[0], after: two[1], args: ['--suppress-output-line-regex', '.*', '--detailed-exitcode'] },
  { name: 'lines are suppressed, colours', before: two[0], after: two[1], args: ['--suppress-output-line-regex', 'x: \\d', '--color', '--output', 'simple'] },
  { name: 'lines are suppressed, structured', before: two[0], after: two[1], args: ['--suppress-output-line-regex', 'x: \\d', '--output', 'structured'] },
  { name: 'lines are suppressed, context', before: many(20, String), after: many(20, (i) => (i === 3 || i === 15 ? 'c' : String(i))), args: ['--suppress-output-line-regex', 'k3:', '-C2'] },
  { name: 'renamed', before: deployment('web', 'nginx:1') + cm('a', { x: '1' }), after: deployment('front', 'nginx:1') + cm('b', { y: '2', z: '3' }), args: ['-D', '0.5'] },
  { name: 'renamed: too different', before: deployment('web', 'nginx:1'), after: deployment('front', 'nginx:1'), args: ['--find-renames', '0.1'] },
  { name: 'renamed: the nearest of several', before: deployment('a', 'x:1') + deployment('b', 'y:1', 9), after: deployment('c', 'y:1', 9) + deployment('d', 'x:1'), args: ['-D0.9'] },
  { name: 'renamed: lengths too different', before: cm('a', { x: '1' }), after: many(200, String), args: ['-D', '1'] },
  { name: 'renamed, simple', before: deployment('web', 'nginx:1'), after: deployment('front', 'nginx:1'), args: ['-D', '1', '--output', 'simple'] },
  { name: 'base name', before: cm('a-123', { x: '1' }, '  annotations:\n    helm-diff/base-name: a\n'), after: cm('a-456', { x: '2' }, '  annotations:\n    helm-diff/base-name: a\n') },
  { name: 'resource-policy keep', before: big + cm('kept', { x: '1' }, '  annotations:\n    helm.sh/resource-policy: keep\n') + cm('gone', { x: '1' }, '  annotations:\n    helm.sh/resource-policy: delete\n'), after: big },
  { name: 'resource-policy keep changes', before: cm('kept', { x: '1' }, '  annotations:\n    helm.sh/resource-policy: keep\n'), after: cm('kept', { x: '2' }) },
  { name: 'another version is the same object', before: deployment('web', 'nginx').replace('apps/v1', 'apps/v1beta1'), after: deployment('web', 'nginx') },
  { name: 'another group is another object', before: deployment('web', 'nginx').replace('apps/v1', 'extensions/v1beta1'), after: deployment('web', 'nginx'), args: ['-C1'] },
  { name: 'namespaces', before: cm('a', { x: '1' }, '  namespace: one\n'), after: cm('a', { x: '1' }, '  namespace: two\n') },
  { name: 'the namespace given', before: two[0], after: two[1], env: { HELM_NAMESPACE: 'prod-1' }, args: ['--output', 'simple'] },
  { name: 'lists', before: list('- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: z\n    labels: {b: "1", a: "2"}\n  data:\n    k: "10"\n    t: |\n      one\n      two\n    e: ""\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: y}\n'), after: list('- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: z\n    labels: {b: "1", a: "3"}\n  data:\n    k: "10"\n    t: |\n      one\n      three\n    e: ""\n') },
  { name: 'lists of lists and other kinds', before: list('- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: deep}\n    data: {a: "1", n: 1}\n'), after: list('- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: deep}\n    data: {a: "2", n: 1.50}\n') },
  { name: 'an empty list', before: '---\napiVersion: v1\nkind: List\nitems: []\n', after: `---\napiVersion: v1\nkind: List\n${big.replace(/^/gm, '')}` },
  { name: 'style is a difference', before: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  b: "x"\n  a: \'y\'\n  # said\n  n: "1"\n', after: 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata:\n  a: y\n  b: x\n  n: "1"\n' },
  { name: 'normalized', before: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  b: "x"\n  a: \'y\'\n  # said\n  n: "1"\n', after: 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata:\n  a: y\n  b: x\n  n: "1"\n', args: ['--normalize-manifests'] },
  { name: 'normalized and changed', before: 'apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: a}\nspec: {i: 1000000, f: 1.50, e: 1e3, t: 2020-01-01, yes: yes, no: "no", nul: ~, 1: one, 10: ten, 2: two, true: t, h: 0x1F, o: 017, s: "1e3", l: [a, [b, {c: d}], []], m: {}, long: "word word word word word word word word word word word word word word word word word word word word end"}\n', after: 'apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: a}\nspec: {i: 1000001, f: 1.5, m: {x: y}, text: "a\\nb\\n", tab: "a\\tb", colon: "a: b", hash: "a #b", dash: "- a", star: "*a", empty: "", space: " a ", quote: "it\'s", uni: "é😀", big: 18446744073709551615}\n', args: ['--normalize-manifests'] },
  { name: 'test hooks are left out', before: big + hook('test', 'a') + hook('pre-upgrade', 'a') + hook('test-success', 'a'), after: big + hook('test', 'b') + hook('pre-upgrade', 'b') + hook('test-success', 'b') },
  { name: 'test hooks are there', before: big + hook('test', 'a') + hook('pre-install', 'a'), after: big + hook('test', 'b'), args: ['--include-tests'] },
  { name: 'line ends', before: cm('a', { x: '|-\n    one\n    two' }).replaceAll('\n', '\r\n'), after: cm('a', { x: '|-\n    one\n    two' }) },
  { name: 'line ends are no difference', before: cm('a', { x: '|-\n    one\n    two' }).replaceAll('\n', '\r\n'), after: cm('a', { x: '|-\n    one\n    three' }), args: ['--strip-trailing-cr'] },
  { name: 'line ends alone', before: cm('a', { x: '1' }).replaceAll('\n', '\r\n'), after: cm('a', { x: '1' }), args: ['--strip-trailing-cr', '--detailed-exitcode'] },
  { name: 'values', before: valuesChart(templated), after: valuesChart(changed), args: ['--set', 'replicas=3', '--set-string', 'image=7', '--set-json', 'list=[{"a":1}]'] },
  { name: 'values from a file', before: { ...valuesChart(templated), '../v.yaml': 'replicas: 5\nimage: other\n' }, after: valuesChart(changed), args: ['-f', 'v.yaml', '--set-literal', 'image=a,b'] },
  { name: 'values from standard input', before: valuesChart(templated), after: valuesChart(changed), args: ['-f', '-'], stdin: 'image: typed\n' },
  { name: 'release, namespace, versions', before: valuesChart(templated), after: valuesChart(changed), args: ['--release', 'mine', '--namespace', 'there', '--kube-version', '1.30', '-a', 'example.com/v1'] },
  { name: 'set-file', before: { ...valuesChart(templated), '../f.txt': 'from a file' }, after: valuesChart(changed), args: ['--set-file', 'image=f.txt'] },
  { name: 'CRDs', before: { 'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.x.y\n' }, after: { 'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.x.y\nspec: {}\n' }, args: ['--include-crds'] },
  { name: 'CRDs are left out', before: { 'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.x.y\n' }, after: big },
  { name: 'one object twice', before: cm('a', { x: '1' }) + cm('a', { x: '2' }), after: cm('a', { x: '3' }) },
  { name: 'comments only, empty documents', before: '---\n# nothing\n---\n\n---\n' + big, after: '# nothing\n---\n' + big.replace('b', 'c') },
  { name: 'space at the ends of lines and documents', before: big + '  \n\n', after: `\n\n${big}` },
  { name: 'lines that look like separators', before: cm('a', { x: '|\n    ---\n    text' }), after: cm('a', { x: '|\n    --- \n    other' }) },
  { name: 'unicode', before: cm('a', { x: 'é😀 ü', y: '"\\u2028"' }), after: cm('a', { x: 'é😀 ö', y: '"\\u2029"' }) },
  { name: 'unicode, structured', before: cm('a', { x: '"<é>&"' }), after: cm('a', { x: '"<ö>&\\u2028"' }), args: ['--output', 'structured'] },
  { name: 'many changes', before: many(120, (i) => String((i * 7) % 13)), after: many(120, (i) => String((i * 5) % 11)) },
  { name: 'moved lines', before: cm('m', { a: '1', b: '2', c: '3', d: '4', e: '5' }), after: cm('m', { e: '5', c: '3', a: '1', x: '9', b: '2' }) },
  { name: 'repeated lines', before: cm('m', { x: '|\n    a\n    b\n    a\n    b\n    c\n    a' }), after: cm('m', { x: '|\n    b\n    a\n    a\n    c\n    b\n    a\n    c' }) },
  { name: 'structured: containers', before: deployment('web', 'nginx:1'), after: deployment('web', 'nginx:2', 3).replace('      - name: side\n        image: side:1\n', '').replace('        - containerPort: 80\n', '        - containerPort: 81\n        - containerPort: 82\n'), args: ['--output', 'structured'] },
  { name: 'structured: maps and lists', before: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a, labels: {a: b}}\nspec: {gone: {a: 1}, list: [1, 2, 3], same: x, n: null, deep: {a: {b: {c: 1}}}, objs: [{a: 1}, {a: 2}], num: 1.5, big: 10000000000000000000000}\n', after: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a}\nspec: {new: {a: {b: 1}, e: {}, l: [1]}, list: [1, 5], same: x, n: 1, deep: {a: {b: {c: 2}}}, objs: [{a: 1, b: null}, {a: 3}, {c: 4}], num: true, big: 5, 0: {a.b: c}}\n', args: ['--output', 'structured'] },
  { name: 'structured: style is none', before: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n', after: big, args: ['--output', 'structured', '--detailed-exitcode'] },
  { name: 'structured: lists in lists', before: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a}\nspec: {l: [[{a: 1}], [2]]}\n', after: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a}\nspec: {l: [[{a: 2}], [2]]}\n', args: ['--output', 'structured'] },
  { name: 'structured: lists that cannot be compared', before: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a}\nspec: {l: [[1], {a: 1}]}\n', after: 'apiVersion: e/v1\nkind: Odd\nmetadata: {name: a}\nspec: {l: [[2], x]}\n', args: ['--output', 'structured'] },
  { name: 'keys without a group in json', before: big, after: 'apiVersion: ""\nkind: Odd\nmetadata: {name: a_B}\n', args: ['--output', 'json'] },
  { name: 'a template of ones own', before: two[0], after: two[1], env: { HELM_DIFF_TPL: 'own.tpl' }, args: ['--output', 'template'] },
  { name: 'no chart', before: big, after: big, args: ['gone'] },
  { name: 'a chart that does not render', before: big, after: { 'templates/m.yaml': '{{ fail "no" }}' } },
  { name: 'a chart that is no YAML', before: big, after: { 'templates/m.yaml': 'a: [' } },
  { name: 'an unknown flag', before: big, after: big, args: ['--nope'] },
  ...dyffCases,
]

/** The files beside the charts that cases name. */
export const sharedFiles: Readonly<Record<string, string>> = {
  'own.tpl': '{{ range $i, $e := . }}{{ $e.Kind }}/{{ $e.Name }} {{ $e.Change }} in {{ .Namespace }} ({{ .API }}){{ if last $i $ }}.{{ else }}, {{ end }}{{ end }}',
}
