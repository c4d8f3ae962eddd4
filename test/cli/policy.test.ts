/** `pintle policy check`, `rules` and `explain`, without a cluster. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const deployment = (containers: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: ${containers} } } }\n`
const files = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/values.yaml': 'image: web:1.2\n',
  'shop/templates/web.yaml': deployment('[{ name: web, image: "{{ .Values.image }}" }]'),
  'base.yaml': 'image: web:1.3\n',
  'prod.yaml': 'auth:\n  password: hunter2-planted\n',
  'pintle.yaml': `apiVersion: pintle.dev/v1
environments:
  staging: {}
  prod:
    values: [prod.yaml]
    policy:
      pack: baseline
      rules: { manifests/resource-limits: block, manifests/run-as-non-root: off }
      external:
        - { id: acme/no-latest-web, title: No web of the first version., cel: "!object.spec.template.spec.containers.exists(c, c.image == 'web:1.3')", kinds: [Deployment] }
        - { id: acme/services, rego: services.tar.gz, entrypoint: acme/deny }
services:
  shop: { chart: ./shop, values: [base.yaml] }
`,
  'bad.yaml': 'apiVersion: pintle.dev/v1\nenvironments:\n  prod:\n    policy:\n      pack: baseline\n      rules:\n        manifests/probes: error\nservices: { shop: { chart: ./shop } }\n',
  'unknown.yaml': 'apiVersion: pintle.dev/v1\nenvironments: { prod: { policy: { rules: { manifests/probs: warn } } } }\nservices: { shop: { chart: ./shop } }\n',
  'objects.yaml': `${deployment('[{ name: web, image: web:latest }]')}---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n`,
  'trivy.json': JSON.stringify({ ArtifactName: 'web:1.2', CreatedAt: new Date().toISOString(), Results: [{ Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'x', Severity: 'CRITICAL' }] }] }),
  'junit.xml': '<testsuite name="api"><testcase name="adds"><failure/></testcase></testsuite>',
}
let dir: ReturnType<typeof folder>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path })
beforeAll(() => {
  dir = folder(files)
  copyFileSync(join(import.meta.dirname, '../policy/rego/services.tar.gz'), join(dir.path, 'services.tar.gz'))
})
afterAll(() => dir.remove())

describe('policy check', () => {
  it('a chart by the baseline pack: warnings pass', async () => {
    const { code, out } = await pintle('policy', 'check', './shop')
    expect(out).toContain('WARNS  manifests/resource-limits: Every container asks for CPU and memory')
    expect(out).toContain('       Deployment/web: container web has no CPU request, no memory request, no memory limit')
    expect(out).toMatch(/\d+ warn, \d+ passed, \d+ not evaluated \(pack baseline\)\n$/)
    expect(code).toBe(0)
  })

  it('by the production pack: something blocks, and the exit code says so', async () => {
    const { code, out } = await pintle('policy', 'check', './shop', '--pack', 'production')
    expect(out).toContain('BLOCKS inputs/image-digests')
    expect(code).toBe(5)
  })

  it('a service with its severities and external rules; a plaintext secret is told and never shown', async () => {
    const { code, out, err } = await pintle('policy', 'check', 'shop', '-e', 'prod', '--all')
    expect(code).toBe(5)
    expect(out).toContain('BLOCKS manifests/resource-limits')
    expect(out).not.toContain('run-as-non-root')
    expect(out).toContain('BLOCKS inputs/plaintext-secrets: No values file holds a secret in plain text.\n       prod.yaml:2:')
    expect(out).toContain('BLOCKS acme/no-latest-web: No web of the first version.\n       Deployment/web: No web of the first version.')
    expect(out).toContain('HOLDS  acme/services')
    expect(out + err).not.toContain('hunter2')
    expect(Buffer.from(out).toString('base64')).not.toContain(Buffer.from('hunter2').toString('base64').slice(0, 8))
  })

  it('overrides let pass, on record; unknown rules and missing reasons are refused', async () => {
    const all = ['--override', 'manifests/resource-limits=OPS-1, agreed', '--override', 'inputs/plaintext-secrets[auth.password]=OPS-2', '--override', 'acme/no-latest-web=OPS-3']
    const { code, out } = await pintle('policy', 'check', 'shop', '-e', 'prod', ...all, '--override', 'manifests/size=unneeded')
    expect(out).toContain('PASSED manifests/resource-limits: Deployment/web: container web has no CPU request')
    expect(out).toMatch(/overridden by \S+ until \d{4}-\d\d-\d\d: OPS-1, agreed/)
    expect(out).toMatch(/the override of manifests\/size by \S+ matches nothing any more/)
    expect(code).toBe(0)
    const wrong = await pintle('policy', 'check', 'shop', '-e', 'prod', '--override', 'manifests/resource-limit=x')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('Did you mean manifests/resource-limits?')
    expect((await pintle('policy', 'check', 'shop', '-e', 'prod', '--override', 'manifests/size')).code).toBe(1)
  })

  it('mistakes of pintle.yaml with their line', async () => {
    const bad = await pintle('policy', 'check', 'shop', '-e', 'prod', '--config', 'bad.yaml')
    expect(bad.err).toContain('policy.rules.manifests/probes must be block, warn or off')
    expect(bad.err).toContain('bad.yaml:7')
    expect((await pintle('policy', 'check', 'shop', '-e', 'prod', '--config', 'unknown.yaml')).err).toContain('Did you mean manifests/probes?')
  })

  it('objects of whatever origin', async () => {
    const { code, out } = await pintle('policy', 'check', '--manifests', 'objects.yaml', '-o', 'json')
    const { releases: [release], blocked } = JSON.parse(out)
    expect(release.results.find((r: { rule: string }) => r.rule === 'inputs/no-latest')).toMatchObject({ status: 'violated', violations: [{ message: 'web:latest: its tag is latest (Deployment/web)' }] })
    expect(release.results.find((r: { rule: string }) => r.rule === 'inputs/chart-exact')).toMatchObject({ status: 'not-evaluated' })
    expect([blocked, code]).toEqual([false, 0])
  })

  it('reports of scanners and tests', async () => {
    const { code, out } = await pintle('policy', 'check', './shop', '--scan-report', 'trivy.json', '--test-report', 'junit.xml')
    expect(out).toContain('web:1.2: 1 critical and 0 high findings (trivy,')
    expect(out).toContain('BLOCKS inputs/tests-green')
    expect(out).toContain('test api > adds failed')
    expect(code).toBe(5)
  })

  it('as SARIF, JUnit and Markdown', async () => {
    const sarif = JSON.parse((await pintle('policy', 'check', 'shop', '-e', 'prod', '-o', 'sarif')).out)
    expect(sarif.runs[0].results).toContainEqual(expect.objectContaining({ ruleId: 'manifests/resource-limits', level: 'error', message: { text: expect.stringContaining('Deployment/web: container web') } }))
    expect(sarif.runs[0].tool.driver.rules).toContainEqual(expect.objectContaining({ id: 'manifests/resource-limits', shortDescription: { text: expect.stringContaining('Every container') } }))
    const junit = (await pintle('policy', 'check', 'shop', '-e', 'prod', '-o', 'junit')).out
    expect(junit).toMatch(/<testcase classname="manifests" name="manifests\/resource-limits"><failure message="1 violation">Deployment\/web: container web/)
    expect(junit).toContain('<skipped message=')
    const markdown = (await pintle('policy', 'check', 'shop', '-e', 'prod', '-o', 'markdown')).out
    expect(markdown).toContain('### Policy: blocked')
    expect(markdown).toContain('- **manifests/resource-limits**: Every container')
    for (const text of [JSON.stringify(sarif), junit, markdown]) expect(text).not.toContain('hunter2')
  })
})

it('policy rules lists them, policy explain says why', async () => {
  const rules = JSON.parse((await pintle('policy', 'rules', '--group', 'hooks', '-o', 'json')).out)
  expect(rules).toContainEqual({ id: 'hooks/timeout', title: 'Every hook ends by itself.', phase: 'plan', baseline: 'off', production: 'block' })
  expect(rules.every((r: { id: string }) => r.id.startsWith('hooks/'))).toBe(true)
  expect((await pintle('policy', 'explain', 'hooks/timeout')).out).toMatch(/^hooks\/timeout\nEvery hook ends by itself\.\n\nWhy: /)
  const wrong = await pintle('policy', 'explain', 'timeout')
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Did you mean hooks/timeout?')])
})
