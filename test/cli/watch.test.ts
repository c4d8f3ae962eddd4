/** The time after a release, and `pintle verify RELEASE`, from the built package, in the sandbox with time compressed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeServer } from '../notify/fake-server.ts'
import { folder, runCli } from './run-cli.ts'

const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
  'web/templates/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: w}}
  template:
    metadata: {labels: {app: w}{{ with .Values.errors }}, annotations: {pintle.dev/simulate-errors: "{{ . }}"}{{ end }}}
    spec: {containers: [{name: web, image: "{{ .Values.image }}"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: w}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {key: {{ printf "pa55-%s-word" "of-the-chart" }}}
`,
  'web/templates/test.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: web-test, annotations: {helm.sh/hook: test}}\nspec: {restartPolicy: Never, containers: [{name: t, image: "{{ .Values.test }}"}]}\n',
  'web/values.yaml': 'image: example.com/web:1\ntest: example.com/test:1\n',
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env, timeout: 120_000 })
const fast = ['--compress-time', '600', '--stable-for', '0s']
/** Reviews and releases. */
const release = async (...args: string[]) => {
  const { out } = await pintle('release', 'shop', ...fast, ...args)
  return await pintle('release', 'shop', ...fast, ...args, '--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? out)
}
const project = (more: string): void => writeFileSync(join(dir.path, 'pintle.yaml'), `apiVersion: pintle.dev/v1\nservices:\n  shop:\n    chart: ./web\n${more}`)
const slo = '    slo: { error_rate_max: 0.01, window_minutes: 5, prometheus: "http://127.0.0.1:9" }\n'

beforeAll(() => {
  dir = folder(files)
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox'), PAGER: 'r0uting-k3y-s3cr3t', PINTLE_NOTIFY_SIMULATED: '1' }
  project(`${slo}    watch: 15m\n`)
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('the watch after a release', () => {
  it('green: its gates, how long and that time was compressed stand in note and record', async () => {
    const { code, out, err } = await release()
    expect(code, err).toBe(0)
    expect(err).toMatch(/watch {4}15m0s, time compressed 600x, gates .*error/)
    expect(err).toContain('watch    green to the end')
    expect(out).toContain('shop: succeeded, revision 1')
    const note = (await pintle('note')).out
    expect(note).toMatch(/Watch: 15 minutes, green, by .*: \d+ looks, nothing stayed red\./)
    expect(note).toMatch(/- watch: pass error.* \[simulated\]: value 0 ratio, limit 0\.01, \d+ samples/)
    expect(note).toContain('**Time compressed 600x, simulated cluster.**')
    expect((await pintle('evidence', 'show', '--file', 'gates-watch.json')).out).toContain('"answers"')
  }, 180_000)

  it('red: it is rolled back, with metric, value, limit and time, and the owner is paged', async () => {
    const events: any[] = []
    const pager = await fakeServer(({ json }) => {
      events.push(json)
      return { status: 202, json: { status: 'success' } }
    })
    project(`${slo}    watch: { for: 15m, onRed: rollback }\n    notify: [{pagerduty: "\${PAGER}", api: "${pager.url}"}]\n`)
    const { code, out, err } = await release('--set', 'image=example.com/web:2-errors-18pct')
    expect([code, err.includes('watch    RED: ')], err).toEqual([6, true])
    expect(out).toContain('shop: rolled-back')
    expect((await pintle('history', 'shop')).out).toMatch(/3\s.*deployed\s.*Rollback to 1: /)
    const { record } = JSON.parse((await pintle('evidence', 'show', '-o', 'json')).out) as { record: any }
    expect(record).toMatchObject({
      outcome: 'rolled-back', revisions: [2, 3], compression: 600, watch: { green: false, trigger: { value: 0.18 } },
      rollback: { used: { automatic: true, toRevision: 1, paged: ['pagerduty'], output: expect.stringMatching(/^revision 3: Rollback to 1/), trigger: { metric: expect.stringContaining('error'), value: 0.18, threshold: 0.01, verdict: 'fail', at: expect.stringMatching(/^20/), query: expect.stringMatching(/./) } } },
    })
    expect(record.watch.minutes).toBeLessThan(15)
    expect((await pintle('note')).out).toMatch(/\| trigger \| error\S* 0\.18, limit 0\.01, \d+ samples, at 20/)
    expect(events.map((e) => e.event_action)).toEqual(['trigger'])
    expect(events[0].payload.custom_details.trigger).toMatch(/error\S* 0\.18, limit 0\.01, .* at 20/)
    expect(JSON.stringify({ ...events[0], routing_key: '' })).not.toMatch(/s3cr3t|pa55|query/)
  }, 180_000)

  it('red and only to be told: the release has failed and stays', async () => {
    project(`${slo}    watch: { for: 15m, onRed: report }\n`)
    const { code, out, err } = await release('--set', 'image=example.com/web:3-errors-18pct')
    expect([code, out.includes('shop: failed, revision 4')], err).toEqual([1, true])
    expect(err).toContain('way back: ')
    expect((await pintle('history', 'shop', '--max', '1')).out).toMatch(/4\s.*deployed/)
  }, 180_000)

  it('without data nobody knows: done and unverified; --watch 0s leaves it out', async () => {
    const blind = await release('--set', 'image=example.com/web:5-no-metrics')
    expect([blind.code, blind.out.includes('shop: unverified, revision 5')], blind.err).toEqual([3, true])
    expect(blind.err).toContain('the watch could not say that all is well: ')
    const none = await release('--set', 'image=example.com/web:6', '--watch', '0s')
    expect([none.code, none.err.includes('watch ')], none.err).toEqual([0, false])
  }, 180_000)
})

describe('pintle verify RELEASE', () => {
  it('health, tests, smoke and gates; -o json', async () => {
    const hook = await fakeServer(() => ({}))
    const { code, out, err } = await pintle('verify', 'shop', '--smoke', `${hook.url}/healthz`, '--smoke', 'test "$PINTLE_SERVICE" = shop', '-o', 'json')
    expect(code, err + out).toBe(0)
    const found = JSON.parse(out) as any
    expect(found).toMatchObject({ release: 'shop', revision: 6, simulated: true, verdict: 'verified', gates: [{ verdict: 'pass', value: 0, threshold: 0.01 }] })
    expect(found.checks.map((c: any) => `${c.kind} ${c.name}`)).toEqual(expect.arrayContaining(['health release', 'health rollout', 'test web-test', `smoke ${hook.url}/healthz`, 'smoke test "$PINTLE_SERVICE" = shop']))
  }, 60_000)

  it('what is not well is 1, what is not decided 3, what cannot be measured 4', async () => {
    expect(await pintle('verify', 'shop', '--smoke', 'exit 7')).toMatchObject({ code: 1, out: expect.stringContaining('smoke exit 7: exit code 7') })
    await release('--set', 'image=example.com/web:7-errors-18pct', '--watch', '0s')
    expect(await pintle('verify', 'shop')).toMatchObject({ code: 1, out: expect.stringMatching(/gate error\S*: FAIL \(simulated\)/) })
    await release('--set', 'image=example.com/web:8-no-metrics', '--watch', '0s')
    expect(await pintle('verify', 'shop')).toMatchObject({ code: 3, out: expect.stringContaining('shop: undecided, revision 8') })
    await release('--set', 'errors=none,image=example.com/web:8', '--watch', '0s')
    expect(await pintle('verify', 'shop')).toMatchObject({ code: 4, out: expect.stringContaining('shop: not measured, revision 9') })
    const slos = await pintle('verify', 'shop', '--slo', 'error_rate_max=x')
    expect([slos.code, slos.err]).toEqual([1, expect.stringContaining('--slo')])
  }, 120_000)

  it('--watch goes on, and stands with the record', async () => {
    project(slo)
    await release('--set', 'image=example.com/web:9', '--watch', '0s')
    const { code, err } = await pintle('verify', 'shop', '--watch', '15m', '--compress-time', '600')
    expect([code, err.includes('added to ')], err).toEqual([0, true])
    expect((await pintle('note')).out).toMatch(/Watch: 15 minutes, green, by /)
    expect((await pintle('evidence', 'verify')).code).toBe(0)
    const red = await pintle('verify', 'shop', '--watch', '15m', '--compress-time', '600', '--slo', 'error_rate_max=0.01,prometheus=http://127.0.0.1:9', '--smoke', 'true')
    expect(red.code).toBe(0)
  }, 120_000)

  it('a file, a name like one, and a release that is not there', async () => {
    expect((await pintle('package', './web')).code).toBe(0)
    expect((await pintle('verify', 'web-1.2.0.tgz')).err).toMatch(/prov|keyring/)
    expect((await pintle('verify', 'gone-1.0.0.tgz')).err).not.toContain('release')
    expect(await pintle('verify', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('not found') })
    expect(readFileSync(join(dir.path, 'web-1.2.0.tgz')).length).toBeGreaterThan(100)
  }, 60_000)
})
