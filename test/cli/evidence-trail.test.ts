/** From a plan to evidence that can be shown: planned, approved, applied and signed on the embedded sandbox, then walked back; and what is told when anything in between was changed. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson, readEnvelope, sha256 } from '../../src/delivery/attestation/index.ts'
import { folder, runCli } from './run-cli.ts'

const secret = 's3cr3t-value-of-web'
const config = `apiVersion: pintle.dev/v1
environments:
  prod:
    namespace: shop
    requires: {approvals: 2, approvers: ["@acme/sre"]}
services:
  web: {chart: ./web}
trust:
  identities:
    - {name: alice@acme, key: alice.key.pub, groups: ["@acme/sre"]}
    - {name: bob@acme, key: bob.key.pub, groups: ["@acme/sre"]}
    - {name: carol@acme, aliases: [carol], key: carol.key.pub, groups: ["@acme/sre"]}
    - {name: ci@acme, key: ci.key.pub}
`
let dir: ReturnType<typeof folder>
let env: Record<string, string>
let digest: string
const at = (name: string): string => join(dir.path, name)
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const store = (): string => at('.pintle/evidence')
const verify = async (...args: string[]) => {
  const { code, out, err } = await pintle('evidence', 'verify', ...args, '-o', 'json')
  return { code, err, ...(JSON.parse(out || '{}') as { problems: { problem: string }[]; trails: { records: number; planned: number; approved: number; signed: number; notes: Record<string, number> } }) }
}
const approve = (who: string, ...args: string[]) => pintle('approve', 'plan.pintle', '--key', `${who}.key`, '--digest', digest, ...args)

beforeAll(async () => {
  dir = folder({
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: "7"\n', 'web/values.yaml': 'colour: blue\n',
    'web/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
    'web/templates/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Release.Name }}"}\nstringData: {key: ${secret}}\n`,
    'pintle.yaml': config,
  })
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: at('sandbox') }
  for (const name of ['alice', 'bob', 'carol', 'ci']) expect((await pintle('approve', 'keygen', `${name}.key`, '--no-passphrase')).code).toBe(0)
  const planned = await runCli(['plan', 'web', '-e', 'prod', '--create-namespace', '-o', 'plan.pintle'], { cwd: dir.path, env: { ...env, GITHUB_ACTOR: 'carol' } })
  expect([planned.code, planned.err]).toEqual([planned.code === 2 ? 2 : 0, expect.any(String)])
  digest = /"digest":"(sha256:[0-9a-f]{64})"/.exec(readFileSync(at('plan.pintle'), 'utf8').slice(0, 200))![1]!
}, 60_000)
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('a plan that needs two approvals', () => {
  it('is refused without them, with an old one, with one of another plan, and changes nothing', async () => {
    const apply = (...args: string[]) => pintle('apply', 'plan.pintle', '--yes', ...args)
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringContaining('0 of 2 approvals') })
    expect(await approve('carol')).toMatchObject({ code: 5, err: expect.stringContaining('the plan was made by carol') })
    expect((await approve('alice')).code).toBe(0)
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringContaining('1 of 2 approvals') })
    const text = readFileSync(at('plan.pintle.approvals/alice@acme.dsse.json'), 'utf8')
    writeFileSync(at('plan.pintle.approvals/copy.dsse.json'), text)
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringContaining('copy.dsse.json: alice@acme counts once') })
    writeFileSync(at('plan.pintle.approvals/copy.dsse.json'), text.replace('"sig": "', '"sig": "A'))
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringMatching(/copy\.dsse\.json: it (?:is not base64|names the key)/) })
    rmSync(at('plan.pintle.approvals/copy.dsse.json'))
    expect((await approve('bob', '--expires', '1s')).code).toBe(0)
    await new Promise((done) => setTimeout(done, 1100))
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringContaining('bob@acme.dsse.json: it expired at') })
    expect((await approve('carol', '--decision', 'reject', '--reason', 'wait')).code).toBe(0)
    expect((await approve('bob')).code).toBe(0)
    expect(await apply()).toMatchObject({ code: 5, err: expect.stringContaining('rejected by carol@acme: wait') })
    rmSync(at('plan.pintle.approvals/carol@acme.dsse.json'))
    expect((await pintle('list', '-A', '-q')).out).toBe('')
  }, 120_000)

  it('is applied with them, and the evidence shows it: plan, approvals, statements, signatures', async () => {
    const { code, out, err } = await pintle('apply', 'plan.pintle', '--sign-key', 'ci.key', '--stable-for', '0s')
    expect([code, err]).toEqual([0, expect.not.stringContaining('WARNING')])
    expect(out).toContain('web: succeeded, revision 1')
    const found = await verify('--require-signed')
    expect(found).toMatchObject({ code: 0, problems: [], trails: { records: 1, planned: 1, approved: 1, signed: 1, notes: {} } })
    const { record } = JSON.parse((await pintle('evidence', 'show', '-o', 'json')).out) as { record: { files: Record<string, string>; plan: { digest: string }; approvals: object[] } }
    expect(record.files['plan.json']).toBe(digest)
    expect(Object.keys(record.files)).toEqual(expect.arrayContaining(['approval-1.dsse.json', 'approval-2.dsse.json', 'checks.dsse.json', 'plan.json', 'policy.dsse.json', 'provenance.dsse.json', 'release.dsse.json']))
    expect(record.approvals).toMatchObject([{ by: 'alice@acme', decision: 'approved', counted: true, how: 'key' }, { by: 'bob@acme', counted: true }])
    const provenance = JSON.parse((readEnvelope((await pintle('evidence', 'show', '--file', 'provenance.dsse.json')).out) as { payload: Buffer }).payload.toString()) as object
    expect(provenance).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1', subject: [{ name: 'plan', digest: { sha256: digest.slice(7) } }, { name: 'ConfigMap/shop/web', digest: { sha256: expect.any(String) } }],
      predicate: { buildDefinition: { buildType: 'https://pintle.dev/build/render/v1', externalParameters: { release: 'web', namespace: 'shop', environment: 'prod' }, resolvedDependencies: [{ name: 'chart web 1.2.0' }] }, runDetails: { builder: { id: 'https://pintle.dev/render/v1' } } },
    })
    // The key of the secret, its plaintext, its ciphertext: none of it stays.
    const ciphertext = /"ciphertext":"([^"]{40})/.exec(readFileSync(at('plan.pintle'), 'utf8'))![1]!
    const kept = readdirSync(store(), { recursive: true, encoding: 'utf8' }).map((f) => join(store(), f)).filter((f) => statSync(f).isFile()).map((f) => readFileSync(f, 'latin1')).join('')
    for (const text of [secret, Buffer.from(secret).toString('base64'), ciphertext]) expect(kept).not.toContain(text)
    const note = (await pintle('note')).out
    for (const text of ['alice@acme', 'bob@acme', digest]) expect(note).toContain(text)
  }, 60_000)

  it('fits the cluster', async () => {
    expect(await verify('--live')).toMatchObject({ code: 0, problems: [], trails: { notes: {} } })
    const foreign = { ...env, PINTLE_PLAN_KEY: Buffer.alloc(32, 5).toString('base64') }
    const other = await runCli(['evidence', 'verify', '--live'], { cwd: dir.path, env: foreign })
    expect([other.code, other.out]).toEqual([0, expect.stringContaining("note: manifests in the cluster were not compared: the plan's key is not at hand (1 record)")])
  })
})

describe('what is told', () => {
  beforeEach(() => {
    if (!existsSync(at('whole'))) cpSync(store(), at('whole'), { recursive: true })
    rmSync(store(), { recursive: true })
    cpSync(at('whole'), store(), { recursive: true })
    writeFileSync(at('pintle.yaml'), config)
  })

  /** Somebody who can write the whole store writes the record anew, with its chain. */
  function rewrite(change: (record: any) => void, files: Record<string, string> = {}): void {
    const path = join(store(), 'chain.jsonl')
    const line = JSON.parse(readFileSync(path, 'utf8').trim()) as { entry: { files: Record<string, string> }; hash: string }
    for (const [name, text] of Object.entries(files)) {
      const hash = createHash('sha256').update(text).digest('hex')
      line.entry.files[name] = `sha256:${hash}`
      const target = join(store(), 'sha256', hash.slice(0, 2), hash.slice(2))
      mkdirSync(join(target, '..'), { recursive: true })
      writeFileSync(target, text)
    }
    change(line.entry)
    const { hash: _, ...rest } = line
    const hash = sha256(canonicalJson(rest))
    writeFileSync(path, `${canonicalJson({ ...rest, hash })}\n`)
    for (const name of ['index.sqlite', 'index.json']) rmSync(join(store(), name), { force: true })
    writeFileSync(join(store(), 'head.json'), `${canonicalJson({ hash, sequence: 1 })}\n`)
  }
  const told = async (...args: string[]) => (await verify(...args)).problems.map((p) => p.problem).join('\n')
  const approval = (n: number): string => readFileSync(at(`plan.pintle.approvals/${n === 1 ? 'alice' : 'bob'}@acme.dsse.json`), 'utf8')

  it.each<[string, (record: any) => void, string]>([
    ['another outcome', (r) => { r.outcome = 'failed' }, 'release.dsse.json is about another record'], ['another operator', (r) => { r.operator = 'mallory' }, 'release.dsse.json is about another record'],
    ['another plan', (r) => { r.plan.digest = `sha256:${'0'.repeat(64)}` }, 'the record names sha256:0000'], ['an approver more', (r) => { r.approvals.push({ ...r.approvals[0], by: 'carol@acme' }) }, 'the record says by alice@acme, bob@acme, carol@acme'],
    ['an approval less', (r) => { delete r.files['approval-2.dsse.json'] }, '1 of 2 approvals are there'], ['no plan', (r) => { delete r.files['plan.json'] }, 'the plan that was approved is not kept'],
    ['another chart', (r) => { r.chart.digest = `sha256:${'0'.repeat(64)}` }, 'the chart is not what the plan says'], ['another cluster', (r) => { r.target.clusterUid = 'x' }, 'the cluster is not what the plan says'],
    ['another release', (r) => { r.target.release = 'other' }, 'the plan has no release shop/other'], ['another author', (r) => { r.author = 'x' }, 'the author is not what the plan says'],
    ['before the plan', (r) => { r.started = '2020-01-01T00:00:00.000Z' }, 'the plan was made after the release began'], ['after the plan', (r) => { r.review.at = '2099-01-01T00:00:00.000Z' }, 'the plan had expired when it was applied'],
  ])('a record written anew with %s, its chain whole', async (_, change, message) => {
    rewrite(change)
    const found = await verify()
    expect(found.code).toBe(1)
    const text = found.problems.map((p) => p.problem).join('\n')
    expect(text).toContain(message)
    // The store itself fits together: it is the trail that tells.
    expect(text).not.toMatch(/the line was changed|does not follow|head\.json/)
  })

  it('a record written anew without its signature is not signed', async () => {
    rewrite((r) => {
      r.operator = 'mallory'
      for (const name of ['release', 'provenance', 'policy', 'checks']) delete r.files[`${name}.dsse.json`]
    })
    expect(await verify()).toMatchObject({ code: 0, trails: { signed: 0, notes: { 'the record is not signed': 1 } } })
    expect(await told('--require-signed')).toContain('1 records are not signed by anybody trusted')
  })

  it('an approval that was exchanged for an expired one, one of another plan, or garbage', async () => {
    const plain = await pintle('approve', 'plan.pintle', '--key', 'bob.key', '--digest', digest, '--expires', '1s', '-o', 'short.json')
    expect(plain.code).toBe(0)
    rewrite(() => {}, { 'approval-2.dsse.json': readFileSync(at('short.json'), 'utf8') })
    expect(await told()).toMatch(/approval-2\.dsse\.json: it is of .*which is not yet|is not the approval that the record names/)
    rewrite(() => {}, { 'approval-2.dsse.json': approval(1) })
    expect(await told()).toContain('approval-2.dsse.json: alice@acme counts once')
    rewrite(() => {}, { 'approval-2.dsse.json': 'nonsense' })
    expect(await told()).toContain('approval-2.dsse.json: it is not JSON')
  })

  it('keys that nobody trusts any more prove nothing', async () => {
    writeFileSync(at('pintle.yaml'), config.replace(/ {4}- \{name: (?:bob|ci)@acme.*\n/g, ''))
    const text = await told()
    for (const part of ['approval-2.dsse.json: it was signed with a key that nobody trusted has', 'release.dsse.json: it was signed with a key that nobody trusted has', '1 of 2 approvals are there']) expect(text).toContain(part)
    writeFileSync(at('pintle.yaml'), 'apiVersion: pintle.dev/v1\n')
    expect(await verify()).toMatchObject({ code: 0, trails: { planned: 1, approved: 0, signed: 0, notes: { 'approvals were not checked: nobody is trusted here': 1, 'the signature was not checked: nobody is trusted here': 1 } } })
  })

  it('a revision in the cluster that another hand made', async () => {
    rewrite((r) => { r.revision.after = 7; r.files = Object.fromEntries(Object.entries(r.files).filter(([n]) => n !== 'release.dsse.json')) })
    expect(await told('--live')).toContain('the cluster has no revision 7')
    rmSync(store(), { recursive: true })
    cpSync(at('whole'), store(), { recursive: true })
    // The same release by Helm's verbs: its revision says nothing of a plan.
    expect((await pintle('uninstall', 'web', '-n', 'shop')).code).toBe(0)
    expect((await pintle('install', 'web', './web', '-n', 'shop')).code).toBe(0)
    expect((await verify('--live')).trails.notes).toEqual({ 'the revision in the cluster does not say by which plan it was made': 1 })
  })
})
