import { expect, it } from 'vitest'
import { ChartFile, loadFiles } from '../chart/index.ts'
import { unmarshal } from '../../language/yaml/index.ts'
import { renderChart } from './render.ts'
import { postRendered } from './post-render.ts'

const rendered = (templates: Record<string, string>) => {
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])) }
  const chart = loadFiles(Object.entries(files).map(([name, text]) => ChartFile.fromText(name, text)), 'v2')
  return renderChart(chart, { release: { name: 'r', namespace: 'default' } })
}
const map = (name: string, more = '') => `# about ${name}\nkind: ConfigMap\napiVersion: v1\nmetadata:\n    name: ${name} # here\n${more}data: { n: 1000000 }\n`

it('hands over every document with a note of its template, and takes the note away again, word for word', async () => {
  const before = rendered({ 'a.yaml': `${map('one')}---\n${map('two', '    annotations:\n      x: y\n')}`, 'b.yaml': map('three'), '_p.yaml': 'partial' })
  let seen = ''
  const after = await postRendered(before, {}, async (stream) => seen = stream)
  expect(seen.match(/postrender-filename: '\S+'/g)).toEqual(["postrender-filename: 'c/templates/a.yaml'", "postrender-filename: 'c/templates/a.yaml'", "postrender-filename: 'c/templates/b.yaml'"])
  expect(after.manifest).toBe(before.manifest)
})

it('reads what other layouts come to', async () => {
  const before = rendered({
    'flow.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1000000}]}\n',
    'json.yaml': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"j","annotations":{"a":"b"}}}',
    'list.yaml': 'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {helm.sh/hook: test}}}]\n',
    'empty.yaml': '# nothing\n',
  })
  const after = await postRendered(before, {}, async (stream) => stream)
  expect(after.manifests.map((m) => unmarshal(m.content))).toEqual([
    unmarshal('apiVersion: v1\nkind: Secret\nmetadata: {name: j, annotations: {a: b}}'),
    unmarshal('apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1000000}]}'),
  ])
  expect(after.manifest).not.toMatch(/postrender|1e\+06/)
  expect(after.hooks.map((h) => [h.name, h.path])).toEqual([['p', 'c/templates/list.yaml']])
})

it('sorts what comes back, and names what came from nowhere', async () => {
  const after = await postRendered(rendered({ 'a.yaml': map('one') }), {}, async (stream) => `${stream}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n`)
  expect(after.manifests.map((m) => [m.kind, m.path])).toEqual([['Namespace', 'generated-by-postrender-1.yaml'], ['ConfigMap', 'c/templates/a.yaml']])
  await expect(postRendered(rendered({ 'a.yaml': map('one') }), {}, async () => 'a: [')).rejects.toThrow(/^error while parsing post rendered output: error parsing YAML: /)
  await expect(postRendered(rendered({ 'a.yaml': map('one') }), {}, async () => 'just words')).rejects.toThrow(/a document is no object/)
})
