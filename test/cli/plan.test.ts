/** Plans from the built package, on the embedded sandbox: made, approved, applied, refused; and that no secret stands in them in clear. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartFiles } from '../cluster/plan-world.ts'
import { killedApplies } from '../cluster/plan-kills.ts'
import { folder, runCli } from './run-cli.ts'

const inFolder = (name: string, files: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]))
const secrets = {
  set: 'Pl4nted-set-value!x', data: 'Pl4nted/secret+data', before: 'Pl4nted-before-value', env: 'Pl4nted env value&1', hook: 'Pl4nted-hook-value"q', lookup: 'Pl4nted-lookup-value', annotation: 'Pl4nted-annotation-1',
  multi: 'Pl4nted first line of many\nPl4nted second line of many',
}
const quoted = (text: string): string => JSON.stringify(text).replaceAll('{{', '')
const planted = {
  ...chartFiles(),
  'templates/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: web-secret }\nstringData: { a: ${quoted(secrets.data)}, b: {{ .Values.db.password | quote }}, many: ${quoted(secrets.multi)} }\n`,
  'templates/repeats.yaml': [
    'apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: web-repeats', `  annotations: { note: ${quoted(`has ${secrets.data} in it`)}, token: ${quoted(secrets.annotation)} }`, 'data:',
    `  plain: ${quoted(`x ${secrets.data} y`)}`, '  set: {{ printf "url://u:%s@h/p" .Values.db.password | quote }}', '  wrapped: {{ printf "user:%s" .Values.db.password | b64enc | quote }}',
    `  wrapped2: {{ ${quoted(`a${secrets.data}`)} | b64enc | quote }}`, `  json: {{ dict "k" ${quoted(secrets.hook)} | toJson | quote }}`, `  lines: ${quoted(secrets.multi)}`,
    '  looked: {{ (lookup "v1" "Secret" .Release.Namespace "shared").data.key | default "" | b64dec | quote }}', '',
  ].join('\n'),
  'templates/env.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web-env }\nspec:\n  replicas: 0\n  selector: { matchLabels: { app: env } }\n  template:\n    metadata: { labels: { app: env } }\n    spec: { containers: [{ name: main, image: "example.com/web:1", env: [{ name: DB_PASSWORD, value: ${quoted(secrets.env)} }], args: [${quoted(`--again=${secrets.env}`)}] }] }\n`,
  'templates/hook-secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: web-hooked, annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } }\nstringData: { a: ${quoted(secrets.hook)} }\n`,
  'templates/NOTES.txt': `The password is ${secrets.data} and {{ .Values.db.password }}.\n`,
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const apply = (...args: string[]) => pintle('apply', ...args, '--stable-for', '0s')

beforeAll(() => {
  dir = folder({
    ...inFolder('web', chartFiles()), ...inFolder('planted', planted), ...inFolder('random', chartFiles({ 'templates/random.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: r }\ndata: { a: "{{ randAlphaNum 20 }}" }\n' })),
    'prod.yaml': 'color: blue\n',
  })
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox'), XDG_CONFIG_HOME: join(dir.path, 'config') }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('a plan', () => {
  it('is made, shown, applied once, and says so afterwards', async () => {
    const made = await pintle('plan', 'web', './web', '-f', 'prod.yaml', '-n', 'one', '--create-namespace', '-o', 'one.pintle', '--markdown', 'one.md', '--detailed-exitcode')
    expect({ code: made.code, err: made.err }).toEqual({ code: 2, err: expect.stringContaining('one.pintle written') })
    expect(made.out).toMatch(/Plan sha256:[0-9a-f]{64}\n[\s\S]*one\/web: web 1\.0\.0, revision \(none\) -> 1[\s\S]*Plan: 5 to add[\s\S]*Hooks:/)
    expect(statSync(join(dir.path, 'one.pintle')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dir.path, 'config/pintle/plan.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dir.path, 'one.md'), 'utf8')).toMatch(/# Plan\n[\s\S]*\| digest \| `sha256:[\s\S]*## one\/web[\s\S]*5 to add[\s\S]*```diff/)
    const unasked = await apply('one.pintle')
    expect({ code: unasked.code, err: unasked.err }).toEqual({ code: 5, err: expect.stringContaining('plan/unapproved: nobody says that it was reviewed: --approve-digest sha256:') })
    expect(JSON.parse((await pintle('apply', 'one.pintle', '--check', '-o', 'json')).out)).toMatchObject({ applicable: true, applied: false, refusals: [], releases: [{ name: 'web', namespace: 'one', state: 'ready' }] })
    expect((await apply('one.pintle', '--check')).out).toBe('one.pintle: every precondition holds; nothing was changed\n')
    const wrong = await apply('one.pintle', '--approve-digest', `sha256:${'0'.repeat(64)}`)
    expect({ code: wrong.code, err: wrong.err }).toEqual({ code: 5, err: expect.stringContaining('plan/other-digest') })
    expect(await apply('one.pintle', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('web: succeeded, revision 1') })
    expect(await apply('one.pintle')).toMatchObject({ code: 0, out: 'web: applied already, revision 1\n' })
    expect(await pintle('plan', 'web', './web', '-f', 'prod.yaml', '-n', 'one', '--detailed-exitcode')).toMatchObject({ code: 0, out: expect.stringContaining('Unchanged: one/web') })
    expect((await pintle('history', 'web', '-n', 'one')).out).toMatch(/Install complete \(plan sha256:/)
  })

  it('freezes what a chart makes of chance, which a digest approved ahead cannot', async () => {
    const { out, err } = await pintle('release', 'dice', './random', '-n', 'dice', '--create-namespace')
    const digest = /Plan digest: (\S+)/.exec(out)![1]!
    expect(err).toContain('not deterministic')
    const again = await pintle('release', 'dice', './random', '-n', 'dice', '--create-namespace', '--approve-digest', digest)
    expect({ code: again.code, err: again.err }).toEqual({ code: 5, err: expect.stringContaining('A plan file freezes what it rendered: `pintle plan -o FILE`') })
    const shown = await pintle('plan', 'dice', './random', '-n', 'dice', '--create-namespace', '-o', 'dice.pintle', '--format', 'json')
    const { digest: ours, plan } = JSON.parse(shown.out) as { digest: string; plan: { releases: { payload?: unknown; changes: { objects: { name: string; after: { data?: { a: string } } }[] } }[] } }
    expect(plan.releases[0]!.payload).toBeUndefined()
    expect(await apply('dice.pintle', '--approve-digest', ours)).toMatchObject({ code: 0 })
    expect((await pintle('get', 'manifest', 'dice', '-n', 'dice')).out).toContain(plan.releases[0]!.changes.objects.find((o) => o.name === 'r')!.after.data!.a)
  })

  it('needs the key it was made with, and every one of its bytes', async () => {
    await pintle('plan', 'web', './web', '-f', 'prod.yaml', '-n', 'one', '--set', 'hook=three', '-o', 'keyed.pintle')
    writeFileSync(join(dir.path, 'other.key'), Buffer.alloc(32, 5))
    expect(await apply('keyed.pintle', '--yes', '--plan-key', 'other.key')).toMatchObject({ code: 5, err: expect.stringContaining('plan/other-key') })
    const missing = await runCli(['apply', 'keyed.pintle', '--yes'], { cwd: dir.path, env: { ...env, XDG_CONFIG_HOME: join(dir.path, 'empty') } })
    expect(missing).toMatchObject({ code: 5, err: expect.stringContaining('there is no plan key') })
    const bytes = readFileSync(join(dir.path, 'keyed.pintle'))
    for (let i = 0; i < 12; i++) {
      const other = Buffer.from(bytes)
      other[Math.floor((bytes.length * (i + 0.5)) / 12)]! ^= 1
      writeFileSync(join(dir.path, 'changed.pintle'), other)
      expect((await apply('changed.pintle', '--yes')).code).toBe(5)
    }
    expect(await apply('keyed.pintle', '--yes')).toMatchObject({ code: 0 })
  })

  it('is refused when its sources changed, and says which', async () => {
    await pintle('plan', 'web', './web', '-f', 'prod.yaml', '-n', 'one', '--set', 'hook=four', '-o', 'sources.pintle')
    writeFileSync(join(dir.path, 'prod.yaml'), 'color: green\n')
    expect(JSON.parse((await pintle('apply', 'sources.pintle', '--check', '-o', 'json')).out)).toMatchObject({ applicable: false, refusals: [{ id: 'stale/values-changed', release: 'web' }] })
    expect(await apply('sources.pintle', '--yes')).toMatchObject({ code: 5, err: expect.stringMatching(/stale\/values-changed: web: prod\.yaml is not what the plan was made from[\s\S]*Make the plan again from the values/) })
    writeFileSync(join(dir.path, 'prod.yaml'), 'color: blue\n')
    expect(await apply('sources.pintle', '--yes')).toMatchObject({ code: 0 })
  })

  it('whose cluster is not there is refused by name', async () => {
    await pintle('plan', 'web', './web', '-f', 'prod.yaml', '-n', 'one', '--set', 'hook=five', '--create-namespace', '-o', 'gone.pintle')
    const gone = await runCli(['apply', 'gone.pintle', '--yes', '--sandbox=false', '--kube-apiserver', 'https://127.0.0.1:1'], { cwd: dir.path, env: { ...env, PINTLE_SANDBOX: '' } })
    expect(gone.code).toBe(5)
    expect(gone.err).toMatch(/target\/(unreachable|other-cluster)/)
  })
})

describe('approvals', () => {
  it('count when they are of this plan, by enough others, and in time', async () => {
    const project = folder({
      ...inFolder('web', chartFiles()),
      'pintle.yaml': [
        'apiVersion: pintle.dev/v1', 'environments:', '  prod: { namespace: approved, requires: { approvals: 1, approvers: [alice, bob] } }', 'services:', '  web: { chart: ./web }',
        'trust: { identities: [{ name: alice, key: alice.key.pub }, { name: bob, key: bob.key.pub }] }', '',
      ].join('\n'),
    })
    try {
      const run = (args: string[], more: Record<string, string> = {}) => runCli(args, { cwd: project.path, env: { ...env, ...more } })
      for (const name of ['alice', 'bob']) expect(await run(['approve', 'keygen', `${name}.key`, '--no-passphrase'])).toMatchObject({ code: 0 })
      const key = 'alice.key'
      const asAlice = { GITHUB_ACTOR: 'alice' }
      expect(await run(['plan', '-e', 'prod', '-o', 'p.pintle', '--create-namespace'], asAlice)).toMatchObject({ code: 0, err: expect.stringContaining('once 1 approved it') })
      expect(await run(['apply', 'p.pintle', '--yes'])).toMatchObject({ code: 5, err: expect.stringContaining('plan/unapproved: 0 of 1 approvals') })
      const digestOf = async (file: string): Promise<string> => (await run(['approve', 'verify', file, '-o', 'json'])).out.match(/sha256:[0-9a-f]{64}/)![0]
      // By the author: not even signed; forced into another's name it does not count.
      expect((await run(['approve', 'p.pintle', '--key', key, '--digest', await digestOf('p.pintle')])).code).toBe(5)
      // For another plan.
      await run(['plan', '-e', 'prod', '-o', 'q.pintle', '--create-namespace'], { GITHUB_ACTOR: 'carol' })
      expect(await run(['approve', 'q.pintle', '--key', key.replace('alice', 'bob'), '--digest', await digestOf('q.pintle')])).toMatchObject({ code: 0 })
      const other = await run(['apply', 'p.pintle', '--approval', 'q.pintle.approvals'])
      expect({ code: other.code, err: other.err }).toEqual({ code: 5, err: expect.stringMatching(/plan\/unapproved: 0 of 1 approvals; .*not about this plan/) })
      // A release in one command cannot have approvals.
      expect(await run(['release', 'web', '-e', 'prod'])).toMatchObject({ code: 5, err: expect.stringContaining('requires 1 approval(s) by others') })
      expect(await run(['approve', 'p.pintle', '--key', key.replace('alice', 'bob'), '--digest', await digestOf('p.pintle')])).toMatchObject({ code: 0 })
      const applied = await run(['apply', 'p.pintle', '--stable-for', '0s'])
      expect({ code: applied.code, out: applied.out, err: applied.code === 0 ? '' : applied.err }).toMatchObject({ code: 0, out: expect.stringContaining('web: succeeded, revision 1') })
      // The other one was approved for the cluster as it was.
      expect(await run(['apply', 'q.pintle'])).toMatchObject({ code: 5, err: expect.stringContaining('stale/release-changed') })
    } finally {
      project.remove()
    }
  })
})

describe('the policy', () => {
  it('of the environment must be the one the plan was judged by, or a weaker one', async () => {
    const yaml = (policy: string): string => `apiVersion: pintle.dev/v1\nenvironments:\n  prod: { namespace: judged, policy: ${policy} }\nservices:\n  web: { chart: ./web }\n`
    const project = folder({ ...inFolder('web', chartFiles()), 'pintle.yaml': yaml('baseline') })
    try {
      const run = (...args: string[]) => runCli(args, { cwd: project.path, env })
      expect(await run('plan', '-e', 'prod', '-o', 'p.pintle', '--create-namespace')).toMatchObject({ code: 0 })
      writeFileSync(join(project.path, 'pintle.yaml'), yaml('production'))
      expect(await run('apply', 'p.pintle', '--yes')).toMatchObject({ code: 5, err: expect.stringMatching(/plan\/policy-changed: it was judged by the policy sha256:\w+ \(pack baseline\)/) })
      writeFileSync(join(project.path, 'pintle.yaml'), yaml('{ pack: baseline, rules: { manifests/probes: block } }'))
      expect(await run('apply', 'p.pintle', '--check')).toMatchObject({ code: 5, err: expect.stringContaining('plan/policy-changed') })
      writeFileSync(join(project.path, 'pintle.yaml'), yaml('baseline'))
      expect(await run('apply', 'p.pintle', '--check')).toMatchObject({ code: 0 })
    } finally {
      project.remove()
    }
  })
})

describe('secrets', () => {
  it('stand nowhere in clear: not in the plan, not in what is printed, not in evidence', async () => {
    const create = await pintle('install', 'shared', './web', '-n', 'planted', '--create-namespace')
    expect(create.code).toBe(0)
    const set = ['--set-string', `db.password=${secrets.set}`, '--override', 'inputs/plaintext-secrets=planted']
    const outs: string[] = []
    const said = async (...args: string[]): Promise<number> => {
      const { code, out, err } = await pintle(...args)
      outs.push(out, err)
      return code
    }
    // What is live now is a secret, too.
    const chart = folder(inFolder('c', { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: shared }\nstringData: { key: ${secrets.lookup} }\n` }))
    expect((await pintle('install', 'shared-secret', join(chart.path, 'c'), '-n', 'planted')).code).toBe(0)
    chart.remove()
    for (const [i, more] of [[], ['--set', 'color=blue']].entries()) {
      const file = `planted-${i}.pintle`
      for (const format of ['text', 'json', 'markdown']) expect(await said('plan', 'web', './planted', '-n', 'planted', '-o', file, '--markdown', `${file}.md`, '--format', format, ...set, ...more)).toBe(0)
      expect(await said('apply', file, '--check')).toBe(0)
      expect(await said('apply', file, '--yes', '--stable-for', '0s', '--progress', 'json')).toBe(0)
      expect(await said('apply', file)).toBe(0)
    }
    expect(await said('release', 'web', './planted', '-n', 'planted', ...set, '--set', 'color=green')).toBe(5)
    const files = readdirSync(dir.path, { recursive: true, encoding: 'utf8' }).filter((f) => /^(planted-|\.pintle)/.test(f) && statSync(join(dir.path, f)).isFile())
    expect(files.length).toBeGreaterThan(6)
    const texts = [...outs, ...files.map((f) => readFileSync(join(dir.path, f), 'latin1'))]
    for (const [name, secret] of Object.entries(secrets)) {
      for (const part of secret.split('\n')) {
        const forms = [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part), ...[0, 1, 2].map((shift) => Buffer.from('x'.repeat(shift) + part).toString('base64').slice(Math.ceil((shift * 8) / 6), -4))]
        for (const form of forms) for (const [i, text] of texts.entries()) if (text.includes(form)) throw new Error(`${name} stands in ${i < outs.length ? `an output: ${text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form) + 20)}` : files[i - outs.length]}`)
      }
    }
    // They did reach the cluster.
    expect((await pintle('get', 'manifest', 'web', '-n', 'planted')).out).toContain(secrets.set)
  })
})

it('goes on after it was killed', async () => {
  const { killed } = await killedApplies({ env, rounds: 4, seed: 7, namespace: 'killed' })
  expect(killed).toBeGreaterThan(0)
}, 120_000)
