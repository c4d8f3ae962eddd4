import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../chart/index.ts'
import { checkChart, sarif, rules } from './index.ts'

const chartOf = (files: Record<string, string>) =>
  loadFiles(Object.entries({ 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', ...files }).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')

test('the chart is rendered for a server of the version, with its own definitions', async () => {
  const chart = chartOf({
    'crds/x.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.com, names: {kind: Widget}, versions: [{name: v1}]}\n',
    'templates/a.yaml': '{{ range list "policy/v1beta1" "policy/v1" "apiregistration.k8s.io/v1/APIService" "resource.k8s.io/v1" "example.com/v1" "example.com/v1/Widget" }}{{ if $.Capabilities.APIVersions.Has . }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n{{ . | replace "/" "-" }}: 1\n{{ end }}{{ end }}',
  })
  const served = async (kubernetesVersion: string) => (await checkChart(chart, { kubernetesVersion })).findings.map((f) => f.message.replace(/^.*: (\S+) is not a field.*$/, '$1'))
  expect(await served('1.37')).toEqual(['["policy-v1"]', '["apiregistration.k8s.io-v1-APIService"]', '["resource.k8s.io-v1"]', '["example.com-v1"]', '["example.com-v1-Widget"]'].map((s) => expect.stringContaining(s.slice(2, -2))))
  expect(await served('1.33')).toHaveLength(4)
})

test('a chart that does not render says so, and its values are looked at', async () => {
  const { findings, counts } = await checkChart(chartOf({ 'values.yaml': 'a: 1\n', 'templates/a.yaml': '{{ fail "no" }}' }))
  expect(findings.map((f) => `${f.severity} ${f.rule}`)).toEqual(['info schema/not-rendered', 'warning values/unused'])
  expect(counts.valid).toBe(0)
})

test('a SARIF log names rule, file, line and level', async () => {
  const { findings } = await checkChart(chartOf({ 'values.yaml': 'a: 1\n', 'templates/a b.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: 5}]}\n' }))
  const log = JSON.parse(JSON.stringify(sarif([{ folder: 'charts/shop/', findings }], '1.2.3')))
  expect(log.version).toBe('2.1.0')
  const [run] = log.runs
  expect(run.tool.driver).toMatchObject({ name: 'pintle', version: '1.2.3', rules: [{ id: 'schema/type', shortDescription: { text: rules['schema/type']!.summary } }, { id: 'values/unused' }] })
  expect(run.results).toEqual([
    {
      ruleId: 'schema/type', ruleIndex: 0, level: 'error', message: { text: 'Pod x: spec.containers[0].name must be a string, but is an integer\nQuote it.' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'charts/shop/templates/a%20b.yaml' }, region: { startLine: 4, startColumn: 1 } } }],
    },
    {
      ruleId: 'values/unused', ruleIndex: 1, level: 'warning', message: { text: 'no template reads a' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'charts/shop/values.yaml' }, region: { startLine: 1, startColumn: 1 } } }],
    },
  ])
})
