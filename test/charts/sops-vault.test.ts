/** Vault's transit engine beside the real sops: both ask the same local service. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { VaultCloud } from './clouds/vault-cloud.ts'
import { RealSops, keySuite, pintleDecrypt, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const host = 'vault.example.com'
const uri = `https://${host}:8200/v1/team/transit/keys/main`

describe.skipIf(sops === undefined)('Vault', () => {
  let cloud: LocalCloud
  let vault: VaultCloud
  let base: Env
  let text: string
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'vault-'))
  const expected = { a: 'b', n: 1 }
  const VAULT_TOKEN = 'hvs.token-of-mine'
  beforeAll(async () => {
    cloud = await LocalCloud.start([host, 'active.example.com', 'evil.example.org'])
    vault = new VaultCloud(cloud, host)
    vault.tokens.set(VAULT_TOKEN, true)
    vault.tokens.set('hvs.token-of-nobody', false)
    base = { ...cloud.env, VAULT_MAX_RETRIES: '0' }
    text = await real.encrypt({ hc_vault: uri }, { ...base, VAULT_TOKEN })
  })
  afterAll(async () => {
    await cloud.stop()
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const both = async (env: Env, of = text): Promise<void> => {
    expect(await real.decrypt(of, { ...base, ...env })).toEqual(expected)
    expect(await pintleDecrypt(of, real.env({ ...base, ...env }))).toEqual(expected)
  }
  const refused = async (env: Env, of = text): Promise<string> => {
    await expect(real.decrypt(of, { ...base, ...env })).rejects.toThrow()
    return pintleDecrypt(of, real.env({ ...base, ...env })).then(() => '', (error: Error) => error.message)
  }

  keySuite(sops!, async () => ({
    kind: 'hc_vault', name: uri, env: { ...base, VAULT_TOKEN }, stranger: { ...base, VAULT_TOKEN: 'hvs.token-of-nobody' }, refusal: /Vault: HTTP 403: 1 error occurred: \* permission denied$/m, service: { cloud, host },
  }))

  test('names of keys', () => {
    const fields = (name: string): object => readKeySpecs('hc_vault', name)[0]!.fields
    expect(fields('https://vault.example.com:8200/v1/transit/keys/keyName')).toEqual({ vault_address: 'https://vault.example.com:8200', engine_path: 'transit', key_name: 'keyName' })
    expect(fields(`${uri}/`)).toEqual({ vault_address: `https://${host}:8200`, engine_path: 'team/transit', key_name: 'main' })
    for (const wrong of ['vault.example.com', 'https://vault.example.com', 'https://vault.example.com/prefix/v1/transit/keys/k', 'https://vault.example.com/v1/transit']) expect(() => readKeySpecs('hc_vault', wrong)).toThrow('is no key of Vault')
  })

  test('several names, and the empty ones between them', async () => {
    const list = `${uri},,https://${host}:8200/v1/transit/keys/other`
    expect(readKeySpecs('hc_vault', list)).toHaveLength(2)
    const encrypted = await real.encrypt({ hc_vault: list }, { ...base, VAULT_TOKEN })
    await both({ VAULT_TOKEN }, encrypted)
  })

  test('old versions of a key', async () => {
    vault.rotate('team/transit/main')
    await both({ VAULT_TOKEN })
    const anew = await real.encrypt({ hc_vault: uri }, { ...base, VAULT_TOKEN })
    expect(anew).toContain('"enc": "vault:v2:')
    await both({ VAULT_TOKEN }, anew)
  })

  test('the token of the home folder, a namespace', async () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    writeFileSync(join(home, '.vault-token'), `${VAULT_TOKEN}\n`)
    await both({ HOME: home })
    vault.namespace = 'team-a'
    try {
      expect(await refused({ VAULT_TOKEN })).toContain('Vault: HTTP 403: 2 errors occurred: * permission denied * invalid token ; token ***')
      await both({ VAULT_TOKEN, VAULT_NAMESPACE: 'team-a' })
    } finally {
      vault.namespace = undefined
    }
    expect(await refused({})).toContain('there is no token: neither VAULT_TOKEN nor ~/.vault-token')
  })

  test('authorities by its own variables', async () => {
    const without = { ...base, SSL_CERT_FILE: join(folder, 'none.pem'), VAULT_TOKEN }
    writeFileSync(join(folder, 'none.pem'), '')
    await both({ ...without, VAULT_CACERT: cloud.authority })
    await both({ ...without, VAULT_CACERT_BYTES: readFileSync(cloud.authority, 'utf8') })
    mkdirSync(join(folder, 'authorities'))
    writeFileSync(join(folder, 'authorities', 'a.pem'), readFileSync(cloud.authority))
    await both({ ...without, VAULT_CAPATH: join(folder, 'authorities') })
    await both({ ...without, VAULT_SKIP_VERIFY: 'true' })
    const named = text.replace(`https://${host}:8200`, 'https://other.example.com')
    cloud.serve('other.example.com', (request) => vault.answer(request))
    expect(await refused({ VAULT_TOKEN }, named)).toContain('certificate')
    await both({ VAULT_TOKEN, VAULT_TLS_SERVER_NAME: host }, named)
  })

  test('a proxy for it alone, an agent, a standby node', async () => {
    const { HTTPS_PROXY, HTTP_PROXY, ...direct } = base
    expect(HTTP_PROXY).toBe(HTTPS_PROXY)
    expect(await pintleDecrypt(text, real.env({ ...direct, VAULT_TOKEN, VAULT_PROXY_ADDR: HTTPS_PROXY! }))).toEqual(expected)
    await both({ VAULT_TOKEN, VAULT_AGENT_ADDR: `https://${host}:8200` }, text.replace(`https://${host}:8200`, 'https://elsewhere.example.com'))
cloud.serve('active.example.com', (request) => vault.answer(request))
    try {
      vault.redirect = 'https://active.example.com'
      await both({ VAULT_TOKEN })
      expect(cloud.received.at(-1)!.host).toBe('active.example.com')
      await expect(pintleDecrypt(text, real.env({ ...base, VAULT_TOKEN, VAULT_DISABLE_REDIRECTS: 'true' }))).rejects.toThrow('Vault: HTTP 307')
      vault.redirect = undefined
      expect(await pintleDecrypt(text, real.env({ ...base, VAULT_TOKEN }))).toEqual(expected)
      vault.redirect = 'http://active.example.com'
      await expect(pintleDecrypt(text, real.env({ ...base, VAULT_TOKEN }))).rejects.toThrow('Vault leads to where no token may go')
    } finally {
      vault.redirect = undefined
    }
  })

  test('the token goes to no server that only the file names', async () => {
    const hostile = text.replace(`https://${host}:8200`, 'https://evil.example.org')
    cloud.serve('evil.example.org', () => ({ status: 403, body: { errors: ['no'] } }))
    const asked = (): number => cloud.received.filter((r) => r.host === 'evil.example.org').length
    expect(await refused({ VAULT_TOKEN, SOPS_HC_VAULT_ALLOWLIST: `https://${host}:8200` }, hostile)).toContain('SOPS_HC_VAULT_ALLOWLIST does not allow https://evil.example.org')
    expect(await refused({ VAULT_TOKEN, SOPS_HC_VAULT_ALLOWLIST: 'none' })).toContain('SOPS_HC_VAULT_ALLOWLIST does not allow')
    expect(asked()).toBe(0)
    await both({ VAULT_TOKEN, SOPS_HC_VAULT_ALLOWLIST: `https://example.com, https://${host}:8200/` })
    // Where VAULT_ADDR says who Vault is, sops asks the other one all the same.
    await expect(pintleDecrypt(hostile, real.env({ ...base, VAULT_TOKEN, VAULT_ADDR: `https://${host}:8200` }))).rejects.toThrow('VAULT_ADDR is another server')
    expect(asked()).toBe(0)
    for (const address of ['https://evil.example.org/x', 'https://user:p@evil.example.org', 'unix:///x', 'evil']) {
      await expect(pintleDecrypt(text.replace(`https://${host}:8200`, address), real.env({ ...base, VAULT_TOKEN }))).rejects.toThrow('its address is none of Vault')
    }
    for (const name of ['..', '']) await expect(pintleDecrypt(text.replace('"key_name": "main"', `"key_name": "${name}"`), real.env({ ...base, VAULT_TOKEN }))).rejects.toThrow('it names no key')
    expect(await refused({ VAULT_TOKEN }, text.replace('team/transit', 'nowhere'))).toContain('Vault: HTTP 404: no handler for route "nowhere/decrypt/main"')
  })
})
