/** --dependency-update beside the real Helm, for dependencies that are folders: the same words, archives of the same tar, the same lock. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { folder } from '../cli/run-cli.ts'
import { CliPair, type Ran } from './cli-pair.ts'

const helm = await ensureTool('helm')

const chart = (name: string, dependencies = '', version = '1.2.3', apiVersion = 'v2') => `apiVersion: ${apiVersion}\nname: ${name}\nversion: ${version}\ndescription: "one: two"\nkeywords: [a, b]\nmaintainers: [{ name: m, email: m@example.com }]\nannotations: { k: "1" }\n${dependencies}`
const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Chart.Name }} }\n'
const long = `templates/${'deep/'.repeat(24)}cm.yaml`
const files: Record<string, string> = {
  'app/Chart.yaml': chart('app', 'dependencies:\n- { name: lib, version: ">=1.0.0 <2", repository: "file://../lib", alias: other, tags: [t], import-values: [{ child: a, parent: b }] }\n- { name: near, version: 0.1.0, repository: "file://./local/near" }\n'),
  'app/templates/cm.yaml': template,
  'app/local/near/Chart.yaml': chart('near', '', '0.1.0', 'v1'), 'app/local/near/requirements.yaml': 'dependencies: []\n', 'app/local/near/templates/cm.yaml': template,
  'lib/Chart.yaml': chart('lib', 'dependencies:\n- { name: inner, version: 1.2.3, repository: "file://../inner" }\n'), 'lib/values.yaml': '# comment\nx: 1\n', 'lib/values.schema.json': '{"type":"object"}', 'lib/README.md': '# ünï\n', 'lib/.helmignore': 'ignored\n', 'lib/ignored': 'x',
  'lib/templates/cm.yaml': template, 'lib/templates/NOTES.txt': 'hello\n', [`lib/${long}`]: template, 'lib/files/ü.txt': 'x', 'lib/crds/crd.yaml': 'a: b\n',
  'lib/Chart.lock': 'dependencies:\n- name: inner\n  repository: file://../inner\n  version: 1.2.3\ndigest: sha256:abc\ngenerated: "2026-01-02T03:04:05.678Z"\n',
  'lib/charts/inner/Chart.yaml': chart('inner'), 'lib/charts/inner/templates/cm.yaml': template,
  'inner/Chart.yaml': chart('inner'),
  'legacy/Chart.yaml': chart('legacy', '', '1.0.0', 'v1'), 'legacy/requirements.yaml': 'dependencies:\n- { name: inner, version: "*", repository: "file://../inner" }\n', 'legacy/templates/cm.yaml': template,
  'none/Chart.yaml': chart('none', 'dependencies:\n- { name: gone, version: 1.0.0, repository: "file://../gone" }\n'),
  'newer/Chart.yaml': chart('newer', 'dependencies:\n- { name: inner, version: ">2", repository: "file://../inner" }\n'),
  'odd/Chart.yaml': chart('odd', 'dependencies:\n- { name: inner, version: "one", repository: "file://../inner" }\n'),
  'own/Chart.yaml': chart('own', 'dependencies:\n- { name: mine, version: 1.0.0 }\n'),
  'full/Chart.yaml': chart('full', 'dependencies:\n- { name: inner, version: 1.2.3, repository: "file://../inner" }\n'), 'full/charts/inner/Chart.yaml': chart('inner'),
}

describe.skipIf(helm === undefined)('--dependency-update', () => {
  let pair: CliPair
  let source: ReturnType<typeof folder>
  const copies: string[] = []
  beforeAll(() => {
    pair = new CliPair(helm!)
    source = folder(files)
    mkdirSync(join(source.path, 'app/charts'))
    execFileSync('tar', ['czf', join(source.path, 'app/charts/inner-0.0.1.tgz'), '-C', source.path, 'inner'])
  })
  afterAll(() => {
    pair?.remove()
    source?.remove()
    for (const copy of copies) rmSync(copy, { recursive: true })
  })

  async function run(how: 'helm' | 'linked' | 'pintle', line: string, env: Record<string, string> = {}): Promise<{ ran: Ran; at: string }> {
    const at = mkdtempSync(join(tmpdir(), 'pintle-deps-'))
    copies.push(at)
    cpSync(source.path, at, { recursive: true, preserveTimestamps: true })
    const { code, out, err } = await pair[how](line.split(' '), { cwd: at, env })
    const neutral = (text: string) => text.replaceAll(at, '<at>').split('\n').filter((l) => !l.startsWith('level=')).join('\n')
    return { ran: { code, out: neutral(out), err: neutral(err) }, at }
  }
  const left = (at: string, name: string) => {
    const charts = join(at, name, 'charts')
    const archives = existsSync(charts) ? readdirSync(charts).filter((f) => f.endsWith('.tgz')).sort() : []
    const lock = ['Chart.lock', 'requirements.lock'].filter((f) => existsSync(join(at, name, f)))
    return {
      archives: archives.map((f) => [f, gunzipSync(readFileSync(join(charts, f))).toString('latin1')]),
      locks: lock.map((f) => [f, readFileSync(join(at, name, f), 'utf8').replace(/generated: .*/, 'generated: <time>')]),
      all: readdirSync(join(at, name)).sort(),
    }
  }

  it.each(['app', 'legacy', 'full'])('%s', async (name) => {
    const env = { SOURCE_DATE_EPOCH: '1700000000' }
    const [theirs, ours] = await Promise.all([run('helm', `template r ${name} --dependency-update`, env), run('linked', `template r ${name} --dependency-update`, env)])
    expect(theirs.ran.code).toBe(0)
    expect(ours.ran).toEqual(theirs.ran)
    expect(left(ours.at, name)).toEqual(left(theirs.at, name))
  })

  it('keeps the times of files, and leaves a lock alone that fits', async () => {
    const [theirs, ours] = await Promise.all([run('helm', 'template r legacy --dependency-update'), run('linked', 'template r legacy --dependency-update')])
    expect(left(ours.at, 'legacy')).toEqual(left(theirs.at, 'legacy'))
    const lock = join(ours.at, 'legacy/requirements.lock')
    const before = readFileSync(lock, 'utf8')
    rmSync(join(ours.at, 'legacy/charts'), { recursive: true })
    expect((await pair.linked(['template', 'r', 'legacy', '--dependency-update'], { cwd: ours.at })).code).toBe(0)
    expect(readFileSync(lock, 'utf8')).toBe(before)
  })

  it.each(['none', 'newer', 'odd', 'own'])('failure: %s', async (name) => {
    const [theirs, ours] = await Promise.all((['helm', 'linked'] as const).map((how) => run(how, `template r ${name} --dependency-update`)))
    expect(theirs!.ran.code).toBe(1)
    expect(ours!.ran).toEqual(theirs!.ran)
  })

  it('install takes it too; as pintle it tells of it beside its output', async () => {
    const { ran, at } = await run('pintle', 'install r app --dependency-update --dry-run=client -o json')
    expect(ran.code, ran.err).toBe(0)
    expect(JSON.parse(ran.out).manifest).toContain('name: other')
    expect(ran.err).toContain('Saving 2 charts')
    expect(left(at, 'app').archives.map(([name]) => name)).toEqual(['lib-1.2.3.tgz', 'near-0.1.0.tgz'])
  })
})
