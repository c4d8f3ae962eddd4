import { describe, expect, it } from 'vitest'
import { ChartFile, loadFiles } from '../../charts/chart/index.ts'
import { renderChart } from '../../charts/render/index.ts'
import { scanRelease, secretFacts } from './scan-release.ts'
import { scanRendered } from './scan-rendered.ts'

const secret = 'k9T-vq2xLw'

function rendered(values: string, templates: Record<string, string>) {
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'values.yaml': values, ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])) }
  return renderChart(loadFiles(Object.entries(files).map(([name, text]) => ChartFile.fromBytes(name, Buffer.from(text))), 'v2'), { release: { name: 'r', namespace: 'default' }, trace: true })
}

describe('what a chart renders', () => {
  it('is told by the line of the template and the values it reads', () => {
    const { findings } = scanRendered(rendered(`db:\n  password: ${secret}\n`, {
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  app.ini: |\n    [db]\n    host = db\n    password = {{ .Values.db.password }}\n',
    }))
    expect(findings).toEqual([{
      rule: 'name/password', kind: 'plaintext-secret', where: 'configmap', file: 'shop/templates/cm.yaml', line: 9, column: expect.any(Number), path: 'ConfigMap/c data["app.ini"]',
      reason: 'a literal under the name of a password', confidence: 'likely', values: ['db.password'],
    }])
    expect(JSON.stringify(findings)).not.toContain(secret)
  })

  it('is placed right behind values that are not set, which Helm prints as nothing', () => {
    const { findings } = scanRendered(rendered(`db:\n  password: ${secret}\n`, {
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  app.ini: |\n    a = {{ .Values.a }}\n    b = {{ .Values.b }}{{ .Values.c }}\n    password = {{ .Values.db.password }}\n    port = 80\n',
    }))
    expect(findings).toMatchObject([{ line: 9, values: ['db.password'] }])
  })

  it('is a literal Secret where its data stands in values, and none where templates generated it', () => {
    const secretOf = (value: string) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  password: {{ ${value} | b64enc }}\n`
    const scan = (value: string) => scanRendered(rendered(`db:\n  password: ${secret}\n`, { 's.yaml': secretOf(value) })).findings
    expect(scan('.Values.db.password')).toMatchObject([{ kind: 'literal-secret', where: 'secret', path: 'Secret/s data.password', values: ['db.password'] }])
    expect(scan('randAlphaNum 20')).toEqual([])
    expect(scan('set .Values.db "password" (randAlphaNum 20) | toString | sha256sum')).toEqual([])
  })

  it('may refer to secrets', () => {
    expect(scanRendered(rendered('{}\n', {
      'e.yaml': 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: e\nspec:\n  data:\n    - secretKey: db-password\n      remoteRef: {key: shop/db-9x, property: password}\n',
      'd.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          env:\n            - name: DB_PASSWORD\n              valueFrom: {secretKeyRef: {name: db, key: password}}\n',
      's.yaml': 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: s\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK9PiTySYZZA9rO43cGDEqQW\n',
    })).findings).toEqual([])
  })

  it('takes the argument after an option', () => {
    const args = (list: string) => scanRendered(rendered('{}\n', { 'p.yaml': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: a\n      args: ${list}\n` })).findings.map((f) => f.where)
    expect(args(`["--db-password", "${secret}"]`)).toEqual(['args'])
    expect(args(`["--db-password-file", "${secret}"]`)).toEqual([])
  })

  it('may hold what is allowed in the template or in values, with the reason', () => {
    const cm = (comment: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  ${comment}\n  password: {{ .Values.password }}\n`
    expect(scanRendered(rendered(`password: ${secret}\n`, { 'cm.yaml': cm('# pintle:allow-secret a test server') })).findings).toMatchObject([{ allowed: 'a test server' }])
    expect(scanRendered(rendered(`password: ${secret}\n`, { 'cm.yaml': cm('# pintle:allow-secret') })).findings[0]).not.toHaveProperty('allowed')
    const text = `# pintle:allow-secret shared demo\npassword: ${secret}\n`
    const { findings } = scanRelease({ files: [{ path: 'v.yaml', text }], rendered: rendered(`password: ${secret}\n`, { 'cm.yaml': cm('') }) })
    expect(findings.map((f) => [f.where, f.allowed])).toEqual([['values', 'shared demo'], ['configmap', 'shared demo']])
    expect(secretFacts(findings)).toEqual([])
  })

  it('tells rules what is certain and likely', () => {
    const { findings } = scanRelease({ files: [{ path: 'v.yaml', text: `password: ${secret}\ntoken: word\n` }], set: new Map([['api', new Map([['token', 'a1b2c3d4']])]]) })
    expect(secretFacts(findings)).toEqual([
      { where: 'values', file: 'v.yaml', line: 1, column: 11, path: 'password', reason: 'a literal under the name of a password', confidence: 'likely' },
      { where: 'values', file: '(flags)', line: 1, path: 'api.token', reason: 'a literal under the name of a token', confidence: 'likely' },
    ])
  })
})
