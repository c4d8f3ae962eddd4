/** `package --sign` and `verify` beside the real Helm, with keys of GnuPG's making: signed by one verifies with the other; what does not hold is refused in Helm's words. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { pintle } from '../cli/run-cli.ts'
import { GpgHome, hasGpg } from './gpg-home.ts'
import { SideBySide } from './side-by-side.ts'

const helm = await ensureTool('helm')
if (!hasGpg) console.warn('SKIPPED: test/charts/provenance.test.ts makes its keys with GnuPG, which is not installed')

const archive = 'demo-1.0.0.tgz'
const chart = { 'demo/Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\ndescription: |\n  - starts with a dash\n  trailing   \nmaintainers: [{ name: "Jö" }]\n', 'demo/templates/cm.yaml': 'a: b\n', 'demo/README.md': 'x\n' }

describe.skipIf(helm === undefined || !hasGpg)('provenance', () => {
  let side: SideBySide
  let home: string
  let gpg: GpgHome
  const file = (name: string) => join(side.path, name)
  /** A provenance file that GnuPG signs. */
  const signedByGpg = (key: string, more: readonly string[] = [], text = body()) => gpg.clearSign(text, key, more)
  const body = (name = archive, sum = createHash('sha256').update(readFileSync(file(archive))).digest('hex')) =>
    `apiVersion: v2\nname: demo\nversion: 1.0.0\n\n...\nfiles:\n  ${name}: sha256:${sum}\n`
  const verify = (line: string) => side.both(`verify ${line}`)

  beforeAll(async () => {
    side = new SideBySide(helm!, chart)
    home = mkdtempSync(join(tmpdir(), 'gpg'))
    gpg = new GpgHome(home)
    for (const [name, algorithm] of [['Rsa', 'rsa2048'], ['Ed', 'ed25519'], ['Nist', 'nistp384'], ['Dsa', 'dsa2048'], ['Brain', 'brainpoolP256r1']]) gpg.key(`${name} Key <${name!.toLowerCase()}@example.com>`, { algorithm: algorithm! })
    gpg.key('Locked Key (secret) <locked@example.com>', { passphrase: 'pass word ü' })
    gpg.key('Certify Key <certify@example.com>', { usage: 'cert' })
    gpg.key('Expired Key <expired@example.com>', { at: '20200101T000000', expires: '1y' })
    gpg.key('Future Key <future@example.com>', { at: '20990101T000000' })
    const revoked = gpg.key('Revoked Key <revoked@example.com>')
    const two = gpg.key('Two Names <two@example.com>')
    gpg.run(['--quick-add-uid', two, 'Second Name <second@example.com>'])
    const lost = gpg.key('Lost Name <lost@example.com>')
    gpg.run(['--quick-add-uid', lost, 'Kept Name <kept@example.com>'])
    const parent = gpg.key('Parent Key <parent@example.com>', { at: '20190101T000000' })
    const subkeys = { good: gpg.subkey(parent), old: gpg.subkey(parent, { at: '20200101T000000', expires: '1y' }) }
    copyFileSync(join(home, 'pubring.kbx'), file('early.kbx'))
    gpg.run(['--quick-revoke-uid', lost, 'Lost Name <lost@example.com>'])
    const stranger = new GpgHome(join(home, 's'))
    stranger.key('Stranger <stranger@example.com>')
    await side.pair.helm(['package', 'demo'], { cwd: side.path, env: { SOURCE_DATE_EPOCH: '1700000000' } })
    const provenance = (name: string, text: string) => {
      copyFileSync(file(archive), file(`${name}/${archive}`))
      writeFileSync(file(`${name}/${archive}.prov`), text, 'latin1')
    }
    const names = ['rsa', 'ed', 'nist', 'dsa', 'brain', 'certify', 'expired', 'revoked', 'two', 'lost', 'stranger', 'subkey', 'oldsubkey', 'sha1', 'sha256', 'sha384', 'textmode', 'notation', 'expiredsig', 'twosigs']
    for (const name of names) mkdirSync(file(name))
    for (const name of names.slice(0, 6)) provenance(name, signedByGpg(`${name}@example.com`.replace('certify', 'rsa')))
    provenance('revoked', signedByGpg('revoked@example.com'))
    provenance('expired', signedByGpg('expired@example.com', ['--faked-system-time', '20200601T000000!']))
    provenance('two', signedByGpg('two@example.com'))
    provenance('lost', signedByGpg('kept@example.com'))
    provenance('stranger', stranger.clearSign(body(), 'stranger@example.com'))
    provenance('subkey', signedByGpg(`${subkeys.good}!`))
    provenance('oldsubkey', signedByGpg(`${subkeys.old}!`, ['--faked-system-time', '20200601T000000!']))
    for (const hash of ['sha1', 'sha256', 'sha384']) provenance(hash, signedByGpg('rsa@example.com', ['--digest-algo', hash]))
    provenance('textmode', signedByGpg('rsa@example.com', ['--textmode']))
    provenance('notation', signedByGpg('rsa@example.com', ['--sig-notation', '!critical@example.com=x']))
    provenance('expiredsig', signedByGpg('rsa@example.com', ['--faked-system-time', '20300101T000000!', '--default-sig-expire', '1d']))
    provenance('twosigs', signedByGpg('ed@example.com', ['--local-user', 'rsa@example.com']))
    gpg.export(side.path, 'pass word ü')
    copyFileSync(join(home, 'pubring.kbx'), file('pub.kbx'))
    gpg.revoke(revoked)
    writeFileSync(file('after.gpg'), gpg.run(['--export']), 'latin1')
    for (const name of ['rsa', 'ed']) writeFileSync(file(`${name}.asc`), gpg.run(['--armor', '--export', `${name}@example.com`]))
    writeFileSync(file('both.asc'), `some words\n${readFileSync(file('rsa.asc'), 'utf8')}${readFileSync(file('ed.asc'), 'utf8')}`)
    writeFileSync(file('both-clean.asc'), `${readFileSync(file('rsa.asc'), 'utf8')}\nbetween\n${readFileSync(file('ed.asc'), 'utf8')}`)
    writeFileSync(file('rsa-only.gpg'), gpg.run(['--export', 'rsa@example.com']), 'latin1')
    writeFileSync(file('secret.asc'), gpg.run(['--armor', '--export-secret-keys', 'rsa@example.com']))
  }, 300_000)
  afterAll(() => {
    gpg?.end()
    new GpgHome(join(home, 's')).end()
    side?.remove()
    rmSync(home, { recursive: true, force: true })
  })

  describe('signed by one, verified by both', () => {
    it.each(['rsa@example.com', "'Ed Key <ed@example.com>'", 'nist@', 'dsa', 'Two', 'Revoked', 'Expired'])('%s', async (key) => {
      for (const tool of ['helm', 'linked'] as const) {
        mkdirSync(file(`by-${tool}`), { recursive: true })
        const made = await side.pair.run(tool, ['package', 'demo', '--sign', '--key', key.replaceAll("'", ''), '--keyring', 'sec.gpg', '-d', `by-${tool}`], { cwd: side.path, env: { SOURCE_DATE_EPOCH: '1700000000' } })
        expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })
        for (const keyring of ['pub.gpg', 'pub.kbx']) {
          const { helm, pintle } = await verify(`by-${tool}/${archive} --keyring ${keyring}`)
          // A key with two names is told in random order.
          const sorted = (text: string) => text.split('\n').sort().join('\n')
          expect({ ...pintle, out: sorted(pintle.out) }).toEqual({ ...helm, out: sorted(helm.out) })
          if (!key.includes('Expired')) expect(helm.out).toMatch(/^Signed by: .*\n(?:Signed by: .*\n)?Using Key With Fingerprint: [0-9A-F]{40}\nChart Hash Verified: sha256:[0-9a-f]{64}\n$/)
        }
      }
      const text = (tool: string) => readFileSync(file(`by-${tool}/${archive}.prov`), 'utf8').replace(/-----BEGIN PGP SIGNATURE-----\n\n[^-]*/, '<signature>').replace(/sha256:\w+/, '<sum>')
      expect(text('linked')).toBe(text('helm'))
    })

    it('what Pintle signs is good for GnuPG', async () => {
      const made = await side.pair.pintle(['package', 'demo', '--sign', '--key', 'rsa@', '--keyring', 'sec.gpg', '-d', 'for-gpg'], { cwd: side.path })
      expect(made.code).toBe(0)
      const { stderr } = spawnSync('gpg', ['--verify', file(`for-gpg/${archive}.prov`)], { env: { ...process.env, GNUPGHOME: home, LC_ALL: 'C' }, encoding: 'utf8' })
      expect(stderr).toContain('Good signature from "Rsa Key <rsa@example.com>"')
    })
  })

  describe('verify', () => {
    const cases = ['rsa', 'ed', 'nist', 'dsa', 'brain', 'expired', 'revoked', 'two', 'lost', 'stranger', 'subkey', 'oldsubkey', 'sha1', 'sha256', 'sha384', 'textmode', 'notation', 'expiredsig', 'twosigs']
    it.each(cases.flatMap((name) => (['rsa', 'revoked', 'subkey', 'twosigs'].includes(name) ? ['pub.gpg', 'after.gpg', 'rsa-only.gpg'] : ['after.gpg']).map((ring) => `${name}/${archive} --keyring ${ring}`)))('%s', async (line) => {
      const { helm, pintle } = await verify(line)
      const sorted = (text: string) => text.split('\n').sort().join('\n')
      expect({ ...pintle, out: sorted(pintle.out) }).toEqual({ ...helm, out: sorted(helm.out) })
    })

    it.each(['pub.asc', 'both.asc', 'both-clean.asc', 'ed.asc', 'rsa.asc', 'secret.asc', 'sec.gpg', 'pub.kbx', 'early.kbx', 'demo/README.md', 'nothing', 'demo', `rsa/${archive}.prov`, `rsa/${archive}`])('with the keyring %s', async (ring) => {
      for (const name of ['rsa', 'ed']) {
        const { helm, pintle } = await verify(`${name}/${archive} --keyring ${ring}`)
        expect(pintle).toEqual(helm)
      }
    })

    it('with GnuPG\'s own keyring when none is named', async () => {
      for (const env of [{ GNUPGHOME: home }, { GNUPGHOME: join(home, 'nowhere') }, {}] as Record<string, string>[]) {
        const options = { cwd: side.path, env: { HOME: home, ...env } }
        const [theirs, ours] = await Promise.all([side.pair.helm(['verify', `rsa/${archive}`], options), side.pair.linked(['verify', `rsa/${archive}`], options)])
        expect(ours).toEqual(theirs)
      }
    })

    it.each(['demo', 'gone.tgz', 'demo/README.md', archive, '', 'demo more'])('of what cannot be verified: %s', async (what) => {
      const { helm, pintle } = await verify(`${what === '' ? "''" : what} --keyring pub.gpg`)
      expect(helm.code).toBe(1)
      expect(pintle).toEqual(helm)
    })

    const provenance = () => readFileSync(file(`rsa/${archive}.prov`), 'latin1')
    const tampered: [string, (text: string) => string][] = [
      ['another sum', (t) => t.replace(/sha256:../, 'sha256:00')], ['another name of the chart', (t) => t.replace('name: demo', 'name: domo')], ['a line more', (t) => t.replace('\n...\n', '\nmore: x\n...\n')],
      ['a space at the end of a line', (t) => t.replace('name: demo\n', 'name: demo \n')], ['Windows lines', (t) => t.replaceAll('\n', '\r\n')], ['words before', (t) => `hello\n${t}`], ['words after', (t) => `${t}\nhello\n`], ['no signature', (t) => t.slice(0, t.indexOf('-----BEGIN PGP SIG'))],
      ['no beginning', (t) => t.replace('-----BEGIN PGP SIGNED MESSAGE-----\n', '')], ['nothing', () => ''], ['no end', (t) => t.replace('-----END PGP SIGNATURE-----', '')], ['a header of another kind', (t) => t.replace('Hash: SHA512', 'Charset: utf-8')], ['a hash nobody knows', (t) => t.replace('SHA512', 'SHA0')], ['another hash named', (t) => t.replace('SHA512', 'SHA256')],
      ['no header', (t) => t.replace(/Hash: \w+\n/, '')], ['a damaged signature', (t) => t.replace(/(\n\n[\w+/]{64}\n[\w+/]{20})(.)/, (_, a: string, c: string) => a + (c === 'A' ? 'B' : 'A'))], ['a sum of a line', (t) => t.replace('-----END PGP SIG', '=AAAA\n-----END PGP SIG')],
      ['an armor header', (t) => t.replace('-----BEGIN PGP SIGNATURE-----\n', '-----BEGIN PGP SIGNATURE-----\nVersion: x\n')], ['a second message', (t) => t + t], ['an escaped dash', (t) => t.replace('\napiVersion', '\n- apiVersion')],
    ]
    it.each(tampered)('of a .prov with %s', async (_, change) => {
      mkdirSync(file('tampered'), { recursive: true })
      copyFileSync(file(archive), file(`tampered/${archive}`))
      const before = provenance()
      const after = change(before)
      expect(after).not.toBe(before)
      writeFileSync(file(`tampered/${archive}.prov`), after, 'latin1')
      const { helm, pintle } = await verify(`tampered/${archive} --keyring pub.gpg`)
      expect(pintle).toEqual(helm)
    })

    it('of an archive that was changed, or has another name', async () => {
      mkdirSync(file('changed'))
      writeFileSync(file(`changed/${archive}`), 'other bytes')
      writeFileSync(file('changed/other-1.0.0.tgz'), readFileSync(file(archive)))
      for (const name of [archive, 'other-1.0.0.tgz']) writeFileSync(file(`changed/${name}.prov`), provenance(), 'latin1')
      const sum = await verify(`changed/${archive} --keyring pub.gpg`)
      expect(sum.helm.err).toMatch(/^Error: sha256 sum does not match for demo-1\.0\.0\.tgz/)
      expect(sum.pintle).toEqual(sum.helm)
      const name = await verify('changed/other-1.0.0.tgz --keyring pub.gpg')
      expect(name.helm.err).toMatch(/does not contain a SHA for a file named "other-1\.0\.0\.tgz"/)
      expect(name.pintle).toEqual(name.helm)
    })

    it.each([['no parts', 'files:\n  x: y\n'], ['no YAML', 'a\n...\n[\n'], ['other YAML', 'a\n...\n- x\n'], ['no files', 'a\n...\nimages: {}\n'], ['three parts', 'a\n...\nfiles: {}\n...\nfiles: {}\n'], ['no text', '\n...\n'], ['numbers', 'a\n...\nfiles: { demo-1.0.0.tgz: 1 }\n'], ['a list', 'a\n...\nfiles: []\n']])('of a signed text with %s', async (_, text) => {
      mkdirSync(file('odd'), { recursive: true })
      copyFileSync(file(archive), file(`odd/${archive}`))
      writeFileSync(file(`odd/${archive}.prov`), signedByGpg('rsa@example.com', [], text), 'latin1')
      const { helm, pintle } = await verify(`odd/${archive} --keyring pub.gpg`)
      expect(helm.code).toBe(1)
      expect(pintle).toEqual(helm)
    })

    it('by other commands', async () => {
      for (const command of ['show chart', 'template r']) {
        for (const name of ['rsa', 'stranger']) {
          const { helm, pintle } = await side.both(`${command} ${name}/${archive} --verify --keyring pub.gpg`)
          expect(helm.code).toBe(name === 'rsa' ? 0 : 1)
          expect(pintle).toEqual(helm)
        }
      }
    })
  })

  describe('package --sign', () => {
    it.each(['--key nobody --keyring sec.gpg', '--key Key --keyring sec.gpg', '--key rsa@ --keyring pub.gpg', '--key rsa@ --keyring gone', '--key rsa@ --keyring demo/README.md', '--key rsa@ --keyring demo', '--key example.com --keyring secret.asc', '--key two@ --keyring sec.gpg --passphrase-file gone', '--key locked@ --keyring sec.gpg --passphrase-file wrong', '--key locked@ --keyring sec.gpg --passphrase-file empty', '--key locked@ --keyring sec.gpg', '--key locked@ --keyring sec.gpg --passphrase-file -', '--key locked@ --keyring sec.gpg --passphrase-file demo'])('%s', async (flags) => {
      writeFileSync(file('wrong'), 'wrong\n')
      writeFileSync(file('empty'), '')
      const { helm, pintle } = await side.both(`package demo --sign ${flags}`, { env: { SOURCE_DATE_EPOCH: '1700000000' } })
      const settled = ({ files, ...rest }: typeof helm) => ({ ...rest, files: Object.keys(files) })
      expect(settled(pintle)).toEqual(settled(helm))
    })

    it.each([['a file', 'right', ''], ['a file with Windows lines', 'windows', ''], ['standard input', '-', 'pass word ü\nmore\n']])('with a passphrase of %s, for two charts', async (_, source, piped) => {
      writeFileSync(file('right'), 'pass word ü\n')
      writeFileSync(file('windows'), 'pass word ü\r\nmore')
      for (const tool of ['helm', 'pintle']) {
        const program = tool === 'helm' ? `'${helm!}'` : `'${process.execPath}' '${pintle}'`
        // A shell's pipe, as Helm looks whether it is one.
        const ran = spawnSync('sh', ['-c', `printf '%s' '${piped}' | ${program} package demo demo --sign --key locked@ --keyring sec.gpg --passphrase-file ${source} -d pass-${tool}`], { cwd: side.path, encoding: 'utf8', env: { ...process.env, HOME: side.path } })
        expect(ran.stderr).toBe('')
        const { helm: checked, pintle: ours } = await verify(`pass-${tool}/${archive} --keyring pub.gpg`)
        expect(checked.out).toContain('Signed by: Locked Key (secret) <locked@example.com>')
        expect(ours).toEqual(checked)
      }
    })
  })
})
