import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { PintleError } from '../../errors/index.ts'
import { connectSync } from './connect.ts'
import * as certificates from './fixtures/certificates.ts'
import { failure, json, startFakeServer } from './fixtures/fake-server.ts'
import type { Cluster } from './types.ts'

/** A fake server that ends with the test. */
const fakeServer: typeof startFakeServer = async (...args) => {
  const server = await startFakeServer(...args)
  onTestFinished(server.close)
  return server
}

const dir = mkdtempSync(join(tmpdir(), 'pintle-credentials-'))
const tls = { ...certificates.server, ca: certificates.authority, requestCert: true, rejectUnauthorized: false }
const at = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'n' }
let count = 0

function client(server: string, user: object, cluster: object = {}): Cluster {
  const path = join(dir, `config-${++count}`)
  writeFileSync(path, JSON.stringify({
    'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64'), ...cluster } }], users: [{ name: 'u', user }],
  }))
  return connectSync({ kubeconfig: path, env: { PATH: process.env.PATH } })
}

/** A plugin that counts its runs in a file, keeps what it was told, and prints what `print` computes from the run's number. */
function plugin(print: (run: string) => string, more: object = {}): { exec: object; runs: () => number; told: () => any } {
  const base = join(dir, `plugin-${++count}`)
  writeFileSync(`${base}.cjs`, `
    const fs = require('fs')
    const run = fs.existsSync('${base}.runs') ? Number(fs.readFileSync('${base}.runs')) + 1 : 1
    fs.writeFileSync('${base}.runs', String(run))
    fs.writeFileSync('${base}.told', JSON.stringify({ info: process.env.KUBERNETES_EXEC_INFO, own: process.env.OWN, args: process.argv.slice(2) }))
    process.stdout.write(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: ${print('run')} }))
  `)
  return {
    exec: { command: process.execPath, args: [`${base}.cjs`, 'an arg'], env: [{ name: 'OWN', value: 'set' }], apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...more },
    runs: () => Number(readFileSync(`${base}.runs`, 'utf8')),
    told: () => JSON.parse(readFileSync(`${base}.told`, 'utf8')),
  }
}

test('an exec plugin is run once, and told about the cluster when it wants to know', async () => {
  const server = await fakeServer((_, response) => json(response, {}), tls)
  const { exec, runs, told } = plugin(run => `{ token: 't' + ${run} }`, { provideClusterInfo: true })
  const cluster = client(server.url, { exec }, { extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }] })
  await Promise.all([cluster.get(at), cluster.get(at), cluster.get(at)])
  expect(server.seen.map(s => s.headers.authorization)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1'])
  expect(runs()).toBe(1)
  expect(told().own).toBe('set')
  expect(told().args).toEqual(['an arg'])
  expect(JSON.parse(told().info)).toEqual({
    kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1',
    spec: { interactive: false, cluster: { server: server.url, 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64'), config: { audience: 'a' } } },
  })
})

test('its answer is kept until it ends, or the server refuses it', async () => {
  let refuse = ''
  const server = await fakeServer((seen, response) => (seen.headers.authorization === refuse ? failure(response, 401, 'Unauthorized', 'Unauthorized') : json(response, {})), tls)
  const short = plugin(run => `{ token: 't' + ${run}, expirationTimestamp: new Date(Date.now() + (${run} === 1 ? 5000 : 3600e3)).toISOString() }`)
  const cluster = client(server.url, { exec: short.exec })
  await cluster.get(at)
  // Five seconds are less than the leeway.
  await cluster.get(at)
  await cluster.get(at)
  expect(short.runs()).toBe(2)
  refuse = 'Bearer t2'
  await cluster.get(at)
  expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer t3')
  refuse = 'Bearer t3'
  const lasting = plugin(() => `{ token: 'same' }`)
  refuse = 'Bearer same'
  const error: PintleError = await client(server.url, { exec: lasting.exec }).get(at).then(() => undefined, e => e)
  expect([error.code, error.message]).toEqual(['kube.unauthorized', 'Unauthorized'])
  expect(lasting.runs()).toBe(2)
})

test('a rotated client certificate gets new connections', async () => {
  const server = await fakeServer((_, response, n) => (n === 2 ? failure(response, 401, 'Unauthorized', 'Unauthorized') : json(response, {})), tls)
  const both = JSON.stringify([certificates.client, certificates.server])
  const { exec, runs } = plugin(run => `(c => ({ clientCertificateData: c.cert, clientKeyData: c.key }))(${both}[(${run} - 1) % 2])`)
  const cluster = client(server.url, { exec })
  await cluster.get(at)
  await cluster.get(at)
  expect(runs()).toBe(2)
  expect(server.seen.map(s => s.peer)).toEqual(['client', 'client', 'server'])
})

test('a certificate of the kubeconfig keeps the plugin from running', async () => {
  const server = await fakeServer((_, response) => json(response, {}), tls)
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const { exec } = plugin(() => `{ token: 'no' }`)
  await client(server.url, { exec, 'client-certificate-data': base64(certificates.client.cert), 'client-key-data': base64(certificates.client.key) }).get(at)
  expect(server.seen[0]?.headers.authorization).toBeUndefined()
})

/** Right-hand sides recorded from Helm 4.3.1. */
test('plugins that fail', async () => {
  const base = { command: 'echo', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' }
  const answer = (fields: object): string[] => [JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', ...fields })]
  const table: [exec: object, expected: string][] = [
    [{ ...base, command: 'false' }, 'exec: executable false failed with exit code 1'],
    [{ ...base, command: './no-such-cmd' }, `exec: fork/exec ${dir}/no-such-cmd: no such file or directory`],
    [{ ...base, command: 'true' }, 'exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/__internal'],
    [{ ...base, args: answer({ apiVersion: 'client.authentication.k8s.io/v1beta1' }) }, 'exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1'],
    [{ ...base, args: answer({}) }, "exec plugin didn't return a status field"],
    [{ ...base, args: answer({ status: {} }) }, "exec plugin didn't return a token or cert/key pair"],
    [{ ...base, args: answer({ status: { clientCertificateData: 'x' } }) }, 'exec plugin returned only certificate or key, not both'],
    [{ ...base, args: ['s3cret'] }, 'decoding stdout: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'],
  ]
  for (const [exec, expected] of table) {
    const error: PintleError = await client('https://127.0.0.1:1', { exec }).version().then(() => undefined, e => e)
    expect([error.code, error.message]).toEqual(['kube.unauthorized', `Get "https://127.0.0.1:1/version": getting credentials: ${expected}`])
  }
  const missing: PintleError = await client('https://127.0.0.1:1', { exec: { ...base, command: 'no-such-cmd', installHint: 'get \u001b[1mit' } }).version().then(() => undefined, e => e)
  expect(missing.message).toMatch(/getting credentials: exec: executable no-such-cmd not found\n\nIt looks like [^]*\n\nget U\+001B\[1mit$/)
})

test('a token file is read again when the server refuses the token', async () => {
  const path = join(dir, 'token')
  writeFileSync(path, 'one\n')
  const server = await fakeServer((seen, response) => (seen.headers.authorization === 'Bearer one' && seen.query.has('x') ? failure(response, 401, 'Unauthorized', 'Unauthorized') : json(response, {})), tls)
  const cluster = client(server.url, { tokenFile: path })
  await cluster.get(at)
  writeFileSync(path, 'two\n')
  await cluster.get(at)
  expect(server.seen.map(s => s.headers.authorization)).toEqual(['Bearer one', 'Bearer one'])
  await cluster.request('GET', '/x', { query: { x: '1' } })
  expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer two')
})
