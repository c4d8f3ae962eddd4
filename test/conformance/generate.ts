import { randomCall } from './generate-calls.ts'
import { oddYaml, schemaText, subcharts } from './generate-chart.ts'
import { Random } from './random.ts'

/** A chart as texts by path, and the values given by the user as YAML. */
export interface FuzzCase {
  files: Record<string, string>
  values: string
}

/**
 * A random chart: well-formed most of the time, wrong in one place some of the time. What is generated is deterministic in Helm: no time, no
 * randomness, nothing whose order Go leaves open.
 */
export function generateCase(seed: number): FuzzCase {
  const r = new Random(seed)
  const g = new Generator(r)
  const files: Record<string, string> = { 'Chart.yaml': 'apiVersion: v2\nname: fuzz\nversion: 1.2.3-beta.1+b7\nappVersion: "4.5"\n' }
  files['templates/_helpers.tpl'] = g.helpers()
  const count = r.chance(0.8) ? 1 : 2
  for (let i = 0; i < count; i++) files[`templates/${'abc'[i]}.yaml`] = g.template()
  if (r.chance(0.4)) files['values.yaml'] = g.valuesText()
  let values = r.chance(0.8) ? g.valuesText() : ''
  if (r.chance(0.15)) {
    const more = subcharts(r, () => g.template(), () => g.valuesText())
    files['Chart.yaml'] += more.metadata
    files['values.yaml'] = (files['values.yaml'] ?? '') + more.values
    Object.assign(files, more.files)
  }
  if (r.chance(0.1)) values += oddYaml(r)
  if (r.chance(0.1)) files['values.schema.json'] = schemaText(r)
  if (r.chance(0.1)) Object.assign(files, { 'conf/a.txt': 'one\ntwo\n', 'conf/b.yaml': 'k: v', 'conf/deep/c.bin': '\u00ff\u0000x', 'README.md': '# hi\r\n' })
  return { files, values }
}

const scalars = [
  '1', '0', '-7', '3.25', '1000000', '12345678901', '1e3', '0x1F', '010', '1_000', 'true', 'false', 'yes', 'off', 'null', '~', '""', 'hello', '"quoted: text"', "'it''s'",
  'a b c', '"007"', '2026-01-02', '"2026-01-02T03:04:05Z"', '.5', '1.0', '-0', '"-0"', '"é ü 漢字"', '"😀"', '"tab\\there"', '"line1\\nline2"', '"  padded  "', 'http://x.y/z?a=b&c=d',
  '"{}"', '"[a]"', '"# no comment"', '"yes"', '"null"', '"1e6"', '"0b1"', 'Foo-Bar_baz', '"<a&b>"', '"%d%%"', '1.2.3', 'v1.2.3-rc.1', '"*"', '"&x"', '"!t"', '"a: b"', '"- x"', '9007199254740993',
]

class Generator {
  readonly #r: Random
  #depth = 0
  #vars: string[] = []
  constructor(r: Random) {
    this.#r = r
  }

  valuesText(): string {
    const keys = ['str', 'num', 'flag', 'list', 'map', 'nested', 'empty', 'on', 'deep']
    return keys.filter(() => this.#r.chance(0.9)).map((k) => this.#entry(k, 0)).join('')
  }

  #entry(key: string, indent: number): string {
    const pad = ' '.repeat(indent)
    const r = this.#r
    if (key === 'list') return `${pad}list:\n${Array.from({ length: r.below(4) + 1 }, () => `${pad}- ${r.chance(0.15) ? '{a: 1, b: [x, y]}' : r.pick(scalars)}\n`).join('')}`
    if (key === 'map' || key === 'nested' || key === 'deep') {
      if (indent > 4) return `${pad}${key}: {}\n`
      const inner = ['b', 'a', 'str', '"k 1"', 'num', ...(r.chance(0.4) ? ['nested', 'list'] : [])].filter(() => r.chance(0.7))
      return inner.length === 0 ? `${pad}${key}: {}\n` : `${pad}${key}:\n${inner.map((k) => this.#entry(k, indent + 2)).join('')}`
    }
    if (key === 'empty') return `${pad}empty: ${r.pick(['', '{}', '[]', '""', 'null'])}\n`
    if (key === 'num') return `${pad}num: ${r.pick(['1', '0', '3.5', '-2', '1000000', '1e21', '42'])}\n`
    if (key === 'flag') return `${pad}flag: ${r.pick(['true', 'false'])}\n`
    if (key === 'str' && r.chance(0.15)) return `${pad}str: |\n${pad}  first\n${pad}    second\n${pad}  third\n`
    return `${pad}${key}: ${r.pick(scalars)}\n`
  }

  helpers(): string {
    return [
      '{{- define "one" -}}{{ .str | default "none" }}{{- end -}}',
      '{{- define "labels" }}\napp: {{ .Chart.Name }}\nver: {{ .Chart.Version | quote }}\n{{- end }}',
      `{{- define "rec" -}}{{- if gt (int .) 0 -}}{{ . }},{{ include "rec" (sub (int .) 1) }}{{- else -}}.{{- end -}}{{- end -}}`,
      `{{ define "gen" }}${this.#body(2)}{{ end }}`,
    ].join('\n')
  }

  template(): string {
    const r = this.#r
    this.#vars = []
    const head = r.chance(0.85) ? `kind: ${r.pick(['ConfigMap', 'Secret', 'Service', 'Widget'])}\napiVersion: v1\nmetadata:\n  name: n${r.below(9)}\ndata:\n` : ''
    const lines = Array.from({ length: 1 + r.below(3) }, (_, i) => this.#line(i)).join('\n')
    return r.chance(0.04) ? head + lines.replace(/\}\}/, r.pick(['}', '', ' | }}', ' ) }}'])) : `${head}${lines}\n`
  }

  #line(i: number): string {
    const r = this.#r
    switch (r.below(8)) {
      case 0: return `  k${i}: {{ ${this.expr()} | quote }}`
      case 1: return `  k${i}:\n    {{- toYaml ${this.#atom()} | nindent 4 }}`
      case 2: return `  k${i}: {{ ${this.expr()} | toJson }}`
      case 3: return this.#block(i)
      case 4: return `  k${i}: {{ include ${r.pick(['"one"', '"gen"', '"labels"', '"rec"'])} ${r.pick(['.', '.Values', '.Values.map', '3', '$'])} | ${r.pick(['quote', 'trim | quote', 'nindent 4', 'sha256sum'])} }}`
      case 5: return `  k${i}: {{ tpl ${r.pick(['.Values.str', '"{{ .Values.num }}-{{ .Release.Name }}"', '"{{ range $i, $e := .Values.list }}{{ $i }}{{ end }}"', '"{{ bad"'])} . | quote }}`
      case 6: {
        const name = `$v${this.#vars.length}`
        const line = `  {{- ${name} := ${this.expr()} }}\n  k${i}: {{ ${name} | toString | quote }}`
        this.#vars.push(name)
        return line
      }
      default: return `  k${i}: {{ printf ${r.pick(['"%v"', '"%s"', '"%d"', '"%q"', '"%5.2f"', '"%T"', '"%+v"', '"%x"', '"%t"', '"%08d"', '"%-5v|"', '"%e"', '"%c"'])} (${this.expr()}) | quote }}`
    }
  }

  #block(i: number): string {
    const r = this.#r
    const trim = r.chance(0.5) ? '-' : ''
    switch (r.below(5)) {
      case 0: return `  {{${trim} if ${this.expr()} }}\n  k${i}: yes-branch\n  {{${trim} else if ${this.expr()} }}\n  k${i}: 2\n  {{${trim} else }}\n  k${i}: {{ ${this.expr()} | quote }}\n  {{${trim} end }}`
      case 1: return `  {{- range $i, $e := ${r.pick(['.Values.list', '.Values.map', '(until 3)', '.Values.nested', '3', '(list 1 "a" nil)', '.Values.empty', '(dict "z" 1 "a" 2)'])} }}\n  k${i}-{{ $i }}: {{ $e | toJson | quote }}{{ ${r.pick(['', 'if eq (toString $i) "1" }}{{ break }}{{ end', 'if eq (toString $i) "0" }}{{ continue }}{{ end'])} }}\n  {{- else }}\n  k${i}: none\n  {{- end }}`.replaceAll('{{  }}', '')
      case 2: return `  {{- with ${this.#atom()} }}\n  k${i}: {{ . | toJson | quote }}\n  {{- else with ${this.#atom()} }}\n  k${i}: {{ . | toString | quote }}\n  {{- else }}\n  k${i}: nothing\n  {{- end }}`
      case 3: return `  {{- range ${r.pick(['.Values.list', '(splitList "," "a,b,c")', '.Values.map', '(until 2)'])} }}\n  - {{ . | quote }}\n  {{- end }}`
      default: return `  {{- $_ := set ${r.pick(['.Values', '$.Values'])} "added" ${this.#atom()} }}\n  k${i}: {{ .Values.added | toJson }}`
    }
  }

  #body(n: number): string {
    return Array.from({ length: n }, () => `{{ ${this.expr()} | ${this.#r.pick(['quote', 'toString', 'toJson', 'trunc 5', 'default "d"'])} }}`).join(' ')
  }

  #atom(): string {
    const r = this.#r
    const paths = ['.Values.str', '.Values.num', '.Values.flag', '.Values.list', '.Values.map', '.Values.nested', '.Values.nested.str', '.Values.empty', '.Values.missing', '.Values.map.b', '.Values.map.a', '.Values.map.str', '.Values.nested.num', '.Release.Name', '.Release.Revision', '.Chart.Version', '.Chart.Name', '.Capabilities.KubeVersion.Minor', '$.Values.num', '.Values', '.Template.Name', ...(r.chance(0.04) ? ['.Values.missing.x', '.Values.str.x', '.Values.deep.nested.num'] : [])]
    const literals = ['1', '0', '-3', '2.5', '1e3', '0x10', '"lit"', '""', '`raw`', "'a'", 'true', 'false', 'nil', '1_000', '"é"', '"a,b,,c"', '"%s"', '10000000000']
    if (this.#vars.length > 0 && r.chance(0.15)) return r.pick(this.#vars)
    return r.chance(0.62) ? r.pick(paths) : r.pick(literals)
  }

  expr(): string {
    const r = this.#r
    if (this.#depth > 2 || r.chance(0.3)) return this.#atom() === 'nil' ? '.Values.str' : this.#safeAtom()
    this.#depth++
    const a = () => (r.chance(0.35) ? `(${this.expr()})` : this.#atom())
    const s = () => r.pick(['"a"', '"-"', '"ab"', '" "', '""', '.Values.str', '"é"'])
    const n = () => r.pick(['0', '1', '3', '-2', '5', '100', '.Values.num'])
    const forms: (() => string)[] = [
      () => `${r.pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])} ${a()} ${a()}`,
      () => `${r.pick(['and', 'or'])} ${a()} ${a()}`,
      () => `not ${a()}`,
      () => `default ${a()} ${a()}`,
      () => `${r.pick(['add', 'sub', 'mul', 'max', 'min'])} ${a()} ${a()}`,
      () => `${r.pick(['div', 'mod'])} ${a()} ${n()}`,
      () => `${r.pick(['int', 'int64', 'float64', 'toString', 'kindOf', 'typeOf', 'len', 'empty', 'floor', 'ceil', 'toStrings', 'toDecimal', 'atoi'])} ${a()}`,
      () => `${r.pick(['upper', 'lower', 'title', 'untitle', 'trim', 'quote', 'squote', 'snakecase', 'camelcase', 'kebabcase', 'swapcase', 'nospace', 'initials', 'b64enc', 'b64dec', 'b32enc', 'sha1sum', 'sha256sum', 'adler32sum', 'reverse', 'first', 'last', 'rest', 'initial', 'uniq', 'compact', 'sortAlpha', 'toJson', 'toPrettyJson', 'toRawJson', 'toYaml', 'toToml', 'fromJson', 'fromYaml', 'fromYamlArray', 'fromJsonArray', 'trimAll "a"', 'toYamlPretty', 'urlParse', 'base', 'dir', 'ext', 'clean', 'isAbs', 'html', 'js', 'urlquery', 'deepCopy', 'mustToJson'])} ${a()}`,
      () => `${r.pick(['trunc', 'indent', 'nindent', 'repeat', 'wrap', 'abbrev'])} ${n()} ${s()}`,
      () => `${r.pick(['contains', 'hasPrefix', 'hasSuffix', 'trimPrefix', 'trimSuffix', 'split', 'splitList', 'cat', 'join'])} ${s()} ${a()}`,
      () => `replace ${s()} ${s()} ${a()}`,
      () => `substr ${n()} ${n()} ${s()}`,
      () => `${r.pick(['append', 'prepend', 'without', 'concat', 'has'])} ${r.pick([`.Values.list ${this.#atom()}`, `(list 1 2) ${this.#atom()}`, `${this.#atom()} .Values.list`])}`,
      () => `list ${a()} ${a()}`,
      () => `dict "k" ${a()} "j" ${a()}`,
      () => `${r.pick(['hasKey', 'get', 'unset', 'pick', 'omit'])} ${r.pick(['.Values.map', '.Values.nested', '(dict "a" 1 "b" 2)', '.Values'])} ${r.pick(['"a"', '"b"', '"str"', '"zz"'])}`,
      () => `dig "a" "b" ${s()} ${r.pick(['.Values.map', '.Values.nested', '(dict "a" (dict "b" 1))'])}`,
      () => `${r.pick(['merge', 'mergeOverwrite'])} (dict "a" 1 "n" (dict "x" 1)) ${r.pick(['(dict "a" 2 "b" 3)', '.Values.map', '.Values.nested', '(dict "n" (dict "y" 2))'])}`,
      () => `index ${r.pick(['.Values.list 0', '.Values.map "a"', '.Values "map" "b"', '.Values.list 9', '.Values.str 0', '(list 1 2) 1', '.Values.num 1'])}`,
      () => `slice ${r.pick(['.Values.list 0 1', '"hello" 1 3', '.Values.list 1', '(list 1 2 3) 1 2'])}`,
      () => `ternary ${a()} ${a()} ${r.pick(['.Values.flag', 'true', 'false', '(eq 1 1)'])}`,
      () => `coalesce ${a()} ${a()} ${a()}`,
      () => `required "need it" ${a()}`,
      () => (r.chance(0.2) ? `fail ${s()}` : `quote ${a()}`),
      () => `${r.pick(['regexMatch', 'regexFind', 'mustRegexFind'])} ${r.pick(['"^a.*"', '"[0-9]+"', '"("', '"(?i)H"', '"\\\\w+"'])} ${a()}`,
      () => `regexReplaceAll ${r.pick(['"a(b)?"', '"[aeiou]"', '"(\\\\w)(\\\\w)"'])} ${a()} ${r.pick(['"${1}x"', '"$1"', '"-"', '"$$"'])}`,
      () => `semverCompare ${r.pick(['">=1.2.0"', '"^1.2"', '"~1.2.3-0"', '"<2 || >3"', '"1.x"', '"bad version"'])} ${r.pick(['"1.2.3"', '.Chart.Version', '.Capabilities.KubeVersion.Version', '"nope"', '.Values.str'])}`,
      () => `round ${a()} ${n()}`,
      () => `until ${r.pick(['0', '3', '-2'])}`,
      () => `untilStep 0 ${r.pick(['5', '-5'])} ${r.pick(['2', '-2', '0'])}`,
      () => `seq ${r.pick(['3', '1 3', '0 2 10', '3 1'])}`,
      () => `${r.pick(['keys', 'values'])} (dict "a" ${this.#atom()}) | sortAlpha`,
      () => `typeIs "string" ${a()}`,
      () => `kindIs ${r.pick(['"map"', '"string"', '"float64"', '"slice"', '"invalid"'])} ${a()}`,
      () => `deepEqual ${a()} ${a()}`,
      () => `printf ${r.pick(['"%s-%v"', '"%d/%d"', '"%v %v"', '"%[2]v %[1]v"', '"%6.2f|%q"'])} ${a()} ${a()}`,
      () => `print ${a()} ${a()}`,
      () => `println ${a()}`,
      () => `plural "one" "many" ${r.pick(['1', '2', '(int .Values.num)', '.Values.num'])}`,
      () => `date "2006-01-02" (toDate "2006-01-02" ${r.pick(['"2020-05-06"', '"bad"', '.Values.str'])})`,
      () => `duration ${r.pick(['"95"', '"3600"', '.Values.num', '.Values.str'])}`,
      () => `durationRound ${r.pick(['"2h10m5s"', '"400h"', '.Values.str'])}`,
      () => `chunk ${r.pick(['1', '2', '0'])} (list 1 2 3)`,
      () => `tuple ${a()} ${a()}`,
      () => `any ${a()} ${a()}`,
      () => `all ${a()} ${a()}`,
      () => `pluck "a" (dict "a" ${this.#atom()}) .Values.map`,
      () => `${a()} | ${r.pick(['quote', 'upper', 'toString', 'int', 'toJson', 'default "x"', 'b64enc', 'trim', 'nindent 2', 'len', 'first'])}`,
      ...Array.from({ length: 45 }, () => () => randomCall(r, a)),
      () => r.pick(['.Files.Get "conf/a.txt"', '(.Files.Glob "conf/**").AsConfig', '(.Files.Glob "*/*").AsSecrets', '.Files.Lines "conf/a.txt"', 'len .Files', '.Files.GetBytes "conf/a.txt"', '.Files.Get .Values.str', '(.Files.Glob "{conf/a,README}*").AsConfig', '.Files.Glob "["']),
      () => r.pick(['.Capabilities.APIVersions.Has "v1"', '.Capabilities.APIVersions.Has "apps/v1/Deployment"', '.Capabilities.KubeVersion.GitVersion', '.Capabilities.KubeVersion', '.Capabilities.KubeVersion.Major', 'len .Capabilities.APIVersions', '.Chart.AppVersion', '.Chart.Dependencies', '.Chart.Nope', '.Release.IsInstall', '.Release.Service', '.Template.BasePath', '.Values.AsMap', '.Values.YAML', '.Values.Table "map"', '.Values.PathValue "map.a"', '.Subcharts', 'index .Subcharts "sub"', '.Chart.IsRoot', '.Values.global', '.Values.imported', '.Values.fromSub']),
      () => `nofunc ${a()}`,
    ]
    const out = (r.chance(0.995) ? r.pick(forms.slice(0, -1)) : forms.at(-1)!)()
    this.#depth--
    return out
  }

  #safeAtom(): string {
    for (;;) {
      const atom = this.#atom()
      if (atom !== 'nil') return atom
    }
  }
}
