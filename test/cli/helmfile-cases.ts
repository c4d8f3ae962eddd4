import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A project, and command lines that are run in it. */
export interface HelmfileCase {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** Words of each run, parted by spaces. */
  readonly runs: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

/** Writes the project of a case below a folder. */
export function writeProject(folder: string, { files }: HelmfileCase): void {
  for (const [name, text] of Object.entries({ ...chart, ...files })) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

/** A chart that every project has. */
const chart = { 'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n', 'charts/web/values.yaml': 'replicas: 1\n' }

const one = 'releases:\n- name: web\n  chart: ./charts/web\n'
const all = ['build', 'list', 'show-dag', 'print-env']
const of = (name: string, files: string | Record<string, string>, runs: readonly string[] = ['build'], more: Partial<HelmfileCase> = {}): HelmfileCase =>
  ({ name, files: typeof files === 'string' ? { 'helmfile.yaml': files } : files, runs, ...more })
const templated = (name: string, text: string, runs?: readonly string[], more?: Partial<HelmfileCase>): HelmfileCase => of(name, { 'helmfile.yaml.gotmpl': text, ...more?.files }, runs, { ...more, files: { 'helmfile.yaml.gotmpl': text, ...more?.files } })

const layered = `environments:
  default:
    values:
    - env/base.yaml
    - env/{{ .Environment.Name }}.yaml.gotmpl
    - list: [1, 2, 3]
      deep: {b: {d: 4}}
  prod:
    kubeContext: east
    values:
    - env/base.yaml
    - env/prod.yaml
---
repositories:
- name: shop
  url: https://charts.example.com
commonLabels:
  team: web
helmDefaults:
  wait: true
  timeout: 100
  historyMax: 3
releases:
- name: web-{{ .Environment.Name }}
  chart: ./charts/web
  namespace: {{ .Values.ns }}
  labels: {tier: {{ .Values.deep.a | quote }}}
  values:
  - replicas: {{ len .Values.list }}
    deep: {{ .Values.deep | toYaml | nindent 6 }}
- name: cache
  chart: shop/redis
  version: 1.{{ .Values.minor }}.0
  needs: [{{ .Values.ns }}/web-{{ .Environment.Name }}]
  installed: {{ eq .Environment.Name "prod" }}
`
const environmentFiles = {
  'env/base.yaml': 'ns: base\nminor: 7\nlist: [9]\ndeep: {a: one, b: {c: 2}}\n',
  'env/default.yaml.gotmpl': 'ns: {{ env "PLACE" | default "nowhere" }}\nfrom: {{ .Environment.Name }}\n',
  'env/prod.yaml': 'ns: prod\ndeep: {b: null}\nflag: false\n',
}
const needs = `releases:
- {name: front, chart: ./charts/web, namespace: a, needs: [a/api, db/store]}
- {name: api, chart: ./charts/web, namespace: a, needs: [db/store], labels: {tier: back}}
- {name: store, chart: ./charts/web, namespace: db, labels: {tier: back, kind: data}}
- {name: job, chart: ./charts/web, namespace: a, needs: [api]}
`

const hclSyntax = `# a comment
locals {
  here  = "a"
  again = upper(local.here) // and one
}
/* values
   of this file */
values {
  base = local.again
  name = "a"
  deep = { a = 1, "b" = 1, ("x\${hv.base}") : true, keep = "kept" }
  list = [1, 2,
    3,
  ]
  number = -1.50
  sum    = 1 + 2 * 3 - 4 / 2 % 3
  logic  = true && !false || false
  compare = [1 < 2, 2 <= 2, 3 > 4, "a" == "a", 1 != 2, [1] == [1]]
  cond   = hv.number < 0 ? "low" : "high"
  text   = "tab\\t quote\\" dollar $\${x} percent %%{x} \\u00e9 \${hv.base}!"
  only   = "\${hv.list}"
  heredoc = <<EOT
line \${hv.base}
  more
EOT
  flush = <<-EOT
    one
      two %{ if hv.number < 0 ~}
      yes
    %{ else ~}
      no
    %{ endif ~}
    end
    EOT
  loop = "%{ for i, v in hv.list }\${i}=\${v};%{ endfor }"
  made = [for v in hv.list : v * 2 if v != 2]
  keyed = { for k, v in hv.deep : upper(k) => v }
  grouped = { for v in ["a", "b", "aa"] : substr(v, 0, 1) => v... }
  splat = [{ n = 1 }, { n = 2 }][*].n
  splat2 = [{ n = { m = 1 } }].*.n
  index = hv.list[0] + hv.list.0
  path = hv.deep["b"]
  nested = { a = { b = { c = [for x in [1] : { y = x }] } } }
  expand = max([1, 5, 2]...)
  nothing = null
  big = 1000000
  tiny = 0.1 + 0.2
}
`

const hclFunctions = `values {
  numbers = [abs(-2), ceil(1.2), floor(1.8), max(1, 3, 2), min(1, 3, 2), pow(2, 8), signum(-5), parseint("ff", 16), int(2.7), log(8, 2)]
  strings = [chomp("a\\n"), lower("ABC"), upper("abc"), title("hello world"), trim("xxaxx", "x"), trimprefix("abc", "a"), trimsuffix("abc", "c"), trimspace("  a "), strrev("abc"), substr("hello", 1, 3), substr("hello", -3, -1), indent(2, "a\\nb"), strlen("héllo")]
  lists = [compact(["a", "", "b"]), concat([1], [2, 3]), distinct([1, 1, 2]), element(["a", "b"], 3), chunklist([1, 2, 3], 2), flatten([[1, [2]], 3]), reverselist([1, 2]), slice([1, 2, 3], 1, 2), sort(["b", "a"]), range(3), range(1, 4), range(10, 0, -5)]
  sets = [setunion(["a"], ["b"]), setintersection(["a", "b"], ["b"]), setsubtract(["a", "b"], ["b"]), setproduct(["a"], ["x", "y"])]
  maps = [keys({ b = 1, a = 2 }), values({ b = 1, a = 2 }), lookup({ a = 1 }, "b", 5), merge({ a = 1 }, { b = 2 }), zipmap(["a", "b"], [1, 2]), length([1, 2])]
  others = [coalesce(null, "a"), coalescelist([], [1]), contains(["a"], "a"), join(",", ["a", "b"]), split(",", "a,b"), format("%s-%d-%05.1f-%q", "a", 3, 2.5, "q"), formatlist("%s!", ["a", "b"])]
  encoded = [jsonencode({ b = [1, true, null], a = "x" }), jsondecode("{\\"a\\": [1, 2.5]}"), yamldecode("a: [1, b]"), yamlencode({ a = [1, "x"], b = { c = true } })]
  matched = [regex("[a-z]+", "12ab"), regex("(\\\\d)(\\\\w)", "x1a"), regex("(?P<n>\\\\d+)", "a12"), regexall("[a-z]", "a1b")]
  times = [timeadd("2020-01-01T00:00:00Z", "36h"), formatdate("YYYY-MM-DD hh:mm:ss EEE MMM", "2020-03-04T15:06:07Z")]
  nets = [cidrhost("10.0.0.0/8", 2), cidrhost("10.0.0.0/8", -2), cidrnetmask("10.1.0.0/16"), cidrsubnet("10.0.0.0/8", 8, 2), cidrsubnets("10.0.0.0/8", 4, 4), cidrhost("fd00::/64", 5)]
  tried = [try(hv.numbers.x, "fell back"), can(hv.numbers[99]), can(hv.numbers[0])]
  csv = csvdecode("a,b\\n1,2\\n")
}
`

const hclFailures: Readonly<Record<string, string>> = {
  'an unknown variable': 'values {\n  a = hv.nope\n}\n',
  'an unknown function': 'values {\n  a = nope(1)\n}\n',
  'a circle': 'values {\n  a = hv.b\n  b = hv.a\n}\n',
  'another block': 'things {\n  a = 1\n}\n',
  'an argument outside': 'a = 1\n',
  'a key twice': 'values {\n  a = 1\n  a = 2\n}\n',
  'two blocks of locals': 'locals {\n  a = 1\n}\nlocals {\n  b = 1\n}\n',
  'a text that does not end': 'values {\n  a = "x\n}\n',
  'null in a text': 'values {\n  a = "${null}"\n}\n',
  'an attribute that is not there': 'values {\n  o = { x = 1 }\n  a = hv.o.y\n}\n',
  'a division by zero': 'values {\n  a = 1 / 0\n}\n',
  'the whole object': 'values {\n  a = hv\n}\n',
}

export const helmfileCases: readonly HelmfileCase[] = [
  of('one release', one, all),
  of('nothing but a repository', 'repositories:\n- {name: a, url: https://a.example.com, oci: true, username: u}\n', all),
  of('no file', {}, ['build', '-f none.yaml build', '-f dir build']),
  of('two files', { 'helmfile.yaml': one, 'helmfile.yaml.gotmpl': one }),
  of('file and folder', { 'helmfile.yaml': one, 'helmfile.d/a.yaml': one }),
  of('a folder of files', { 'helmfile.d/b.yaml': one.replace('web', 'b'), 'helmfile.d/a.yaml.gotmpl': 'releases:\n- name: {{ "a" | upper }}\n  chart: r/c\n', 'helmfile.d/c.txt': 'no' }, ['list', '--sequential-helmfiles build', '--sequential-helmfiles print-env']),
  of('a folder by name', { 'x/b.yaml': one, 'x/a.yml': one.replace('web', 'a') }, ['-f x list', '-f x --sequential-helmfiles build']),
  of('a file elsewhere', { 'sub/state.yaml': `${one}  values: [v.yaml]\n`, 'sub/charts/web/Chart.yaml': 'name: x\n' }, ['-f sub/state.yaml build', '-f ./sub/state.yaml list', '-f sub/state.yaml print-env']),
  of('standard input', {}, ['-f - build', '-f - list'], { stdin: one }),
  of('layers', { 'helmfile.yaml.gotmpl': layered, ...environmentFiles }, [...all, '-e prod build', '-e prod list', '-e prod print-env', '-e other list', 'print-env --output json', '-e prod list --output json'], { env: { PLACE: 'here' } }),
  of('overrides of layers', { 'helmfile.yaml.gotmpl': layered, ...environmentFiles, 'more.yaml': 'ns: more\nlist: [null, 5]\n' }, [
    '--state-values-file more.yaml print-env', '--state-values-set ns=set,list[1]=8,deep.b.c=true print-env', '--state-values-set-string minor=007,deep.a=\'x\' print-env', '--state-values-file more.yaml --state-values-set minor=0 build',
    '--state-values-file nope.yaml build', '--state-values-set a.b[0].c=1,n=null,f=1.5,i=-3 print-env',
  ]),
  of('environments and releases in parts of their own', 'environments:\n  default: {}\n  a:\n    values:\n    - x: 1\n---\n---\nreleases:\n- {name: a, chart: r/a, condition: x.enabled}\n', ['-e a list', 'list', 'build']),
  of('parts replace lists', 'releases:\n- {name: a, chart: r/a}\nhelmDefaults: {args: [--a], wait: true}\ncommonLabels: {a: "1"}\n---\nreleases:\n- {name: b, chart: r/b}\nhelmDefaults: {args: [--b], wait: false, timeout: 3}\ncommonLabels: {b: "2"}\n'),
  of('documents of one part append', 'releases:\n- {name: a, chart: r/a}\n--- # more\nreleases:\n- {name: b, chart: r/b}\n'),
  of('bases', {
    'helmfile.yaml.gotmpl': 'bases:\n- base/env.yaml\n- base/defaults.yaml.gotmpl\n---\nreleases:\n- name: {{ .Values.name }}\n  chart: r/a\n  inherit: [{template: t}]\n',
    'base/env.yaml': 'environments:\n  default:\n    values: [base/v.yaml, {name: inline}]\n  prod:\n    values: [{name: p}]\n', 'base/v.yaml': 'name: file\nother: [1]\n',
    'base/defaults.yaml.gotmpl': 'helmDefaults:\n  wait: true\n  args: [--x]\ntemplates:\n  t:\n    namespace: {{ .Environment.Name }}\n    labels: {from: base}\n',
  }, [...all, '-e prod build']),
  of('nested bases', { 'helmfile.yaml': 'bases: [b.yaml]\n', 'b.yaml': 'bases: [c.yaml]\n' }),
  of('a base that is not there', 'bases: [b.yaml]\n'),
  of('merge strategy', 'environments:\n  default:\n    mergeStrategy: fallback\n    values:\n    - {a: 1, b: false, c: {x: 1}, n: null}\n    - {a: 2, b: true, c: {y: 2}, n: 3, d: [1]}\n---\nreleases: []\n', ['print-env']),
  of('merge strategy, seen by templates', { 'helmfile.yaml': 'environments:\n  default:\n    mergeStrategy: fallback\n    values: [{a: 1, n: null, m: {x: 1}}, t.yaml.gotmpl]\n---\nreleases: []\n', 't.yaml.gotmpl': 'a: 2\nseen: {{ .Values | toJson | quote }}\n' }, ['print-env', '--state-values-set m.y=2 print-env']),
  of('keys that are no strings', { 'helmfile.yaml': 'environments:\n  default:\n    values: [{a: {1: x}}]\n---\nreleases: []\n', 'b.yaml': 'releases:\n- {name: a, chart: r/a, values: [{ports: {80: http, 9: x, true: y, 1.5: z, s: t}}], jsonPatches: [{1: a}]}\n', 'c.yaml': 'releases:\n- {name: a, chart: r/a, values: [{80: http}]}\n', 'd.yaml.gotmpl': 'releases:\n- {name: a, chart: r/a, values: [{{ fromYaml "a: {1: b}" | toJson }}]}\n' }, ['print-env', '-f b.yaml build', '-f c.yaml build', '-f d.yaml.gotmpl build']),
  of('merge strategy that is none', 'environments:\n  default:\n    mergeStrategy: both\n    values: [{a: 1}]\n---\nreleases: []\n'),
  of('missing values file', 'environments:\n  default:\n    values: [no.yaml]\n---\nreleases: []\n', ['build']),
  of('missing values file, said', 'environments:\n  default:\n    missingFileHandler: Warn\n    values: [no.yaml, {a: 1}]\n---\nreleases: []\n', ['print-env', '-q print-env', '--log-level error print-env']),
  of('missing values file, handler unknown', 'environments:\n  default:\n    missingFileHandler: Shrug\n    values: [no.yaml]\n---\nreleases: []\n', ['print-env']),
  of('values of the file itself', { 'helmfile.yaml': 'values:\n- {a: {b: 1, c: [1, 2]}, e: low}\n- v.yaml\nenvironments:\n  default:\n    values:\n    - {e: high}\n---\nreleases:\n- {name: a, chart: r/a}\n', 'v.yaml': 'a: {d: 2}\n' }, ['print-env', 'build']),
  of('patterns of values files', { 'helmfile.yaml': 'environments:\n  default:\n    values: ["v/*.yaml"]\n---\nreleases: []\n', 'v/2.yaml': 'a: 2\n', 'v/1.yaml': 'a: 1\nb: 1\n', 'v/x.yml': 'a: x\n' }, ['print-env']),
  of('values that are no map', { 'helmfile.yaml': 'environments:\n  default:\n    values: [v.yaml]\n---\nreleases: []\n', 'v.yaml': '- a\n' }, ['print-env']),
  of('values that are no YAML', { 'helmfile.yaml': 'environments:\n  default:\n    values: [v.yaml]\n---\nreleases: []\n', 'v.yaml': 'a: b: c\n' }, ['print-env']),
  of('values that are a number', 'environments:\n  default:\n    values: [5]\n---\nreleases: []\n', ['print-env']),
  templated('functions', `releases:
- name: {{ env "A" }}-{{ requiredEnv "A" }}
  chart: r/{{ list "x" "y" | join "-" }}
  version: {{ readFile "version.txt" | trim }}
  namespace: {{ get "a.b" "none" (dict "a" (dict "b" "deep")) }}
  labels:
    file: {{ isFile "version.txt" | quote }}
    dir: {{ isDir "charts" | quote }}
    nil: {{ getOrNil "x.y" (dict) | default "nil" }}
    dirs: {{ readDir "d" | join "," }}
    entries: {{ range readDirEntries "d" }}{{ .Name }}:{{ .IsDir }} {{ end }}
    sprig: {{ sprigGet (dict "k" "v") "k" }}
    tpl: {{ tpl "{{ .x }}-{{ include \\"h\\" . }}" (dict "x" 1) }}
    exec: {{ exec "echo" (list "a" "b") | trim }}
    envExec: {{ envExec (dict "Z" "z") "sh" (list "-c" "echo $Z; cat") "in" | quote }}
    yaml: {{ (fromYaml "a: {b: 1.50}").a.b | quote }}
    set: {{ (setValueAtPath "a.b" 2 (dict "a" (dict))) | toYaml | quote }}
    required: {{ required "must be" "there" }}
    include: {{ include "h" (dict "x" "inc") }}
`, all, { files: { 'version.txt': '1.2.3\n', 'd/b.txt': '', 'd/a.txt': '', 'd/c/x': '', '_helpers.tpl': '{{ define "h" }}<{{ .x }}>{{ end }}' }, env: { A: 'aa' } }),
  templated('missing key', 'releases:\n- name: {{ .Values.nope.x }}\n  chart: r/a\n'),
  templated('nil in a path', 'values:\n- {a: null}\n---\nreleases:\n- name: {{ .Values.a.b }}\n  chart: r/a\n'),
  templated('template that does not parse', 'releases:\n- name: {{ if }}\n'),
  templated('function that is not there', 'releases:\n- name: {{ nope 1 }}\n'),
  templated('failing program', 'releases:\n- name: {{ exec "sh" (list "-c" "echo err >&2; echo more >&2; exit 3") }}\n  chart: r/a\n'),
  templated('program that is not there', 'releases:\n- name: {{ exec "no-such-program-here" (list) }}\n  chart: r/a\n'),
  templated('argument that is no string', 'releases:\n- name: {{ exec "echo" (list 1) }}\n  chart: r/a\n'),
  templated('missing variable', 'releases:\n- name: {{ requiredEnv "NO_SUCH_VARIABLE" }}\n  chart: r/a\n'),
  templated('required', 'releases:\n- name: {{ required "say a name" "" }}\n  chart: r/a\n'),
  templated('get without a value', 'releases:\n- name: {{ get "a.c" (dict "a" (dict "b" 1)) }}\n  chart: r/a\n'),
  templated('forbidden functions', 'releases:\n- name: {{ readFile "x" }}\n  chart: r/a\n', ['build'], { env: { HELMFILE_DISABLE_INSECURE_FEATURES: 'true' } }),
  templated('fail', '{{ fail "no way" }}\n'),
  of('a plain file rendered because a variable says so', 'releases:\n- name: {{ "x" | upper }}\n  chart: r/a\n', ['build'], { env: { HELMFILE_RENDER_YAML: 'true' } }),
  of('unknown keys', 'releases:\n- name: a\n  chrt: b\n  labels: [x]\nrelease: 1\nhelmDefaults: {waits: true}\n'),
  of('types', 'releases:\n- {name: 1.10, chart: r/a, wait: yes, timeout: 5.7, version: 1e3, labels: {a: true, b: 010}, historyMax: 0x10}\n', ['build', 'list']),
  of('wrong types', 'releases:\n- {name: [a], wait: maybe, timeout: long}\nhelmDefaults: yes\nenvironments: [a]\n'),
  of('duplicate keys', 'releases:\n- name: a\n  name: b\n  chart: c\n'),
  of('anchors and merge keys', 'templates:\n  base: &base\n    chart: ./charts/web\n    labels: &l {a: "1", b: "2"}\n    wait: true\nreleases:\n- <<: *base\n  name: x\n- <<: [*base, {namespace: n}]\n  name: y\n  labels: {<<: *l, b: "3"}\n  wait: false\n'),
  of('YAML that is none', 'releases:\n- name: a\n   chart: b\n'),
  of('no top-level keys', '- a\n'),
  of('releases before environments', 'releases: []\n---\nenvironments:\n  default: {}\n'),
  of('inheritance', `templates:
  base:
    namespace: "{{ .Release.Name }}-ns"
    chart: ./charts/web
    labels: {from: base, both: base}
    values: [base.yaml, {a: 1}]
    set: [{name: a, value: "1"}]
    wait: true
    timeout: 10
  mid:
    inherit: [{template: base, except: [set]}]
    values: [mid.yaml]
    version: "20"
releases:
- name: x
  inherit: [{template: mid}]
  values: [own.yaml]
  labels: {both: own}
  timeout: 0
- name: y
  inherit: [{template: base, except: [values, labels]}, {template: mid}]
- name: z
  chart: r/z
defaultInherit: base
`, ['build', 'list']),
  of('inheritance in a circle', 'templates:\n  a: {inherit: [{template: b}]}\n  b: {inherit: [{template: a}]}\nreleases:\n- {name: x, chart: r/x, inherit: [{template: a}]}\n'),
  of('inheritance of nothing', 'releases:\n- {name: x, chart: r/x, inherit: [{template: a}]}\n'),
  of('inheritance except what cannot be', 'templates:\n  a: {chart: r/x}\nreleases:\n- {name: x, inherit: [{template: a, except: [chart]}]}\n'),
  of('templates in releases', `environments:
  default:
    values: [{v: "1.0", on: true}]
---
kubeContext: there
releases:
- name: "{{ .Environment.Name }}-x"
  namespace: "{{ .Release.Name }}"
  chart: "r/{{ .Release.Namespace }}"
  version: '{{ .Values.v }}'
  labels: {l: '{{ .Release.Chart }}', c: '{{ .Release.KubeContext }}|{{ .KubeContext }}'}
  values: ['{{ .Release.Name }}.yaml', {plain: '{{ .Values.v }}'}]
  secrets: ['s-{{ .Release.Namespace }}.yaml']
  valuesTemplate:
  - {t: '{{ .Values.v }}', n: {'{{ .Release.Name }}': 1}}
  setTemplate:
  - {name: 'k-{{ .Values.v }}', value: '{{ .Release.Name }}'}
  - {name: l, values: ['{{ .Values.v }}', b]}
  installedTemplate: '{{ .Values.on }}'
  conditionTemplate: '{{ not .Values.on }}'
  waitTemplate: '{{ eq 1 2 }}'
  needs: ['{{ .Release.Name }}-need']
`, ['build', 'list']),
  of('templates in releases that go in a circle', 'releases:\n- {name: "{{ .Release.Name }}x", chart: r/a}\n'),
  of('template in a release that fails', 'releases:\n- {name: "a-{{ .Values.x }}", chart: r/a}\n'),
  of('template that is no truth', 'releases:\n- {name: a, chart: r/a, installedTemplate: "{{ 5 }}"}\n'),
  of('a release without a chart', 'releases:\n- {name: a}\n', ['build', 'list']),
  of('conditions', 'environments:\n  default:\n    values: [{a: {enabled: true}, b: {enabled: false, c: {enabled: true}}, s: {enabled: "yes"}}]\n---\nreleases:\n- {name: a, chart: r/a, condition: a.enabled}\n- {name: b, chart: r/a, condition: b.enabled}\n- {name: c, chart: r/a, condition: b.c.enabled}\n- {name: s, chart: r/a, condition: s.enabled}\n- {name: t, chart: r/a, condition: "true"}\n- {name: n, chart: r/a}\n', ['list', 'build', '-l name!=zzz list', '-l name=b list']),
  of('condition that leads nowhere', 'releases:\n- {name: a, chart: r/a, condition: x.enabled}\n', ['list', 'build', '-l name=a list']),
  of('condition of the wrong form', 'releases:\n- {name: a, chart: r/a, condition: x.on}\n', ['list', '-l name=a build']),
  of('selectors', needs, ['-l tier=back list', '-l tier=back,kind!=data list', '-l name=front -l kind=data list', '-l tier!=back list', '-l namespace=db list', '-l chart=web list', '-l name=none list', '-l name=none list --allow-no-matching-release', '-l name list', '-l tier=back build']),
  of('needs', needs, ['show-dag', 'list', '-l tier=back show-dag', '-l name=job show-dag', '-n other list', '-n other show-dag', '--kube-context ctx show-dag']),
  of('needs in a circle', 'releases:\n- {name: a, chart: r/a, needs: [b]}\n- {name: b, chart: r/a, needs: [a]}\n', ['show-dag', 'list']),
  of('needs of nothing', 'releases:\n- {name: a, chart: r/a, needs: [n/nope]}\n- {name: b, chart: r/a}\n', ['show-dag', 'list']),
  of('needs of what is not installed', 'releases:\n- {name: a, chart: r/a, needs: [b]}\n- {name: b, chart: r/a, installed: false}\n', ['show-dag', 'list', '-q list']),
  of('duplicate releases', 'releases:\n- {name: a, chart: r/a, namespace: n}\n- {name: a, chart: r/b, namespace: n, labels: {x: y}}\n- {name: a, chart: r/c, namespace: m}\n', ['list', '-l x=y list', 'show-dag']),
  of('sub-helmfiles', {
    'helmfile.yaml': 'helmfiles:\n- sub/a.yaml\n- path: sub/*.gotmpl\n  selectors: [tier=x]\n  values:\n  - extra.yaml\n  - {inline: 2}\n- path: sub/b.yaml\n  selectorsInherited: true\nreleases:\n- {name: top, chart: ./charts/web}\n', 'extra.yaml': 'file: 1\n',
    'sub/a.yaml': 'releases:\n- {name: a, chart: ../charts/web, labels: {tier: x}}\n', 'sub/b.yaml': 'releases:\n- {name: b, chart: r/b}\n',
    'sub/c.yaml.gotmpl': 'releases:\n- name: c-{{ .Values.inline }}-{{ .Values.file }}\n  chart: r/c\n  labels: {tier: x}\n- name: d\n  chart: r/d\n',
  }, [...all, '-l name=b list', '-l tier=x list', '-l tier=y list', '-l name=top build', '-n ns list']),
  of('sub-helmfiles with selectors of their own alone', { 'helmfile.yaml': 'helmfiles:\n- path: a.yaml\n- path: a.yaml\n  selectors: []\n', 'a.yaml': one }, ['-l name=x list', 'list'], { env: { HELMFILE_EXPERIMENTAL: 'explicit-selector-inheritance' } }),
  of('sub-helmfile that is not there', 'helmfiles: [nope.yaml]\n'),
  of('sub-helmfile that is not there, said', 'missingFileHandler: Warn\nhelmfiles: [nope.yaml]\nreleases:\n- {name: a, chart: r/a}\n', ['list']),
  of('sub-helmfile that fails', { 'helmfile.yaml': 'helmfiles:\n- sub/x.yaml\n', 'sub/x.yaml': 'helmfiles: [y.yaml]\n', 'sub/y.yaml': 'releases:\n- {nme: a}\n' }),
  of('sub-helmfile that is the file itself', 'helmfiles: [helmfile.yaml]\n'),
  of('sub-helmfiles that inherit', {
    'helmfile.yaml': 'environments:\n  default:\n    values: [{p: parent, both: parent}]\n---\nrepositories: [{name: r, url: https://r.example.com}]\nhelmDefaults: {wait: true, timeout: 5, args: [--p]}\ncommonLabels: {from: parent, p: "1"}\ntemplates:\n  t: {namespace: tn, labels: {t: t}}\nkubeVersion: v1.30.0\napiVersions: [a/v1]\nhelmfiles:\n- path: sub.yaml.gotmpl\n  inherits: [repositories, helmDefaults, commonLabels, templates, environments, apiVersions, kubeVersion]\n- path: alone.yaml\n',
    'sub.yaml.gotmpl': 'environments:\n  default:\n    values: [{both: child}]\n---\nhelmDefaults: {timeout: 9}\ncommonLabels: {from: child}\napiVersions: [b/v1, a/v1]\nreleases:\n- name: {{ .Values.p }}-{{ .Values.both }}\n  chart: r/x\n  inherit: [{template: t}]\n', 'alone.yaml': 'releases:\n- {name: alone, chart: r/x}\n- {name: more, chart: r/y}\n',
  }, ['build', 'list']),
  of('sub-helmfiles that inherit what cannot be', 'helmfiles:\n- {path: a.yaml, inherits: [hooks]}\n'),
  of('selectors without a path', 'helmfiles:\n- {selectors: [a=b]}\n'),
  of('sub-helmfile with an unknown key', 'helmfiles:\n- {path: a.yaml, selector: [a=b]}\n'),
  of('context of the file', 'kubeContext: c\nnamespace: n\nreleases:\n- {name: a, chart: r/a, namespace: own, kubeContext: mine, needs: [b, x/y/b]}\n- {name: b, chart: r/a}\n', ['build', 'show-dag', '--kube-context d list', '-n d list', '-c r/b list']),
  of('chart of the command line', 'releases:\n- {name: a, chart: r/a, labels: {c: "{{ .Chart }}|{{ .Namespace }}"}}\n', ['-c ./charts/web -n q list', '-c ./charts/web -n q build']),
  of('helmDefaults, all of them', 'helmDefaults:\n  kubeContext: k\n  args: [a]\n  diffArgs: [b]\n  syncArgs: [c]\n  templateArgs: [t]\n  verify: true\n  keyring: k\n  enableDNS: true\n  skipSchemaValidation: false\n  devel: true\n  wait: true\n  waitRetries: 2\n  waitForJobs: true\n  timeout: 1\n  recreatePods: true\n  force: true\n  atomic: true\n  rollbackOnFailure: true\n  cleanupOnFail: true\n  forceConflicts: true\n  historyMax: 0\n  createNamespace: false\n  skipCRDs: true\n  skipDeps: true\n  skipRefresh: true\n  reuseValues: true\n  postRenderer: p\n  postRendererArgs: [q]\n  cascade: foreground\n  suppressOutputLineRegex: ["^a"]\n  disableAutoDetectedKubeVersionForDiff: true\n  disableValidation: true\n  disableOpenAPIValidation: true\n  insecureSkipTLSVerify: true\n  plainHttp: true\n  deleteWait: true\n  deleteTimeout: 3\n  syncReleaseLabels: true\n  takeOwnership: true\n  serverSide: auto\n  trackMode: helm\n  helmStuckGrace: 4\nreleases:\n- {name: a, chart: r/a}\n'),
  of('a release, all of it', 'releases:\n- name: a\n  chart: r/a\n  directory: d\n  version: "1"\n  verify: true\n  wait: false\n  hooks:\n  - {name: h, events: [presync], command: echo, args: [a, "{{ .Release.Name }}"], showlogs: true}\n  - {events: [postsync], kubectlApply: {filename: x}, command: "", args: []}\n  unitTests: [t]\n  description: "d: e"\n  setString: [{name: a, value: "1"}]\n  env: [{name: a, value: B}]\n  set: [{name: x, values: [a, 1, {b: c}]}, {name: f, file: f.txt}]\n  valuesPathPrefix: p/\n  dependencies: [{chart: r/d, version: "1", alias: x}]\n  jsonPatches: [p.yaml]\n  strategicMergePatches: [{a: b}]\n  transformers: [{kind: X}]\n  adopt: [Deployment/x]\n  forceGoGetter: true\n  forceNamespace: n\n  trackKinds: [A]\n  trackResources: [{kind: A, name: b}]\n  kubedogQPS: 1.5\n  trackLogs: true\n  updateStrategy: reinstallIfForbidden\n  missingFileHandlerConfig: {ignoreMissingGitBranch: true}\n'),
  of('hooks', 'hooks:\n- {name: all, events: [prepare, cleanup], command: echo, args: ["{{ .HelmfileCommand }} {{ .Event.Name }} {{ .Environment.Name }}"], showlogs: true}\nreleases:\n- name: a\n  chart: ./charts/web\n  hooks:\n  - {events: [prepare, cleanup], command: echo, args: ["{{ .Release.Name }} {{ .HelmfileCommand }}"], showlogs: true}\n', ['build', 'list', 'list --skip-charts', 'print-env', 'write-values --output-file-template x.yaml']),
  of('a hook that fails', 'hooks:\n- {events: [prepare], command: "false", args: []}\nreleases:\n- {name: a, chart: r/a}\n', ['list', 'build', 'list --skip-charts']),
  of('a hook that fails at the end', 'hooks:\n- {events: [cleanup], command: sh, args: [-c, "echo {{ .Event.Error }} >&2; exit 4"]}\nreleases:\n- {name: a, chart: ./charts/web, condition: x.enabled}\n', ['list']),
  of('a lock file', { 'helmfile.yaml': 'repositories: [{name: r, url: https://r.example.com}]\nreleases:\n- {name: a, chart: r/a, version: ~1.2.0}\n- {name: b, chart: r/b}\n- {name: c, chart: ./charts/web}\n', 'helmfile.lock': 'version: 1.8.0\ndependencies:\n- {name: a, repository: https://r.example.com, version: 1.2.9}\n- {name: b, repository: https://r.example.com, version: 3.0.0}\ndigest: x\ngenerated: "2020-01-01T00:00:00Z"\n' }, ['list']),
  of('update strategy that is none', 'releases:\n- {name: a, chart: r/a, updateStrategy: never}\n'),
  of('strings that need quotes', 'environments:\n  default:\n    values:\n    - {a: "yes", b: "1", c: "a: b", d: "#x", e: "", f: " x", g: "x\\ny\\n", h: "~", i: "0x1", j: "2020-01-01", k: 2020-01-01, l: 1.0, m: 1e10, n: .inf, o: "é", p: "tab\\tx", q: "{{ x }}", r: "- a", s: "null", t: 12345678901234567890}\n---\nreleases: []\n', ['print-env', 'print-env --output yaml']),
  of('line endings of Windows', 'environments:\r\n  default:\r\n    values: [{a: 1}]\r\n---\r\nreleases:\r\n- {name: a, chart: r/a}\r\n', ['build']),
  of('values files of releases', {
    'helmfile.yaml': 'environments:\n  default:\n    values: [{e: 5}]\n---\nreleases:\n- name: a\n  namespace: n\n  chart: ./charts/web\n  values: [v.yaml, v.yaml.gotmpl, {x: {c: 3}, l: [2]}]\n- {name: b, chart: ./charts/web, installed: false, values: [nope.yaml]}\n',
    'v.yaml': 'x: {a: 1}\nl: [1, 1]\n', 'v.yaml.gotmpl': 'x: {b: {{ .Values.e }}}\nname: {{ .Release.Name }}.{{ .Release.Namespace }}.{{ .Environment.Name }}\n', 'add.yaml': 'x: {z: 9}\n',
  }, ['write-values --output-file-template out/{{.Release.Name}}.yaml', 'write-values --values add.yaml --output-file-template {{.State.BaseName}}/{{.Release.Name}}-{{.Release.Namespace}}.yaml', 'build --embed-values', '-l name=b write-values', '-l name=c write-values']),
  of('values files that are missing', 'releases:\n- {name: a, chart: ./charts/web, values: [nope.yaml]}\n', ['write-values', 'build --embed-values']),
  of('values files that fail', { 'helmfile.yaml': 'releases:\n- {name: a, chart: ./charts/web, values: [v.gotmpl]}\n', 'v.gotmpl': 'a: {{ .Values.no }}\n' }, ['write-values --output-file-template x.yaml', 'build --embed-values']),
  of('values in HCL', { 'helmfile.yaml': 'environments:\n  default:\n    values: [a.hcl, v.yaml, b.hcl]\n---\nreleases: []\n', 'v.yaml': 'yaml: 1\nname: yaml\n', 'a.hcl': hclSyntax, 'b.hcl': 'locals {\n  here = "b"\n}\nvalues {\n  name = "${local.here}-${hv.base}"\n  deep = { b = 2, keep = null }\n  list = [9]\n}\n' }, ['print-env']),
  of('functions of HCL', { 'helmfile.yaml': 'environments:\n  default:\n    values: [f.hcl]\n---\nreleases: []\n', 'f.hcl': hclFunctions }, ['print-env']),
  ...Object.entries(hclFailures).map(([name, text]) => of(`HCL: ${name}`, { 'helmfile.yaml': 'environments:\n  default:\n    values: [f.hcl]\n---\nreleases: []\n', 'f.hcl': text }, ['print-env'])),
]
