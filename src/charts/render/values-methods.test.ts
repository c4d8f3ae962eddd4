import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../chart/index.ts'
import { Engine } from './engine.ts'
import { renderChart } from './render.ts'

const rendered = (template: string): string => {
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'values.yaml': 'a: {b: {c: 7}}\nAsMap: shadowed\n', 'templates/x.yaml': template }
  const chart = loadFiles(Object.entries(files).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
  return renderChart(chart, { release: { name: 'r', namespace: 'default' }, values: new Map(), engine: new Engine() }).manifest.replace(/^---\n.*\n/, '').trim()
}

test.each([
  ['x: {{ dig "a" "b" "c" "none" .Values.AsMap }}', 'x: 7'],
  ['x: {{ typeOf .Values }} {{ typeOf .Values.AsMap }} {{ typeOf (.Values.Table "a.b") }} {{ typeOf .AsMap }}', 'x: common.Values map[string]interface {} common.Values map[string]interface {}'],
  ['x: {{ (.Values.Table "a").PathValue "b.c" }} {{ .PathValue "Values.a.b.c" }}', 'x: 7 7'],
  ['x: {{ $v := deepCopy .Values }}{{ $v.AsMap.a.b.c }} {{ index .Values "AsMap" }}', 'x: 7 shadowed'],
  ['x: {{ .Template.AsMap.Name }}', 'x: c/templates/x.yaml'],
  // Go finds a pointer's String only where it can take the address, which what a function gives back has not.
  ['x: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion | default "d" }} {{ or .Capabilities.KubeVersion 1 }}', 'x: v1.37.0 {v1.37.0 v1.37.0 1 37} v1.37.0'],
  ['x: {{ toJson .Values.YAML }}', 'x: "AsMap: shadowed\\na:\\n  b:\\n    c: 7\\n"'],
])('%s', (template, want) => expect(rendered(template)).toBe(want))

// Helm 4.3.1's own texts.
test.each([
  ['x: {{ .Values.Table "a.x" }}', 'error calling Table: "x" is not a table'],
  ['x: {{ .Values.PathValue "a.b" }}', 'error calling PathValue: "b" is not a value'],
  ['x: {{ .Values.PathValue "" }}', 'error calling PathValue: YAML path cannot be empty'],
  ['x: {{ .Values.Table }}', 'wrong number of args for Table: want 1 got 0'],
  ['x: {{ .Values.AsMap 1 }}', 'wrong number of args for AsMap: want 0 got 1'],
  ['x: {{ .Values.Encode .Values }}', 'wrong type for value; expected io.Writer; got common.Values'],
])('%s fails', (template, want) => expect(() => rendered(template)).toThrow(want))
