/** What a user reads when the cluster cannot be reached or refuses: the first lines are the real Helm's, then comes what to try. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import * as certificates from '../../src/cluster/kube/fixtures/certificates.ts'
import { CliPair, said } from './cli-pair.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'

let plane: ControlPlane | undefined
let pair: CliPair
const dir = mkdtempSync(join(tmpdir(), 'pintle-words-'))
const servers: { close(): unknown }[] = []
beforeAll(async () => {
  const helm = await ensureTool('helm')
  if (helm === undefined) return
  pair = new CliPair(helm)
  plane = await startControlPlane({ apiOnly: true })
}, 600_000)
afterAll(async () => {
  await plane?.stop()
  pair?.remove()
  for (const server of servers) server.close()
  rmSync(dir, { recursive: true, force: true })
})

type Cluster = Record<string, unknown>
let files = 0
function kubeconfig(cluster: Cluster, user: object = {}): string {
  const path = join(dir, `config-${++files}`)
  writeFileSync(path, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }],
  }))
  return path
}
const authority = { 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64') }

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return (server.address() as AddressInfo).port
}
/** A TLS server with this certificate, which answers with its version. */
async function tlsServer(own: { cert: string; key: string }, more: object = {}): Promise<string> {
  const server = createTlsServer({ ...own, ...more }, (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"major":"1","minor":"36","gitVersion":"v1.36.3"}') })
  return `https://127.0.0.1:${await listening(server)}`
}

interface Case { name: string; config: () => Promise<string> | string; env?: Record<string, string>; args?: string[]; hint: RegExp; /** Takes away what depends on the moment, the machine's resolver or a race in Go. */ neutral?: (text: string) => string }
const real = (): { server: string; authority: Cluster } => {
  const { clusters } = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(plane!.kubeconfig, 'utf8')) as { clusters: { cluster: { server: string; 'certificate-authority-data': string } }[] }
  const { server, ...rest } = clusters[0]!.cluster
  return { server, authority: rest }
}
const cases: Case[] = [
  { name: 'connection refused', config: () => kubeconfig({ server: 'https://127.0.0.1:1' }), hint: /Nothing listens there/ },
  { name: 'a name that is not known', config: () => kubeconfig({ server: 'https://no-such-host.invalid' }), hint: /no-such-host\.invalid is not known here/, neutral: t => t.replace(/lookup \S+( on \S+)?: .*/, 'lookup') },
  { name: 'unknown authority', config: async () => kubeconfig({ server: await tlsServer(certificates.server) }), hint: /certificate-authority/, neutral: t => t.replace(/ \(possibly because of .*\)$/m, '') },
  { name: 'expired certificate', config: async () => kubeconfig({ server: await tlsServer(certificates.expired), ...authority }), hint: /has run out|clock/, neutral: t => t.replace(/: current time .*/, '') },
  { name: 'another host\'s certificate', config: async () => kubeconfig({ server: await tlsServer(certificates.other), ...authority }), hint: /tls-server-name/ },
  { name: 'a certificate without addresses', config: async () => kubeconfig({ server: await tlsServer(certificates.nosan), ...authority }), hint: /tls-server-name/ },
  { name: 'a client certificate is wanted', config: async () => kubeconfig({ server: await tlsServer(certificates.server, { ca: certificates.authority, requestCert: true, rejectUnauthorized: true }), ...authority }), hint: /client certificate/, neutral: t => t.replace('readLoopPeekFailLocked: ', '') },
  { name: 'TLS to a plain server', config: async () => kubeconfig({ server: `https://127.0.0.1:${await listening(createServer(socket => { socket.on('error', () => {}).end('HTTP/1.0 400 Bad Request\r\n\r\n') }))}` }), hint: /http:\/\// },
  { name: 'a token that is not accepted', config: () => kubeconfig({ server: real().server, ...real().authority }, { token: 'old' }), hint: /Log in again/ },
  { name: 'no credentials at all', config: () => kubeconfig({ server: real().server, ...real().authority }), hint: /rule \{apiGroups: \[""\], resources: \["secrets"\], verbs: \["list"\]\}/ },
  { name: 'a plugin that is not there', config: () => kubeconfig({ server: real().server, ...real().authority }, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', interactiveMode: 'Never', installHint: 'Get it from example.com' } }), hint: /Install no-such-plugin/ },
  { name: 'a plugin that fails', config: () => kubeconfig({ server: real().server, ...real().authority }, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'false', interactiveMode: 'Never' } }), hint: /What false said/ },
  { name: 'a verb that is not allowed', config: () => JSON.parse(JSON.stringify(plane!.kubeconfig)), env: { HELM_KUBECONTEXT: 'nobody' }, hint: /Ask for a Role in default, bound to nobody, with the rule \{apiGroups: \[""\], resources: \["secrets"\], verbs: \["list"\]\}/ },
  { name: 'the proxy is not there', config: () => kubeconfig({ server: 'https://127.0.0.1:1', 'proxy-url': 'http://me:hunter22@127.0.0.1:2' }), hint: /proxy-url/ },
]

for (const { name, config, env = {}, args = ['list'], hint, neutral = (t: string) => t } of cases) test(name, async context => {
  if (plane === undefined) return context.skip('no control plane or no Helm here')
  const options = { cwd: dir, env: { KUBECONFIG: await config(), ...env } }
  const [helm, linked, own] = [await pair.helm(args, options), await pair.linked(args, options), await pair.pintle(args, options)]
  expect(neutral(said(linked.err))).toBe(neutral(said(helm.err)))
  expect([linked.code, own.code]).toEqual([helm.code, helm.code])
  expect(neutral(own.err).startsWith(neutral(linked.err).trimEnd())).toBe(true)
  expect(own.err.slice(linked.err.length - 1)).toMatch(hint)
  expect(own.err + linked.err).not.toContain('hunter22')
})

/** Passes bytes on to the API server, whatever name was asked for. */
function onward(socket: Socket, port: number): void {
  const other = connect(port, '127.0.0.1')
  for (const s of [socket, other]) s.on('error', () => { socket.destroy(); other.destroy() })
  socket.pipe(other).pipe(socket)
}

test('through proxies, as Helm goes', async context => {
  if (plane === undefined) return context.skip('no control plane or no Helm here')
  const port = Number(new URL(plane.server).port)
  const asked: string[] = []
  const http = await listening(createServer(socket => {
    socket.on('error', () => {}).once('data', head => {
      asked.push(head.toString().split('\r\n')[0]!)
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward(socket, port)
    })
  }))
  const socks = await listening(createServer(socket => {
    socket.on('error', () => {}).once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', (ask: Buffer) => {
        asked.push(`SOCKS ${ask.subarray(5, 5 + ask[4]!).toString()}:${ask.readUInt16BE(5 + ask[4]!)}`)
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
        onward(socket, port)
      })
    })
  }))
  const far = { server: 'https://kube.pintle.test:6443', 'tls-server-name': 'kubernetes.default.svc', ...real().authority }
  const user = { token: plane.token }
  const ways: [string, string, Record<string, string>, string | undefined][] = [
    ['HTTPS_PROXY', kubeconfig(far, user), { HTTPS_PROXY: `http://127.0.0.1:${http}` }, 'CONNECT kube.pintle.test:6443 HTTP/1.1'],
    ['https_proxy', kubeconfig(far, user), { https_proxy: `127.0.0.1:${http}` }, 'CONNECT kube.pintle.test:6443 HTTP/1.1'],
    ['socks5 in HTTPS_PROXY', kubeconfig(far, user), { HTTPS_PROXY: `socks5://127.0.0.1:${socks}` }, 'SOCKS kube.pintle.test:6443'],
    ['proxy-url', kubeconfig({ ...far, 'proxy-url': `http://127.0.0.1:${http}` }, user), {}, 'CONNECT kube.pintle.test:6443 HTTP/1.1'],
    ['proxy-url socks5, over the environment', kubeconfig({ ...far, 'proxy-url': `socks5://127.0.0.1:${socks}` }, user), { HTTPS_PROXY: 'http://127.0.0.1:1' }, 'SOCKS kube.pintle.test:6443'],
    ['NO_PROXY', kubeconfig(far, user), { HTTPS_PROXY: `http://127.0.0.1:${http}`, NO_PROXY: '.pintle.test' }, undefined],
    ['the loopback never uses one', kubeconfig({ ...far, server: plane.server }, user), { HTTPS_PROXY: 'http://127.0.0.1:1' }, undefined],
  ]
  for (const [name, config, env, through] of ways) {
    const seen: (string | undefined)[] = []
    const ends: string[] = []
    for (const tool of ['helm', 'pintle'] as const) {
      asked.length = 0
      const { code, out } = await pair[tool](['list', '-q'], { cwd: dir, env: { ...env, KUBECONFIG: config } })
      ends.push(`${code} ${out}`)
      seen.push(asked[0])
    }
    expect(seen, name).toEqual([through, through])
    expect(ends[1], name).toBe(ends[0])
  }
})
