/** What `pintle lint` and `template --validate-schemas` find beyond Helm's rules, and that none of it shows when called as `helm`. */
import { symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const files = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nicon: https://example.com/icon.png\n',
  'shop/values.yaml': 'replicas: 1\nimage:\n  tag: "1"\n  pullPolcy: Always\n',
  'shop/templates/deployment.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: shop', 'spec:', '  replica: {{ .Values.replicas }}', '  selector: { matchLabels: { app: shop } }', '  template:',
    '    metadata: { labels: { app: shop } }', '    spec:', '      containers:', '        - name: shop', '          image: shop:{{ .Values.image.tag }}', '          imagePullPolicy: {{ .Values.image.pullPolicy }}', '',
  ].join('\n'),
  'shop/templates/certificate.yaml': 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: shop\n',
  'good/Chart.yaml': 'apiVersion: v2\nname: good\nversion: 1.0.0\nicon: https://example.com/icon.png\n',
  'good/values.yaml': 'a: x\n',
  'good/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n',
}
const own = [
  '[INFO] templates/: 1 object was not validated, for want of a schema: cert-manager.io/v1 Certificate (schema/missing)',
  '[ERROR] templates/deployment.yaml:6:1: Deployment shop: spec.replica is not a field of DeploymentSpec (schema/unknown-field)',
  '    Did you mean replicas?',
  '[WARNING] templates/deployment.yaml:14:31: .Values.image.pullPolicy has no default (values/undefined)',
  '[WARNING] values.yaml:4:3: no template reads image.pullPolcy (values/unused)',
]
let dir: ReturnType<typeof folder>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path })
const helm = (...args: string[]) => runCli(args, { cwd: dir.path, program: [process.execPath, join(dir.path, 'helm')] })
beforeAll(() => {
  dir = folder(files)
  symlinkSync(resolve(import.meta.dirname, '../../bin/pintle.js'), join(dir.path, 'helm'))
})
afterAll(() => dir.remove())

describe('lint', () => {
  it('prints what it finds with line, rule and hint; errors fail', async () => {
    const { code, out, err } = await pintle('lint', 'shop')
    expect(out).toBe(`==> Linting shop\n${own.join('\n')}\n\n`)
    expect(err).toContain('1 chart(s) linted, 1 chart(s) failed')
    expect(code).toBe(1)
    expect((await pintle('lint', 'good')).out).toBe('==> Linting good\n\n1 chart(s) linted, 0 chart(s) failed\n')
  })

  it('as helm, and with --helm-rules, Helm\'s rules alone', async () => {
    for (const run of [await helm('lint', 'shop'), await pintle('lint', '--helm-rules', 'shop')]) expect([run.code, run.out]).toEqual([0, '==> Linting shop\n\n1 chart(s) linted, 0 chart(s) failed\n'])
  })

  it('rules can be left out; --strict makes warnings failures', async () => {
    const { code, out } = await pintle('lint', '--ignore', 'schema,values/unused', 'shop')
    expect([code, out]).toEqual([0, `==> Linting shop\n${own[3]}\n\n1 chart(s) linted, 0 chart(s) failed\n`])
    expect((await pintle('lint', '--ignore', 'schema', '--strict', 'shop')).code).toBe(1)
    expect((await pintle('lint', '--ignore', 'schema,values', '--strict', 'shop')).code).toBe(0)
  })

  it('JSON and SARIF', async () => {
    const json = await pintle('lint', 'shop', 'good', 'nowhere', '-o', 'json')
    expect(json.code).toBe(1)
    const report = JSON.parse(json.out)
    expect(report).toMatchObject({ linted: 3, failed: 2, charts: [{ path: 'shop', failed: true, objects: { valid: 0, invalid: 1, skipped: 1 } }, { path: 'good', failed: false, findings: [], objects: { valid: 1 } }, { path: 'nowhere', failed: true, error: expect.stringContaining('no such file') }] })
    expect(report.charts[0].findings[1]).toEqual({ rule: 'schema/unknown-field', severity: 'error', path: 'templates/deployment.yaml', line: 6, column: 1, message: 'Deployment shop: spec.replica is not a field of DeploymentSpec', hint: 'Did you mean replicas?', object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' } })
    const sarif = JSON.parse((await pintle('lint', 'shop', '-o', 'sarif')).out)
    expect(sarif.runs[0].results.map((r: { ruleId: string }) => r.ruleId)).toEqual(['schema/missing', 'schema/unknown-field', 'values/undefined', 'values/unused'])
    expect(sarif.runs[0].results[3].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'shop/values.yaml' }, region: { startLine: 4, startColumn: 3 } })
    expect((await pintle('lint', 'shop', '-o', 'yaml')).err).toContain('invalid format type "yaml"')
  })
})

describe('template --validate-schemas', () => {
  it('prints nothing when an object does not fit', async () => {
    const { code, out, err } = await pintle('template', 'shop', '--validate-schemas', '--kube-version', '1.34')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('Error: 1 fault(s) in what the chart renders, for Kubernetes v1.34:\n[ERROR] templates/deployment.yaml:6:1: Deployment shop: spec.replica is not a field of DeploymentSpec (schema/unknown-field)')
    const good = await pintle('template', 'good', '--validate-schemas')
    expect([good.code, good.out]).toEqual([0, (await pintle('template', 'good')).out])
  })
})
