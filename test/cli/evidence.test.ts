/** What is kept of releases, from the built package on the embedded sandbox: the record of a run, its note, anchors, what is added later, reconciliation; and no secret in any of it. */
import { readFileSync, readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, leaks, type Kept } from './planted-search.ts'
import { folder, runCli } from './run-cli.ts'

/** Planted where a chart, its values, its hooks and its checks can hold them. None may be found again. */
const planted = {
  secretData: 'pl4nted-secret-data-Aa1', stringData: 'pl4nted-string-data-Bb2', fromValues: 'pl4nted-from-values-Cc3', hookLog: 'pl4nted-hook-log-Dd4', smokeToken: 'pl4nted-smoke-token-Ee5',
  smokeOutput: 'pl4nted-smoke-output-Gg7', annotation: 'pl4nted-annotation-Hh8', eventToken: 'pl4nted-event-token-Ii9', urlPath: 'pl4nted-url-path-Jj0', amended: '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',
  oldRevision: 'pl4nted-old-revision-Ll2',
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const secretTemplate = `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
data:
  a: ${base64(planted.secretData)}
stringData:
  b: ${planted.stringData}
  c: {{ .Values.auth.password | quote }}
  d: ${planted.hookLog}
  e: ${planted.smokeOutput}
  f: {{ .Values.old | quote }}
`
const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: "7"\n',
  'web/values.yaml': 'image: web:1\nauth: { password: "" }\nold: none-yet\nextra: {}\n',
  'web/templates/secret.yaml': secretTemplate,
  'web/templates/cm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  annotations: { note: "the password is ${planted.stringData}" }\ndata:\n  copy: "connect with ${planted.secretData} please"\n  again: {{ .Values.auth.password | b64enc }}\n`,
  'web/templates/deployment.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: {{ .Release.Name }}', 'spec:', '  selector: { matchLabels: { app: {{ .Release.Name }} } }', '  template:', '    metadata: { labels: { app: {{ .Release.Name }} } }', '    spec:',
    '      containers:', '        - name: web', '          image: {{ .Values.image }}', '          env:', '            - name: DB_PASSWORD', '              value: {{ .Values.auth.password | quote }}', '',
  ].join('\n'),
  'web/templates/hook.yaml': `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-migrate\n  annotations: { "helm.sh/hook": "pre-upgrade,pre-install" }\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{ name: m, image: "migrate:1", args: ["--password=${planted.hookLog}"] }]\n`,
}
let dir: ReturnType<typeof folder>
let server: Server
let events: string[]
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const all = (out: { out: string; err: string }) => out.out + out.err
const outputs: string[] = []
async function release(...args: string[]) {
  const planned = await pintle('release', 'web', ...args)
  outputs.push(all(planned))
  const digest = /Plan digest: (sha256:[0-9a-f]{64})/.exec(planned.out)?.[1] ?? ''
  const done = await pintle('release', 'web', ...args, '--stable-for', '0s', '--approve-digest', digest)
  outputs.push(all(done))
  return done
}
const last = async () => JSON.parse((await pintle('note', '-o', 'json')).out)

beforeAll(async () => {
  events = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    events.push(`${request.url} ${body}`)
    response.writeHead(request.url!.includes('smoke') ? 418 : 200).end(planted.smokeOutput)
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const url = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const project = `apiVersion: pintle.dev/v1
evidence:
  sinks: [{ folder: archive }, { git: { branch: evidence } }]
  events: { file: events.jsonl, http: "http://${url}/hook/${planted.urlPath}", tokenEnv: EVENT_TOKEN }
  traces: { file: traces.jsonl }
environments:
  test: { policy: { rules: { inputs/plaintext-secrets: warn } } }
services:
  web: { chart: ./web }
  checked: { chart: ./web, smoke: [{ http: "http://${url}/smoke?token=${planted.smokeToken}", status: 418 }, { run: "echo the secret is ${planted.smokeOutput}" }] }
`
  dir = folder({ ...files, 'pintle.yaml': project })
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox'), EVENT_TOKEN: planted.eventToken, OTEL_EXPORTER_OTLP_ENDPOINT: `http://${url}/otlp`, TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', GIT_CEILING_DIRECTORIES: '/' }
  const { execFileSync } = await import('node:child_process')
  execFileSync('git', ['init', '--quiet', dir.path])
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  server.closeAllConnections()
  server.close()
  dir.remove()
})

describe('what is kept of a release', () => {
  it('is a record with what the run knew, and a note of it', async () => {
    const { code, out, err } = await release('--set', `auth.password=${planted.fromValues}`, '--set', `old=${planted.oldRevision}`, '--ticket', 'OPS-7')
    expect([code, err]).toEqual([0, expect.not.stringContaining('could not')])
    const { record, hash, sequence } = await last()
    expect(out).toContain(`evidence: ${record.id}, head ${hash}`)
    expect([sequence, record]).toMatchObject([1, {
      schema: 'pintle.dev/release-record/v2', operation: 'install', outcome: 'succeeded', ticket: 'OPS-7', revisions: [1], revision: { before: 0, after: 1 }, trace: { traceId: '0af7651916cd43dd8448eb211c80319c' },
      approvals: [], migrations: ['Job/web-migrate: Succeeded'],
      steps: expect.arrayContaining([expect.objectContaining({ kind: 'policy', name: 'after/health', passed: true })]),
      hooks: [{ name: 'web-migrate', kind: 'Job', event: 'pre-upgrade,pre-install', outcome: 'Succeeded' }], phases: [{ name: 'apply', passed: true }, { name: 'verify', passed: true }],
    }])
    const note = (await pintle('note', 'web')).out
    for (const text of ['# web released', `| record | ${hash} |`, '| ticket | OPS-7 |', 'Succeeded: Job/web-migrate', 'passed: apply', 'rules passed |', '| lint | not recorded |', 'passed: manifests/dry-run', '| approvers | none |', '| migrations | Job/web-migrate: Succeeded |']) expect(note).toContain(text)
  })

  it('went to every sink, as events and as spans', async () => {
    const { record, hash } = await last()
    expect(readdirSync(join(dir.path, 'archive'))).toEqual([`00000001-${record.id}`])
    expect(JSON.parse(readFileSync(join(dir.path, 'events.jsonl'), 'utf8'))).toMatchObject({ type: 'dev.cdevents.service.deployed.0.1.1', data: { customData: { pintle: { head: hash } } } })
    expect(JSON.parse(readFileSync(join(dir.path, 'traces.jsonl'), 'utf8')).resourceSpans[0].scopeSpans[0].spans[0]).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' })
    expect(events.map((e) => e.split(' ')[0])).toEqual([`/hook/${planted.urlPath}`, '/otlp/v1/traces'])
    const { execFileSync } = await import('node:child_process')
    expect(execFileSync('git', ['-C', dir.path, 'log', '--format=%s', 'evidence'], { encoding: 'utf8' })).toBe(`evidence: ${record.id}\n`)
  })

  it('can be listed, shown, exported, added to; the chain holds, by the head in the cluster too', async () => {
    expect((await release('--set', `auth.password=${planted.fromValues}x`)).code).toBe(0)
    expect(JSON.parse((await pintle('evidence', 'list', '--service', 'web', '-o', 'json')).out)).toMatchObject([{ operation: 'install', revision: 1 }, { operation: 'upgrade', revision: 2 }])
    expect((await pintle('evidence', 'list', '--outcome', 'failed', '-o', 'json')).out).toBe('[]\n')
    expect((await pintle('evidence', 'show', '--file', 'rollback.md')).out).toContain('# Rollback of web')
    expect(all(await pintle('evidence', 'show', '--file', 'nothing'))).toContain('It has: ')
    expect((await pintle('evidence', 'amend', '--watch', 'green', '--follow-up', 'remove the flag', '-m', `the token was ${planted.amended}`)).code).toBe(0)
    const note = (await pintle('note')).out
    for (const text of ['15 minutes, green', '[ ] remove the flag']) expect(note).toContain(text)
    expect(all(await pintle('evidence', 'amend', '--review', 'fine'))).toContain('is by somebody else')
    const verified = await pintle('evidence', 'verify', '--cluster')
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/note: 1 entries were added after sha256:[\s\S]*\n3 entries, \d+ files, 0 problems; head sha256:/)])
    expect((await pintle('evidence', 'export', '--to', 'exported', '--since', '2020-01-01')).out).toBe('2 records written to exported\n')
    expect((await pintle('evidence', 'verify', '--expect-head', `sha256:${'0'.repeat(64)}`)).code).toBe(1)
  })

  it('fits the history of the cluster, until somebody does without', async () => {
    expect(await pintle('evidence', 'reconcile', '-A')).toMatchObject({ code: 0, out: '2 revisions have their record, 0 differences\n' })
    await pintle('rollback', 'web', '1', '--wait=false')
    const { code, out } = await pintle('evidence', 'reconcile')
    expect([code, out]).toEqual([2, expect.stringMatching(/default +\tweb +\t3 +\tno record +\tHelm *\tRollback to 1 *\n2 revisions have their record, 1 differences\n$/)])
  })

  it('is a failure with its reason, too', async () => {
    const failed = await release('--set', 'image=web:crash', '--set', `auth.password=${planted.fromValues}`, '--timeout', '60s')
    expect(failed.code).toBe(6)
    const { record } = await last()
    expect(record).toMatchObject({ outcome: 'rolled-back', revisions: [4, 5], hooks: [{ name: 'web-migrate', outcome: 'Succeeded' }], chartBefore: { name: 'web', version: '1.2.0' }, logs: [{ source: expect.stringContaining('container web') }] })
    const { used } = record.rollback
    expect(used).toMatchObject({ automatic: true, output: expect.stringMatching(/^revision 5: Rollback to 3, deployed$/), paged: [] })
    expect([used.at >= record.started, used.at <= record.ended]).toEqual([true, true])
    expect(record.steps.find((s: { name: string }) => s.name === 'after/rollback-told')).toMatchObject({ kind: 'policy', passed: true, detail: 'warning: the rollback was not posted; the owner was not paged' })
    expect(failed.err).toContain('WARNING: after/rollback-told: the rollback was not posted; the owner was not paged')
    const note = (await pintle('note')).out
    for (const text of ['FAILED and rolled back', '| trigger | no metric: phase upgrade failed: ', '| output | revision 5: Rollback to 3, deployed |', '| paged | none |']) expect(note).toContain(text)
  })

  it('has what checks said, but nothing secret of it', async () => {
    const planned = await pintle('release', 'checked', '--set', `auth.password=${planted.fromValues}`)
    outputs.push(all(planned))
    const done = await pintle('release', 'checked', '--set', `auth.password=${planted.fromValues}`, '--stable-for', '0s', '--approve-digest', /Plan digest: (sha256:[0-9a-f]{64})/.exec(planned.out)?.[1] ?? '')
    expect(done.code).toBe(0)
    const { record } = await last()
    expect(record.steps.filter((s: { kind: string }) => s.kind === 'smoke')).toMatchObject([{ kind: 'smoke', passed: true, name: expect.stringContaining('/smoke?token=REDACTED') }, { kind: 'smoke', detail: expect.stringContaining('the secret is REDACTED') }])
  })

  it('says no when something was changed', async () => {
    const chain = join(dir.path, '.pintle/evidence/chain.jsonl')
    const { writeFileSync } = await import('node:fs')
    const sound = readFileSync(chain)
    writeFileSync(chain, sound.toString().replace('OPS-7', 'OPS-8'))
    expect(await pintle('evidence', 'verify')).toMatchObject({ code: 1, out: expect.stringContaining('record 1: the line was changed') })
    writeFileSync(chain, sound)
    expect((await pintle('evidence', 'verify', '--cluster')).code).toBe(0)
  })
})

it('no planted secret is in any file that evidence left, any event, span, note or export: in plain text, in base64 at any offset, or in hex', async () => {
  for (const id of JSON.parse((await pintle('evidence', 'list', '-o', 'json')).out).map((r: { id: string }) => r.id)) outputs.push((await pintle('note', id)).out, (await pintle('evidence', 'show', id, '-o', 'yaml')).out)
  const { execFileSync } = await import('node:child_process')
  const inGit = execFileSync('git', ['-C', dir.path, 'archive', 'evidence'], { maxBuffer: 1 << 28, encoding: 'latin1' })
  const kept: Kept[] = [
    ...['.pintle', 'archive', 'exported'].flatMap((f) => filesBelow(join(dir.path, f))), ['git', inGit], ...['events.jsonl', 'traces.jsonl'].map((f): Kept => [f, readFileSync(join(dir.path, f), 'latin1')]),
    // The server's own path was planted in its URL; what was sent is the body.
    ['posted', events.map((e) => e.slice(e.indexOf(' '))).join('\n')], ['outputs', outputs.join('\n')],
  ]
  expect(kept.length).toBeGreaterThan(60)
  expect(leaks(planted, kept)).toEqual([])
})
