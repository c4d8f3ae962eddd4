/** Who is told of a release, from the built package: one message over two runs, failures that change nothing, no token anywhere. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeServer } from '../notify/fake-server.ts'
import { fakeSlack } from '../notify/fake-slack.ts'
import { folder, runCli } from './run-cli.ts'

const token = 'xoxb-s3cr3t-t0ken'
const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
  'web/templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "{{ .Release.Name }}"}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: w}}\n  template:\n    metadata: {labels: {app: w}}\n    spec: {containers: [{name: web, image: "{{ .Values.image }}"}]}\n',
  'web/templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Release.Name }}"}\nstringData: {key: {{ printf "pa55-%s-word" "of-the-chart" }}}\n',
  'web/values.yaml': 'image: web:1\n',
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const digestOf = (out: string): string => /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? ''
const project = (notify: string, more = ''): void => writeFileSync(join(dir.path, 'pintle.yaml'), `apiVersion: pintle.dev/v1\nservices:\n  shop:\n    chart: ./web\n    notify: ${notify}\n${more}`)
/** Everything that stays on the disk. */
const kept = (): string => readdirSync(join(dir.path, '.pintle'), { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((f) => f.isFile()).map((f) => readFileSync(join(f.parentPath, f.name), 'latin1')).join('\n')

beforeAll(() => {
  dir = folder(files)
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox'), SLACK_BOT_TOKEN: token, PAGER: 'r0uting-k3y-s3cr3t', PINTLE_NOTIFY_SIMULATED: '1' }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('telling of a release', () => {
  it('one message: waiting for approval in one run, started and deployed in another; on record', async () => {
    const slack = await fakeSlack(token)
    project(`[{slack: "#deploys", api: "${slack.url}"}]`)
    const first = await pintle('release', 'shop')
    expect(first.code).toBe(5)
    expect(slack.messages.map((m) => m.body.text)).toEqual(['shop 1.2.0 waiting for approval (a simulated cluster)', 'shop 1.2.0 waiting for approval (a simulated cluster)'])
    const { code, out, err } = await pintle('release', 'shop', '--stable-for', '0s', '--approve-digest', digestOf(first.out))
    expect(code).toBe(0)
    const [message, ...thread] = slack.messages
    expect(message!.body.text).toBe('shop 1.2.0 released (a simulated cluster)')
    expect(thread.map((m) => [m.thread_ts, m.body.text])).toEqual(['waiting for approval', 'being released', 'released'].map((words) => [message!.ts, `shop 1.2.0 ${words} (a simulated cluster)`]))
    expect(kept()).toMatch(/"channel": "slack #deploys",\s*"phase": "deployed"/)
    for (const text of [first.out, first.err, out, err, kept(), JSON.stringify(slack.messages)]) {
      expect(text).not.toContain('s3cr3t')
      expect(text).not.toContain('pa55')
    }
  })

  it('a failure that was undone: the pager goes off, with the reason and without secrets; the release that works ends it', async () => {
    const events: any[] = []
    const pager = await fakeServer(({ json }) => {
      events.push(json)
      return { status: 202, json: { status: 'success' } }
    })
    const told = await fakeServer(() => ({}))
    project(`[{pagerduty: "\${PAGER}", api: "${pager.url}"}, {webhook: "${told.url}"}]`)
    const broken = ['release', 'shop', '--stable-for', '0s', '--set', 'image=web:crash', '--timeout', '60s']
    expect((await pintle(...broken, '--approve-digest', digestOf((await pintle(...broken)).out))).code).toBe(6)
    expect(events.map((e) => e.event_action)).toEqual(['trigger'])
    expect(events[0].payload.custom_details.reason).toMatch(/CrashLoopBackOff/)
    expect((await pintle('evidence', 'show')).out).toMatch(/paged \| pagerduty/)
    expect((await pintle('note')).out).toMatch(/- passed: policy after\/rollback-told \([\d.]+ s\)\n/)
    const mended = ['release', 'shop', '--stable-for', '0s', '--set', 'image=web:2']
    expect((await pintle(...mended, '--approve-digest', digestOf((await pintle(...mended)).out))).code).toBe(0)
    expect(events.map((e) => e.event_action)).toEqual(['trigger', 'resolve'])
    expect(events[1].dedup_key).toBe(events[0].dedup_key)
    expect(JSON.stringify(events.map((e) => ({ ...e, routing_key: '' })))).not.toMatch(/s3cr3t|pa55/)
  })

  it('whoever cannot be told: the release goes on, it is said and kept', async () => {
    const broken = await fakeServer(() => ({ status: 200, json: { ok: false, error: `bad token ${token}` } }))
    project(`[{slack: "#deploys", api: "${broken.url}"}, {webhook: "https://127.0.0.1:1/x"}, {opsgenie: "\${NOT_THERE}"}]`)
    const args = ['release', 'shop', '--stable-for', '0s', '--set', 'image=web:3']
    const { code, err } = await pintle(...args, '--approve-digest', digestOf((await pintle(...args)).out))
    expect(code).toBe(0)
    expect(err).toMatch(/WARNING: slack #deploys was not told that shop is deployed: chat\.postMessage: bad token \*\*\*/)
    expect(err).toMatch(/WARNING: webhook 127\.0\.0\.1:1 was not told that shop is deployed: .*connection refused/)
    expect(err).toMatch(/WARNING: opsgenie was not told that shop is deployed: NOT_THERE is not set/)
    expect(kept()).toMatch(/"ok": false,\s*"error": "NOT_THERE is not set"/)
    expect(err + kept()).not.toContain('s3cr3t')
  })

  it('what a check repeats of a secret is taken out before anybody is told', async () => {
    const told: string[] = []
    const hook = await fakeServer(({ text }) => {
      told.push(text)
      return {}
    })
    const word = 'pa55-of-the-chart-word'
    project(`[{webhook: "${hook.url}"}]`, `    smoke: [{run: "echo key ${word} ${Buffer.from(word).toString('base64')}; exit 3"}]\n`)
    const args = ['release', 'shop', '--stable-for', '0s', '--set', 'image=web:7']
    const { code } = await pintle(...args, '--approve-digest', digestOf((await pintle(...args)).out))
    expect(code).toBe(1)
    const last = JSON.parse(told.at(-1)!) as { phase: string; reason: string; steps: { kind: string; detail?: string }[] }
    expect(last.phase).toBe('failed')
    const detail = last.steps.find((step) => step.kind === 'smoke')!.detail!
    expect(detail).toContain('REDACTED')
    expect(told.join('')).not.toMatch(new RegExp(`pa55|${Buffer.from(word).toString('base64')}`))
  })

  it('nobody is told of a simulated cluster unasked', async () => {
    const slack = await fakeSlack(token)
    project(`[{slack: "#deploys", api: "${slack.url}"}]`)
    const { code, err } = await runCli(['release', 'shop', '--set', 'image=web:5'], { cwd: dir.path, env: { ...env, PINTLE_NOTIFY_SIMULATED: '' } })
    expect([code, slack.seen.length]).toEqual([5, 0])
    expect(err).toContain('nobody is told of what happens on a simulated cluster')
  })

  it('a token in plain text stops the release before anything changes, and is not shown', async () => {
    project('[{slack: "#deploys", token: "xoxb-s3cr3t"}]')
    const args = ['release', 'shop', '--set', 'image=web:4']
    const { code, out, err } = await pintle(...args, '--approve-digest', digestOf((await pintle(...args)).out))
    expect(code).toBe(1)
    expect(err).toMatch(/token of slack is a secret and stands in plain text[\s\S]*at .*pintle\.yaml:5/)
    expect(out + err).not.toContain('s3cr3t')
    expect((await pintle('history', 'shop', '--max', '1')).out).not.toMatch(/pending/)
  })
})

describe('plan, approve, apply', () => {
  it('are one message: waiting by the plan, deployed by the apply; a second apply tells nothing', async () => {
    const slack = await fakeSlack(token)
    const run = { cwd: dir.path, env: { ...env, PINTLE_PLAN_KEY: Buffer.alloc(32, 7).toString('base64') } }
    expect((await runCli(['approve', 'keygen', 'ann.key', '--no-passphrase'], run)).code).toBe(0)
    writeFileSync(join(dir.path, 'pintle.yaml'), `apiVersion: pintle.dev/v1
environments:
  prod:
    requires: {approvals: 1, approvers: [ann@acme]}
    notify: [{slack: "#deploys", api: "${slack.url}", thread: false}]
trust: {identities: [{name: ann@acme, key: ann.key.pub}]}
services:
  shop: {chart: ./web, set: [image=web:9]}
`)
    const made = await runCli(['plan', 'shop', '-e', 'prod', '--out', 'p.pintle'], { ...run, env: { ...run.env, GITHUB_ACTOR: 'bob' } })
    expect([made.code, slack.messages.map((m) => m.body.text)]).toEqual([0, ['shop 1.2.0 waiting for approval in prod (a simulated cluster)']])
    expect((await runCli(['apply', 'p.pintle', '--stable-for', '0s'], run)).code).toBe(5)
    const digest = /^Plan (sha256:[0-9a-f]{64})/.exec(made.out)![1]!
    expect((await runCli(['approve', 'p.pintle', '--key', 'ann.key', '--digest', digest], run)).err).toBe('')
    const applied = await runCli(['apply', 'p.pintle', '--stable-for', '0s'], run)
    expect([applied.code, applied.err.includes('not told')]).toEqual([0, false])
    expect(slack.messages.map((m) => m.body.text)).toEqual(['shop 1.2.0 released in prod (a simulated cluster)'])
    const before = slack.seen.length
    expect((await runCli(['apply', 'p.pintle', '--stable-for', '0s'], run)).code).toBe(0)
    expect(slack.seen.length).toBe(before)
  })
})

describe('pintle notify test', () => {
  it('tries every channel but pagers, and fails when one does', async () => {
    const slack = await fakeSlack(token)
    project(`[{slack: "#deploys", api: "${slack.url}"}, {pagerduty: "\${PAGER}"}]`)
    const fine = await pintle('notify', 'test')
    expect([fine.code, fine.err]).toEqual([0, ''])
    expect(fine.out).toMatch(/slack #deploys\s+ok\s+a test message was posted as pintle/)
    expect(fine.out).toMatch(/pagerduty\s+left out\s+--page tries it/)
    project('[{opsgenie: "${NOT_THERE}"}, {github: acme/shop, token: "${NOT_THERE}"}]')
    const bad = await pintle('notify', 'test', '-o', 'json', '--page')
    expect([bad.code, JSON.parse(bad.out)]).toEqual([1, [{ channel: 'opsgenie', result: 'failed', detail: 'NOT_THERE is not set' }, { channel: 'github acme/shop', result: 'failed', detail: 'NOT_THERE is not set' }]])
    project('[]')
    expect((await pintle('notify', 'test')).err).toMatch(/shop tells nobody/)
  })
})
