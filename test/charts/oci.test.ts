/** Charts in the real `distribution` registry: pushed and pulled by Helm and by Pintle, over TLS, with basic and with token authorization. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { archiveOf, writeFiles } from './chart-files.ts'
import { RegistryServer, user } from './registry-server.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')
const registryProgram = await ensureTool('registry')
const made = Date.UTC(2024, 4, 6, 7, 8, 9)

/** A chart whose metadata has all there is. */
const metadata = `description: "A chart <for> tests & more"
home: https://example.com/web
sources: [https://example.com/src, https://example.com/src2]
keywords: [web, "<b>"]
maintainers:
  - {name: Ann, email: ann@example.com, url: https://example.com/ann}
  - {email: bob@example.com}
icon: https://example.com/i.png
appVersion: "1.0"
kubeVersion: ">=1.20.0-0"
deprecated: true
type: application
annotations:
  zeta: last
  org.opencontainers.image.title: not this
  org.opencontainers.image.authors: Somebody
  alpha: "<1>"
`

describe.skipIf(helm === undefined || registryProgram === undefined)('charts in a registry', () => {
  let homes: TwoHomes
  beforeAll(() => { homes = new TwoHomes(helm!) })
  afterAll(() => homes.remove())

  /** Writes an archive with a fixed time into both work folders. */
  function archive(name: string, version: string, extra = '', files: Record<string, string> = {}): string {
    const file = `${name}-${version}.tgz`
    const bytes = archiveOf(name, version, extra, files)
    homes.each((tool) => {
      const path = join(homes.work(tool), file)
      writeFileSync(path, bytes)
      utimesSync(path, made / 1000, made / 1000)
    })
    return file
  }

  describe.each([
    { name: 'plain HTTP', options: {}, flags: ['--plain-http'] },
    { name: 'TLS with basic authorization', options: { tls: true, auth: 'basic' as const }, flags: [] },
    { name: 'TLS with tokens', options: { tls: true, auth: 'token' as const }, flags: [] },
  ])('$name', ({ name, options, flags }) => {
    let registry: RegistryServer
    let trust: string[]
    const same = (text: string): string => text.replaceAll(registry.host, '<registry>').replaceAll(registry.tokens?.url ?? '<none>', '<tokens>')
    beforeAll(async () => {
      registry = await RegistryServer.start(registryProgram!, options)
      trust = [...flags, ...(options.tls ? ['--ca-file', registry.caFile] : [])]
    })
    afterAll(() => registry?.stop())

    const run = (tool: 'helm' | 'linked', args: string[], more: { stdin?: string; env?: Record<string, string> } = {}) => homes.run(tool, args, { same, ...more })
    const both = (args: string[], more: { stdin?: string; env?: Record<string, string> } = {}) => homes.same(args, { same, ...more })

    test.runIf(options.auth !== undefined)('without a login nothing is done, and both say so', async () => {
      const file = archive('early', '1.0.0')
      expect((await both(['push', file, `oci://${registry.host}/charts`, ...trust])).code).toBe(1)
      expect((await both(['registry', 'login', registry.host, '-u', user.name, '--password-stdin', ...trust], { stdin: 'wrong' })).code).toBe(1)
    })

    test('login keeps the same file, and says the same', async () => {
      const { code, out } = await both(['registry', 'login', registry.host, '-u', user.name, '--password-stdin', ...trust], { stdin: `${user.password}\n` })
      expect([code, out]).toEqual([0, 'Login Succeeded\n'])
      homes.sameFiles('.config/helm/registry')
      for (const tool of ['helm', 'linked'] as const) expect(statSync(join(homes.home(tool), '.config/helm/registry/config.json')).mode & 0o777).toBe(0o600)
    })

    test('a push by either gives the same digest, and either pulls what the other pushed', async () => {
      const file = archive('web', '1.2.3', metadata)
      writeFiles(homes.work('helm'), { [`${file}.prov`]: 'not really signed' })
      writeFiles(homes.work('linked'), { [`${file}.prov`]: 'not really signed' })
      const byHelm = await run('helm', ['push', file, `oci://${registry.host}/helm`, ...trust])
      const byPintle = await run('linked', ['push', file, `oci://${registry.host}/pintle`, ...trust])
      expect([byPintle.code, byPintle.err, byPintle.out]).toEqual([0, byHelm.err, byHelm.out.replace('/helm/web', '/pintle/web')])
      for (const from of ['helm', 'pintle']) {
        for (const tool of ['helm', 'linked'] as const) {
          mkdirSync(join(homes.work(tool), from), { recursive: true })
          const pulled = await run(tool, ['pull', `oci://${registry.host}/${from}/web`, '--version', '1.2.3', '--prov', '-d', from, ...trust])
          expect(pulled.code, pulled.err).toBe(0)
          expect(readFileSync(join(homes.work(tool), from, file)).equals(readFileSync(join(homes.work('helm'), file)))).toBe(true)
          expect(readFileSync(join(homes.work(tool), from, `${file}.prov`), 'utf8')).toBe('not really signed')
        }
      }
    })

    test('plus signs, pushed again, ranges and digests', async () => {
      for (const version of ['0.1.0', '0.2.0', '0.2.1-rc.1', '0.1.5+build.7']) {
        const file = archive('many', version)
        const first = await both(['push', file, `oci://${registry.host}/c`, ...trust])
        expect(first.code).toBe(0)
        expect(await both(['push', file, `oci://${registry.host}/c/`, ...trust])).toEqual(first)
      }
      for (const [i, args] of [[], ['--version', '^0.1.0'], ['--version', '0.1.5+build.7'], ['--version', '>0.2.0-0'], ['--devel'], ['--version', '0.2'], ['--version', '9.9.9'], ['--version', '>9'], ['--version', 'nonsense']].entries()) {
        homes.each((tool) => mkdirSync(join(homes.work(tool), `${name}-${i}`), { recursive: true }))
        await both(['pull', `oci://${registry.host}/c/many`, '-d', `${name}-${i}`, ...args, ...trust])
        homes.sameFiles(`${name}-${i}`, 'work')
      }
      const digest = /Digest: (sha256:\w+)/.exec((await both(['pull', `oci://${registry.host}/c/many:0.2.0`, ...trust])).out)![1]!
      expect((await both(['pull', `oci://${registry.host}/c/many@${digest}`, ...trust])).code).toBe(0)
      homes.sameFiles('', 'work')
      await both(['pull', `oci://${registry.host}/c/many:0.2.0@${digest}`, ...trust])
      await both(['pull', `oci://${registry.host}/c/many:0.1.0@${digest}`, ...trust])
      await both(['pull', `oci://${registry.host}/c/many:0.1.0`, '--version', '0.2.0', ...trust])
      await both(['pull', `oci://${registry.host}/c/many@sha256:abc`, ...trust])
      await both(['pull', `oci://${registry.host}/c/many@sha256:${'0'.repeat(64)}`, ...trust])
    })

    test('show, template and dependencies from the registry', async () => {
      archive('lib', '1.0.0')
      await both(['push', 'lib-1.0.0.tgz', `oci://${registry.host}/c`, ...trust])
      await both(['template', 'x', `oci://${registry.host}/c/lib`, '--version', '1.0.0', ...trust])
      expect((await both(['show', 'chart', `oci://${registry.host}/c/lib`, '--version', '1.0.0', ...trust])).code).toBe(0)
      await both(['show', 'values', `oci://${registry.host}/c/lib:1.0.0`, ...trust])
      const timeless = (text: string): string => same(text).replace(/^LAST DEPLOYED: .*$/m, 'LAST DEPLOYED: <time>')
      expect((await homes.same(['install', 'x', `oci://${registry.host}/c/lib`, '--version', '1.0.0', '--dry-run=client', ...trust], { same: timeless })).code).toBe(0)
      homes.each((tool) => writeFiles(homes.work(tool), { 'umbrella/Chart.yaml': `apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n  - {name: lib, version: ^1.0.0, repository: "oci://${registry.host}/c"}\n` }))
      expect((await both(['dependency', 'update', 'umbrella', ...trust])).code).toBe(0)
      homes.sameFiles('umbrella', 'work')
      homes.each((tool) => rmSync(join(homes.work(tool), 'umbrella'), { recursive: true }))
    })

    test('what is not there, and what is none', async () => {
      await both(['pull', `oci://${registry.host}/none/web`, '--version', '1.0.0', ...trust])
      await both(['pull', `oci://${registry.host}/none/web`, ...trust])
      await both(['pull', `oci://${registry.host}/Upper/web`, '--version', '1.0.0', ...trust])
      await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0', '--verify', ...trust])
      await both(['push', 'absent.tgz', `oci://${registry.host}/c`, ...trust])
      await both(['push', '.', `oci://${registry.host}/c`, ...trust])
      await both(['push', 'web-1.2.3.tgz', `${registry.host}/c`, ...trust])
      await both(['push', 'web-1.2.3.tgz', `https://${registry.host}/c`, ...trust])
      await both(['push', 'web-1.2.3.tgz', `oci://${registry.host}/UPPER`, ...trust])
      homes.each((tool) => writeFiles(homes.work(tool), { 'junk.tgz': 'no archive' }))
      await both(['push', 'junk.tgz', `oci://${registry.host}/c`, ...trust])
    })

    test.runIf(options.auth !== undefined)('--username and --password, and a wrong one', async () => {
      const env = { HELM_REGISTRY_CONFIG: '/nonexistent/config.json' }
      await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0', '--username', user.name, '--password', user.password, ...trust], { env })
      await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0', '--username', user.name, '--password', 'wrong', ...trust], { env })
      await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0', ...trust], { env })
    })

    test('logout forgets, once or twice', async () => {
      await both(['registry', 'logout', registry.host])
      homes.sameFiles('.config/helm/registry')
      await both(['registry', 'logout', registry.host])
      homes.sameFiles('.config/helm/registry')
    })

    test('the wrong way to speak to it', async () => {
      if (options.tls) {
        await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0'])
        await both(['registry', 'login', registry.host, '-u', 'x', '-p', 'y'])
      } else {
        await both(['pull', `oci://${registry.host}/c/many`, '--version', '0.2.0'])
        await both(['push', 'web-1.2.3.tgz', `oci://${registry.host}/c`])
        await both(['registry', 'login', registry.host, '-u', 'x', '-p', 'y'])
      }
    })
  })

  test('a registry that wants certificates of its clients', async () => {
    const registry = await RegistryServer.start(registryProgram!, { tls: true, clients: true })
    try {
      const same = (text: string): string => text.replaceAll(registry.host, '<registry>')
      const file = archive('certified', '1.0.0')
      const known = ['--ca-file', registry.caFile, '--cert-file', registry.client.certFile, '--key-file', registry.client.keyFile]
      expect((await homes.same(['push', file, `oci://${registry.host}/c`, ...known], { same })).code).toBe(0)
      expect((await homes.same(['pull', `oci://${registry.host}/c/certified`, '--version', '1.0.0', ...known], { same })).code).toBe(0)
      expect((await homes.same(['registry', 'login', registry.host, '-u', 'x', '--password-stdin', ...known], { same, stdin: 'y' })).code).toBe(0)
      expect((await homes.same(['pull', `oci://${registry.host}/c/certified`, '--version', '1.0.0', '--ca-file', registry.caFile], { same })).code).toBe(1)
      expect((await homes.same(['pull', `oci://${registry.host}/c/certified`, '--version', '1.0.0', '--insecure-skip-tls-verify', ...known.slice(2)], { same })).code).toBe(0)
    } finally {
      await registry.stop()
    }
  })

  test('an authority that the machine knows needs no --ca-file', async () => {
    const registry = await RegistryServer.start(registryProgram!, { tls: true })
    try {
      const same = (text: string): string => text.replaceAll(registry.host, '<registry>')
      const file = archive('trusted', '1.0.0')
      expect((await homes.same(['push', file, `oci://${registry.host}/c`], { same })).code).toBe(1)
      const env = { SSL_CERT_FILE: registry.caFile, NODE_EXTRA_CA_CERTS: '' }
      expect((await homes.same(['push', file, `oci://${registry.host}/c`], { same, env })).code).toBe(0)
      expect((await homes.same(['pull', `oci://${registry.host}/c/trusted`, '--version', '1.0.0'], { same, env })).code).toBe(0)
    } finally {
      await registry.stop()
    }
  })

  test('login and logout by a credential helper that the configuration names', async () => {
    const registry = await RegistryServer.start(registryProgram!, { auth: 'basic' })
    try {
      const same = (text: string): string => text.replaceAll(registry.host, '<registry>')
      homes.each((tool) => {
        const kept = join(homes.home(tool), 'kept')
        writeFiles(homes.home(tool), {
          'bin/docker-credential-keep': `#!/bin/sh\ncase "$1" in\nstore) cat > "${kept}";;\nget) read -r s; cat "${kept}" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; };;\nerase) rm "${kept}" 2>/dev/null || { echo "no such login"; exit 1; };;\nesac\n`,
          '.config/helm/registry/config.json': '{"credsStore": "keep", "other": {"b": [1, 2.50], "a": null}}',
        })
        chmodSync(join(homes.home(tool), 'bin/docker-credential-keep'), 0o755)
      })
      const each = async (args: string[], stdin = '') => {
        const [helmRan, ours] = await Promise.all((['helm', 'linked'] as const).map((tool) => homes.run(tool, args, { same, stdin, env: { PATH: `${join(homes.home(tool), 'bin')}:${process.env.PATH}` } })))
        expect(ours).toEqual(helmRan)
        return helmRan!
      }
      expect((await each(['registry', 'login', registry.host, '-u', user.name, '--password-stdin', '--plain-http'], user.password)).code).toBe(0)
      homes.each((tool) => expect(JSON.parse(readFileSync(join(homes.home(tool), 'kept'), 'utf8'))).toEqual({ ServerURL: registry.host, Username: user.name, Secret: user.password }))
      homes.sameFiles('.config/helm/registry')
      const file = archive('helped', '1.0.0')
      expect((await each(['push', file, `oci://${registry.host}/c`, '--plain-http'])).code).toBe(0)
      expect((await each(['registry', 'logout', registry.host])).code).toBe(0)
      expect((await each(['registry', 'logout', registry.host])).code).toBe(1)
      expect((await each(['pull', `oci://${registry.host}/c/helped`, '--version', '1.0.0', '--plain-http'])).code).toBe(1)
    } finally {
      await registry.stop()
      homes.each((tool) => rmSync(join(homes.home(tool), '.config/helm/registry'), { recursive: true }))
    }
  })

  test('an identity token of the configuration is exchanged; a token server that knows only one way', async () => {
    const registry = await RegistryServer.start(registryProgram!, { auth: 'token' })
    try {
      const same = (text: string): string => text.replaceAll(registry.host, '<registry>').replaceAll(registry.tokens!.url, '<tokens>')
      homes.each((tool) => writeFiles(homes.home(tool), { '.docker/config.json': JSON.stringify({ auths: { [`https://${registry.host}/v1/`]: { identitytoken: 'identity-token' } } }) }))
      const file = archive('token', '1.0.0')
      expect((await homes.same(['push', file, `oci://${registry.host}/c`, '--plain-http'], { same })).code).toBe(0)
      expect((await homes.same(['pull', `oci://${registry.host}/c/token`, '--plain-http'], { same })).code).toBe(0)
      const posts = registry.tokens!.asked.filter((a) => a.method === 'POST').map((a) => [a.body.get('grant_type'), a.body.get('scope'), a.authorization])
      expect(new Set(posts.map((p) => p.join(' '))).size).toBe(2)
      homes.each((tool) => rmSync(join(homes.home(tool), '.docker'), { recursive: true }))
      registry.tokens!.refusesPost = true
      expect((await homes.same(['registry', 'login', registry.host, '-u', user.name, '--password-stdin', '--plain-http'], { same, stdin: user.password })).code).toBe(0)
      expect((await homes.same(['pull', `oci://${registry.host}/c/token`, '--plain-http'], { same })).code).toBe(0)
      homes.sameFiles('.config/helm/registry')
    } finally {
      await registry.stop()
    }
  })

  test('pins and releases of charts in a registry', async () => {
    const registry = await RegistryServer.start(registryProgram!)
    try {
      const file = archive('shop', '1.4.2', '', { 'templates/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: a, image: "${registry.host}/c/shop:1.4.2"}]}\n` })
      const { out } = await homes.run('linked', ['push', file, `oci://${registry.host}/c`, '--plain-http'])
      const digest = /Digest: (sha256:\w+)/.exec(out)![1]
      rmSync(join(homes.work('linked'), file))
      writeFiles(homes.work('linked'), { 'pintle.yaml': `apiVersion: pintle.dev/v1\nservices:\n  shop: {chart: "oci://${registry.host}/c/shop", version: 1.4.2}\n` })
      const sandbox = { PINTLE_SANDBOX: '1', PINTLE_SANDBOX_DIR: join(homes.home('linked'), 'sandbox') }
      const pintle = (...args: string[]) => homes.run('pintle', args, { env: sandbox })
      const pinned = await pintle('pin', '--plain-http')
      expect(pinned.code, pinned.err).toBe(0)
      const lock = readFileSync(join(homes.work('linked'), 'pintle.lock'), 'utf8')
      for (const line of [`manifest: ${digest}`, `source: oci://${registry.host}/c/shop:1.4.2`, `image: ${registry.host}/c/shop:1.4.2`]) expect(lock).toContain(line)
      expect((await pintle('release', 'shop', '--locked', '--plan-only', '--plain-http')).code).toBe(2)
      await pintle('sandbox', 'stop')
      await registry.stop()
      // Nobody answers any more, and nobody is asked.
      expect((await pintle('pin', '--offline', '--check')).code).toBe(0)
      rmSync(join(homes.home('linked'), '.cache'), { recursive: true })
      expect(await pintle('pin', '--offline', '--check')).toMatchObject({ code: 5, err: expect.stringContaining('would have to be fetched, and --offline asks nobody') })
    } finally {
      await registry.stop()
    }
  })

  test('registry login: prompts, hosts with paths, no registry', async () => {
    await homes.same(['registry', 'login', 'localhost:1'], { stdin: '' })
    await homes.same(['registry', 'login', 'localhost:1'], { stdin: 'ann\npassword\n' })
    await homes.same(['registry', 'login', 'localhost:1/path', '-u', 'x', '-p', 'y', '--plain-http'], { logs: true })
    await homes.same(['registry', 'login', 'localhost:1', '-u', 'x', '-p', 'y', '--plain-http'])
    await homes.same(['registry', 'login', 'local host', '-u', 'x', '-p', 'y'])
    await homes.same(['registry', 'logout', 'localhost:1'])
    await homes.same(['push', 'x.tgz', 'oci://localhost:1/c', '--ca-file', '/nonexistent'])
    await homes.same(['push', 'x.tgz', 'oci://localhost:1/c', '--cert-file', '/nonexistent', '--key-file', '/none'])
  })
})
