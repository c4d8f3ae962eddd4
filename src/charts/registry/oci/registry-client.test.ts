import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { HttpClient } from '../../http/index.ts'
import { chartArtifact } from './chart-artifact.ts'
import { noCredential, type Credential } from './credential.ts'
import { sha256Digest } from './digest.ts'
import { login } from './login.ts'
import { pullChart } from './pull-chart.ts'
import { RegistryClient } from './registry-client.ts'
import { chartTags, resolveChart } from './resolve-chart.ts'

const servers: Server[] = []
const clients: HttpClient[] = []
afterEach(() => {
  for (const server of servers.splice(0)) { server.closeAllConnections(); server.close() }
  for (const client of clients.splice(0)) client.close()
})

/** A server that answers with `handler`, and what it was asked. */
async function serve(handler: RequestListener, host = '127.0.0.1'): Promise<{ host: string; seen: string[]; sent: IncomingMessage[] }> {
  const seen: string[] = []
  const sent: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    sent.push(request)
    handler(request, response)
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { host: `${host}:${(server.address() as AddressInfo).port}`, seen, sent }
}

function client(credential: Partial<Credential> = {}): RegistryClient & { kept: Map<string, Credential> } {
  const http = new HttpClient({ env: {}, userAgent: 'test', patience: 0 })
  clients.push(http)
  const kept = new Map<string, Credential>()
  const store = {
    get: async () => ({ ...noCredential, ...credential }),
    put: async (server: string, given: Credential) => void kept.set(server, given),
    delete: async (server: string) => void kept.delete(server),
  }
  return Object.assign(new RegistryClient({ http, plainHttp: true, credentials: () => store }), { kept })
}

const metadata = {
  name: 'web', home: '', sources: [], version: '1.0.0', description: 'a <web> chart', keywords: [], maintainers: [], icon: '', apiVersion: 'v2', condition: '', tags: '', appVersion: '', deprecated: false,
  annotations: null, kubeVersion: '', dependencies: null, type: '',
}
const artifact = chartArtifact(metadata, Buffer.from('the archive'), undefined, '2026-01-01T00:00:00Z')
const blobs = new Map([artifact.config, ...artifact.layers].map((p) => [p.descriptor.digest, Buffer.from(p.bytes)]))

/** Serves one chart as h/web:1.0.0, through `change`. */
function chartServer(change: (path: string, body: Buffer, response: ServerResponse) => Buffer | undefined = (_, body) => body): RequestListener {
  return (request, response) => {
    const path = request.url!
    const manifest = path === '/v2/web/manifests/1.0.0' || path === `/v2/web/manifests/${artifact.manifest.descriptor.digest}`
    const body = manifest ? Buffer.from(artifact.manifest.bytes) : blobs.get(path.replace('/v2/web/blobs/', ''))
    if (body === undefined) return void response.writeHead(404).end()
    response.setHeader('content-type', manifest ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream')
    const changed = change(path, body, response)
    if (changed !== undefined) response.end(changed)
  }
}

test('a chart is pulled with what Helm says', async () => {
  const { host } = await serve(chartServer())
  const said: string[] = []
  const pulled = await pullChart(client(), `oci://${host}/web:1.0.0`, { say: (line) => said.push(line) })
  expect(pulled.chart?.toString()).toBe('the archive')
  expect(said).toEqual([`Pulled: ${host}/web:1.0.0`, `Digest: ${artifact.manifest.descriptor.digest}`])
  const digest = artifact.manifest.descriptor.digest
  expect((await pullChart(client(), `${host}/web@${digest}`)).digest).toBe(digest)
})

test.each<[string, Parameters<typeof chartServer>[0], string]>([
  ['a changed blob', (path, body) => (path.includes('/blobs/') ? Buffer.from(body.toString().replace('archive', 'arch1ve')) : body), 'mismatched digest'],
  ['a blob that is too long', (path, body, response) => {
    if (!path.includes('/blobs/')) return body
    response.write(body)
    response.end('more')
    return undefined
  }, 'trailing data'],
  ['a blob that ends early', (path, body, response) => {
    if (!path.includes('/blobs/')) return body
    response.write(body.subarray(0, 3))
    response.end()
    return undefined
  }, 'read failed: expected content size of'],
  ['a blob whose length is another', (path, body) => (path.includes('/blobs/') ? Buffer.concat([body, body]) : body), 'mismatch Content-Length'],
  ['a manifest that is not its digest', (path, body, response) => {
    if (path.includes('/manifests/')) response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`)
    return body
  }, 'mismatched digest'],
  ['a manifest that is no JSON', (path, body) => (path.includes('/manifests/') ? Buffer.from('<html>') : body), 'the manifest: it is not JSON'],
  ['a manifest without end', (path, body) => (path.includes('/manifests/') ? Buffer.alloc(5 << 20, 'x') : body), 'larger than 4 MiB'],
])('%s is refused', async (_, change, message) => {
  const { host } = await serve(chartServer(change))
  await expect(pullChart(client(), `${host}/web:1.0.0`)).rejects.toThrow(message)
})

test('what is at hand is not fetched, unless it is something else', async () => {
  const { host, seen } = await serve(chartServer())
  const layer = artifact.layers[0]!
  const pull = (bytes: string) => pullChart(client(), `${host}/web:1.0.0`, { cached: (digest) => (digest === layer.descriptor.digest ? Buffer.from(bytes) : undefined) })
  expect((await pull('the archive')).chart?.toString()).toBe('the archive')
  expect(seen.filter((s) => s.includes(layer.descriptor.digest))).toEqual([])
  expect((await pull('the arch1ve')).chart?.toString()).toBe('the archive')
  expect(seen.filter((s) => s.includes(layer.descriptor.digest))).toHaveLength(1)
})

test('a registry that fails for a moment is asked again, one that fails for good is not asked for ever', async () => {
  let failures = 2
  const good = chartServer()
  const { host, seen } = await serve((request, response) => (failures-- > 0 ? void response.writeHead(500).end() : good(request, response)))
  expect((await pullChart(client(), `${host}/web:1.0.0`)).chart?.toString()).toBe('the archive')
  failures = 1000
  seen.length = 0
  await expect(pullChart(client(), `${host}/web:1.0.0`)).rejects.toThrow('response status code 500: Internal Server Error')
  expect(seen).toHaveLength(4)
})

test('a connection that breaks within a blob is an error', async () => {
  const { host } = await serve(chartServer((path, body, response) => {
    if (!path.includes('/blobs/')) return body
    response.setHeader('content-length', body.length)
    response.write(body.subarray(0, 3), () => response.destroy())
    return undefined
  }))
  await expect(pullChart(client(), `${host}/web:1.0.0`)).rejects.toThrow('unexpected EOF')
})

test('a manifest asked for by digest must have it', async () => {
  const other = chartArtifact({ ...metadata, version: '2.0.0' }, Buffer.from('x'), undefined, '2026-01-01T00:00:00Z')
  const { host } = await serve((_, response) => {
    response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json')
    response.end(other.manifest.bytes)
  })
  await expect(pullChart(client(), `${host}/web@${artifact.manifest.descriptor.digest}`)).rejects.toThrow('mismatched digest')
})

test('an image is no chart', async () => {
  const image = Buffer.from(JSON.stringify({ schemaVersion: 2, config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256Digest(Buffer.from('{}')), size: 2 }, layers: [] }))
  const { host } = await serve((_, response) => {
    response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json')
    response.end(image)
  })
  await expect(pullChart(client(), `${host}/web:1`)).rejects.toThrow('manifest does not contain minimum number of descriptors (2), descriptors found: 1')
})

test('401 for ever ends, whatever is asked for', async () => {
  for (const challenge of ['Basic realm="x"', 'Bearer realm="http://HOST/token",service="s"', 'Negotiate', undefined]) {
    const { host, seen } = await serve((request, response) => {
      if (request.url!.startsWith('/token')) return void response.end('{"token":"t"}')
      response.writeHead(401, challenge === undefined ? {} : { 'www-authenticate': challenge.replace('HOST', request.headers.host!) }).end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
    })
    await expect(pullChart(client({ username: 'u', password: 'p' }), `${host}/web:1`)).rejects.toThrow(`GET "http://${host}/v2/web/manifests/1": response status code 401: unauthorized: authentication required`)
    expect(seen.length).toBeLessThanOrEqual(3)
  }
})

test('a token is fetched once for all requests with its scope, and again for another', async () => {
  let tokens = 0
  const serveChart = chartServer()
  const { host, seen } = await serve((request, response) => {
    if (request.url!.startsWith('/token')) {
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`)
      tokens++
      return void response.end(JSON.stringify({ access_token: 'the-token' }))
    }
    if (request.headers.authorization !== 'Bearer the-token') return void response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:web:pull"` }).end()
    serveChart(request, response)
  })
  await pullChart(client({ username: 'u', password: 'p' }), `${host}/web:1.0.0`)
  expect(tokens).toBe(1)
  expect(seen.find((s) => s.includes('/token'))).toBe('GET /token?scope=repository%3Aweb%3Apull&service=s')
})

test('an identity token is exchanged', async () => {
  const { host, seen } = await serve((request, response) => {
    if (request.url === '/token') return void request.on('data', (body: Buffer) => {
      expect(body.toString()).toBe('client_id=oras-go&grant_type=refresh_token&refresh_token=idt&scope=repository%3Aweb%3Apull&service=')
      response.end('{"access_token":"a"}')
    })
    if (request.headers.authorization !== 'Bearer a') return void response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` }).end()
    chartServer()(request, response)
  })
  await pullChart(client({ refreshToken: 'idt' }), `${host}/web:1.0.0`)
  expect(seen).toContain('POST /token')
})

test('a token server over plain HTTP, or on an internal address, gets no credentials', async () => {
  for (const [realm, message] of [['ftp://x/', 'uses unsupported scheme "ftp"'], ['http://169.254.169.254/token', 'is a loopback, link-local, private, or unspecified address'], ['http://[::1]/token', 'is a loopback'], ['://', 'failed to parse bearer realm']] as const) {
    const { host } = await serve((_, response) => { response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end() })
    await expect(pullChart(client({ username: 'u', password: 'p' }), `${host}/web:1`)).rejects.toThrow(message)
  }
})

test('a redirect to another server takes no credentials along, and its challenge is not answered', async () => {
  const elsewhere = await serve((_, response) => { response.writeHead(401, { 'www-authenticate': 'Basic realm="phish"' }).end() })
  const { host } = await serve((request, response) => {
    if (request.headers.authorization === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    response.writeHead(307, { location: `http://${elsewhere.host}/blob` }).end()
  })
  await expect(pullChart(client({ username: 'u', password: 'p' }), `${host}/web:1`)).rejects.toThrow('response status code 401: Unauthorized')
  expect(elsewhere.sent).toHaveLength(1)
  expect(elsewhere.sent[0]!.headers.authorization).toBeUndefined()
})

test('blobs come from where the registry redirects to', async () => {
  const store = await serve((request, response) => { response.end(blobs.get(decodeURIComponent(request.url!.slice(1)))) })
  const { host } = await serve(chartServer((path, body, response) => {
    if (!path.includes('/blobs/')) return body
    response.writeHead(307, { location: `http://${store.host}/${encodeURIComponent(path.replace('/v2/web/blobs/', ''))}` }).end()
    return undefined
  }))
  expect((await pullChart(client(), `${host}/web:1.0.0`)).chart?.toString()).toBe('the archive')
})

test('tags come page by page, newest version first, and lists without end are refused', async () => {
  const { host, seen } = await serve((request, response) => {
    if (request.url === '/v2/web/tags/list') response.setHeader('link', '</v2/web/tags/list?n=2&last=b>; rel="next"')
    response.end(JSON.stringify({ tags: request.url === '/v2/web/tags/list' ? ['1.0.0', 'latest', '1.10.0'] : ['1.2.0_build.1', '2.0.0-rc.1', 'v3.0.0', 'sha256-0.sig'] }))
  })
  expect(await chartTags(client(), `${host}/web`)).toEqual(['2.0.0-rc.1', '1.10.0', '1.2.0+build.1', '1.0.0'])
  expect(seen).toHaveLength(2)
  const resolve = async (version: string) => (await resolveChart(client(), `oci://${host}/web`, version)).reference.slice(host.length)
  expect([await resolve(''), await resolve('^1.1.0'), await resolve('1.2.0+build.1'), await resolve('>1-0')]).toEqual(['/web:1.10.0', '/web:1.10.0', '/web:1.2.0+build.1', '/web:2.0.0-rc.1'])
  await expect(resolve('>9')).rejects.toThrow('could not locate a version matching provided version string >9')
  const endless = await serve((_, response) => { response.setHeader('link', '</v2/web/tags/list>; rel="next"').end('{"tags":["1.0.0"]}') })
  await expect(chartTags(client(), `${endless.host}/web`)).rejects.toThrow('the list has no end')
  const abroad = await serve((_, response) => { response.setHeader('link', `<http://${host}/v2/web/tags/list>; rel="next"`).end('{"tags":["1.0.0"]}') })
  await expect(chartTags(client(), `${abroad.host}/web`)).rejects.toThrow('not the same origin as')
})

test('what is asked for and what the tag says must agree', async () => {
  const { host } = await serve(chartServer((_, body, response) => body && response.setHeader('docker-content-digest', sha256Digest(body)).setHeader('content-length', body.length) && body))
  await expect(resolveChart(client(), `oci://${host}/web:1.0.0`, '2.0.0')).rejects.toThrow('chart reference and version mismatch: 2.0.0 is not 1.0.0')
  await expect(resolveChart(client(), `oci://${host}/web:1.0.0@sha256:${'0'.repeat(64)}`, '')).rejects.toThrow(`chart reference digest mismatch: `)
  const digest = artifact.manifest.descriptor.digest
  expect(await resolveChart(client(), `oci://${host}/web:1.0.0@${digest}`, '')).toEqual({ reference: `${host}/web@${digest}`, digest, fileName: `web@sha256-${digest.slice(7)}.tgz` })
})

test('uploads go nowhere but to the registry', async () => {
  const elsewhere = await serve((_, response) => { response.writeHead(201).end() })
  const { host } = await serve((_, response) => { response.writeHead(202, { location: `http://${elsewhere.host}/upload` }).end() })
  const repository = client().repository({ registry: host, repository: 'web' })
  await expect(repository.pushBlob(artifact.config.descriptor, artifact.config.bytes)).rejects.toThrow(`blob upload Location "${elsewhere.host}" is on a different host than the registry "${host}"`)
  expect(elsewhere.seen).toEqual([])
})

test('an upload that the registry fails is begun anew, and not for ever', async () => {
  let puts = 0
  const { host, seen } = await serve((request, response) => {
    if (request.method === 'POST') return void response.writeHead(202, { location: '/v2/web/blobs/uploads/x?state=1' }).end()
    request.resume()
    response.writeHead(++puts < 3 ? 500 : 201).end()
  })
  const repository = client().repository({ registry: host, repository: 'web' }, { push: true })
  await repository.pushBlob(artifact.config.descriptor, artifact.config.bytes)
  expect(seen.filter((s) => s.startsWith('POST'))).toHaveLength(3)
  expect(seen.at(-1)).toBe(`PUT /v2/web/blobs/uploads/x?state=1&digest=${encodeURIComponent(artifact.config.descriptor.digest)}`)
  puts = -10
  await expect(repository.pushBlob(artifact.config.descriptor, artifact.config.bytes)).rejects.toThrow('response status code 500: Internal Server Error')
})

test('referrers by the API, and by tag where there is none', async () => {
  const subject = `sha256:${'1'.repeat(64)}`
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'2'.repeat(64)}`, size: 7, artifactType: 'a/b' }
  const index = JSON.stringify({ manifests: [descriptor, { mediaType: 'x' }] })
  for (const path of [`/v2/web/referrers/${subject}`, `/v2/web/manifests/sha256-${'1'.repeat(64)}`]) {
    const { host } = await serve((request, response) => {
      if (request.url !== path) return void response.writeHead(404).end()
      response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json').end(index)
    })
    expect(await client().repository({ registry: host, repository: 'web' }).referrers(subject)).toEqual([descriptor])
  }
  for (const status of [404, 405, 501]) {
    const { host } = await serve((request, response) => { response.writeHead(request.url!.includes('referrers') ? status : 404).end() })
    expect(await client().repository({ registry: host, repository: 'web' }).referrers(subject)).toEqual([])
  }
})

test('login keeps what the registry took, and nothing it refused', async () => {
  const { host } = await serve((request, response) => {
    if (request.headers.authorization === `Basic ${Buffer.from('ann:secret').toString('base64')}`) return void response.end('{}')
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
  })
  const registry = client()
  await expect(login(registry, host, { username: 'ann', password: 'wrong' })).rejects.toThrow(`authenticating to "${host}": GET "http://${host}/v2/": response status code 401: Unauthorized`)
  expect(registry.kept.size).toBe(0)
  await login(registry, host, { username: 'ann', password: 'secret' })
  expect(registry.kept.get(host)).toMatchObject({ username: 'ann', password: 'secret' })
})

test('a manifest is laid out as Helm writes it', () => {
  expect(Buffer.from(artifact.config.bytes).toString()).toBe('{"name":"web","version":"1.0.0","description":"a \\u003cweb\\u003e chart","apiVersion":"v2"}')
  const { config, layers } = artifact
  expect(Buffer.from(artifact.manifest.bytes).toString()).toBe(
    `{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"${config.descriptor.digest}","size":${config.bytes.length}},`
    + `"layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"${layers[0]!.descriptor.digest}","size":11}],`
    + '"annotations":{"org.opencontainers.image.created":"2026-01-01T00:00:00Z","org.opencontainers.image.description":"a \\u003cweb\\u003e chart","org.opencontainers.image.title":"web","org.opencontainers.image.version":"1.0.0"}}',
  )
})
