/** Registries that answer wrongly: Helm and Pintle refuse the same, in the same words; credentials stay home, caches stay whole. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { authority, server as certificate } from '../../src/cluster/kube/fixtures/certificates.ts'
import { archiveOf, writeFiles } from './chart-files.ts'
import { TwoHomes } from './two-homes.ts'

const helm = await ensureTool('helm')

const sha256 = (bytes: Buffer): string => `sha256:${process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex')}`
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const configType = 'application/vnd.cncf.helm.config.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** A made chart, its parts changed at will. */
function artifact(change: { config?: string; layers?: { type: string; bytes: Buffer }[]; configType?: string; manifest?: object } = {}) {
  const config = Buffer.from(change.config ?? '{"name":"web","version":"1.0.0","apiVersion":"v2"}')
  const layers = change.layers ?? [{ type: chartType, bytes: archive }]
  const descriptor = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: sha256(bytes), size: bytes.length })
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor(change.configType ?? configType, config), layers: layers.map((l) => descriptor(l.type, l.bytes)), ...change.manifest }))
  return { manifest, blobs: new Map([config, ...layers.map((l) => l.bytes)].map((b) => [sha256(b), b])) }
}
const archive = Buffer.from(archiveOf('web', '1.0.0'))
const good = artifact()

interface Reply { status?: number; headers?: Record<string, string | number>; body?: Buffer; cut?: number }
/** What to answer instead; the path is without the repository. */
type Twist = (path: string, reply: Reply, request: { authorization: string | undefined; method: string; host: string }) => Reply

describe.skipIf(helm === undefined)('registries that answer wrongly', () => {
  let homes: TwoHomes
  const servers: Server[] = []
  beforeAll(() => { homes = new TwoHomes(helm!) })
  afterAll(() => {
    homes.remove()
    for (const server of servers) { server.closeAllConnections(); server.close() }
  })

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const serve = (what: ReturnType<typeof artifact>, twist: Twist = (_, reply) => reply): Promise<string> => listen((request, response) => {
    const path = request.url!.replace('/v2/web', '')
    const digest = /^\/(?:blobs|manifests)\/(.+)$/.exec(path)?.[1] ?? ''
    let reply: Reply = { status: 404 }
    if (path === '/manifests/1.0.0' || digest === sha256(what.manifest)) reply = { headers: { 'content-type': manifestType, 'docker-content-digest': sha256(what.manifest) }, body: what.manifest }
    else if (what.blobs.has(digest)) reply = { headers: { 'content-type': 'application/octet-stream' }, body: what.blobs.get(digest)! }
    else if (path === '/tags/list') reply = { headers: { 'content-type': 'application/json' }, body: Buffer.from('{"name":"web","tags":["1.0.0"]}') }
    reply = twist(path, reply, { authorization: request.headers.authorization, method: request.method!, host: request.headers.host! })
    const { status = 200, headers = {}, body, cut } = reply
    response.writeHead(status, { ...(body && cut !== -1 ? { 'content-length': body.length } : {}), ...headers })
    if (cut === undefined || cut === -1) return void response.end(request.method === 'HEAD' ? undefined : body)
    response.write(body!.subarray(0, cut), () => response.destroy())
  })

  const pull = async (host: string, args: string[] = ['--version', '1.0.0'], options: { same?: (text: string) => string } = {}) =>
    homes.same(['pull', `oci://${host}/web`, '--plain-http', ...args], { same: (text) => (options.same ?? ((t) => t))(text.replaceAll(host, '<registry>')) })

  const onBlob = (change: (reply: Reply, path: string) => Reply): Twist => (path, reply) => (path.startsWith('/blobs/') ? change(reply, path) : reply)
  const chartDigest = sha256(archive)

  test.each<[string, Twist]>([
    ['a changed blob', onBlob((reply, path) => (path.includes(chartDigest) ? { ...reply, body: Buffer.from(reply.body!.map((b, i) => (i === 100 ? b ^ 1 : b))) } : reply))],
    ['a blob of another length', onBlob((reply, path) => (path.includes(chartDigest) ? { ...reply, body: Buffer.concat([reply.body!, Buffer.from('x')]) } : reply))],
    ['a blob that is too long, its length not told', onBlob((reply) => ({ ...reply, cut: -1, body: Buffer.concat([reply.body!, Buffer.from('x')]) }))],
    ['a blob that is too short, its length not told', onBlob((reply, path) => (path.includes(chartDigest) ? { ...reply, cut: -1, body: reply.body!.subarray(0, 10) } : reply))],
    ['a blob that is missing', onBlob((_, path) => (path.includes(chartDigest) ? { status: 404 } : { body: good.blobs.get(path.slice(7))! }))],
    ['a blob that is forbidden', onBlob((reply, path) => (path.includes(chartDigest) ? { status: 403, body: Buffer.from('{"errors":[{"code":"DENIED","message":"no","detail":{"b":1,"a":["x",true,null]}},{"code":"OTHER_CODE"}]}') } : reply))],
    ['an error page', onBlob((reply, path) => (path.includes(chartDigest) ? { status: 418, body: Buffer.from('<html>') } : reply))],
    ['a digest header that says otherwise, at a blob', onBlob((reply, path) => (path.includes(chartDigest) ? { ...reply, headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } } : reply))],
    ['a digest header that is none, at a manifest', (path, reply) => (path.startsWith('/manifests') ? { ...reply, headers: { ...reply.headers, 'docker-content-digest': 'nonsense' } } : reply)],
    ['a 404 at the manifest', (path, reply) => (path.startsWith('/manifests') ? { status: 404 } : reply)],
    ['401 without a challenge', () => ({ status: 401 })],
    ['401 for ever, basic', () => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } })],
    ['401 with an odd challenge', () => ({ status: 401, headers: { 'www-authenticate': 'Digest x="y"' } })],
    ['a bearer challenge without realm', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer service="x"' } })],
    ['a token server inside', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer realm="http://169.254.169.254/token"' } })],
    ['a token server of another scheme', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer realm="ftp://example.com/token"' } })],
    ['a token that is empty', (path, reply, { authorization, host }) => (path.startsWith('/token') ? { body: Buffer.from('{}') } : authorization ? reply : { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${host}/token"` } })],
  ])('%s', async (_, twist) => {
    const { code } = await pull(await serve(good, twist))
    expect(code).toBe(1)
    homes.each((tool) => expect(existsSync(join(homes.work(tool), 'web-1.0.0.tgz'))).toBe(false))
  })

  test.each<[string, ReturnType<typeof artifact>]>([
    ['an image', artifact({ configType: 'application/vnd.oci.image.config.v1+json', layers: [] })],
    ['a chart without its archive', artifact({ layers: [] })],
    ['an archive without a config', artifact({ configType: 'application/vnd.oci.image.config.v1+json' })],
    ['a config alone of another type, two archives', artifact({ configType: 'x/y', layers: [{ type: chartType, bytes: archive }, { type: chartType, bytes: Buffer.from('2') }] })],
    ['a manifest without layers', artifact({ manifest: { layers: null } })],
  ])('%s is no chart', async (_, what) => {
    expect((await pull(await serve(what))).code).toBe(1)
  })

  test('the old media type of charts', async () => {
    expect((await pull(await serve(artifact({ layers: [{ type: 'application/tar+gzip', bytes: archive }] })))).code).toBe(0)
    homes.each((tool) => rmSync(join(homes.work(tool), 'web-1.0.0.tgz')))
  })

  test.each<[string, string, Record<string, string>]>([
    ['no tags', '{"tags":null}', {}], ['no versions', '{"tags":["latest","v1"]}', {}], ['a next page elsewhere', '{"tags":["1.0.0"]}', { link: '<http://127.0.0.1:9/v2/web/tags/list>; rel="next"' }],
    ['a next page that is none', '{"tags":["1.0.0"]}', { link: 'nonsense' }],
  ])('lists of tags: %s', async (_, body, headers) => {
    await pull(await serve(good, (path, reply) => (path === '/tags/list' ? { headers: { ...headers }, body: Buffer.from(body) } : reply)), [])
  })

  test('redirects that do not end do; Helm follows them for ever', async () => {
    const host = await serve(good, (path, reply) => (path.startsWith('/manifests') ? { status: 307, headers: { location: '/v2/web/manifests/1.0.0' } } : reply))
    const { code, err } = await homes.run('linked', ['pull', `oci://${host}/web`, '--version', '1.0.0', '--plain-http'])
    expect([code, err]).toEqual([1, `Error: failed to perform "FetchReference" on source: Get "/v2/web/manifests/1.0.0": stopped after 10 redirects\n`])
  })

  test('a connection cut within a blob', async () => {
    // Helm says in which read it happened to notice.
    const host = await serve(good, onBlob((reply, path) => (path.includes(chartDigest) ? { ...reply, cut: 50 } : reply)))
    const helmSaid = await homes.run('helm', ['pull', `oci://${host}/web`, '--version', '1.0.0', '--plain-http'])
    const ours = await homes.run('linked', ['pull', `oci://${host}/web`, '--version', '1.0.0', '--plain-http'])
    expect([helmSaid.code, ours.code]).toEqual([1, 1])
    expect(helmSaid.err).toContain('unexpected EOF')
    expect(ours.err).toContain('unexpected EOF')
    homes.each((tool) => expect(existsSync(join(homes.work(tool), 'web-1.0.0.tgz'))).toBe(false))
  })

  test('a redirect to another server takes no credentials along', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = await listen((request, response) => {
      seen.push(request.headers.authorization)
      response.end(good.blobs.get(request.url!.slice(1)))
    })
    const host = await serve(good, (path, reply, { authorization }) => {
      if (authorization === undefined) return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
      return path.startsWith('/blobs/') ? { status: 307, headers: { location: `http://${elsewhere}/${path.slice(7)}` } } : reply
    })
    const { code } = await pull(host, ['--version', '1.0.0', '--username', 'ann', '--password', 'secret'])
    expect(code).toBe(0)
    homes.each((tool) => rmSync(join(homes.work(tool), 'web-1.0.0.tgz')))
    expect(seen.length).toBeGreaterThanOrEqual(4)
    expect(seen.every((a) => a === undefined)).toBe(true)
  })

  test('plain HTTP is spoken only when asked for, on localhost too', async () => {
    const asked: string[] = []
    const host = await listen((request, response) => {
      asked.push(request.url!)
      response.writeHead(404).end()
    })
    const same = (text: string): string => text.replaceAll(host, '<registry>')
    for (const args of [['pull', `oci://${host}/web`, '--version', '1.0.0'], ['registry', 'login', host, '-u', 'x', '-p', 'y'], ['push', 'web.tgz', `oci://${host}/c`]]) {
      homes.each((tool) => writeFiles(homes.work(tool), { 'web.tgz': archive }))
      expect((await homes.same(args, { same })).code).toBe(1)
    }
    expect(asked).toEqual([])
  })

  test('over HTTPS, a tag is not taken from a redirect to plain HTTP; a blob is, having its digest', async () => {
    const plain = await serve(good)
    let everything = true
    const secure = createSecureServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
      if (everything || request.url!.includes('/blobs/')) return void response.writeHead(307, { location: `http://${plain}${request.url}` }).end()
      response.writeHead(200, { 'content-type': manifestType, 'content-length': good.manifest.length }).end(good.manifest)
    })
    servers.push(secure)
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done))
    const host = `localhost:${(secure.address() as AddressInfo).port}`
    writeFiles(homes.work('linked'), { 'ca.pem': authority })
    const template = () => homes.run('linked', ['template', 'x', `oci://${host}/web`, '--version', '1.0.0', '--ca-file', 'ca.pem'], { env: { HELM_CONTENT_CACHE: join(homes.home('linked'), 'other-cache') } })
    expect(await template()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('redirected to plain HTTP') })
    everything = false
    expect((await template()).code).toBe(0)
  })

  test('credential helpers: what they say goes to the registry, and what they fail with to the user', async () => {
    const seen: (string | undefined)[] = []
    const host = await serve(good, (_, reply, { authorization }) => {
      seen.push(authorization)
      return authorization === undefined ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } : reply
    })
    homes.each((tool) => {
      writeFiles(homes.home(tool), {
        'bin/docker-credential-tell': '#!/bin/sh\nread -r server\necho "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"ann\\",\\"Secret\\":\\"kept\\"}"\n',
        'bin/docker-credential-fail': '#!/bin/sh\necho "the keychain is locked"\nexit 1\n',
      })
      for (const name of ['tell', 'fail']) process.getBuiltinModule('node:fs').chmodSync(join(homes.home(tool), 'bin', `docker-credential-${name}`), 0o755)
    })
    for (const [helper, code] of [['tell', 0], ['fail', 1], ['absent', 1]] as const) {
      const results = await Promise.all((['helm', 'linked'] as const).map(async (tool) => {
        writeFileSync(join(homes.home(tool), 'config.json'), JSON.stringify({ credHelpers: { [host]: helper } }))
        const env = { HELM_REGISTRY_CONFIG: join(homes.home(tool), 'config.json'), PATH: `${join(homes.home(tool), 'bin')}:${process.env.PATH}` }
        return homes.run(tool, ['pull', `oci://${host}/web`, '--version', '1.0.0', '--plain-http'], { env })
      }))
      expect(results[1]).toEqual(results[0])
      expect(results[0]!.code).toBe(code)
    }
    expect(seen.filter((a) => a === `Basic ${Buffer.from('ann:kept').toString('base64')}`).length).toBeGreaterThanOrEqual(6)
  })

  test('many processes on one cache: all get the chart, and the cache holds it whole', async () => {
    const host = await serve(good)
    const runs = await Promise.all(Array.from({ length: 6 }, (_, i) => homes.run(i % 2 === 0 ? 'linked' : 'helm', ['template', 'x', `oci://${host}/web`, '--version', '1.0.0', '--plain-http'], { env: { HELM_CONTENT_CACHE: join(homes.home('helm'), 'shared') } })))
    expect(runs.map((r) => r.code)).toEqual(runs.map(() => 0))
    expect(new Set(runs.map((r) => r.out)).size).toBe(1)
    const files = readdirSync(join(homes.home('helm'), 'shared'), { recursive: true, encoding: 'utf8' }).filter((f) => f.includes('.'))
    expect(files).toEqual([`${chartDigest.slice(7, 9)}/${chartDigest.slice(7)}.chart`])
    expect(readFileSync(join(homes.home('helm'), 'shared', files[0]!)).equals(archive)).toBe(true)
  })
})
