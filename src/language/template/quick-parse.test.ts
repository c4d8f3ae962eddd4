import { expect, test } from 'vitest'
import { parseExactly } from './parser.ts'
import { quickParse } from './quick-parse.ts'

const has = (name: string) => ['include', 'printf', 'eq', 'and', 'toYaml'].includes(name)

function exactly(text: string): ReturnType<typeof parseExactly> | undefined {
  try {
    return parseExactly('a', text, has)
  } catch {
    return undefined
  }
}

test.each([
  '', 'text', '{{ . }}', 'a\n  {{- .Values.a.b -}}\n b', '{{/* c */}} {{- /* d\n*/ -}} e', '{{ $ }}{{ $x := 1 }}{{ $x = 2 }}{{ $x.y }}',
  '{{ if eq .a "b\\n" }}x{{ else if .c }}y{{ else }}z{{ end }}', '{{ with .a }}{{ else with .b }}{{ end }}{{ range $k, $v := .m }}{{ break }}{{ continue }}{{ else }}{{ end }}',
  '{{ define "t" }}{{ $y := . }}{{ $y }}{{ end }}{{ template "t" . }}{{ template "t" }}', '{{ (printf "%s" .a).b.c | toYaml | printf `x` }}',
  '{{ and true false nil 1 -1 1.5 007 0 123456789012 }}', '{{if(.a)}}{{end}}',
])('reads %j as the exact parser', (text) => {
  const quick = quickParse('a', text, has)
  expect(quick).toBeDefined()
  expect(quick).toEqual(exactly(text))
})

test('what it reads, the exact parser reads alike', () => {
  const pieces = [
    '{{', '}}', '{{-', '-}}', ' ', '\n', '.', '.a', '$', '$x', '"s"', '"\\q"', '`r`', '(', ')', '|', ',', ':=', '=', 'if', 'else', 'end', 'with', 'range', 'define', 'template',
    'break', 'nil', 'true', '1', '08', '-', '.5', "'a'", '/*', '*/', '\\', 'é', 'block', 'include', '{{end}}', '{{else}}', '{{if .a}}', '{{range $i, $v := .a}}', '{{/* c */}}', '\ud800',
  ]
  let seed = 42
  const random = (below: number) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below
  let read = 0
  for (let i = 0; i < 20_000; i++) {
    let text = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join(random(2) ? ' ' : '')
    if (random(2)) text = `{{ ${text} }}`
    const quick = quickParse('a', text, has)
    if (quick === undefined) continue
    read++
    expect({ text, trees: quick }).toEqual({ text, trees: exactly(text) })
  }
  expect(read).toBeGreaterThan(500)
})

test.each(['{{', '{{ .a', '{{ nope }}', '{{ $x }}', '{{ end }}', '{{ if }}x{{ end }}', '{{ .a | "b" }}', '{{ break }}', '{{ (.a }}', '{{ 08 }}'])('leaves %j to it', (text) => {
  expect(quickParse('a', text, has)).toBeUndefined()
})
