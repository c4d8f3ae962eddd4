/** `show` beside the real Helm, byte for byte. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { SideBySide } from './side-by-side.ts'

const helm = await ensureTool('helm')

const values = 'image: { repository: nginx, tag: "1.2" }\nreplicas: 3\nratio: 0.5\nbig: 1000000\non: true\nnothing: null\ntext: "a<b>&\\u00e9"\nlist:\n- { name: a, n: 1, ok: true }\n- { name: b, n: 2.5 }\n- { name: "c d", n: 3, sub: [1, 2] }\ndotted.key: x\nnested: { deep: { deeper: [[1], [2, 3]] } }\n'
const files: Record<string, string> = {
  'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: 1.0\ndescription: "a: b"\nhome: https://example.com\nicon: https://example.com/i.png\nkeywords: [x]\nkubeVersion: ">=1.20.0-0"\ndeprecated: true\nannotations: { a: "1" }\nmaintainers: [{ name: m, email: m@example.com }]\nsources: [https://example.com/s]\ndependencies:\n- { name: sub, version: "*", repository: "", condition: sub.enabled, tags: [t], alias: other, import-values: [a, { child: b, parent: c }] }\nunknown: x\n',
  'app/values.yaml': `# head\n${values}`, 'app/README.md': '# app\n', 'app/templates/cm.yaml': 'a: b\n', 'app/crds/a.yaml': 'kind: A\n', 'app/crds/b.yml': '---\nkind: B\n', 'app/crds/c.json': '{"kind":"C"}', 'app/crds/d.txt': 'no', 'app/crds/below/e.yaml': 'kind: E',
  'app/charts/sub/Chart.yaml': 'apiVersion: v1\nname: sub\nversion: 0.1.0\n', 'app/charts/sub/crds/s.yaml': 'kind: S\n', 'app/charts/sub/README.md': 'no',
  'bare/Chart.yaml': 'apiVersion: v2\nname: bare\nversion: 1.0.0\n',
  'upper/Chart.yaml': 'apiVersion: v2\nname: upper\nversion: 1.0.0\n', 'upper/ReadMe.TXT': 'text\n', 'upper/readme': 'none\n', 'upper/values.yaml': '',
  'mark/Chart.yaml': '\ufeffapiVersion: v2\nname: mark\nversion: 1.0.0\n', 'mark/README': '\ufeffhello', 'mark/values.yaml': '\ufeffa: 1\r\nb: 2\r\n',
  'two/Chart.yaml': 'apiVersion: v2\nname: two\nversion: 1.0.0\n', 'two/values.yaml': 'a: 1\n---\nb: 2\n',
  'three/Chart.yaml': 'apiVersion: v3\nname: three\nversion: 1.0.0\n', 'four/Chart.yaml': 'apiVersion: v4\nname: four\nversion: 1.0.0\n',
  'broken/Chart.yaml': 'name: [\n', 'nochart/values.yaml': 'a: 1\n', 'badvalues/Chart.yaml': 'apiVersion: v2\nname: badvalues\nversion: 1.0.0\n', 'badvalues/values.yaml': 'a: [\n',
  'latin/Chart.yaml': 'apiVersion: v2\nname: latin\nversion: 1.0.0\n', 'text.tgz': 'no archive', 'afile': 'x',
}

describe.skipIf(helm === undefined)('show', () => {
  let side: SideBySide
  beforeAll(() => {
    side = new SideBySide(helm!, files)
    writeFileSync(join(side.path, 'latin/README.md'), Buffer.from([0x66, 0xfc, 0x72, 0x0a]))
    execFileSync('tar', ['czf', join(side.path, 'app-1.2.3.tgz'), '-C', side.path, 'app'])
    writeFileSync(join(side.path, 'cut.tgz'), execFileSync('tar', ['cz', '-C', side.path, 'app']).subarray(0, 200))
  })
  afterAll(() => side?.remove())

  const charts = ['app', './app/', 'app-1.2.3.tgz', 'bare', 'upper', 'mark', 'two', 'three', 'four', 'broken', 'nochart', 'badvalues', 'latin', 'text.tgz', 'cut.tgz', 'afile', './gone', '/gone/for/ever']
  it.each(charts.flatMap((chart) => ['all', 'chart', 'crds', 'readme', 'values'].map((part) => `show ${part} ${chart}`)))('%s', async (line) => {
    const { helm, pintle } = await side.both(line)
    expect(pintle).toEqual(helm)
  })

  it.each(['show values', 'show values app bare', 'inspect chart app', 'show all app --version 9', 'show chart app --devel', 'show crds app --jsonpath x', 'show values app --verify', 'show values app-1.2.3.tgz --verify', 'show values --repo'])('%s', async (line) => {
    const { helm, pintle } = await side.both(line)
    expect(pintle).toEqual(helm)
  })

  const paths = [
    '{.image}', '{.image.tag}', '{.replicas}', '{.ratio}', '{.big}', '{.on}', '{.nothing}', '{.text}', '{.list}', '{.list[0]}', '{.list[0].name}', '{.list[*].name}', '{.list[-1].name}', '{.list[0:2].name}', '{.list[::2].name}', '{.list[1:].n}', '{.list[5]}',
    '{.list[0,2].name}', '{..name}', '{.list..n}', '{..}', '{.*}', '{.image.*}', "{['image']}", "{.image['tag']}", '{.dotted\\.key}', '{.list[?(@.n==1)].name}', '{.list[?(@.n==1.0)].name}', '{.list[?(@.n>1.5)].name}', '{.list[?(@.n<=2.5)].name}', '{.list[?(@.name=="b")].n}',
    '{.list[?(@.name!="b")].n}', '{.list[?(@.sub)].name}', '{.list[?(@.ok==true)].name}', '{range .list[*]}{.name}={.n},{end}', '{range .list[*]}{.name}{"\\n"}{end}done', '{range .list[*]}[{range .sub[*]}{@}{end}]{end}', 'plain', '', '{.gone}', '{.gone.below}', '{.image.tag.below}',
    '{.replicas} of {.image.repository}:{.image.tag}', '{"quoted \\"text\\""}', "{'single'}", '{.nested.deep.deeper[1][0]}', '{.nested.deep.deeper[*][*]}', '{.text[0]}', '{$.image.tag}', '{@.image.tag}', '{image.tag}', '{1}', '{-1.5}', '{true}',
    '{.image', '{', '}', '{.list[}', '{.list[a]}', '{.list[?(@.n==1)}', '{.list[?(@.n=1)].name}', '{...}', '{.list[0:0]}', '{.list[1:0]}', '{.list[0:9]}', '{%}', '{"open}', '{end}', '{range .gone[*]}x{end}', '{.list[?(@.n<"a")].name}', '{.image}{.list[0]}', '{1.2.3}', '{"\\q"}', '{.list[1:2:0]}', '{.list[-9]}',
  ]
  it.each(paths)('values --jsonpath %s', async (path) => {
    const run = (tool: 'helm' | 'linked') => side.pair.run(tool, ['show', 'values', 'app', '--jsonpath', path], { cwd: side.path })
    const [theirs, ours] = await Promise.all([run('helm'), run('linked')])
    // Go walks maps in random order.
    const sorted = (text: string) => (path.includes('*') || path.includes('..') ? text.split(' ').sort().join(' ') : text)
    expect({ ...ours, out: sorted(ours.out) }).toEqual({ ...theirs, out: sorted(theirs.out) })
  })
})
