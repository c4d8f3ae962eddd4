import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noCredential } from './credential.ts'
import { ConfigStore, openCredentials } from './credential-file.ts'

let home: string
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'pintle-credentials-')) })
afterEach(() => rmSync(home, { recursive: true, force: true }))

const auth = (text: string): string => Buffer.from(text).toString('base64')
const env = (more: Record<string, string> = {}) => ({ HOME: home, PATH: process.env.PATH, ...more })

/** A credential helper that keeps one file per server. */
function helper(name: string, body?: string): string {
  const folder = join(home, 'bin')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh
${body ?? `kept="${home}/kept"
case "$1" in
  store) /bin/cat > "$kept" ;;
  get) read -r server; [ -f "$kept" ] || { echo "credentials not found in native keychain"; exit 1; }; /bin/cat "$kept" ;;
  erase) /bin/rm -f "$kept" ;;
esac`}
`)
  chmodSync(path, 0o755)
  return `${folder}${delimiter}${process.env.PATH}`
}

test('credentials are kept for their owner alone, other keys stay', async () => {
  const path = join(home, 'registry', 'config.json')
  mkdirSync(join(home, 'registry'))
  writeFileSync(path, '{"zeta": {"b": 1, "a": "<&>"}, "auths": {"old.example.com": {"auth": "eDp5"}}}')
  const store = new ConfigStore(path, env())
  await store.put('localhost:5000', { ...noCredential, username: 'ann', password: 'pass:word' })
  expect(readFileSync(path, 'utf8')).toBe('{\n\t"auths": {\n\t\t"localhost:5000": {\n\t\t\t"auth": "YW5uOnBhc3M6d29yZA=="\n\t\t},\n\t\t"old.example.com": {\n\t\t\t"auth": "eDp5"\n\t\t}\n\t},\n\t"zeta": {\n\t\t"b": 1,\n\t\t"a": "\\u003c\\u0026\\u003e"\n\t}\n}')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await new ConfigStore(path, env()).get('localhost:5000')).toMatchObject({ username: 'ann', password: 'pass:word' })
  await store.delete('localhost:5000')
  expect(await new ConfigStore(path, env()).get('localhost:5000')).toEqual(noCredential)
})

test('identity tokens, registry tokens and old keys that are URLs', async () => {
  const path = join(home, 'config.json')
  writeFileSync(path, JSON.stringify({ auths: { 'https://reg.example.com/v1/': { auth: auth('u:p'), identitytoken: 'idt' }, other: { registrytoken: 'rt' } } }))
  const store = new ConfigStore(path, env())
  expect(await store.get('reg.example.com')).toEqual({ username: 'u', password: 'p', refreshToken: 'idt', accessToken: '' })
  expect(await store.get('other')).toMatchObject({ accessToken: 'rt' })
})

test("what Helm's file does not know, Docker's may", async () => {
  mkdirSync(join(home, '.docker'))
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { 'reg.example.com': { auth: auth('docker:d') } } }))
  expect(await openCredentials(join(home, 'none.json'), env()).get('reg.example.com')).toMatchObject({ username: 'docker' })
  writeFileSync(join(home, '.docker', 'config.json'), '{broken')
  expect(await openCredentials(join(home, 'none.json'), env()).get('reg.example.com')).toEqual(noCredential)
})

test('credential helpers: by server, for all, and what they say when they fail', async () => {
  const PATH = helper('keep')
  const path = join(home, 'config.json')
  writeFileSync(path, JSON.stringify({ credHelpers: { 'reg.example.com': 'keep' }, credsStore: 'missing-one' }))
  const store = new ConfigStore(path, env({ PATH }))
  expect(await store.get('reg.example.com')).toEqual(noCredential)
  await store.put('reg.example.com', { ...noCredential, username: 'ann', password: 'secret' })
  expect(JSON.parse(readFileSync(join(home, 'kept'), 'utf8'))).toEqual({ ServerURL: 'reg.example.com', Username: 'ann', Secret: 'secret' })
  expect(readFileSync(path, 'utf8')).not.toContain('ann')
  expect(await store.get('reg.example.com')).toMatchObject({ username: 'ann', password: 'secret' })
  writeFileSync(join(home, 'kept'), '{"Username":"<token>","Secret":"idt"}')
  expect(await store.get('reg.example.com')).toMatchObject({ username: '', refreshToken: 'idt' })
  await expect(store.get('elsewhere')).rejects.toThrow('exec: "docker-credential-missing-one": executable file not found in $PATH')
  helper('bad', 'echo "the keychain is locked"; exit 3')
  writeFileSync(path, JSON.stringify({ credsStore: 'bad' }))
  await expect(new ConfigStore(path, env({ PATH })).get('x')).rejects.toThrow('the keychain is locked')
  helper('odd', 'echo "Secret: hunter2"')
  writeFileSync(path, JSON.stringify({ credsStore: 'odd' }))
  await expect(new ConfigStore(path, env({ PATH })).get('x')).rejects.toThrow('docker-credential-odd: its answer is not JSON')
})

test('where nothing is configured, the helper of the platform is used and named', async () => {
  const PATH = helper('secretservice')
  const path = join(home, 'config.json')
  const only = { HOME: home, PATH: PATH.split(delimiter)[0]! }
  const store = new ConfigStore(path, only)
  await store.put('reg.example.com', { ...noCredential, username: 'ann', password: 'secret' })
  if (process.platform === 'linux') expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ auths: {}, credsStore: 'secretservice' })
})

test('damaged files are named, not their secrets', async () => {
  const path = join(home, 'config.json')
  writeFileSync(path, '{"auths": [')
  expect(() => new ConfigStore(path, env())).toThrow(`failed to decode config file ${path}: invalid config format: `)
  writeFileSync(path, JSON.stringify({ auths: { h: { auth: auth('hunter2') } } }))
  await expect(new ConfigStore(path, env()).get('h')).rejects.toThrow(/^failed to decode auth field: invalid config format: it does not/)
  await expect(new ConfigStore(join(home, 'new.json'), env()).put('h', { ...noCredential, username: 'a:b', password: 'x' })).rejects.toThrow('bad credential format: colons(:) are not allowed in username')
})
