/** Commands that fetch, with --verify, from a repository that holds provenance files, beside the real Helm. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { provenanceSigner } from '../../src/charts/registry/index.ts'
import { archiveOf, indexOf } from './chart-files.ts'
import { ChartServer } from './chart-server.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')

describe.skipIf(helm === undefined)('--verify from a repository', () => {
  let server: ChartServer
  let homes: TwoHomes
  let keys: { secret: Uint8Array; public: Uint8Array; other: Uint8Array }

  beforeAll(async () => {
    const key = async (name: string) => (await openpgp.generateKey({ type: 'rsa', rsaBits: 2048, userIDs: [{ name, email: 'a@example.com' }], format: 'object' })).privateKey
    const [own, other] = await Promise.all([key('Own'), key('Other')])
    keys = { secret: own!.write(), public: own!.toPublic().write(), other: other!.toPublic().write() }
    server = await ChartServer.start()
    const charts = ['good', 'unsigned', 'tampered', 'odd'].map((name) => ({ name, version: '1.0.0', bytes: archiveOf(name, '1.0.0') }))
    const scratch = new TwoHomes(helm!)
    const ring = join(scratch.work('helm'), 'sec.gpg')
    writeFileSync(ring, keys.secret)
    const signer = await provenanceSigner({ keyring: ring, key: 'Own', passphrase: () => async () => '' })
    for (const { name, bytes } of charts) {
      server.files.set(`/${name}-1.0.0.tgz`, bytes)
      if (name === 'unsigned') continue
      const text = await signer.sign(name === 'tampered' ? Buffer.from('what it was') : bytes, `${name}-1.0.0.tgz`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`)
      server.files.set(`/${name}-1.0.0.tgz.prov`, name === 'odd' ? 'no provenance at all' : text)
    }
    scratch.remove()
    server.files.set('/index.yaml', indexOf(charts))
  })
  afterAll(() => server?.close())
  beforeEach(async () => {
    homes = new TwoHomes(helm!)
    homes.each((tool) => {
      writeFileSync(join(homes.work(tool), 'pub.gpg'), keys.public)
      writeFileSync(join(homes.work(tool), 'other.gpg'), keys.other)
    })
    await homes.same(['repo', 'add', 'here', server.url])
    return () => homes.remove()
  })

  test.each(['good', 'unsigned', 'tampered', 'odd'])('%s', async (name) => {
    const codes: number[] = []
    for (const keyring of ['pub.gpg', 'other.gpg', 'gone.gpg']) {
      for (const command of [['pull', `here/${name}`], ['pull', name, '--repo', server.url, '--prov'], ['show', 'chart', `here/${name}`], ['template', 'r', `${server.url}/${name}-1.0.0.tgz`]]) {
        codes.push((await homes.same([...command, '--verify', '--keyring', keyring])).code)
      }
    }
    expect(codes.slice(0, 4)).toEqual(name === 'good' ? [0, 0, 0, 0] : [1, 1, 1, 1])
    expect(codes.slice(4)).toEqual(Array.from({ length: 8 }, () => 1))
    homes.sameFiles('.', 'work')
  })

  test('pulled with its provenance, and verified then', async () => {
    await homes.same(['pull', 'here/good', '--prov'])
    expect((await homes.same(['verify', 'good-1.0.0.tgz', '--keyring', 'pub.gpg'])).out).toContain('Signed by: Own <a@example.com>')
    homes.sameFiles('.', 'work')
  })

  test.each(['good', 'unsigned', 'tampered'])('a dependency that is %s', async (name) => {
    homes.each((tool) => {
      mkdirSync(join(homes.work(tool), 'app'))
      writeFileSync(join(homes.work(tool), 'app/Chart.yaml'), `apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{ name: ${name}, version: 1.0.0, repository: "${server.url}" }]\n`)
    })
    // The folder it works in has the process's number.
    const same = (text: string) => text.replace(/tmpcharts-\d+/g, 'tmpcharts')
    const update = await homes.same(['dependency', 'update', 'app', '--verify', '--keyring', 'pub.gpg'], { same })
    expect(update.code).toBe(name === 'good' ? 0 : 1)
    await homes.same(['dependency', 'build', 'app', '--verify', '--keyring', 'other.gpg'], { same })
  })
})
