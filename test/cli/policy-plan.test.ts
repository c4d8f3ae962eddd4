/** Rules in `pintle plan`, `apply` and `release`, on the sandbox. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: "{{ .Values.a }}" }\n`
const files = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/values.yaml': 'a: x\nextra: true\n',
  'shop/templates/one.yaml': configMap('one'),
  'shop/templates/two.yaml': `{{ if .Values.extra }}\n${configMap('two')}{{ end }}\n`,
  'shop/templates/job.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: wipe, annotations: { helm.sh/hook: pre-upgrade } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: "x:1", command: [sh, -c, "{{ .Values.run | default "true" }}"] }] } } }\n',
  'pintle.yaml': `apiVersion: pintle.dev/v1
environments:
  free: {}
  careful:
    policy:
      rules: { manifests/deletions-acknowledged: block }
      external: [{ id: acme/colour, title: The colour is not red., kinds: [ConfigMap], cel: "object.data.a != 'red'", message: "'it is ' + object.data.a" }]
  ci: { requires: { from: ci } }
  strict: { policy: production }
services:
  shop: { chart: ./shop }
`,
}
let dir: ReturnType<typeof folder>
let state: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env: state })
beforeAll(() => {
  dir = folder(files)
  state = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, '.sandbox'), GITHUB_ACTIONS: '', GITLAB_CI: '', CI: '' }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

it('a plan carries what the rules said and by which policy', async () => {
  const { code, out, err } = await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--create-namespace', '-o', 'one.pintle', '--format', 'json')
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/policy {3}.*warn.*passed.*\(pack baseline\)/) })
  const { plan } = JSON.parse(out) as { plan: { policy: { pack: string; digest: string; results: { rule: string; status: string }[] } } }
  expect(plan.policy).toMatchObject({ pack: 'baseline', digest: expect.stringMatching(/^sha256:/) })
  expect(plan.policy.results).toEqual(expect.arrayContaining([expect.objectContaining({ rule: 'acme/colour', status: 'passed' }), expect.objectContaining({ rule: 'manifests/dry-run', status: 'passed' }), expect.objectContaining({ rule: 'target/rights', status: 'not-evaluated' })]))
  expect(await pintle('apply', 'one.pintle', '--yes', '--stable-for', '0s')).toMatchObject({ code: 0 })
})

it('what a rule blocks is refused with its name, and nothing is written', async () => {
  const { code, err } = await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'a=red', '-o', 'red.pintle')
  expect(code).toBe(5)
  expect(err).toContain('Error: rules refuse this release; nothing was changed\nBLOCKS acme/colour: The colour is not red.\n       ConfigMap/one: it is red')
  expect((await pintle('apply', 'red.pintle')).err).toContain('cannot read the plan')
  const released = await pintle('release', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'run=dropdb shop')
  expect(released).toMatchObject({ code: 5, err: expect.stringContaining('BLOCKS hooks/destructive') })
})

it('deletions pass once they are acknowledged', async () => {
  const without = await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'extra=false')
  expect(without).toMatchObject({ code: 5, err: expect.stringContaining('ConfigMap/two: would be deleted\n         --acknowledge ConfigMap/two') })
  expect(await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'extra=false', '--acknowledge', 'ConfigMap/two')).toMatchObject({ code: 0 })
})

it('an override is in the plan with its reason, and must still hold when it is applied', async () => {
  const made = await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'a=red', '-o', 'let.pintle', '--override', 'acme/colour=OPS-7, for the launch', '--override-expires', '1s', '--format', 'json')
  expect(made.code).toBe(0)
  expect(JSON.parse(made.out).plan.policy).toMatchObject({ overrides: [{ rule: 'acme/colour', reason: 'OPS-7, for the launch' }] })
  const shown = await pintle('plan', 'shop', '-e', 'careful', '-n', 'shop', '--set', 'a=red', '--override', 'acme/colour=OPS-7, for the launch', '--markdown', 'let.md')
  const told = /overridden\W+acme\/colour\W+ConfigMap\/one: it is red \(by \S+ until \S+: OPS-7, for the launch\)/
  expect(shown.out).toMatch(told)
  expect(readFileSync(join(dir.path, 'let.md'), 'utf8')).toMatch(told)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(await pintle('apply', 'let.pintle')).toMatchObject({ code: 5, err: expect.stringContaining('plan/override-expired: the override of acme/colour') })
})

it('an environment that takes releases from CI only, and an emergency', async () => {
  expect(await pintle('plan', 'shop', '-e', 'ci', '-n', 'ci', '--create-namespace')).toMatchObject({ code: 5, err: expect.stringContaining('BLOCKS target/ci-only') })
  expect(await pintle('plan', 'shop', '-e', 'ci', '-n', 'ci', '--create-namespace', '--break-glass', 'INC-1')).toMatchObject({ code: 0 })
})

it('check --live judges as a plan does, and keeps nothing', async () => {
  const { code, out } = await pintle('policy', 'check', 'shop', '-e', 'careful', '-n', 'shop', '--live', '--set', 'extra=false', '-o', 'json')
  const { releases: [{ results }] } = JSON.parse(out) as { releases: { results: { rule: string; status: string; violations: { message: string }[] }[] }[] }
  expect(results).toEqual(expect.arrayContaining([
    expect.objectContaining({ rule: 'manifests/deletions-acknowledged', status: 'violated' }), expect.objectContaining({ rule: 'manifests/dry-run', status: 'passed' }), expect.objectContaining({ rule: 'inputs/version-bump', status: 'passed' }),
    expect.objectContaining({ rule: 'inputs/secret-references', status: 'passed' }), expect.objectContaining({ rule: 'manifests/rollback-served', status: 'passed' }),
  ]))
  expect(code).toBe(5)
  expect((await pintle('history', 'shop', '-n', 'shop', '-o', 'json')).out).toMatch(/"revision":1/)
})

it('production asks the cluster more: rights and owners are judged', async () => {
  const { code, out } = await pintle('policy', 'check', 'shop', '-e', 'strict', '-n', 'strict', '--create-namespace', '--live', '-o', 'json')
  const { releases: [{ results }] } = JSON.parse(out) as { releases: { results: { rule: string; status: string }[] }[] }
  const statuses = Object.fromEntries(results.map((r) => [r.rule, r.status]))
  expect(statuses).toMatchObject({ 'target/rights': 'passed', 'target/gitops-owner': 'passed', 'target/one-owner': 'passed', 'target/no-cluster-admin': expect.stringMatching(/passed|violated/), 'hooks/timeout': 'violated', 'inputs/tests-green': 'passed' })
  expect(code).toBe(5)
  expect(await pintle('plan', 'shop', '-e', 'strict', '-n', 'strict', '--create-namespace')).toMatchObject({ code: 5, err: expect.stringContaining('BLOCKS hooks/timeout') })
})
