/** What was found out when a plan was made stands in the record of whoever applies it; what is found out after the change never costs the record. On the sandbox. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const project = (smoke: string) => `apiVersion: pintle.dev/v1\nenvironments:\n  staging: { namespace: staging }\n  prod: { namespace: prod, requires: { stagedIn: staging } }\nservices:\n  web: { chart: ./web, smoke: [{ run: ${JSON.stringify(smoke)} }] }\n`
const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
  'web/values.yaml': 'image: web:1\na: 1\n',
  'web/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, annotations: { a: "{{ .Values.a }}" } }\nspec: { replicas: 1, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: web, image: "{{ .Values.image }}" }] } } }\n',
  'junit.xml': '<testsuite name="a" tests="1"><testcase name="one" classname="x"/></testsuite>',
  'trivy.json': '{"SchemaVersion":2,"CreatedAt":"2026-01-01T00:00:00Z","ArtifactName":"web:1","Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1","Severity":"MEDIUM"}]}]}',
  'pintle.yaml': project('true'),
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const apply = async (environment: string, ...args: string[]) => {
  const planned = await pintle('plan', 'web', '-e', environment, '--create-namespace', '-o', 'one.pintle', ...args)
  expect(planned).toMatchObject({ code: 0 })
  return await pintle('apply', 'one.pintle', '--yes', '--stable-for', '0s', '--check-sources=false')
}
const last = async () => JSON.parse((await pintle('note', '-o', 'json')).out).record
const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir.path, encoding: 'utf8', stdio: 'pipe' }).trim()

beforeAll(() => {
  dir = folder(files)
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, '.sandbox'), GIT_CEILING_DIRECTORIES: '/' }
})
beforeEach(() => { writeFileSync(join(dir.path, 'pintle.yaml'), files['pintle.yaml']) })
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

it('the staging proof, scans and tests, and the commit of the plan', async () => {
  git('init', '-q')
  git('add', 'web')
  git('commit', '-qm', 'one')
  const commit = git('rev-parse', 'HEAD')
  expect((await apply('staging')).code).toBe(0)
  const staged = (await last()).id
  expect((await apply('prod', '--scan-report', 'trivy.json', '--test-report', 'junit.xml')).code).toBe(0)
  const record = await last()
  expect(record).toMatchObject({ environment: 'prod', staging: { environment: 'staging', passed: true, record: staged }, git: { commit } })
  expect(record.checks).toEqual(expect.arrayContaining([
    { kind: 'scan', subject: 'web:1', passed: true, detail: '0 critical, 0 high, 1 medium', source: 'trivy', at: '2026-01-01T00:00:00Z' }, expect.objectContaining({ kind: 'test', subject: '1 tests', passed: true, source: 'test reports' }),
  ]))
  const note = (await pintle('note')).out
  for (const text of [`| staging | passed: staging, record ${staged} |`, 'passed: web:1: 0 critical, 0 high, 1 medium (trivy)', 'passed: 1 tests (test reports)', commit]) expect(note).toContain(text)
})

it('that staging was not passed, as the plan saw it', async () => {
  const planned = await pintle('plan', 'web', '-e', 'prod', '--set', 'a=2', '-o', 'two.pintle')
  expect(planned).toMatchObject({ code: 0 })
  const { plan } = JSON.parse(readFileSync(join(dir.path, 'two.pintle'), 'utf8')) as { plan: { policy: { checked: { release: string; staging: object }[] } } }
  expect(plan.policy.checked).toMatchObject([{ release: 'web', staging: { environment: 'staging', passed: true } }])
  const other = await apply('prod', '--set', 'image=web:2')
  expect(other.code).toBe(0)
  expect((await last()).staging).toMatchObject({ environment: 'staging', passed: false, detail: expect.stringContaining('did not run web:2') })
})

it('rules that cannot be judged after the change fail the run and keep the record', async () => {
  writeFileSync(join(dir.path, 'pintle.yaml'), project("echo 'a: [' > pintle.yaml"))
  const { code, err } = await apply('prod', '--set', 'a=3')
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('after/health, after/smoke failed: could not be judged') })
  writeFileSync(join(dir.path, 'pintle.yaml'), files['pintle.yaml'])
  expect(await last()).toMatchObject({ outcome: 'failed', steps: expect.arrayContaining([expect.objectContaining({ kind: 'smoke', passed: true }), expect.objectContaining({ name: 'after/health, after/smoke', passed: false })]) })
})

it('a smoke check that fails is told once, and its rule stands in the record', async () => {
  writeFileSync(join(dir.path, 'pintle.yaml'), project('exit 3'))
  const { code, err } = await apply('prod', '--set', 'a=4')
  expect(code).toBe(1)
  expect(/^Error: .*/m.exec(err)![0]).toBe('Error: smoke exit 3 failed: exit code 3')
  expect((await last()).steps.filter((s: { name: string }) => s.name.startsWith('after/'))).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'after/smoke', passed: false, detail: 'check exit 3 failed: exit code 3' })]))
})

it('evidence that cannot be stored is told by its rule: exit code 3', async () => {
  writeFileSync(join(dir.path, 'pintle.yaml'), project('rm -rf .pintle/evidence; echo > .pintle/evidence'))
  mkdirSync(join(dir.path, '.pintle'), { recursive: true })
  chmodSync(join(dir.path, '.pintle'), 0o700)
  expect(await apply('prod', '--set', 'a=5')).toMatchObject({ code: 3, err: expect.stringContaining('WARNING: after/evidence-written: the evidence was not stored: the outcome counts as unverified') })
})
