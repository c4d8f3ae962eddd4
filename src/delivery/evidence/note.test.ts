import { expect, it } from 'vitest'
import { deployNote, makeAddendum, makeRecord, type RecordFacts } from './index.ts'

const at = '2026-01-01T00:00:00Z'
const least: RecordFacts = {
  tool: { pintle: '1', helm: '4' }, service: 'web', environment: 'prod', target: { server: 'https://x', clusterUid: 'uid-1', context: 'c', namespace: 'shop', release: 'web', simulated: false }, operator: 'ann',
  started: at, ended: '2026-01-01T00:01:00Z', outcome: 'rolled-back', reason: 'error rate', chart: { name: 'web', version: '1.0.0', appVersion: '7', digest: 'sha256:1' }, dependencies: [], values: [],
  images: { before: ['a:1'], after: ['a:2'] }, plan: { digest: 'sha256:2', changes: { add: 0, change: 1, remove: 0 }, classes: ['image'] }, review: { by: 'bob', how: 'approvals' },
  revision: { before: 1, after: 3 }, rollback: { target: 1, steps: ['go back'] }, steps: [],
}
const full: RecordFacts = {
  ...least, operation: 'upgrade', ticket: 'OPS-9', author: 'ann', ci: { provider: 'github', run: 'https://ci/1' }, git: { commit: 'c0ffee', dirty: false },
  dependencies: [{ name: 'db', version: '2.0.0', digest: 'sha256:3' }], values: [{ path: 'prod.yaml', digest: 'hmac-sha256:4' }], migrations: ['Job/migrate'],
  imageDigests: { before: [{ image: 'a:1', digest: 'sha256:old' }], after: [{ image: 'a:2', digest: 'sha256:new' }] },
  approvals: [{ by: 'bob', decision: 'approved', at, how: 'ed25519', counted: true }, { by: 'ann', decision: 'approved', at, how: 'ssh', counted: false, detail: 'is the author' }],
  policy: { pack: 'production', results: [
    { rule: 'a/passed', severity: 'block', status: 'passed', violations: [], overrides: [] },
    { rule: 'b/let', severity: 'block', status: 'overridden', violations: [{ message: 'two replicas' }], overrides: [{ rule: 'b/let', reason: 'small', by: 'cleo', expires: '2026-02-01T00:00:00Z', ticket: 'OPS-1' }] },
  ] },
  checks: [
    { kind: 'lint', subject: 'web', passed: true }, { kind: 'schema', subject: '12 objects', passed: true }, { kind: 'scan', subject: 'a@sha256:new', passed: false, detail: '1 high', source: 'trivy.json' },
    { kind: 'signature', subject: 'a@sha256:new', passed: true, source: 'key 1' }, { kind: 'test', subject: 'unit', passed: true },
  ],
  staging: { environment: 'staging', passed: true, record: 'r-0' }, strategy: 'canary', phases: [{ name: 'upgrade', started: at, ended: '2026-01-01T00:00:30Z', passed: true }],
  rollout: [{
    name: '1', started: at, ended: at, weight: 5, achieved: 25, split: [{ to: 'canary', percent: 25 }, { to: 'stable', percent: 75 }], pods: { ready: 1, wanted: 4 }, outcome: 'aborted',
    gates: [{ name: 'errors', verdict: 'fail', at, query: 'sum(rate(x[5m]))', value: 0.18, threshold: 0.01, samples: 500 }],
  }],
  hooks: [{ name: 'migrate', kind: 'Job', event: 'pre-upgrade', weight: 0, outcome: 'Succeeded', migration: true }], logs: [{ source: 'pod/web-1', text: 'boom\nbang' }], alerts: [{ name: 'HighErrors', at }],
  watch: { minutes: 15, green: false },
  rollback: { target: 1, steps: ['go back'], used: { at, reason: 'error rate', toRevision: 1, automatic: true, output: 'Rollback was a success', paged: ['team-web'], trigger: { metric: 'errors', value: 0.18, threshold: 0.01, at } } },
  followUps: [{ what: 'remove flag', done: false, ticket: 'OPS-2' }], emergency: { reason: 'outage', by: 'ann' },
}
const same = (text: string) => text

it('has every field that the deploy note is asked for, in seven sections and a header', () => {
  const note = deployNote(makeRecord(full, {}, same).record, [], 'sha256:line')
  expect(note.match(/^## .*/gm)).toEqual(['## Change', '## Review', '## Rollout', '## Verification', '## Rollback', '## Follow-ups'])
  for (const text of [
    '# web FAILED and rolled back in prod', '| service | web |', '| environment | prod |', 'uid-1', '| namespace | shop |', '| outcome | rolled-back |', '| operator | ann |', 'bob (ed25519', at, '| plan | sha256:2 |', '| record | sha256:line |', 'OPS-9',
    'a:1 sha256:old', 'a:2 sha256:new', 'c0ffee', 'https://ci/1', 'web 1.0.0 sha256:1', '| app version | 7 |', 'db 2.0.0', 'prod.yaml hmac-sha256:4', 'revision 1 -> 3', '| migrations | Job/migrate |',
    '0 added, 1 changed, 0 removed: image', 'production: 1 of 2 rules passed', 'overridden: b/let; two replicas; let pass by cleo until 2026-02-01T00:00:00Z (OPS-1): small', '| lint | passed: web |', '| schema | passed: 12 objects |',
    '**failed**: a@sha256:new: 1 high (trivy.json)', '| signatures | passed', 'passed: staging, record r-0', 'did not count: ann', 'is the author',
    'Strategy: canary', '| 1 | 5% (got 25%) | canary 25%, stable 75% | 1/4 | aborted |', '**fail** errors', 'value 0.18, limit 0.01, 500 samples query sum(rate(x[5m]))', 'passed: upgrade',
    'Succeeded: Job/migrate (pre-upgrade, weight 0), a migration', '      boom', 'HighErrors', '15 minutes, **not green**',
    'Target: revision 1', 'by itself: back to revision 1', 'errors 0.18, limit 0.01', 'Rollback was a success', '| paged | team-web |', '1. go back', '[ ] remove flag (OPS-2)', '[ ] review of the emergency', 'outage',
  ]) expect(note).toContain(text)
  expect(note).not.toContain('not recorded')
})

it('says "not recorded" for what nobody knows, and invents nothing', () => {
  const note = deployNote(makeRecord(least, {}, same).record)
  for (const name of ['approvers', 'ticket', 'git', 'CI run', 'migrations', 'policy', 'lint', 'schema', 'scans', 'signatures', 'staging', 'record', 'operation']) expect(note).toContain(`| ${name} | not recorded |`)
  for (const text of ['Strategy: not recorded', 'Steps: not recorded', 'Hooks:\n- not recorded', 'Alerts:\n- not recorded', 'Watch: not recorded', '## Follow-ups\n\n- not recorded', 'Nothing was verified.']) expect(note).toContain(text)
})

it('takes in what became known later', () => {
  const { record } = makeRecord(full, {}, same)
  const later = makeAddendum({ about: record.id, at: '2026-01-01T00:20:00Z', by: 'dan', watch: { minutes: 15, green: true }, followUps: [{ what: 'remove flag', done: true }], emergencyReview: { by: 'dan', at, text: 'fine' } })
  const note = deployNote(record, [later])
  for (const text of ['15 minutes, green', '[x] remove flag', 'emergency reviewed by dan']) expect(note).toContain(text)
  expect(note).not.toContain('[ ]')
})

it('holds no cleaned text, no password of a URL, and no Markdown of others', () => {
  const { record, files } = makeRecord({ ...least, reason: 'said hunter2!', steps: [{ name: 'http://u:pw12@h/x', kind: 'smoke', passed: false, detail: 'hunter2! | <img src=x> [a](http://evil)' }] }, { 'log.txt': 'with hunter2!' }, (t) => t.replaceAll('hunter2!', 'REDACTED'))
  const all = `${deployNote(record)}${JSON.stringify(record)}${JSON.stringify(files)}`
  expect(all).not.toMatch(/hunter2|pw12/)
  expect(all.match(/REDACTED/g)!.length).toBeGreaterThan(3)
  expect(deployNote(record)).not.toMatch(/<img|[^\\]\[a\]/)
})

it('has no character that a terminal would act on', () => {
  const { record } = makeRecord({ ...least, logs: [{ source: 'pod x', text: '\u001b[31mred\u0007\u202e\tend' }] }, {}, same)
  expect(deployNote(record)).toContain('\ufffd[31mred\ufffd\ufffd\tend')
})

it('does not change names, where a secret is an ordinary word', () => {
  const { record } = makeRecord({ ...least, service: 'mysql', reason: 'mysql said no' }, {}, (t) => t.replaceAll('mysql', 'REDACTED'))
  expect([record.service, record.reason]).toEqual(['mysql', 'REDACTED said no'])
})
