import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PintleError } from '../../errors/index.ts'
import * as certificates from './fixtures/certificates.ts'
import { loadKubeconfig, resolveKubeconfig } from './index.ts'
import type { ClusterConfig, KubeconfigOverrides } from './kubeconfig-types.ts'
import { parseKubeconfigYaml } from './parse-yaml.ts'

const dir = mkdtempSync(join(tmpdir(), 'pintle-kubeconfig-'))
let count = 0
function file(content: unknown, name = `config-${++count}`): string {
  const path = join(dir, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const resolve = (paths: string[], overrides: KubeconfigOverrides = {}, env: NodeJS.ProcessEnv = {}): ClusterConfig => {
  const all = { HOME: join(dir, 'home'), KUBECONFIG: paths.join(':'), ...env }
  return resolveKubeconfig(loadKubeconfig({ env: all, parseYaml: parseKubeconfigYaml }), overrides, all)
}
function config(user: object = {}, cluster: object = { server: 'https://127.0.0.1:1' }, context: object = {}): object {
  return { 'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', ...context } }], clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }] }
}
const message = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(PintleError)
    expect((error as PintleError).code).toBe('kube.config')
    return (error as PintleError).message.replaceAll(dir, '')
  }
  return 'no error'
}

test('the first file to set a name wins, and a missing file is skipped', () => {
  const first = file({ 'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'one', user: 'u', namespace: 'ns' } }], clusters: [{ name: 'one', cluster: { server: 'https://first' } }] })
  const second = file(`
apiVersion: v1
kind: Config
current-context: b
clusters:
- name: one
  cluster:
    server: https://second
    insecure-skip-tls-verify: true
- {name: two, cluster: {server: https://two}}
contexts:
- name: b
  context: {cluster: two, user: u}
users:
- name: u
  user:
    token: abc
`)
  const both = resolve([join(dir, 'missing'), first, second])
  expect(both).toMatchObject({ server: 'https://first', namespace: 'ns', context: 'a', token: 'abc', tls: { insecure: false } })
  expect(resolve([first, second], { context: 'b' })).toMatchObject({ server: 'https://two', namespace: 'default', context: 'b' })
  expect(resolve([second, first])).toMatchObject({ server: 'https://two', context: 'b' })
})

test('~/.kube/config is the default', () => {
  file(config({}, { server: 'https://home' }), 'home/.kube/config')
  expect(resolve([], {}, { KUBECONFIG: '' }).server).toBe('https://home')
})

test('relative paths are taken from the file that names them', () => {
  file('home-token', 'sub/token')
  file(certificates.authority, 'sub/ca.crt')
  file(certificates.client.cert, 'sub/client.crt')
  file(certificates.client.key, 'sub/client.key')
  const path = file(config({ tokenFile: 'token', 'client-certificate': 'client.crt', 'client-key': './client.key' }, { server: 'https://a', 'certificate-authority': 'ca.crt' }), 'sub/config')
  expect(resolve([path])).toMatchObject({ token: 'home-token', tokenFile: join(dir, 'sub/token'), tls: { ca: certificates.authority, cert: certificates.client.cert, key: certificates.client.key } })
  const exec = file(config({ exec: { command: './login', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' } }), 'sub/exec')
  expect(resolve([exec]).exec?.command).toBe(join(dir, 'sub/login'))
  const bare = file(config({ exec: { command: 'login', apiVersion: 'client.authentication.k8s.io/v1beta1' } }), 'sub/bare')
  expect(resolve([bare]).exec?.command).toBe('login')
})

test('flags over the file', () => {
  const path = file(config({ token: 'file' }, { server: 'https://file', 'certificate-authority-data': Buffer.from(certificates.authority).toString('base64'), 'tls-server-name': 'name' }, { namespace: 'ns' }))
  expect(resolve([path], { token: 'flag', namespace: 'other', asUser: 'jane', asGroups: ['a', 'b'] })).toMatchObject({ token: 'flag', namespace: 'other', namespaceOverridden: true, impersonate: { user: 'jane', groups: ['a', 'b'] }, tls: { serverName: 'name' } })
  // "insecure" drops the file's authority, another server its name.
  expect(resolve([path], { insecureSkipTlsVerify: true }).tls).toEqual({ insecure: true, serverName: 'name' })
  expect(resolve([path], { server: 'https://flag' })).toMatchObject({ server: 'https://flag', tls: { ca: certificates.authority } })
  expect(resolve([path], { server: 'https://flag' }).tls.serverName).toBeUndefined()
  const other = file(certificates.server.cert)
  expect(resolve([path], { caFile: other }).tls.ca).toBe(certificates.server.cert)
})

test('without any cluster: localhost, or $KUBERNETES_MASTER, as Helm has it', () => {
  expect(resolve([file('')])).toMatchObject({ server: 'http://localhost:8080', namespace: 'default', context: undefined })
  expect(resolve([file('{}')], {}, { KUBERNETES_MASTER: 'https://master' }).server).toBe('https://master')
  expect(resolve([file({ 'current-context': 'x', contexts: [{ name: 'x', context: { cluster: 'none', user: 'none' } }] })]).server).toBe('http://localhost:8080')
})

test('servers are kept as written, without what does not belong there', () => {
  const server = (text: string): string => resolve([file(config({}, { server: text }))]).server
  expect(server('https://h:443/')).toBe('https://h:443')
  expect(server('https://h/k8s/clusters/c-1/')).toBe('https://h/k8s/clusters/c-1')
  expect(server('h:6443')).toBe('http://h:6443')
  expect(server('https://user:pass@h?x=y#z')).toBe('https://h')
})

test('an oidc id-token is used while it lasts', () => {
  const jwt = (exp: number): string => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`
  const fresh = jwt(Math.floor(Date.now() / 1000) + 60)
  expect(resolve([file(config({ 'auth-provider': { name: 'oidc', config: { 'id-token': fresh } } }))]).token).toBe(fresh)
  expect(message(() => resolve([file(config({ 'auth-provider': { name: 'oidc', config: { 'id-token': jwt(1) } } }))]))).toBe('oidc: the id-token in the kubeconfig is missing or has expired')
})

/** Right-hand sides recorded from Helm 4.3.1 (`helm list`), after "kubernetes cluster unreachable: ". */
test('what is wrong is said as Helm says it', () => {
  const table: [content: unknown, expected: string, overrides?: KubeconfigOverrides][] = [
    ['{}', 'context "foo" does not exist', { context: 'foo' }],
    ['{}', 'invalid configuration: requesting uid, groups or user-extra for  without impersonating a user', { asGroups: ['foo'] }],
    ['a: [', 'error loading config file "/config-N": yaml: line 1: did not find expected node content'],
    ['[]', 'error loading config file "/config-N": couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'],
    ['{"kind":"X"}', 'error loading config file "/config-N": no kind "X" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"'],
    ['{"clusters":"X"}', 'error loading config file "/config-N": json: cannot unmarshal string into Go struct field Config.clusters of type []v1.NamedCluster'],
    [config({}, { server: 'https://a', 'certificate-authority-data': '%%%' }), 'error loading config file "/config-N": illegal base64 data at input byte 0'],
    [{ 'current-context': 'X' }, 'invalid configuration: context was not found for specified context: X'],
    [config({}, { server: 'https://a', 'insecure-skip-tls-verify': true, 'certificate-authority-data': 'eA==' }), 'specifying a root certificates file with the insecure flag is not allowed'],
    [config({}, { server: 'https://a', 'certificate-authority-data': 'eA==' }), 'unable to load root certificates: unable to parse bytes as PEM block'],
    [config({ token: 'a', username: 'b' }), 'invalid configuration: more than one authentication method found for u; found [token basicAuth], only one is allowed'],
    [config({ tokenFile: '/nope' }), 'open /nope: no such file or directory'],
    [config({ 'client-certificate': 'z' }), 'invalid configuration: [client-key-data or client-key must be specified for u to use the clientCert authentication method., unable to read client-cert /z for u due to open /z: no such file or directory]'],
    [config({ exec: { apiVersion: 'client.authentication.k8s.io/v1' } }), 'invalid configuration: [command must be specified for u to use exec authentication plugin, interactiveMode must be specified for u to use exec authentication plugin]'],
    [config({ exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Odd' } }), 'invalid configuration: invalid interactiveMode for u: "Odd"'],
    [config({ exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1', interactiveMode: 'Never' } }), 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"'],
    [config({ 'auth-provider': { name: 'foo' } }), 'no Auth Provider found for name "foo"'],
    [config({ username: 'a', password: 'b' }), 'invalid configuration: more than one authentication method found for u; found [token basicAuth], only one is allowed', { token: 'x' }],
  ]
  for (const [content, expected, overrides] of table) expect(message(() => resolve([file(content)], overrides)).replace(/config-\d+/, 'config-N')).toBe(expected)
})

test('an explicit file must be there', () => {
  expect(message(() => loadKubeconfig({ path: '/nonexist', env: {}, parseYaml: parseKubeconfigYaml }))).toBe('stat /nonexist: no such file or directory')
})

test('a damaged file does not show its secrets', () => {
  for (const text of ['{"users":[{"user":{"token":"s3cret"}}]', 'users:\n- user:\n    token: s3cret\n   bad', '{"users":[{"name":"u","user":"s3cret"}]}']) {
    expect(message(() => resolve([file(text)]))).not.toContain('s3cret')
  }
})

test('names like __proto__ are ordinary', () => {
  const path = file('{"current-context":"__proto__","contexts":[{"name":"__proto__","context":{"cluster":"constructor","user":"toString"}}],"clusters":[{"name":"constructor","cluster":{"server":"https://odd"}}]}')
  expect(resolve([path])).toMatchObject({ server: 'https://odd', context: '__proto__' })
  expect(message(() => resolve([path], { context: 'hasOwnProperty' }))).toBe('context "hasOwnProperty" does not exist')
})
