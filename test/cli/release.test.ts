/** The main job, from the built package, on the embedded sandbox: what is refused and why, what is applied, what is kept. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, runCli } from './run-cli.ts'

const files = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: "7"\n',
  'web/values.yaml': 'image: web:1\nreplicas: 2\nextra: {}\n',
  'web/templates/deployment.yaml': [
    'apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: {{ .Release.Name }}', 'spec:', '  replicas: {{ .Values.replicas }}',
    '  selector: { matchLabels: { app: {{ .Release.Name }} } }', '  template:', '    metadata: { labels: { app: {{ .Release.Name }} } }', '    spec:',
    '      {{- with .Values.extra }}{{ toYaml . | nindent 6 }}{{ end }}', '      containers:', '        - name: web', '          image: {{ .Values.image }}', '',
  ].join('\n'),
  'web/templates/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n  key: {{ printf "s3cr3t-%s-value" .Values.image | quote }}\n',
  'prod.yaml': 'replicas: 3\n',
}
let dir: ReturnType<typeof folder>
let env: Record<string, string>
const pintle = (...args: string[]) => runCli(args, { cwd: dir.path, env })
const digestOf = (out: string) => /Plan digest: (sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? ''
async function approved(...args: string[]) {
  const { out } = await pintle('release', ...args)
  return pintle('release', ...args, '--stable-for', '0s', '--approve-digest', digestOf(out))
}

beforeAll(() => {
  dir = folder(files)
  env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') }
})
afterAll(async () => {
  await pintle('sandbox', 'stop')
  dir.remove()
})

describe('pintle release', () => {
  it('stops before anything is changed where nobody reviewed: exit code 5, the digest to approve', async () => {
    const { code, out, err } = await pintle('release', 'shop', 'web', '-f', 'prod.yaml')
    expect(code).toBe(5)
    expect(digestOf(out)).not.toBe('')
    expect(out).toContain('Plan: 2 to add, 0 to change, 0 to remove')
    expect(err).toContain(`--approve-digest ${digestOf(out)}`)
    expect((await pintle('list', '-q')).out).toBe('')
  })

  it('releases what was approved, writes the lock, and keeps evidence without a secret in it', async () => {
    const { code, out } = await approved('shop', 'web', '-f', 'prod.yaml')
    expect(code).toBe(0)
    expect(out).toContain('shop: succeeded, revision 1')
    expect(readFileSync(join(dir.path, 'pintle.lock'), 'utf8')).toMatch(/version: 1\.2\.0[\s\S]*path: prod\.yaml/)
    const root = join(dir.path, '.pintle/evidence')
    expect((await pintle('evidence', 'export', '--to', 'exported')).out).toContain('1 records written')
    const kept = [root, join(dir.path, 'exported')].flatMap((top) => readdirSync(top, { recursive: true, encoding: 'utf8' }).map((f) => join(top, f))).filter((f) => statSync(f).isFile())
    for (const name of ['manifests.yaml', 'diff.md', 'upgrade-plan.md', 'rollback.md', 'verification.json', 'note.md', 'record.json', 'line.json']) expect(kept.some((f) => f.endsWith(name))).toBe(true)
    const text = kept.map((f) => readFileSync(f, 'latin1')).join('')
    expect(text).not.toContain('s3cr3t')
    expect(text).not.toContain(Buffer.from('s3cr3t-web:1-value').toString('base64'))
    const head = /head (sha256:[0-9a-f]{64})/.exec(out)![1]!
    expect((await pintle('evidence', 'verify', '--expect-head', head)).code).toBe(0)
  })

  it('has nothing to do the second time', async () => {
    const { code, out } = await pintle('release', 'shop', 'web', '-f', 'prod.yaml')
    expect([code, out]).toEqual([0, 'shop: nothing to change (revision 1 is deployed)\n'])
  })

  it('shows a change classified, and a secret only as changed', async () => {
    const { out } = await pintle('release', 'shop', 'web', '-f', 'prod.yaml', '--set', 'image=web:2', '--set', 'replicas=4')
    expect(out).toMatch(/Deployment\/shop will change \[image, replicas\]/)
    expect(out).toMatch(/Secret\/shop will change \[secret\]/)
    expect(out).toMatch(/-\s+- image: web:1\n\+\s+- image: web:2/)
    expect(out).not.toContain('s3cr3t')
  })

  it('refuses another plan than the one approved', async () => {
    const { out } = await pintle('release', 'shop', 'web', '--set', 'image=web:2')
    const { code, err } = await pintle('release', 'shop', 'web', '--set', 'image=web:3', '--approve-digest', digestOf(out))
    expect(code).toBe(5)
    expect(err).toContain(`the approved plan is not this one: approved ${digestOf(out)}`)
  })

  it('goes back when the change fails: exit code 6, the reason, the note', async () => {
    const { code, err } = await approved('shop', 'web', '-f', 'prod.yaml', '--set', 'image=web:crash', '--timeout', '60s')
    expect(code).toBe(6)
    expect(err).toContain('CrashLoopBackOff')
    expect(err).toMatch(/last words of pod shop-[\w-]+, container web/)
    expect((await pintle('history', 'shop')).out).toMatch(/3 .*failed[\s\S]*4|failed[\s\S]*deployed\s.*Rollback to 1/)
    expect((await pintle('evidence', 'show')).out).toContain('FAILED and rolled back')
  })

  it('fails with exit code 1 when a smoke check fails, and says how to go back', async () => {
    const more = folder({ ...files, 'pintle.yaml': 'apiVersion: pintle.dev/v1\nservices:\n  api: { chart: ./web, smoke: [{ run: "echo broken; exit 3" }] }\n' })
    try {
      const run = (...args: string[]) => runCli(['release', 'api', '--stable-for', '0s', ...args], { cwd: more.path, env })
      const { code, out, err } = await run('--approve-digest', digestOf((await run()).out))
      expect(code).toBe(1)
      expect(out).toContain('api: failed, revision 1')
      expect(err).toMatch(/smoke .*FAILED \(exit code 3: broken\)[\s\S]*way back: `pintle uninstall api/)
    } finally {
      more.remove()
    }
  })
})

describe('what is refused', () => {
  it('a plaintext secret in values: file, line and column, never the value', async () => {
    const more = folder({ ...files, 'v.yaml': 'db:\n  user: app\n  password: hunter2-is-no-secret\n' })
    try {
      const { code, out, err } = await runCli(['release', 'x', 'web', '-f', 'v.yaml'], { cwd: more.path, env })
      expect(code).toBe(5)
      expect(err).toContain('v.yaml:3:13: db.password')
      expect(out + err).not.toContain('hunter2')
    } finally {
      more.remove()
    }
  })
  it('an object the cluster would not take, by template and field', async () => {
    const { code, err } = await pintle('release', 'bad', 'web', '--set', 'extra.nosuchfield=1')
    expect(code).toBe(5)
    expect(err).toMatch(/web\/templates\/deployment\.yaml: Deployment\/bad: .*nosuchfield/)
    expect((await pintle('list', '-q', '-A', '-f', '^bad$')).out).toBe('')
  })
  it('an API version the cluster does not serve, by the verbs of Helm too', async () => {
    const more = folder({ ...files, 'web/templates/odd.yaml': 'apiVersion: acme.example/v9\nkind: Gadget\nmetadata:\n  name: g\n' })
    try {
      const run = (...args: string[]) => runCli(args, { cwd: more.path, env })
      const said = 'resource mapping not found for name: "g" namespace: "" from "": no matches for kind "Gadget" in version "acme.example/v9"'
      const released = await run('release', 'odd', 'web')
      expect(released.code).toBe(5)
      expect(released.err).toContain(`web/templates/odd.yaml: Gadget/g: ${said}`)
      const installed = await run('install', 'odd', 'web')
      expect(installed.code).toBe(1)
      expect(installed.err).toContain(`Error: INSTALLATION FAILED: unable to build kubernetes objects from release manifest: ${said}\nensure CRDs are installed first`)
    } finally {
      more.remove()
    }
  })
  it('a lock that no longer fits, with --locked', async () => {
    const { code, err } = await pintle('release', 'shop', 'web', '--locked')
    expect(code).toBe(5)
    expect(err).toContain('pintle.lock no longer fits:\n  values prod.yaml:')
  })
  it('a range where an exact version is wanted', async () => {
    const { code, err } = await pintle('release', 'shop', 'web', '--version', '^1.0')
    expect([code, err.split('\n')[0]]).toEqual([5, 'Error: "^1.0" is no exact version'])
  })
  it('an unknown key of pintle.yaml, with what was meant', async () => {
    const more = folder({ 'pintle.yaml': 'apiVersion: pintle.dev/v1\nservices:\n  a:\n    chart: ./x\n    valuse: [y]\n' })
    try {
      const { code, err } = await runCli(['release', 'a'], { cwd: more.path, env })
      expect(code).toBe(1)
      expect(err).toMatch(/unknown key services\.a\.valuse[\s\S]*at pintle\.yaml:5[\s\S]*Did you mean values\?/)
    } finally {
      more.remove()
    }
  })
  it('names every line that is not deterministic', async () => {
    const more = folder({ ...files, 'web/templates/random.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r\ndata:\n  a: fixed\n  b: {{ randAlphaNum 20 }}\n' })
    try {
      const { err } = await runCli(['release', 'z', 'web'], { cwd: more.path, env })
      expect(err).toMatch(/1 lines? differ[\s\S]*not deterministic: web\/templates\/random\.yaml, rendered line 7/)
    } finally {
      more.remove()
    }
  })
})

describe('pintle explain', () => {
  it('follows a field of a manifest to the template line, the value and the files', async () => {
    const { code, out } = await pintle('explain', 'Deployment/shop:spec.replicas', 'shop', 'web', '-f', 'prod.yaml')
    expect(code).toBe(0)
    expect(out).toMatch(/written by web\/templates\/deployment\.yaml:6:16[\s\S]*reads replicas\n\s+web\/values\.yaml:2:1\s+2\n\s+=> prod\.yaml:1:1\s+3/)
  })
  it('shows all layers of a value', async () => {
    const { out } = await pintle('explain', 'replicas', 'web', '-f', 'prod.yaml', '--set', 'replicas=9')
    expect(out).toMatch(/web\/values\.yaml:2:1 {2}2\n\s+prod\.yaml:1:1 {2}3\n\s+=> --set replicas=\.\.\. {2}9/)
  })
  it('shows no secret, in text or JSON', async () => {
    const secret = await pintle('explain', 'Secret/shop:stringData.key', 'shop', 'web')
    expect(secret.out).toContain('rendered as "key: (hidden)"')
    const all = [secret]
    for (const flags of [[], ['-o', 'json']]) {
      all.push(await pintle('explain', 'db.password.value', 'web', '--set', 'db.password.value=hunter2', ...flags))
      all.push(await pintle('explain', 'Secret/shop:stringData.key', 'shop', 'web', ...flags))
    }
    for (const { code, out, err } of all) {
      expect(code).toBe(0)
      expect(out + err).not.toMatch(/hunter2|s3cr3t-web/)
      expect(out).toContain('(hidden)')
    }
  })
})
