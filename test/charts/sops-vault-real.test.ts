/** Vault's transit engine beside the real sops: both ask the real Vault. What goes wrong on the way to it is in sops-vault.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { RealVault } from './clouds/real-vault.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const vaultProgram = await ensureTool('vault-transit')

describe.skipIf(sops === undefined || vaultProgram === undefined)('the real Vault', () => {
  let vault: RealVault
  let nobody: string
  let name: string
  const real = new RealSops(sops ?? '')
  const expected = { a: 'b', n: 1 }
  beforeAll(async () => {
    vault = await RealVault.start(vaultProgram!)
    await vault.call('sys/mounts/team/transit', { type: 'transit' })
    await vault.call('team/transit/keys/main', {})
    nobody = await vault.tokenFor('nobody', 'path "team/transit/encrypt/*" { capabilities = ["update"] }')
    name = `${vault.url}/v1/team/transit/keys/main`
  })
  afterAll(() => {
    vault.stop()
    real.remove()
  })

  keySuite(sops!, async () => ({ kind: 'hc_vault', name, env: { VAULT_TOKEN: vault.token }, stranger: { VAULT_TOKEN: nobody, VAULT_MAX_RETRIES: '0' }, refusal: /Vault: HTTP 403: 1 error occurred: \* permission denied$/m }))

  test('versions of a key, those that are no longer allowed, keys and engines that are not there', async () => {
    const env = { VAULT_TOKEN: vault.token, VAULT_MAX_RETRIES: '0' }
    const old = await real.encrypt({ hc_vault: name }, env)
    await vault.call('team/transit/keys/main/rotate', {})
    const { text, entries } = await rewrapped(old, [readKeySpecs('hc_vault', name)], real.env(env), real.env(env))
    expect(entries[0]![0]!.fields.enc).toMatch(/^vault:v2:/)
    for (const file of [old, text]) {
      expect(await real.decrypt(file, env)).toEqual(expected)
      expect(await pintleDecrypt(file, real.env(env))).toEqual(expected)
    }
    await vault.call('team/transit/keys/main/config', { min_decryption_version: 2 })
    await expect(real.decrypt(old, env)).rejects.toThrow('ciphertext or signature version is disallowed by policy')
    await expect(pintleDecrypt(old, real.env(env))).rejects.toThrow('Vault: HTTP 400: ciphertext or signature version is disallowed by policy (too old)')
    await expect(pintleDecrypt(text.replace('"main"', '"other"'), real.env(env))).rejects.toThrow('Vault: HTTP 400: encryption key not found')
    await expect(pintleDecrypt(text.replace('team/transit', 'nowhere'), real.env(env))).rejects.toThrow('Vault: HTTP 404: no handler for route')
    await expect(pintleDecrypt(text, real.env({ VAULT_TOKEN: 'hvs.nonsense' }))).rejects.toThrow('Vault: HTTP 403: ')
  })
})
