/** `pintle secrets scan` from the built package: files, charts, Git, formats, exit codes; and that nothing Pintle prints or keeps holds a planted secret. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../conformance/random.ts'
import { shapes } from '../secret-scan/secret-shapes.ts'
import { folder, runCli } from './run-cli.ts'

const planted = shapes.filter((s) => !s.id.includes(' in ')).map((shape, i) => ({ id: shape.id, name: shape.name ?? `setting${i}`, ...shape.make(new Random(40 + i)) }))
const parts = planted.flatMap(({ text, secrets }) => [text.trim(), ...secrets]).flatMap((s) => s.split('\n')).filter((s) => s.length >= 8)

/** What a text holds of the planted secrets, as they are or in base64 at any of the three alignments. */
function leaks(text: string): string[] {
  return planted.filter(({ text: whole, secrets }) => [whole.trim(), ...secrets].some((s) => text.includes(s) || [0, 1, 2].some((pad) => text.includes(Buffer.from(`${'x'.repeat(pad)}${s}`).toString('base64').slice(4, -4))))).map((p) => p.id)
}

const template = (name: string) => `{{ get .Values.planted ${JSON.stringify(name)} | toJson }}`
const files: Record<string, string> = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'shop/values.yaml': 'planted: {}\n',
  'shop/templates/cm.yaml': ['apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: c', 'data:', ...planted.map(({ name }) => `  ${name}: ${template(name)}`), ''].join('\n'),
  'shop/templates/deployment.yaml': ['apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: web', 'spec:', '  selector: {matchLabels: {a: b}}', '  template:', '    metadata: {labels: {a: b}}', '    spec:', '      containers:', '        - name: web', '          image: web:1', '          env:',
    ...planted.flatMap(({ name }) => [`            - name: ${name}`, `              value: ${template(name)}`]), ''].join('\n'),
  'shop/templates/secret.yaml': ['apiVersion: v1', 'kind: Secret', 'metadata:', '  name: s', 'stringData:', ...planted.map(({ name }) => `  ${name}: ${template(name)}`), ''].join('\n'),
  'planted.yaml': `planted:\n${planted.map(({ name, text }) => `  ${name}: ${JSON.stringify(text)}\n`).join('')}`,
  'clean/Chart.yaml': 'apiVersion: v2\nname: clean\nversion: 1.0.0\n',
  'clean/values.yaml': 'existingSecret: shop\nreplicas: 1\n',
  'clean/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  replicas: {{ .Values.replicas | quote }}\n',
  'broken/Chart.yaml': 'apiVersion: v2\nname: broken\nversion: 1.0.0\n',
  'broken/templates/cm.yaml': 'a: {{ fail (printf "bad %s" .Values.word) }}\n',
}
let dir: ReturnType<typeof folder>
const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir.path, stdio: 'pipe' }).toString()
const scan = (...args: string[]) => runCli(['secrets', 'scan', ...args], { cwd: dir.path })

beforeAll(() => {
  dir = folder(files)
})
afterAll(() => dir.remove())

describe('pintle secrets scan', () => {
  it('finds nothing in a clean chart: exit code 0', async () => {
    expect(await scan('clean')).toEqual({ code: 0, out: '1 chart and 3 files: no secret in plain text\n', err: '' })
  })

  it('finds every planted secret in values and in what they render to, and shows none: exit code 5', async () => {
    for (const format of ['text', 'json', 'sarif']) {
      const { code, out, err } = await scan('shop', '-f', 'planted.yaml', '-o', format)
      expect(code).toBe(5)
      expect(leaks(out + err)).toEqual([])
      for (const part of parts) expect(out.includes(part) || err.includes(part), format).toBe(false)
      if (format !== 'json') continue
      const { findings } = JSON.parse(out) as { findings: { file: string; path: string; values?: string[] }[] }
      for (const { name, id } of planted) {
        expect(findings.some((f) => f.file === 'planted.yaml' && f.path === `planted.${name}`), `${id} in values`).toBe(true)
        expect(findings.some((f) => f.path === `ConfigMap/c data.${name}`), `${id} in a ConfigMap`).toBe(true)
        expect(findings.some((f) => f.path.startsWith('Secret/s ') && f.path.endsWith(`.${name}`)), `${id} in a Secret`).toBe(true)
      }
    }
  })

  it('shows none in what is given by flags, and where values are refused', async () => {
    const word = 'kTq7-xW2mPz'
    const { code, out } = await scan('clean', '--set', `auth.password=${word}`)
    expect([code, out]).toEqual([5, expect.stringContaining('(flags):1: auth.password: a literal under the name of a password')])
    const release = await runCli(['release', 'shop', 'shop', '-f', 'planted.yaml', '--set', `auth.password=${word}`], { cwd: dir.path, env: { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') } })
    expect(release.code).toBe(5)
    expect(release.err).toContain('inputs/plaintext-secrets')
    expect(leaks(release.out + release.err)).toEqual([])
    expect(out + release.out + release.err).not.toContain(word)
    await runCli(['sandbox', 'stop'], { cwd: dir.path, env: { PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') } })
    for (const name of readdirSync(dir.path, { recursive: true, encoding: 'utf8' })) {
      if (name === 'planted.yaml' || !statSync(join(dir.path, name)).isFile()) continue
      expect(leaks(readFileSync(join(dir.path, name), 'latin1')), name).toEqual([])
    }
  })

  it('shows none in plans and releases that rules were told to let pass, nor in what these keep', { timeout: 120_000 }, async () => {
    const env = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(dir.path, 'sandbox') }
    // What prints manifests as Helm does shows that the search for leaks finds them.
    expect(leaks((await runCli(['template', 'shop', '-f', 'planted.yaml'], { cwd: dir.path })).out)).toEqual(planted.map((p) => p.id))
    const overrides = ['inputs/plaintext-secrets', 'inputs/literal-secrets'].flatMap((rule) => ['--override', `${rule}=a test`])
    const plan = await runCli(['plan', 'shop', 'shop', '-f', 'planted.yaml', '-o', 'shop.pintle', '--markdown', 'shop.md', ...overrides], { cwd: dir.path, env })
    const release = await runCli(['release', 'shop', 'shop', '-f', 'planted.yaml', '--plan-only', ...overrides], { cwd: dir.path, env })
    expect([plan.code, release.code]).toEqual([0, 2])
    expect(leaks(plan.out + plan.err + release.out + release.err)).toEqual([])
    for (const name of ['shop.pintle', 'shop.md']) expect(leaks(readFileSync(join(dir.path, name), 'latin1')), name).toEqual([])
    await runCli(['sandbox', 'stop'], { cwd: dir.path, env })
  })

  it('says which chart could not be rendered, not with what words: exit code 1', async () => {
    const { code, out, err } = await scan('broken', '--set', 'word=kTq7-xW2mPz')
    expect(code).toBe(1)
    expect(err).toContain('broken could not be rendered (template.exec')
    expect(out + err).not.toContain('kTq7-xW2mPz')
  })

  it('writes SARIF that says what the rules mean', async () => {
    const { out } = await scan('planted.yaml', '-o', 'sarif')
    const { runs: [run] } = JSON.parse(out) as { runs: { tool: { driver: { rules: { id: string; shortDescription?: object }[] } }; results: { ruleId: string; level: string; locations: object[] }[] }[] }
    expect(run!.results.length).toBeGreaterThanOrEqual(planted.length)
    expect(run!.tool.driver.rules.every((r) => r.shortDescription !== undefined)).toBe(true)
    expect(run!.results[0]).toMatchObject({ level: expect.stringMatching(/error|warning/), locations: [{ physicalLocation: { artifactLocation: { uri: 'planted.yaml' }, region: { startLine: expect.any(Number) } } }] })
  })

  it('shows only what is certain with --min-confidence certain', async () => {
    writeFileSync(join(dir.path, 'weak.env'), 'PASSWORD=hunter22x\n')
    expect((await scan('weak.env')).code).toBe(5)
    const { code, out } = await scan('weak.env', '--min-confidence', 'certain')
    expect([code, out]).toEqual([0, '0 charts and 1 file: no secret in plain text; 1 less certain (--min-confidence possible shows all)\n'])
    expect(await scan('--min-confidence', 'some')).toMatchObject({ code: 1 })
  })

  it('looks at what Git tracks, and before a commit at what it would change', async () => {
    git('init', '-q')
    expect((await runCli(['secrets', 'scan', '--git'], { cwd: '/' })).err).toMatch(/not a git repository(?![\s\S]*--repo)/)
    writeFileSync(join(dir.path, 'secrets.yaml.dec'), 'a: b\n')
    writeFileSync(join(dir.path, 'untracked.env'), 'PASSWORD=hunter22x\n')
    git('add', 'secrets.yaml.dec', 'clean')
    const tracked = await scan('--git', '-o', 'json')
    expect(tracked.code).toBe(5)
    expect((JSON.parse(tracked.out) as { findings: object[] }).findings).toMatchObject([{ rule: 'file/decrypted', file: 'secrets.yaml.dec' }])
    git('commit', '-qm', 'a')
    expect(await scan('--staged')).toMatchObject({ code: 0, out: '0 charts and 0 files: no secret in plain text\n' })
    // The index counts, not the work tree.
    writeFileSync(join(dir.path, 'clean/values.yaml'), 'auth:\n  password: hunter22x\n')
    expect((await scan('--staged')).code).toBe(0)
    git('add', 'clean')
    writeFileSync(join(dir.path, 'clean/values.yaml'), 'auth: {}\n')
    expect(await scan('--staged')).toMatchObject({ code: 5, out: expect.stringContaining('clean/values.yaml:2:13: auth.password') })
  })

  it('is a hook that git runs, for git commit -a too', async () => {
    git('reset', '-q', '--hard')
    writeFileSync(join(dir.path, '.git/hooks/pre-commit'), `#!/bin/sh\nexec ${process.execPath} ${process.env.PINTLE_BIN ?? join(import.meta.dirname, '../../bin/pintle.js')} secrets scan --staged\n`, { mode: 0o755 })
    writeFileSync(join(dir.path, 'clean/values.yaml'), 'auth:\n  password: hunter22x\n')
    expect(() => git('commit', '-qam', 'leak')).toThrow(/auth\.password/)
    writeFileSync(join(dir.path, 'clean/values.yaml'), 'auth:\n  existingSecret: shop\n')
    git('commit', '-qam', 'no leak')
  })
})
