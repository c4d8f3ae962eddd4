/** Cloud KMS of Google beside the real sops, which is told to use REST: both ask the same local service. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { GcpCloud } from './clouds/gcp-cloud.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { RealSops, keySuite, pintleDecrypt, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const id = 'projects/shop/locations/europe-west1/keyRings/sops/cryptoKeys/main'

describe.skipIf(sops === undefined)('GCP KMS', () => {
  let cloud: LocalCloud
  let gcp: GcpCloud
  let base: Env
  let text: string
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'gcp-'))
  const expected = { a: 'b', n: 1 }
  beforeAll(async () => {
    cloud = await LocalCloud.start(GcpCloud.hosts)
    gcp = new GcpCloud(cloud)
    gcp.denied.add('nobody')
    base = { ...cloud.env, SOPS_GCP_KMS_CLIENT_TYPE: 'rest', NO_GCE_CHECK: 'true' }
    text = await real.encrypt({ gcp_kms: id }, { ...base, GOOGLE_OAUTH_ACCESS_TOKEN: gcp.token('user') })
  })
  afterAll(async () => {
    await cloud.stop()
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const file = (name: string, content: object | string): string => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    return join(folder, name)
  }
  const mine = async (env: Env): Promise<void> => expect(await pintleDecrypt(text, real.env({ ...base, ...env }))).toEqual(expected)
  const both = async (env: Env): Promise<void> => {
    expect(await real.decrypt(text, { ...base, ...env })).toEqual(expected)
    await mine(env)
  }
  const refusal = (env: Env, of = text): Promise<string> => pintleDecrypt(of, real.env({ ...base, ...env })).then(() => '', (error: Error) => error.message)

  keySuite(sops!, async () => {
    const token = gcp.token('user')
    return {
      kind: 'gcp_kms', name: id, env: { ...base, GOOGLE_OAUTH_ACCESS_TOKEN: token }, stranger: { ...base, GOOGLE_OAUTH_ACCESS_TOKEN: gcp.token('nobody') },
      refusal: /PERMISSION_DENIED: Permission 'cloudkms\.cryptoKeyVersions\.useToDecrypt' denied on resource$/m, service: { cloud, host: 'cloudkms.googleapis.com' },
    }
  })

  test('a service account: in the variable, at its path, where Google\'s programs look', async () => {
    const account = gcp.account('deploy@shop.iam.gserviceaccount.com')
    await both({ GOOGLE_CREDENTIALS: JSON.stringify(account) })
    await both({ GOOGLE_CREDENTIALS: file('account.json', account) })
    await both({ GOOGLE_APPLICATION_CREDENTIALS: file('account.json', account) })
    const home = join(folder, 'home')
    mkdirSync(join(home, '.config', 'gcloud'), { recursive: true })
    writeFileSync(join(home, '.config', 'gcloud', 'application_default_credentials.json'), JSON.stringify(account))
    await both({ HOME: home })
    // The first that is there counts.
    await both({ GOOGLE_CREDENTIALS: JSON.stringify(account), GOOGLE_OAUTH_ACCESS_TOKEN: gcp.token('nobody') })
  })

  test('a user, a workload of somebody else and whom they stand for', async () => {
    const user = { type: 'authorized_user', client_id: 'c', client_secret: 'secret-of-client', refresh_token: 'refresh-of-user' }
    await both({ GOOGLE_CREDENTIALS: JSON.stringify(user) })
    const external = {
      type: 'external_account', audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x', subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token', credential_source: { file: file('token.json', { access_token: 'token-of-workload' }), format: { type: 'json', subject_token_field_name: 'access_token' } },
    }
    await both({ GOOGLE_CREDENTIALS: JSON.stringify(external) })
    const server = createServer((request, response) => response.end(request.headers['x-who'] === 'workload' ? 'token-of-workload' : ''))
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    await both({ GOOGLE_CREDENTIALS: JSON.stringify({ ...external, credential_source: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers: { 'X-Who': 'workload' } } }) })
    server.closeAllConnections()
    server.close()
    await both({ GOOGLE_CREDENTIALS: JSON.stringify({ ...user, quota_project_id: 'quota' }) })
    expect(cloud.received.filter(({ headers }) => headers['x-goog-user-project'] === 'quota')).toHaveLength(2)
    const impersonation = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/deploy@shop.iam.gserviceaccount.com:generateAccessToken'
    await both({ GOOGLE_CREDENTIALS: JSON.stringify({ ...external, credential_source: { file: file('token', 'token-of-workload\n') }, service_account_impersonation_url: impersonation }) })
    await both({ GOOGLE_CREDENTIALS: JSON.stringify({ type: 'impersonated_service_account', source_credentials: user, service_account_impersonation_url: impersonation, delegates: [] }) })
  })

  test('the machine', async () => {
    const server = createServer((request, response) => {
      const good = request.headers['metadata-flavor'] === 'Google' && request.url!.startsWith('/computeMetadata/v1/instance/service-accounts/default/token')
      response.setHeader('metadata-flavor', 'Google')
      response.statusCode = good ? 200 : 404
      response.end(good ? JSON.stringify({ access_token: gcp.token('machine'), expires_in: 3600, token_type: 'Bearer' }) : '')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    try {
      await both({ GCE_METADATA_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}` })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('another endpoint', async () => {
    const GOOGLE_OAUTH_ACCESS_TOKEN = gcp.token('user')
    await both({ GOOGLE_OAUTH_ACCESS_TOKEN, SOPS_GCP_KMS_ENDPOINT: 'https://cloudkms.example.org' })
    expect(cloud.received.at(-1)!.host).toBe('cloudkms.example.org')
    await mine({ GOOGLE_OAUTH_ACCESS_TOKEN, SOPS_GCP_KMS_ENDPOINT: 'cloudkms.example.org:443' })
    await mine({ GOOGLE_OAUTH_ACCESS_TOKEN, SOPS_GCP_KMS_UNIVERSE_DOMAIN: 'example.org' })
    expect(cloud.received.at(-1)!.host).toBe('cloudkms.example.org')
  })

  test('what does not open says why, and nothing of the credentials', async () => {
    const GOOGLE_OAUTH_ACCESS_TOKEN = gcp.token('user')
    expect(await refusal({ GOOGLE_OAUTH_ACCESS_TOKEN: 'ya29.of-somebody' })).toContain('UNAUTHENTICATED: Request had invalid authentication credentials: Bearer ***')
    expect(await refusal({ GOOGLE_OAUTH_ACCESS_TOKEN }, text.replace('locations/europe-west1', 'locations/nowhere'))).toContain('NOT_FOUND: CryptoKey not found.')
    expect(await refusal({ GOOGLE_OAUTH_ACCESS_TOKEN }, text.replace('cryptoKeys/main', 'cryptoKeys/main/x'))).toContain('it is no resource ID of a key')
    expect(await refusal({ GOOGLE_CREDENTIALS: '{"type": "service_account", "private_key": "secret"}' })).toContain('the private key of the service account is none')
    expect(await refusal({ GOOGLE_CREDENTIALS: 'a secret' })).toMatch(/: GOOGLE_CREDENTIALS is neither a file that can be read nor JSON$/m)
    const wrong = await refusal({ GOOGLE_CREDENTIALS: JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 'secret-of-client', refresh_token: 'refresh-of-another' }) })
    expect(wrong).toContain('Google gave no token: HTTP 400: invalid_grant: Bad Request: ***')
    expect(await refusal({ GOOGLE_CREDENTIALS: '{"type": "gdch_service_account"}' })).toContain('of type "gdch_service_account" are not supported')
    expect(await refusal({ GCE_METADATA_HOST: '127.0.0.1:1' })).toContain('no credentials of Google')
  })
})
