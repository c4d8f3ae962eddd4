import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { connectSync } from './connect.ts'
import type { ConnectOptions } from './connect.ts'
import * as certificates from './fixtures/certificates.ts'
import { failure, json, startFakeServer } from './fixtures/fake-server.ts'
import { checkReachable } from './index.ts'
import type { Cluster } from './types.ts'

/** A fake server that ends with the test. */
const fakeServer: typeof startFakeServer = async (...args) => {
  const server = await startFakeServer(...args)
  onTestFinished(server.close)
  return server
}

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n', resourceVersion: '1' } }
const at = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'n' }

/** A client that looks at no file and no variable of this machine. */
function client(url: string, options: ConnectOptions = {}, user: object = {}, cluster: object = {}): Cluster {
  const config = {
    'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: url, ...cluster } }], users: [{ name: 'u', user }],
  }
  const path = join(mkdtempSync(join(tmpdir(), 'pintle-kube-')), 'config')
  writeFileSync(path, JSON.stringify(config))
  return connectSync({ kubeconfig: path, env: { PATH: process.env.PATH }, ...options })
}
const ca = { 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64') }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
async function caught(promise: Promise<unknown>): Promise<PintleError> {
  return promise.then(() => { throw new Error('no error') }, error => error)
}

test('reads are tried again after 429, 5xx and a lost connection', async () => {
  const server = await fakeServer((seen, response, count) => {
    if (count === 1) return failure(response, 429, 'TooManyRequests', 'slow down', { 'retry-after': '0' })
    if (count === 2) return failure(response, 503, 'ServiceUnavailable', 'starting')
    if (count === 3) return void seen.socket.destroy()
    json(response, configMap)
  })
  expect(await client(server.url).get(at)).toEqual(configMap)
  expect(server.seen).toHaveLength(4)
})

test('a write is only sent again when the server said it did not take it', async () => {
  const throttled = await fakeServer((_, response, count) => (count === 1 ? failure(response, 429, 'TooManyRequests', 'slow down', { 'retry-after': '0' }) : json(response, configMap, 201)))
  await client(throttled.url).create(configMap)
  expect(throttled.seen).toHaveLength(2)

  const lost = await fakeServer(seen => void seen.socket.destroy())
  const error = await caught(client(lost.url).create(configMap))
  expect(error.code).toBe('kube.unreachable')
  expect(error.message).toBe(`Post "${lost.url}/api/v1/namespaces/n/configmaps?fieldManager=pintle": EOF`)
  expect(lost.seen).toHaveLength(1)

  const failing = await fakeServer((_, response) => failure(response, 500, 'InternalError', 'etcdserver: request timed out', { 'retry-after': '0' }))
  expect((await caught(client(failing.url).create(configMap))).message).toBe('etcdserver: request timed out')
  expect(failing.seen).toHaveLength(1)
})

test('a server that was never there is not waited for', async () => {
  const started = performance.now()
  const error = await caught(checkReachable(client('http://127.0.0.1:1')))
  expect(error.message).toBe('kubernetes cluster unreachable: Get "http://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused')
  expect(error.code).toBe('kube.unreachable')
  expect(performance.now() - started).toBeLessThan(2000)
})

test('errors without a Status get the words of client-go', async () => {
  const table: [code: number, body: string, expected: string, errorCode: string][] = [
    [401, '', 'the server has asked for the client to provide credentials', 'kube.unauthorized'],
    [404, 'page not found', 'the server could not find the requested resource', 'kube.notFound'],
    [409, '', 'the server reported a conflict', 'kube.conflict'],
    [422, '', 'the server rejected our request due to an error in our request', 'kube.invalid'],
    [418, 'short and stout', 'the server responded with the status code 418 but did not return more information', 'kube.server'],
    [500, 'boom', 'an error on the server ("boom") has prevented the request from succeeding', 'kube.server'],
    [501, '{"kind":"Other"}', 'an error on the server ("unknown") has prevented the request from succeeding', 'kube.server'],
  ]
  for (const [code, body, message, errorCode] of table) {
    const server = await fakeServer((_, response) => void response.writeHead(code).end(body))
    const error = await caught(client(server.url).request('POST', '/x', { body: {} }))
    expect([error.message, error.code]).toEqual([message, errorCode])
  }
})

test('gzip is asked for beyond the loopback, and understood', async () => {
  const server = await fakeServer((_, response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(configMap))))
  expect(await client(server.url).get(at)).toEqual(configMap)
  expect(server.seen[0]?.headers['accept-encoding']).toBeUndefined()
  // Another name for the loopback that the client does not take for it.
  const far = client(server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'))
  expect(await far.get(at)).toEqual(configMap)
  expect(server.seen[1]?.headers['accept-encoding']).toBe('gzip')
})

test('a gzip answer cut short is an error, not an object', async () => {
  const server = await fakeServer((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(configMap)).subarray(0, 20)))
  expect((await caught(client(server.url).create(configMap))).message).toContain('unexpected EOF')
})

test('an answer that is not JSON says so', async () => {
  const server = await fakeServer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in'))
  expect((await caught(client(server.url).get(at))).message).toContain('the answer is not JSON')
})

test('connections are kept and bounded', async () => {
  const sockets = new Set<Socket>()
  let open = 0
  let most = 0
  const server = await fakeServer(async (seen, response) => {
    sockets.add(seen.socket)
    most = Math.max(most, ++open)
    await new Promise(resolve => setTimeout(resolve, 10))
    open--
    json(response, configMap)
  })
  const cluster = client(server.url, { maxConnections: 3 })
  await Promise.all(Array.from({ length: 12 }, () => cluster.get(at)))
  expect([sockets.size, most]).toEqual([3, 3])
})

test('watches do not use up the connections of calls', async () => {
  const server = await fakeServer((seen, response) => {
    if (seen.query.has('watch')) return void response.writeHead(200).flushHeaders()
    json(response, { kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items: [] })
  })
  const cluster = client(server.url, { maxConnections: 1 })
  const stop = new AbortController()
  const watches = Array.from({ length: 4 }, async () => {
    for await (const event of cluster.watch('v1', 'ConfigMap', { signal: stop.signal })) if (event.type === 'SYNCED') continue
  })
  await until(() => server.seen.filter(s => s.query.has('watch')).length === 4)
  expect((await cluster.list('v1', 'ConfigMap')).items).toEqual([])
  stop.abort()
  await Promise.allSettled(watches)
})

test('qps and burst', async () => {
  const server = await fakeServer((_, response) => json(response, configMap))
  const cluster = client(server.url, { qps: 20, burst: 2 })
  const started = performance.now()
  await Promise.all(Array.from({ length: 6 }, () => cluster.get(at)))
  // Two at once, then one every 50 ms.
  expect(performance.now() - started).toBeGreaterThan(190)
})

test('a deadline becomes an error, any other abort is the caller\'s own', async () => {
  const server = await fakeServer(() => {})
  const late = await caught(client(server.url).get(at, { signal: AbortSignal.timeout(30) }))
  expect([late.code, late.message]).toEqual(['kube.timeout', `Get "${server.url}/api/v1/namespaces/n/configmaps/a": context deadline exceeded`])
  const perRequest = await caught(client(server.url, { requestTimeout: 30 }).create(configMap))
  expect(perRequest.code).toBe('kube.timeout')
  const reason = new Error('mine')
  const stop = new AbortController()
  setTimeout(() => stop.abort(reason), 20)
  expect(await caught(client(server.url).get(at, { signal: stop.signal }))).toBe(reason)
})

test('a closed client says so, also to its watches', async () => {
  const server = await fakeServer((seen, response) => (seen.query.has('watch') ? void response.writeHead(200).flushHeaders() : json(response, { metadata: { resourceVersion: '1' }, items: [] })))
  const cluster = client(server.url)
  const watch = caught((async () => { for await (const _ of cluster.watch('v1', 'ConfigMap')) continue })())
  await until(() => server.seen.some(s => s.query.has('watch')))
  cluster.close()
  expect((await watch).message).toContain('the client was closed')
})

test('warnings', async () => {
  const server = await fakeServer((_, response) => json(response, configMap, 200, { warning: '299 - "unknown field \\"a\\", twice", 299 - "second", 199 - "other"' }))
  const warnings: string[] = []
  await client(server.url, { onWarning: text => warnings.push(text) }).get(at)
  expect(warnings).toEqual(['unknown field "a", twice', 'second'])
})

test('impersonation, user agent, field manager', async () => {
  const server = await fakeServer((_, response) => json(response, configMap))
  await client(server.url, { asUser: 'jane', asGroups: ['dev', 'ops'], userAgent: 'pintle/9' }, { 'as-user-extra': { 'example.com/scope': ['a'] } }).apply(configMap, { fieldManager: 'me', force: true })
  const seen = server.seen[0]!
  expect(seen.headers).toMatchObject({ 'impersonate-user': 'jane', 'impersonate-group': 'dev, ops', 'impersonate-extra-example.com%2fscope': 'a', 'user-agent': 'pintle/9', 'content-type': 'application/apply-patch+yaml' })
  expect(Object.fromEntries(seen.query)).toEqual({ fieldManager: 'me', force: 'true' })
})

test('credentials are not sent over plain HTTP', async () => {
  const server = await fakeServer((_, response) => json(response, configMap))
  await client(server.url, {}, { token: 'secret-token' }).get(at)
  expect(server.seen[0]?.headers.authorization).toBeUndefined()
})

test('tokens, basic auth and client certificates over TLS', async () => {
  const server = await fakeServer((_, response) => json(response, configMap), { ...certificates.server, ca: certificates.authority, requestCert: true, rejectUnauthorized: false })
  await client(server.url, {}, { token: 't0' }, ca).get(at)
  await client(server.url, {}, { username: 'u', password: 'p' }, ca).get(at)
  expect(server.seen.map(s => s.headers.authorization)).toEqual(['Bearer t0', `Basic ${base64('u:p')}`])
  await client(server.url, { token: 'flag' }, { 'client-certificate-data': base64(certificates.client.cert), 'client-key-data': base64(certificates.client.key) }, ca).get(at)
  expect(server.seen[2]?.headers.authorization).toBe('Bearer flag')
  expect(server.seen[2]?.peer).toBe('client')
})

test('certificates that do not fit', async () => {
  const judge = async (own: { cert: string; key: string }, options: ConnectOptions, cluster: object, host = '127.0.0.1'): Promise<string> => {
    const server = await fakeServer((_, response) => json(response, { gitVersion: 'v1' }), own)
    const c = client(server.url.replace('127.0.0.1', host), options, {}, cluster)
    return await c.version().then(() => 'ok', error => error.message.replace(/^Get "[^"]*": /, ''))
  }
  expect(await judge(certificates.server, {}, ca)).toBe('ok')
  expect(await judge(certificates.server, {}, ca, 'localhost')).toBe('ok')
  expect(await judge(certificates.server, {}, {})).toBe('tls: failed to verify certificate: x509: certificate signed by unknown authority')
  expect(await judge(certificates.expired, {}, ca)).toBe('tls: failed to verify certificate: x509: certificate has expired or is not yet valid')
  expect(await judge(certificates.other, {}, ca)).toBe('tls: failed to verify certificate: x509: certificate is valid for 10.96.0.1, not 127.0.0.1')
  expect(await judge(certificates.other, {}, ca, 'localhost')).toBe('tls: failed to verify certificate: x509: certificate is valid for kubernetes.default.svc, not localhost')
  expect(await judge(certificates.nosan, {}, ca)).toBe("tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs")
  expect(await judge(certificates.other, {}, { ...ca, 'tls-server-name': 'kubernetes.default.svc' })).toBe('ok')
  expect(await judge(certificates.other, { tlsServerName: 'kubernetes.default.svc' }, ca)).toBe('ok')
  expect(await judge(certificates.server, { tlsServerName: 'foo' }, ca)).toBe('tls: failed to verify certificate: x509: certificate is valid for localhost, not foo')
  expect(await judge(certificates.expired, { insecureSkipTlsVerify: true }, ca)).toBe('ok')
})

test('TLS spoken to a plain server', async () => {
  const server = await fakeServer((_, response) => json(response, {}))
  expect((await caught(client(server.url.replace('http:', 'https:')).version())).message).toMatch(/: http: server gave HTTP response to HTTPS client$/)
})

test('a server that wants a certificate', async () => {
  const server = await fakeServer((_, response) => json(response, {}), { ...certificates.server, ca: certificates.authority, requestCert: true, rejectUnauthorized: true })
  expect((await caught(client(server.url, {}, {}, ca).version())).message).toMatch(/remote error: tls: certificate required|EOF|connection reset/)
})

test('a secret never reaches an error', async () => {
  const values = ['hunter22', 'c0rrect-horse']
  const server = await fakeServer((seen, response) => failure(response, 400, 'BadRequest', `cannot handle ${seen.body}: got &value.valueUnstructured{Value:${values[0]}}, ${values[1]}, ${base64(values[0]!)}`))
  const cluster = client(server.url, {}, {})
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' }, stringData: { a: values[0] }, data: { b: base64(values[1]!) } }
  const errors = [await caught(cluster.create(secret)), await caught(cluster.apply(secret)), await caught(cluster.patch({ ...at, kind: 'Secret' }, 'json', [{ op: 'add', path: '/data/x', value: base64(values[0]!) }, { op: 'add', path: '/y', value: values[1] }]))]
  for (const error of errors) {
    const everything = `${error.message} ${JSON.stringify(error.details)} ${String(error.cause ?? '')} ${error.stack}`
    for (const value of [...values.slice(0, 1), base64(values[0]!), values[1]!]) expect(everything).not.toContain(value)
    expect(error.message).toContain('<redacted>')
  }
})

test('through an HTTP proxy, with its password', async () => {
  const asked: string[] = []
  const proxy = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', head => {
      asked.push(head.toString())
      const [, host, port] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString())!
      const onward = connectTo(Number(port), host!)
      onward.on('connect', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      onward.pipe(socket).pipe(onward)
    })
  })
  const port = await listen(proxy)
  const server = await fakeServer((_, response) => json(response, configMap), certificates.server)
  expect(await client(server.url, {}, {}, { ...ca, 'proxy-url': `http://me:pass@127.0.0.1:${port}` }).get(at)).toEqual(configMap)
  expect(asked[0]).toContain(`CONNECT 127.0.0.1:${server.port}`)
  expect(asked[0]).toContain(`proxy-authorization: Basic ${base64('me:pass')}`)
  proxy.close()

  const refused = await caught(client(server.url, {}, {}, { ...ca, 'proxy-url': 'http://me:pass@127.0.0.1:1' }).get(at))
  expect(refused.message).toMatch(/: proxyconnect tcp: dial tcp 127\.0\.0\.1:1: connect: connection refused$/)
  expect(refused.message).not.toContain('pass')
})

test('a plain server through an HTTP proxy is asked for by its whole address', async () => {
  const proxy = await fakeServer((_, response) => json(response, configMap))
  const seen: string[] = []
  const plain = await client('http://kube.invalid:8080', {}, {}, { 'proxy-url': proxy.url.replace('//', '//me:pass@') }).get(at)
  expect(plain).toEqual(configMap)
  seen.push(proxy.seen[0]!.path, proxy.seen[0]!.headers.host!, proxy.seen[0]!.headers['proxy-authorization']!)
  expect(seen).toEqual(['/api/v1/namespaces/n/configmaps/a', 'kube.invalid:8080', `Basic ${base64('me:pass')}`])
})

test('through a SOCKS proxy', async () => {
  const proxy = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', ask => {
        const length = ask[4]!
        const onward = connectTo(ask.readUInt16BE(5 + length), ask.subarray(5, 5 + length).toString())
        onward.on('connect', () => socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])))
        onward.pipe(socket).pipe(onward)
      })
    })
  })
  const port = await listen(proxy)
  const server = await fakeServer((_, response) => json(response, configMap), certificates.server)
  expect(await client(server.url, {}, {}, { ...ca, 'proxy-url': `socks5://127.0.0.1:${port}` }).get(at)).toEqual(configMap)
  const plain = await fakeServer((_, response) => json(response, configMap))
  expect(await client(plain.url, {}, {}, { 'proxy-url': `socks5://127.0.0.1:${port}` }).get(at)).toEqual(configMap)
  proxy.close()
})

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !holds();) {
    if (Date.now() > end) throw new Error('never happened')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
function connectTo(port: number, host: string): Socket {
  const socket = process.getBuiltinModule('node:net').connect(port, host)
  socket.on('error', () => {})
  return socket
}
function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}
