import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parseKubeVersion } from '../../chart/index.ts'
import { findingText, lintChart, type LintOptions } from '../index.ts'

const made: string[] = []
afterEach(() => { for (const path of made.splice(0)) rmSync(path, { recursive: true }) })

function chart(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-lint-'))
  made.push(folder)
  for (const [name, text] of Object.entries({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\nicon: https://x.y/z\n', 'values.yaml': '', 'templates/a.yaml': 'a: b\nmetadata: { name: x }\n', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
const lint = async (files: Record<string, string>, options: LintOptions = {}) => {
  const result = await lintChart(chart(files), options)
  return result instanceof Error ? result.message : result.map(findingText)
}

test('a chart with nothing to say about', async () => {
  expect(await lint({})).toEqual([])
})

test('findings carry rule, severity, path and, where it is known, the place', async () => {
  const result = await lintChart(chart({ 'templates/b.yaml': 'x: 1\ny: {{ .Values.a.b.c }}\n' }))
  expect(result).toMatchObject([{ rule: 'helm/render', severity: 'error', path: 'templates/', line: 2, message: expect.stringContaining('nil pointer evaluating') }])
})

test('rules in order; a document that cannot be read ends the templates', async () => {
  expect(await lint({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0\n', 'templates/b.yaml': 'kind: [\n', 'templates/c.txt.x': '', 'crds/x.yaml': 'kind: A\n' })).toEqual([
    "[ERROR] Chart.yaml: version should be of type string but it's of type float64", '[INFO] Chart.yaml: icon is recommended', "[WARNING] Chart.yaml: version '1' is not a valid SemVerV2",
    '[ERROR] templates/b.yaml: unable to parse YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content',
    "[ERROR] crds/x.yaml: apiVersion is not in 'apiextensions.k8s.io'", "[ERROR] crds/x.yaml: object kind is not 'CustomResourceDefinition'",
  ])
})

test('required and fail do not fail, and are told to the log', async () => {
  const log: string[] = []
  expect(await lint({ 'templates/b.yaml': '{{ required "must" .Values.x }}{{ required "must" "" }}{{ fail "no" }}' }, { log: ({ message }) => log.push(message) })).toEqual([])
  expect(log).toEqual(['missing required value', 'missing required values', 'funcMap fail'])
})

test('deprecated APIs by version', async () => {
  const files = { 'templates/b.yaml': 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: x }\n' }
  expect(await lint(files, { kubeVersion: parseKubeVersion('1.20') })).toEqual([])
  expect(await lint(files, { kubeVersion: parseKubeVersion('1.21') })).toHaveLength(1)
})

test('values and schema', async () => {
  const files = { 'values.yaml': 'a: x\n', 'values.schema.json': '{"properties":{"a":{"type":"number"}}}' }
  expect(await lint(files)).toEqual(["[ERROR] values.yaml: - at '/a': got string, want number\n", expect.stringContaining('[ERROR] templates/: values don')])
  expect(await lint(files, { values: new Map([['a', 1]]) })).toEqual([])
  expect(await lint(files, { skipSchemaValidation: true })).toEqual([])
})

test('what is no chart is told as an error, not thrown', async () => {
  expect(((await lintChart('/gone/for/ever')) as Error).message).toBe('unable to check Chart.yaml file in chart: stat /gone/for/ever/Chart.yaml: no such file or directory')
  expect(((await lintChart('/gone.tgz')) as Error).message).toBe('unable to open tarball: open /gone.tgz: no such file or directory')
})

test('an aborted lint throws', async () => {
  await expect(lintChart(chart({}), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
})
