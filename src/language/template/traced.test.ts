import { describe, expect, it } from 'vitest'
import type { Value } from '../go/index.ts'
import { Execution, Origins, TemplateSet } from './index.ts'
import type { Origin } from './index.ts'
import { host, testFuncs } from './testkit.ts'

function originsOf(texts: Record<string, string>, run: string, data: Value): { output: string, lines: string[] } {
  const set = new TemplateSet('gotpl', { funcs: testFuncs, missingKey: 'zero' })
  for (const [name, text] of Object.entries(texts)) set.parse(name, text)
  const { output, spans } = new Execution(set, { host }).trace(run, data)
  let at = 0
  for (const span of spans) {
    expect(span.start).toBe(at)
    at = span.end
  }
  expect(at).toBe(output.length)
  const origins = new Origins(output, spans)
  return { output, lines: output.split('\n').map((_, i) => origins.ofLine(i + 1).map(short).join(' ; ')) }
}

function short(o: Origin): string {
  const where = o.executing === o.template ? o.template : `${o.template}(${o.executing})`
  return `${where}:${o.line}:${o.column}${o.paths.map((p) => ` ${p}`).join('')}${o.caller ? ` < ${short(o.caller)}` : ''}`
}

const data = new Map<string, Value>([['Values', new Map<string, Value>([
  ['image', new Map([['tag', 'v1'], ['repo', 'r']])],
  ['ports', [new Map([['name', 'http']]), new Map([['name', 'https']])]],
  ['labels', new Map([['a/b', 'c'], ['d', 'e']])],
  ['text', '{{ .Values.image.repo }}:x'],
])]])

describe('trace', () => {
  it('names template, line, column and data of every piece', () => {
    const text = [
      'kind: X', '{{- with .Values.image }}', 'image: "{{ .repo }}:{{ .tag | default "x" }}"', '{{- end }}',
      '{{- range .Values.ports }}', '- {{ .name | quote }}', '{{- end }}',
      '{{- range $k, $v := .Values.labels }}', '{{ $k }}: {{ $v }}', '{{- end }}', '{{- $i := .Values.image }}', 'tag: {{ $i.tag }}{{ $.Values.image.repo }}',
    ].join('\n')
    const { output, lines } = originsOf({ t: text }, 't', data)
    expect(output).toBe('kind: X\nimage: "r:v1"\n- "http"\n- "https"\na/b: c\nd: e\ntag: v1r')
    expect(lines).toEqual([
      't:1:1',
      't:3:1 ; t:3:12 .Values.image.repo ; t:3:20 ; t:3:24 .Values.image.tag ; t:3:45',
      't:6:1 ; t:6:6 .Values.ports[0].name',
      't:6:1 ; t:6:6 .Values.ports[1].name',
      't:9:4 ; t:9:9 ; t:9:14 .Values.labels["a/b"]',
      't:9:4 ; t:9:9 ; t:9:14 .Values.labels.d',
      't:12:1 ; t:12:9 .Values.image.tag ; t:12:21 .Values.image.repo',
    ])
  })

  it('follows include through nindent, tpl through quote, and template', () => {
    const { output, lines } = originsOf({
      h: '{{define "l"}}a: {{ .Values.image.tag }}\nb: {{ template "m" .Values.image }}{{end}}{{define "m"}}{{ .repo }}{{end}}{{define "v"}}{{ .v.tag }}{{end}}',
      t: 'labels:\n  {{- include "l" . | nindent 2 }}\ntext: {{ tpl .Values.text . | quote }}\nv: {{ include "v" (dict "v" .Values.image) }}',
    }, 't', data)
    expect(output).toBe('labels:\n  a: v1\n  b: r\ntext: "r:x"\nv: v1')
    expect(lines).toEqual([
      't:1:1',
      't:2:7 ; h(l):1:15 < t:2:7 ; h(l):1:21 .Values.image.tag < t:2:7',
      't:2:7 ; h(l):2:1 < t:2:7 ; h(m):2:60 .Values.image.repo < h(l):2:16 < t:2:7',
      't:3:1 ; t:3:10 .Values.text ; gotpl:1:4 .Values.image.repo < t:3:10 .Values.text ; gotpl:1:25 < t:3:10 .Values.text ; t:3:10 .Values.text',
      't:4:1 ; h(v):2:92 .Values.image.tag < t:4:7',
    ])
  })
})
