/** `lint` beside the real Helm, over charts with something wrong: the same findings in the same words and order. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { SideBySide } from './side-by-side.ts'

const helm = await ensureTool('helm')

const good = 'apiVersion: v2\nname: NAME\nversion: 1.0.0\nicon: https://example.com/i.png\n'
const cm = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n'

/** One Chart.yaml each. */
const chartFiles: Record<string, string> = {
  empty: '', nothing: '{}', list: '- a\n', text: 'hello', broken: 'name: [\n', tabs: 'name:\tx\n\tversion: 1\n', twice: `${good}name: other\n`, unknown: `${good}unknown: x\n`, null: 'name: null\nversion: null\napiVersion: null\n',
  types: 'apiVersion: v2\nname: 5\nversion: 1.0\nappVersion: 2\n', types2: 'apiVersion: v2\nname: a\nversion: true\nappVersion: null\n', types3: 'apiVersion: v2\nname: a\nversion: 1.0.0\nappVersion: [1]\n', types4: 'apiVersion: v2\nname: a\nversion: { a: 1 }\n', types5: 'apiVersion: v2\nname: a\nversion: 1\nkeywords: x\n',
  name: 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n', dots: 'apiVersion: v2\nname: ..\nversion: 1.0.0\n', quoted: 'apiVersion: v2\nname: "a\\"b/"\nversion: 1.0.0\n', v3: 'apiVersion: v3\nname: a\nversion: 1.0.0\n', v1: 'apiVersion: v1\nname: a\nversion: 1.0.0\ntype: application\ndependencies: [{ name: x, version: "*", repository: "" }]\n', none: 'name: a\nversion: 1.0.0\n',
  zero: 'apiVersion: v2\nname: a\nversion: 0.0.0\n', zero0: 'apiVersion: v2\nname: a\nversion: 0.0.0-0\n', zeroa: 'apiVersion: v2\nname: a\nversion: 0.0.0-alpha\n', short: 'apiVersion: v2\nname: a\nversion: "1.2"\n', v: 'apiVersion: v2\nname: a\nversion: v1.2.3\n', four: 'apiVersion: v2\nname: a\nversion: 1.2.3.4\n', build: 'apiVersion: v2\nname: a\nversion: 1.2.3+a_b\n', leading: 'apiVersion: v2\nname: a\nversion: 01.2.3\n',
  type: `${good}type: neither\n`, deps: `${good}dependencies:\n- { name: a, version: "*", repository: "" }\n- { name: b, alias: a, version: "*", repository: "" }\n- null\n`, depless: `${good}dependencies:\n- { name: a, version: "*", repository: "" }\n- { name: c, version: "*", repository: "" }\n`, badmark: '\ufeffapiVersion: v2\nname: a\nversion: 1.0.0\n',
  maintainer: `${good}maintainers: [null]\n`, maintainer2: `${good}maintainers: [{ email: a@b.c }]\n`, sources: `${good}sources: [https://x, ""]\n`, strictnest: `${good}maintainers: [{ name: a, phone: 1 }]\ndependencies: [{ name: a, version: "*", repository: "", what: x }]\n`,
}
const emails = ['a@b.co', 'A.B+c@sub.example.com', 'a@b', '@b.co', 'a b@c.co', '"a b"@c.co', 'ü@exämple.com', 'a..b@c.co', 'a@b.co.', 'a@-b.co', 'a@1.2', "o'neil@x.ie", 'a@b_c.de', 'Jo <a@b.co>', 'a@b.co,c@d.ef']
const urls = ['https://example.com', 'example.com', 'http://localhost', 'localhost', 'ftp://a.b', 'mailto:a@b.c', 'https://a.b:99999/x?y#z', 'http://[::1]:80/', 'http://1.2.3.4', '//a.b', '/path', 'https://user:pw@a.b', 'https://ü.de', 'a', 'abc', '.a.b', 'https://.a.b', 'http://a b.c', 'https://example.com/a b', 'https://github.com/x/y/', 'https://-a.b', 'xyz://a.b', 'https://a_b.c', 'foo/bar.md', 'https://10.0.0.1:8080']
const links = [...urls, 'https://a#b', 'https://a/#b', 'urn:x:y', 'https://a%zz', 'https://a/%zz', 'a:b', ':', '*', 'https://a:b', 'https://a:1/\u007f', 'data:image/png;base64,AAAA', 'https://a b', 'https://[::1', '#', 'https://a?b#c', '1a:b', 'file:///x']

/** One template each, or several with `---FILE name---`. */
const templates: Record<string, string> = {
  indent: `  ${cm.replaceAll('\n', '\n  ')}`, tabbed: '\ta: b\n', blank: '\n\n   \n', comment: '# only\n', separators: `---\n${cm}---\n---\n# x\n---\n${cm}`, trailing: `${cm}--- # comment\n${cm}---  \n`, wrong: `${cm}--- wrong\n${cm}`, wrong1: `---wrong\n${cm}`, text: 'hello\n', list: '- a\n', number: '5\n', null: 'null\n', emptymap: '{}\n',
  yaml: 'a: [\n', yaml2: `${cm}---\na: b: c\n`, yaml3: 'a: b\n  c: d\n', dup: 'a: 1\na: 2\n', alias: 'a: *x\n', latin: 'a: "\\xe9"\n', windows: cm.replaceAll('\n', '\r\n'), unended: cm.trimEnd(), long: `a: ${'x'.repeat(70_000)}\n`, longindent: `${' '.repeat(70_000)}a: b\n`,
  json: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}', json2: '{"kind":"A"}{"kind":"B"}\n{"kind":"C"}', jsonyaml: `{"kind":"A"}\n---\n${cm}`, jsonbad: '{"kind":}', jsonbad2: '{"kind":"A"}{"kind":}', jsonbad3: '{"kind":"A"} {"kind":"B"} {"kind":"C"} {x', jsonflow: '{apiVersion: v1, kind: ConfigMap, metadata: {name: C}}', jsoncut: '{"kind":"A"', jsontype: '{"kind":5}', jsonarray: '{"kind":"A"}\n[1]', jsontypes: '{"kind":5}{"kind":"b"}', jsonname: '{"kind":"A","metadata":{"name":"Bad Name"}}', jsonquote: '{"kind":"a}b"}', jsontail: '{"kind":"A"}\n\n  \n',
  types: 'apiVersion: 1\nkind: true\nmetadata: { name: 5, namespace: 1.5 }\n', types2: 'metadata: x\n', types3: 'metadata: { name: [a] }\n', types4: 'metadata: { name: a, namespace: { b: c } }\n', types5: 'kind: { a: b }\n', types6: 'metadata: { name: a }\nMETADATA: { NAME: B_ }\n', types7: 'Kind: Service\nMetadata: { Name: 1a }\n', types8: 'metadata:\n  namespace:\n  - a\n  name: a\n', types9: 'metadata: null\nkind: null\n', labels: 'kind: A\nmetadata: { name: a, labels: { a: 1 }, annotations: { b: [1] } }\n',
  names: ['Pod', 'Service', 'Namespace', 'Role', 'ClusterRole', 'CertificateSigningRequest', 'ServiceAccount', 'Custom', 'pod'].flatMap((kind) => ['', 'ok', 'Bad', '-a', 'a.b', 'a/b', '1a', '..', 'a%b', 'x'.repeat(64), 'x'.repeat(254)].map((name) => `kind: ${kind}\nmetadata: { name: "${name}" }\n`)).join('---\n'),
  deprecated: ['extensions/v1beta1 Ingress', 'policy/v1beta1 PodDisruptionBudget', 'policy/v1beta1 PodSecurityPolicy', 'batch/v1beta1 CronJob', 'autoscaling/v2beta2 HorizontalPodAutoscaler', 'v1 Endpoints', 'v1 ComponentStatus', 'apps/v1beta1 Deployment', 'networking.k8s.io/v1beta1 Ingress', 'admission.k8s.io/v1beta1 AdmissionReview', 'a/b/c Pod', 'apps/v1 deployment', 'flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema', 'resource.k8s.io/v1alpha3 DeviceTaintRule', 'storage.k8s.io/v1beta1 VolumeAttributesClass'].map((gvk) => `apiVersion: ${gvk.split(' ')[0]}\nkind: ${gvk.split(' ')[1]}\nmetadata: { name: x }\nmatchLabels: {}\n`).join('---\n'),
  selector: 'kind: Deployment\nmetadata: { name: d }\n---\nkind: StatefulSet\nmetadata: { name: s }\n', selector2: 'kind: DaemonSet\nmetadata: { name: d }\nspec: { selector: { matchExpressions: [] } }\n',
  items: 'kind: List\nmetadata: { name: l }\nitems:\n- metadata: { annotations: { "helm.sh/resource-policy": keep } }\n', items2: 'kind: List\nmetadata: { name: l }\nitems:\n- metadata: { annotations: { a: [b] } }\n', items3: 'kind: List\nmetadata: { name: l }\nitems: x\n', items4: `${cm}---\nkind: List\nmetadata: { name: l }\nitems: [{ metadata: { annotations: { "helm.sh/resource-policy": keep } } }]\n`, items5: 'kind: List\nmetadata: { name: l }\nitems: [null, 5]\n',
  parse: '{{ nothing }}', parse2: '{{ if }}', exec: '{{ .Values.a.b.c }}', fail: '{{ fail "no" }}', required: '{{ required "must be" .Values.x }}{{ required "so too" "" }}', release: `${cm}data: { n: {{ .Release.Name }}, ns: {{ .Release.Namespace }}, i: {{ .Release.IsInstall }}, u: {{ .Release.IsUpgrade }}, r: {{ .Release.Revision }}, k: {{ .Capabilities.KubeVersion }} }\nx: {{ if .Release.IsInstall }}]{{ end }}{{ if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}]{{ end }}\n`, lookup: '{{ lookup "v1" "Pod" "a" "b" }}\n', tpl: '{{ tpl "{{ .Values.x.y.z }}" . }}', include: '{{ include "gone" . }}',
}

const more: Record<string, string> = {
  'ext/templates/a.json': '{}', 'ext/templates/b': 'x', 'ext/templates/c.YAML': cm, 'ext/templates/d.yml': 'a: [', 'ext/templates/e.tpl': 'x', 'ext/templates/_f.yaml': 'a: [', 'ext/templates/NOTES.txt': 'x', 'ext/templates/sub/g.md': 'x', 'ext/templates/.hidden.yaml': 'a: [',
  'notemplates/values.yaml': 'a: 1\n', 'templatefile/templates': 'x', 'crdfile/crds': 'x', 'crdfile/templates/a.yaml': cm,
  'crds/crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: x }\n', 'crds/crds/b.yaml': `${cm}---\napiVersion: apiextensions.k8s.io/v1\nkind: Other\n---\n`, 'crds/crds/c.yml': '{{ if }}\n', 'crds/crds/d.json': '{"kind":1}', 'crds/crds/e.txt': '{{', 'crds/templates/a.yaml': cm,
  'crds2/crds/a.yaml': 'kind: A\n', 'crds2/crds/b.json': '[1]', 'crds2/charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n', 'crds2/charts/s/crds/c.yaml': 'kind: C\n', 'crds2/templates/a.yaml': cm,
  'values/values.yaml': 'a: [\n', 'values/templates/a.yaml': cm, 'valueslist/values.yaml': '- a\n', 'valueslist/templates/a.yaml': cm, 'valuestwo/values.yaml': 'a: 1\n---\nb: [\n', 'valuestwo/templates/a.yaml': cm, 'valuesempty/values.yaml': '', 'valuesempty/templates/a.yaml': cm, 'valuesfolder/values.yaml/x': '', 'valuesfolder/templates/a.yaml': cm,
  'schema/values.yaml': 'a: x\nsub: { c: 1 }\n', 'schema/values.schema.json': '{"properties":{"a":{"type":"number"},"b":{"minimum":5}},"required":["z"]}', 'schema/templates/a.yaml': cm, 'schema/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n', 'schema/charts/sub/values.schema.json': '{"properties":{"c":{"type":"string"}}}',
  'schemabad/values.yaml': 'a: x\n', 'schemabad/values.schema.json': '{"type": }', 'schemabad/templates/a.yaml': cm, 'schemaempty/values.yaml': 'a: x\n', 'schemaempty/values.schema.json': '', 'schemaempty/templates/a.yaml': cm, 'schemawrong/values.yaml': 'a: x\n', 'schemawrong/values.schema.json': '{"type": 5}', 'schemawrong/templates/a.yaml': cm, 'schematwo/values.yaml': 'a: 1\n---\na: x\n', 'schematwo/values.schema.json': '{"properties":{"a":{"type":"number"}}}', 'schematwo/templates/a.yaml': cm,
  'subs/charts/one/Chart.yaml': 'apiVersion: v2\nname: one\nversion: 1.0.0\n', 'subs/charts/one/templates/a.yaml': 'kind: [\n', 'subs/charts/one/charts/deep/Chart.yaml': 'name: deep\n', 'subs/templates/a.yaml': cm,
  'subbroken/charts/one/Chart.yaml': 'name: [', 'subbroken/templates/a.yaml': cm, 'lock/Chart.lock': 'a: [', 'lock/templates/a.yaml': cm, 'library/templates/a.yaml': 'a: [', 'library/templates/_b.tpl': '{{ define "x" }}{{ end }}', 'ignored/.helmignore': 'templates/bad.yaml\nvalues.schema.json\n', 'ignored/templates/bad.yaml': 'a: [', 'ignored/templates/a.yaml': cm, 'ignored/values.yaml': 'a: 1\n', 'ignored/values.schema.json': '{"required":["z"]}', 'ignoredchart/.helmignore': 'Chart.yaml\n', 'ignoredchart/templates/a.yaml': cm,
  'mismatch/values.yaml': 'sub: 5\n', 'mismatch/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n', 'mismatch/templates/a.yaml': 'a: [', 'kube/templates/a.yaml': cm,
}
const special: Record<string, string> = { library: `${good}type: library\n`, kube: `${good}kubeVersion: "<1.0.0"\n` }

describe.skipIf(helm === undefined)('lint', () => {
  let side: SideBySide
  const groups: Record<string, string[]> = { 'Chart.yaml': Object.keys(chartFiles).map((n) => `f-${n}`), emails: emails.map((_, i) => `e-${i}`), urls: urls.map((_, i) => `u-${i}`), links: links.map((_, i) => `l-${i}`), icons: links.map((_, i) => `i-${i}`), templates: Object.keys(templates).map((n) => `t-${n}`), charts: [...new Set(Object.keys(more).map((n) => n.split('/')[0]!))] }
  beforeAll(() => {
    const files: Record<string, string> = { 'file.tgz': 'no archive', 'values.yaml': 'a: 5\nz: 1\n', 'bad.yaml': 'a: [\n', 'folder/x': '' }
    for (const [name, text] of Object.entries(chartFiles)) Object.assign(files, { [`f-${name}/Chart.yaml`]: text, [`f-${name}/templates/a.yaml`]: cm })
    const one = (name: string, extra: string) => { files[`${name}/Chart.yaml`] = `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${extra}` }
    for (const [i, email] of emails.entries()) one(`e-${i}`, `icon: a:b\nmaintainers: [{ name: m, email: ${JSON.stringify(email)} }]\n`)
    for (const [i, url] of urls.entries()) one(`u-${i}`, `icon: a:b\nmaintainers: [{ name: m, url: ${JSON.stringify(url)} }]\n`)
    for (const [i, link] of links.entries()) one(`l-${i}`, `icon: a:b\nsources: [${JSON.stringify(link)}]\n`)
    for (const [i, link] of links.entries()) one(`i-${i}`, `icon: ${JSON.stringify(link)}\n`)
    for (const [name, text] of Object.entries(templates)) {
      one(`t-${name}`, 'icon: a:b\n')
      Object.assign(files, { [`t-${name}/templates/a.yaml`]: text, [`t-${name}/templates/z.yaml`]: 'kind: Z\nmetadata: { name: Z }\n', [`t-${name}/values.yaml`]: '{}\n' })
    }
    for (const name of groups.charts!) files[`${name}/Chart.yaml`] = special[name]?.replace('NAME', name) ?? good.replace('NAME', name)
    side = new SideBySide(helm!, { ...files, ...more })
    mkdirSync(join(side.path, 'f-empty/Chart.yaml.d'))
    mkdirSync(join(side.path, 'chartfolder/Chart.yaml'), { recursive: true })
    for (const name of ['schema', 'crds']) execFileSync('tar', ['czf', join(side.path, `${name}-1.0.0.tgz`), '-C', side.path, name])
    execFileSync('tar', ['czf', join(side.path, 'subs/charts/packed-1.0.0.tgz'), '-C', side.path, 'kube'])
    execFileSync('tar', ['czf', join(side.path, 'noname.tar.gz'), '-C', side.path, 'f-none', '--transform', 's,^f-none,x,'])
    writeFileSync(join(side.path, 'latin.yaml'), 'x')
  })
  afterAll(() => side?.remove())

  /** Runs both in the one folder: lint changes nothing. Helm logs what it loads once for every time it does. */
  async function both(line: string, env: Record<string, string> = {}) {
    const run = async (tool: 'helm' | 'linked') => {
      const { code, out, err } = await side.pair.run(tool, line.split(' '), { cwd: side.path, env })
      return { code, out: out.replace(/helm-lint\d*\w*/g, 'helm-lint'), err: [...new Set(err.split('\n'))].join('\n') }
    }
    const [theirs, ours] = await Promise.all([run('helm'), run('linked')])
    return { theirs, ours }
  }

  it.each(Object.keys(groups))('%s', async (group) => {
    const names = groups[group]!
    const { theirs, ours } = await both(['lint', ...names].join(' '))
    // One by one, so that a difference names its chart.
    const split = (text: string) => Object.fromEntries(text.split('==> Linting ').slice(1).map((part) => [part.slice(0, part.indexOf('\n')), part]))
    expect(split(ours.out)).toEqual(split(theirs.out))
    expect(Object.keys(split(theirs.out))).toHaveLength(names.length)
    expect(ours).toEqual(theirs)
  })

  it.each([
    '--strict schema', '--quiet schema kube', '--quiet kube', '--strict --quiet library kube', '--with-subcharts subs', '--with-subcharts schema crds2 --quiet', '--kube-version 1.20 t-deprecated', '--kube-version 1.33 t-deprecated', '--kube-version v1.99.1-gke.1 t-deprecated', '--kube-version x kube', '--kube-version 1.20 t-release', '-f values.yaml schema', '--set a=5,z=1,b=1 schema',
    '--set a=null schema', '-f bad.yaml schema', '-f gone.yaml schema', '--set a[ schema', '--skip-schema-validation schema', '--skip-schema-validation schemabad', 'schema-1.0.0.tgz', 'crds-1.0.0.tgz', 'file.tgz', 'gone.tgz', 'noname.tar.gz', 'folder', 'gone', 'chartfolder', 'values.yaml', 'kube/', './kube', 'kube kube', '', '--wrong kube', '-n other t-release', '--set-file a=gone kube', 'subs --with-subcharts --strict',
  ])('lint %s', async (flags) => {
    const { theirs, ours } = await both(`lint ${flags}`.trim())
    expect(ours).toEqual(theirs)
  })

  it('as pintle: the same findings', async () => {
    const { out, code } = await side.pair.pintle(['lint', 'schema'], { cwd: side.path })
    expect(code).toBe(1)
    expect(out).toContain("[ERROR] values.yaml: - at '': missing property 'z'")
  })
})
