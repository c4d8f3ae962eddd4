import { expect, test } from 'vitest'
import { lockText } from '../charts/lock-file.ts'
import { chartOfManifests, withoutDoubleRendering } from './folder-chart.ts'
import { kustomizeValues } from './kustomize-values.ts'
import { replaceWithRendered } from './rendered-files.ts'
import { withPatched } from './split-patched.ts'

test('manifests become templates that are printed as they are', async () => {
  const files = await chartOfManifests('/some/m', new Map([['a.yaml', 'a: "{{ x }}"\n'], ['sub/b.yml', 'b: 1\n'], ['sub/lost.txt', 'x'], ['kept.txt', 'y'], ['g.yaml.gotmpl', '{{ .Release.Name }}']]), '', async (path, text) => `${path}: ${text.length}\n`)
  expect(Object.fromEntries(files)).toEqual({
    'Chart.yaml': 'name: "m"\nversion: 1.0.0\napiVersion: v2\n', 'kept.txt': 'y', 'g.yaml.gotmpl': '{{ .Release.Name }}',
    'files/templates/a.yaml': 'a: "{{ x }}"\n', 'templates/a.yaml': '{{ .Files.Get "files/templates/a.yaml" }}',
    'files/templates/g.yaml': '/some/m/g.yaml.gotmpl: 19\n', 'templates/g.yaml': '{{ .Files.Get "files/templates/g.yaml" }}',
    'files/templates/sub/b.yml': 'b: 1\n', 'templates/sub/b.yml': '{{ .Files.Get "files/templates/sub/b.yml" }}',
  })
})

test('what was rendered takes the place of templates and subcharts', () => {
  const chart = new Map([['Chart.yaml', 'name: c\nversion: 1.0.0\ndependencies: [{name: d}]\n'], ['Chart.lock', 'x'], ['templates/a.yaml', '{{ .Values.a }}'], ['templates/NOTES.txt', 'x'], ['charts/d.tgz', 'x'], ['values.yaml', 'a: 1\n']])
  const { files, paths } = replaceWithRendered(chart, new Map([['templates/a.yaml', 'a'], ['charts/d/templates/b.yaml', 'b'], ['crds/c.yaml', 'c']]))
  expect([...files]).toEqual([['Chart.yaml', 'name: c\nversion: 1.0.0\n'], ['values.yaml', 'a: 1\n'], ['templates/a.yaml', 'a'], ['charts/d/templates/b.yaml', 'b'], ['crds/c.yaml', 'c']])
  expect(paths).toEqual(['templates/a.yaml', 'charts/d/templates/b.yaml', 'crds/c.yaml'])
  expect([...withoutDoubleRendering(files).keys()]).toEqual(['Chart.yaml', 'values.yaml', 'files/templates/a.yaml', 'templates/a.yaml', 'files/charts/d/templates/b.yaml', 'templates/charts/d/templates/b.yaml', 'crds/c.yaml'])
})

test('patched definitions stay where they came from', () => {
  const built = 'kind: CustomResourceDefinition\n---\nkind: ConfigMap\n'
  const of = (paths: string[]) => [...withPatched(new Map([['Chart.yaml', 'c'], ['templates/a.yaml', 'old']]), built, paths).keys()]
  expect(of(['crds/x.yaml'])).toEqual(['Chart.yaml', 'crds/patched_crds.yaml', 'templates/patched_resources.yaml'])
  expect(of(['templates/crds/x.yaml'])).toEqual(['Chart.yaml', 'templates/crds/patched_crds.yaml', 'templates/patched_resources.yaml'])
})

test('values of a kustomization: the last file counts, the release\'s namespace more', () => {
  expect(kustomizeValues([{ path: 'a', text: 'namePrefix: a-\nnamespace: x\n' }, { path: 'b', text: 'namePrefix: b-\nimages: [{name: i, newTag: "1"}]\n' }], 'n'))
    .toEqual({ namePrefix: 'b-', nameSuffix: '', namespace: 'n', images: [{ name: 'i', newName: '', newTag: '1', digest: '' }] })
})

test('a lock is sorted by name, and holds each chart once', () => {
  expect(lockText('dependencies:\n- {name: b, repository: r, version: 1.0.0}\n- {name: a, repository: r, version: "2"}\n- {name: b, repository: r, version: 1.0.0}\ndigest: sha256:x\ngenerated: "2026-01-02T03:04:05.1Z"\n')).toBe(
    'version: 1.8.0\ndependencies:\n  - name: a\n    repository: r\n    version: "2"\n  - name: b\n    repository: r\n    version: 1.0.0\ndigest: sha256:x\ngenerated: "2026-01-02T03:04:05.1Z"\n')
})
