/** Azure Key Vault beside the real sops: both ask the same local vault, by the names that they would use. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { keyName, readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { resolveKeys } from '../../src/charts/secrets/resolve-keys.ts'
import { AzureCloud } from './clouds/azure-cloud.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const version = '0123456789abcdef0123456789abcdef'
const url = `https://shop.vault.azure.net/keys/main/${version}`

describe.skipIf(sops === undefined)('Azure Key Vault', () => {
  let cloud: LocalCloud
  let azure: AzureCloud
  let base: Env
  let text: string
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'azure-'))
  const expected = { a: 'b', n: 1 }
  const mine = { AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client-of-mine', AZURE_CLIENT_SECRET: 'secret-of-mine' }
  beforeAll(async () => {
    cloud = await LocalCloud.start(AzureCloud.hosts)
    azure = new AzureCloud(cloud)
    azure.secrets.set('client-of-mine', 'secret-of-mine')
    azure.secrets.set('client-of-nobody', 'secret-of-nobody')
    azure.denied.add('client-of-nobody')
    base = cloud.env
    text = await real.encrypt({ azure_kv: url }, { ...base, ...mine })
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
  const refusal = (env: Env, of = text): Promise<string> => pintleDecrypt(of, real.env({ ...base, ...env })).then(() => '', (error: Error) => error.message)

  keySuite(sops!, async () => ({
    kind: 'azure_kv', name: url, env: { ...base, ...mine }, stranger: { ...base, ...mine, AZURE_CLIENT_ID: 'client-of-nobody', AZURE_CLIENT_SECRET: 'secret-of-nobody' },
    refusal: /Azure Key Vault: Forbidden: The user, group or application does not have keys decrypt permission/, service: { cloud, host: 'shop.vault.azure.net' },
  }))

  test('a key without a version is of the current one, which stands in the file', async () => {
    azure.current.set('main', 'fedcba9876543210fedcba9876543210')
    const encrypted = await real.encrypt({ azure_kv: 'https://shop.vault.azure.net/keys/main' }, { ...base, ...mine })
    expect(encrypted).toContain('"version": "fedcba9876543210fedcba9876543210"')
    await both(mine, encrypted)
    const [spec] = readKeySpecs('azure_kv', 'https://shop.vault.azure.net/keys/main/')
    const env = real.env({ ...base, ...mine })
    expect((await resolveKeys([[spec!], []], { env })).map((group) => group.map(keyName))).toEqual([['https://shop.vault.azure.net/keys/main/fedcba9876543210fedcba9876543210'], []])
    await both(mine, (await rewrapped(text, [[spec!]], env, env)).text)
    for (const wrong of ['http://shop.vault.azure.net/keys/main', 'https://shop.vault.azure.net/secrets/main', 'main']) expect(() => readKeySpecs('azure_kv', wrong)).toThrow('is no key of Azure Key Vault')
  })

  test('a certificate, workload identity, managed identity, az', async () => {
    const path = join(folder, 'client.pem')
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=client', '-keyout', join(folder, 'key.pem'), '-out', path], { stdio: 'ignore' })
    azure.certificates.set('client-with-certificate', new X509Certificate(readFileSync(path)))
    writeFileSync(path, readFileSync(path, 'utf8') + readFileSync(join(folder, 'key.pem'), 'utf8'))
    await both({ AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client-with-certificate', AZURE_CLIENT_CERTIFICATE_PATH: path })
    await both({ AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client-with-certificate', AZURE_CLIENT_CERTIFICATE_PATH: path, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'true' })

    // A user's password: azidentity asks more than this of Entra first.
    azure.passwords.set('user@example.com', 'password-of-user')
    expect(await pintleDecrypt(text, real.env({ ...base, AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client-of-user', AZURE_USERNAME: 'user@example.com', AZURE_PASSWORD: 'password-of-user' }))).toEqual(expected)

    writeFileSync(join(folder, 'token'), 'token-of-workload')
    azure.federated.set('workload', 'token-of-workload')
    await both({ AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'workload', AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token') })

    const server = createServer((request, response) => {
      const good = request.headers['x-identity-header'] === 'header-of-service' && request.url!.includes('resource=https%3A%2F%2Fvault.azure.net')
      response.statusCode = good ? 200 : 400
      response.setHeader('content-type', 'application/json')
      response.end(good ? JSON.stringify({ access_token: azure.token('machine'), expires_on: String(Math.floor(Date.now() / 1000) + 3600), resource: 'https://vault.azure.net', token_type: 'Bearer' }) : '{"error": "bad"}')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    try {
      const service = { IDENTITY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, IDENTITY_HEADER: 'header-of-service' }
      await both(service)
      expect(await refusal({ ...service, IDENTITY_HEADER: 'another-header' })).toContain('the managed identity gave no token: HTTP 400')
    } finally {
      server.closeAllConnections()
      server.close()
    }

    cloud.serve('169.254.169.254', ({ path, headers }) => (headers.metadata !== 'true' ? { status: 400, body: { error: 'bad_request' } } : path.startsWith('/metadata/identity/oauth2/token?') && path.includes('resource=https%3A%2F%2Fvault.azure.net')
      ? { body: { access_token: azure.token('machine'), expires_in: '3600', expires_on: String(Math.floor(Date.now() / 1000) + 3600), resource: 'https://vault.azure.net', token_type: 'Bearer' } } : { status: 404 }))
    await both({ AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' })

    writeFileSync(join(folder, 'az'), `#!/bin/sh\ncase "$*" in *"--resource https://vault.azure.net"*) echo '{"accessToken": "${azure.token('user')}", "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800, "tokenType": "Bearer"}';; *) exit 1;; esac\n`, { mode: 0o755 })
    await both({ PATH: `${folder}:${process.env.PATH}`, AZURE_TOKEN_CREDENTIALS: 'AzureCLICredential' })
  })

  test('what does not open says why, and nothing of the credentials', async () => {
    expect(await refusal({ ...mine, AZURE_CLIENT_SECRET: 'another-secret' })).toContain('Azure gave no token: HTTP 401: AADSTS7000215: Invalid client secret provided: ***')
    expect(await refusal(mine, text.replace('"name": "main"', '"name": "nothing"'))).toContain('KeyNotFound')
    expect(await refusal({ AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' })).toContain('no credentials of Azure')
    expect(await refusal({ ...mine, AZURE_TOKEN_CREDENTIALS: 'AzurePowerShellCredential' })).toContain('AZURE_TOKEN_CREDENTIALS has a value that is not supported')
    expect(await refusal({ ...mine, AZURE_AUTHORITY_HOST: 'http://127.0.0.1' })).toContain('AZURE_AUTHORITY_HOST is no address with TLS')
    expect(await refusal({ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_CERTIFICATE_PATH: join(folder, 'token') })).toContain('does not hold a certificate and its RSA key in PEM')
    // A server that only the file names gets no token.
    const hostile = text.replace('https://shop.vault.azure.net', 'https://evil.example.org')
    await expect(real.decrypt(hostile, { ...base, ...mine })).rejects.toThrow()
    expect(await refusal(mine, hostile)).toContain('evil.example.org wants a token for vault.azure.net, which it is no part of')
    expect(cloud.received.filter((r) => r.host === 'evil.example.org').every((r) => r.headers.authorization === undefined && r.body === '')).toBe(true)
    for (const vault of ['http://shop.vault.azure.net', 'https://u:p@shop.vault.azure.net', 'x']) expect(await refusal(mine, text.replace('https://shop.vault.azure.net', vault))).toContain('it is no key of Azure Key Vault')
  })
})
