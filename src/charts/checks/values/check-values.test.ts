import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../../chart/index.ts'
import { checkValues } from './check-values.ts'

function findings(files: Record<string, string>, metadata = ''): string[] {
  const all = { 'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\n${metadata}`, ...files }
  const chart = loadFiles(Object.entries(all).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
  return checkValues(chart).map((f) => `${f.path}:${f.line}:${f.column} ${f.message}`)
}

const reading = (template: string, values = 'a: {b: 1, c: {d: 2}}\nlist: [{x: 1, y: 2}]\nfree: 1\n'): string[] =>
  findings({ 'values.yaml': values, 'templates/x.yaml': template }).filter((line) => line.startsWith('values.yaml')).map((line) => line.replace(/.*no template reads /, ''))

test('what no template reads is told at its line, the whole part at once', () => {
  expect(findings({ 'values.yaml': 'image:\n  tag: x\n  pullPolcy: y\nold:\n  a: 1\n  b: 2\n', 'templates/x.yaml': 'x: {{ .Values.image.tag }}\ny: {{ .Values.image.pullPolicy }}\n' })).toEqual([
    'values.yaml:3:3 no template reads image.pullPolcy',
    'values.yaml:4:1 no template reads old',
    'templates/x.yaml:2:7 .Values.image.pullPolicy has no default',
  ])
})

test.each([
  ['fields', '{{ .Values.a.b }}{{ .Values.a.c.d }}', ['list', 'free']],
  ['a part as a whole', '{{ toYaml .Values.a }}', ['list', 'free']],
  ['variables', '{{ $v := .Values.a }}{{ $v.b }}{{ with $v.c }}{{ .d }}{{ end }}', ['list', 'free']],
  ['with', '{{ with .Values.a }}{{ .b }}{{ $.Values.free }}{{ end }}', ['a.c', 'list']],
  ['range over items', '{{ range .Values.list }}{{ .x }}{{ end }}', ['a', 'list[0].y', 'free']],
  ['range with variables', '{{ range $i, $v := .Values.list }}{{ $v.y }}{{ end }}', ['a', 'list[0].x', 'free']],
  ['index and get', '{{ index .Values "a" "b" }}{{ get .Values "free" }}', ['a.c', 'list']],
  ['index by what is not known', '{{ index .Values.a .Release.Name }}', ['list', 'free']],
  ['dig', '{{ dig "c" "d" 1 .Values.a }}', ['a.b', 'list', 'free']],
  ['include with the root', '{{ define "n" }}{{ .Values.free }}{{ end }}{{ include "n" . }}', ['a', 'list']],
  ['include with a part', '{{ define "n" }}{{ .b }}{{ end }}{{ include "n" .Values.a }}', ['a.c', 'list', 'free']],
  ['include with a dict', '{{ define "n" }}{{ .part.d }}{{ .root.Values.free }}{{ end }}{{ include "n" (dict "part" .Values.a.c "root" $) }}', ['a.b', 'list']],
  ['include by a name that is computed', '{{ define "n.x" }}{{ .b }}{{ end }}{{ include (printf "n.%s" .Release.Name) .Values.a }}', ['a.c', 'list', 'free']],
  ['template', '{{ define "n" }}{{ .b }}{{ end }}{{ template "n" .Values.a }}', ['a.c', 'list', 'free']],
  ['an include that is not there gets the root', '{{ include "other.names" . }}', []],
  ['merge', '{{ $m := merge (dict) .Values.a }}{{ $m.b }}', ['list', 'free']],
  ['all values', '{{ .Values | toYaml }}', []],
  ['a condition reads no more than what it names', '{{ if .Values.a }}x{{ end }}', ['a.b', 'a.c', 'list', 'free']],
  ['default and ternary', '{{ (default .Values.a .Values.list).b }}{{ ternary .Values.free 1 true }}', ['a.c', 'list[0]']],
  ['assignment', '{{ $v := 1 }}{{ if true }}{{ $v = .Values.a }}{{ end }}{{ $v.b }}', ['list', 'free']],
  ['recursion', '{{ define "n" }}{{ .b }}{{ include "n" .c }}{{ end }}{{ include "n" .Values.a }}', ['a.c.d', 'list', 'free']],
  ['tpl of a literal text', '{{ tpl "{{ .Values.free }}" . }}', ['a', 'list']],
] as const)('%s', (_, template, unread) => {
  expect(reading(template)).toEqual([...unread])
})

test('texts among the values may be templates', () => {
  expect(reading('{{ tpl .Values.text . }}', 'text: "{{ .Values.inner }}"\ninner: 1\nother: 2\n')).toEqual(['other'])
})

test('conditions of dependencies are reads; values of dependencies and globals are theirs', () => {
  expect(findings({ 'values.yaml': 'db: {x: 1}\nglobal: {y: 2}\nuseDb: true\nrest: 1\n', 'templates/x.yaml': 'x' }, 'dependencies: [{name: db, version: 1.0.0, condition: useDb}]\n')).toEqual(['values.yaml:4:1 no template reads rest'])
})

test.each([
  ['a field of what has no default fails', '{{ .Values.a.b.c }}', ['.Values.a.b has no default: reading a field of it fails']],
  ['an output stays empty', 'x: {{ .Values.free | quote }}', ['.Values.free has no default']],
  ['told once', '{{ .Values.free }}\n{{ .Values.free }}', ['.Values.free has no default (and 1 more such reads)']],
  ['conditions', '{{ if .Values.free }}{{ .Values.free }}{{ end }}{{ with .Values.other }}{{ .x }}{{ end }}', []],
  ['and', '{{ if and .Values.x .Values.x.y }}{{ .Values.x.y.z }}{{ end }}', []],
  ['hasKey', '{{ if hasKey .Values "free" }}{{ .Values.free }}{{ end }}', []],
  ['default, required, coalesce', '{{ .Values.x | default 1 }}{{ required "x" .Values.y }}{{ coalesce .Values.z 1 }}', []],
  ['parentheses', '{{ (.Values.x).y }}', []],
  ['what a comment documents', '{{ .Values.documented }}', []],
  ['what only a guess calls', '{{ define "unused" }}{{ .Values.x }}{{ end }}', []],
] as const)('%s', (_, template, messages) => {
  const got = findings({ 'values.yaml': '# documented: 1\na: {}\n', 'templates/x.yaml': template })
  expect(got.filter((line) => line.startsWith('templates')).map((line) => line.replace(/^\S+ /, ''))).toEqual([...messages])
})

test('library charts and templates that do not parse are not judged', () => {
  expect(findings({ 'values.yaml': 'a: 1\n' }, 'type: library\n')).toEqual([])
  expect(findings({ 'values.yaml': 'a: 1\n', 'templates/x.yaml': '{{ if }}' })).toEqual([])
})

test('hostile templates end', () => {
  const nested = Array.from({ length: 60 }, (_, i) => `{{ define "t${i}" }}{{ include "t${(i + 1) % 60}" (dict "a" . "b" .a) }}{{ include "t${(i + 2) % 60}" (dict "b" . "a" .b) }}{{ end }}`).join('')
  expect(findings({ 'values.yaml': 'a: 1\n', 'templates/x.yaml': `${nested}{{ include "t0" (dict "a" .Values.a "b" 1) }}` })).toBeDefined()
})
