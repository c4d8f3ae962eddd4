/** `package` beside the real Helm: the same words, and archives of the same tar, byte for byte. */
import { chmodSync, readFileSync, readdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { SideBySide, filesOf } from './side-by-side.ts'

const helm = await ensureTool('helm')

const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Chart.Name }} }\n'
const files: Record<string, string> = {
  'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: "2"\ndescription: "a: b"\nkeywords: [x, y]\nannotations: { b: "1", a: "2" }\nmaintainers: [{ name: m, url: "" }]\nunknown: dropped\n',
  'app/values.yaml': '# comment\nx: 1\n', 'app/values.schema.json': '{ "type": "object" }', 'app/README.md': 'ünï\n', 'app/LICENSE': 'mine\n',
  'app/.helmignore': '*.bak\n/secret/\n', 'app/x.bak': 'no', 'app/secret/a': 'no', 'app/secret/kept': 'no?',
  'app/templates/cm.yaml': template, 'app/templates/_h.tpl': '', 'app/templates/empty.yaml': '', [`app/files/${'deep/'.repeat(30)}name`]: 'x', [`app/files/${'n'.repeat(120)}`]: 'x', 'app/files/ü.txt': 'x',
  'app/crds/c.yaml': 'a: b\n', 'app/charts/sub/Chart.yaml': 'apiVersion: v1\nname: sub\nversion: 0.1.0\n', 'app/charts/sub/templates/x.yaml': template, 'app/charts/sub/requirements.yaml': 'dependencies: []\n',
  'app/charts/_hidden/Chart.yaml': 'no', 'app/charts/_README.md': 'no',
  'app/Chart.lock': 'dependencies: []\ndigest: sha256:abc\ngenerated: "2026-01-02T03:04:05.500+02:00"\n',
  'old/Chart.yaml': 'name: old\nversion: 0.0.1\n', 'old/requirements.yaml': 'dependencies:\n- { name: sub, version: 0.1.0, repository: "" }\n', 'old/charts/sub/Chart.yaml': 'apiVersion: v1\nname: sub\nversion: 0.1.0\n',
  'old/requirements.lock': 'dependencies: []\ndigest: ""\ngenerated: "2020-01-01T00:00:00Z"\n',
  'three/Chart.yaml': 'apiVersion: v3\nname: three\nversion: 1.0.0\n', 'four/Chart.yaml': 'apiVersion: v4\nname: four\nversion: 1.0.0\n',
  'badname/Chart.yaml': 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n', 'noname/Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n', 'badversion/Chart.yaml': 'apiVersion: v2\nname: b\nversion: one\n', 'nochart/x': '',
  'badschema/Chart.yaml': 'apiVersion: v2\nname: badschema\nversion: 1.0.0\n', 'badschema/values.schema.json': '{ "type": ',
  'badvalues/Chart.yaml': 'apiVersion: v2\nname: badvalues\nversion: 1.0.0\n', 'badvalues/values.yaml': 'a: [\n',
  'missing/Chart.yaml': 'apiVersion: v2\nname: missing\nversion: 1.0.0\ndependencies: [{ name: gone, version: 1.0.0, repository: "" }, { name: too, version: 1.0.0, repository: "" }]\n',
  'dep/Chart.yaml': 'apiVersion: v2\nname: dep\nversion: 1.0.0\ndependencies: [{ name: old, version: "*", repository: "file://../lib" }]\n', 'lib/Chart.yaml': 'apiVersion: v2\nname: old\nversion: 2.0.0\ntype: library\n',
  'locked/Chart.yaml': 'apiVersion: v2\nname: locked\nversion: 1.0.0\nannotations: {}\n', 'locked/Chart.lock': '{}\n', 'emptylock/Chart.yaml': 'apiVersion: v2\nname: emptylock\nversion: 1.0.0\n', 'emptylock/Chart.lock': '',
  // One subchart each: Helm packs several in random order.
  'vendored/Chart.yaml': 'apiVersion: v2\nname: vendored\nversion: 1.0.0\n', 'vendored/charts/packed-1.0.0.tgz': '', 'vendored/charts/packed-1.0.0.tgz.prov': 'kept',
  afile: 'x',
}

describe.skipIf(helm === undefined)('package', () => {
  let side: SideBySide
  beforeAll(() => {
    side = new SideBySide(helm!, files)
    for (const [i, name] of Object.keys(files).entries()) utimesSync(join(side.path, name), 1_600_000_000 + i, 1_600_000_000.4 + i * 1000)
    utimesSync(join(side.path, 'app/LICENSE'), 0, 0)
    chmodSync(join(side.path, 'app/README.md'), 0o755)
    symlinkSync('../README.md', join(side.path, 'app/files/link.md'))
    symlinkSync('../lib', join(side.path, 'app/linked'))
    execFileSync('tar', ['czf', join(side.path, 'vendored/charts/packed-1.0.0.tgz'), '--mtime=@0', '-C', side.path, '--transform', 's,^lib,packed,', 'lib'])
  })
  afterAll(() => side?.remove())

  it.each([
    'package app', 'package app old', 'package ./app/', 'package app -d out/new', 'package app --destination afile', 'package app -d afile/below', 'package app --version 9.9.9+build.1 --app-version v7', 'package app --version one',
    'package app --version 1.0', 'package old', 'package vendored', 'package three', 'package four', 'package badname', 'package noname', 'package badversion', 'package nochart', 'package badschema', 'package badvalues', 'package missing', 'package gone', 'package afile',
    'package app gone', 'package', 'package dep', 'package dep -u', 'package locked emptylock', 'package app --sign', 'package app --sign --key x --keyring nowhere', "package app --sign --key x --keyring ''", 'package app --wrong', 'package app --set a=b',
  ])('%s', async (line) => {
    const { helm, pintle } = await side.both(line)
    // The lock's time is that of the run, and archives may be made in different seconds where no file says when.
    const timeless = (result: typeof helm) => ({ ...result, files: Object.fromEntries(Object.entries(result.files).filter(([name]) => !/lock/.test(name)).map(([name, text]) => [name, /dep-1\.0\.0|old-2|emptylock|locked-/.test(name) ? text.length : text])) })
    expect(timeless(pintle)).toEqual(timeless(helm))
  })

  it.each(['0', '1700000000', '', 'x', '-1', '99999999999999999999', '1.5', '+5'])('SOURCE_DATE_EPOCH=%s', async (epoch) => {
    const { helm, pintle } = await side.both('package app old vendored', { env: { SOURCE_DATE_EPOCH: epoch } })
    expect(pintle).toEqual(helm)
  })

  it('gives the same bytes for the same chart', async () => {
    const made = async () => {
      const { files: left } = await side.run('linked', ['package app -d out'], { env: { SOURCE_DATE_EPOCH: '1700000000' } })
      return left['out/app-1.2.3.tgz']
    }
    expect(await made()).toBe(await made())
    const out = await side.pair.pintle(['package', 'app', '-d', 'twice'], { cwd: side.path, env: { SOURCE_DATE_EPOCH: '1700000000' } })
    expect(out.code).toBe(0)
    const file = join(side.path, 'twice/app-1.2.3.tgz')
    const first = readFileSync(file)
    for (const name of readdirSync(join(side.path, 'app'))) utimesSync(join(side.path, 'app', name), 5, 5)
    await side.pair.pintle(['package', 'app', '-d', 'twice'], { cwd: side.path, env: { SOURCE_DATE_EPOCH: '1700000000' } })
    expect(readFileSync(file).equals(first)).toBe(true)
  })

  it('Helm renders, shows and lints what Pintle packed', async () => {
    await side.pair.pintle(['package', 'app', 'old', '-d', 'packed'], { cwd: side.path })
    for (const archive of ['packed/app-1.2.3.tgz', 'packed/old-0.0.1.tgz']) {
      for (const command of [['template', 'r'], ['show', 'all'], ['lint']]) {
        const [theirs, ours] = await Promise.all([side.pair.helm([...command, archive], { cwd: side.path }), side.pair.linked([...command, archive], { cwd: side.path })])
        expect(ours.out.replace(/helm-lint\w+/g, '')).toBe(theirs.out.replace(/helm-lint\w+/g, ''))
        expect(ours.code).toBe(theirs.code)
        expect(theirs.out).not.toBe('')
      }
    }
    expect(Object.keys(filesOf(join(side.path, 'packed')))).toEqual(['app-1.2.3.tgz', 'old-0.0.1.tgz'])
  })
})
