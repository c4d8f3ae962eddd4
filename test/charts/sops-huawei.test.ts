/** KMS of Huawei Cloud beside the real sops: both ask the same local service, which checks every signature. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { HuaweiCloud } from './clouds/huawei-cloud.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { RealSops, keySuite, pintleDecrypt, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const id = 'tr-west-1:12345678-aaaa-bbbb-cccc-1234567890ab'
const keys = { HUAWEICLOUD_SDK_AK: 'AKOFMINE', HUAWEICLOUD_SDK_SK: 'secret-of-mine' }

describe.skipIf(sops === undefined)('Huawei Cloud KMS', () => {
  let cloud: LocalCloud
  let huawei: HuaweiCloud
  let base: Env
  let text: string
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'huawei-'))
  const expected = { a: 'b', n: 1 }
  beforeAll(async () => {
    cloud = await LocalCloud.start(['localhost', 'kms.tr-west-1.myhuaweicloud.com', 'iam.tr-west-1.myhuaweicloud.com'])
    huawei = new HuaweiCloud(cloud, ['localhost', 'kms.tr-west-1.myhuaweicloud.com', 'iam.tr-west-1.myhuaweicloud.com'])
    huawei.accounts.set('AKOFMINE', { secret: 'secret-of-mine' })
    huawei.accounts.set('AKOFNOBODY', { secret: 'secret-of-nobody', denied: true })
    huawei.accounts.set('AKOFSESSION', { secret: 'secret-of-session', token: 'token-of-session' })
    // Huawei's own client knows no proxy.
    base = { SSL_CERT_FILE: cloud.authority, HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1: cloud.direct, HUAWEICLOUD_SDK_IAM_ENDPOINT: cloud.direct }
    text = await real.encrypt({ hckms: id }, { ...base, ...keys })
  })
  afterAll(async () => {
    await cloud.stop()
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const both = async (env: Env): Promise<void> => {
    expect(await real.decrypt(text, { ...base, ...env })).toEqual(expected)
    expect(await pintleDecrypt(text, real.env({ ...base, ...env }))).toEqual(expected)
  }
  const refusal = (env: Env, of = text): Promise<string> => pintleDecrypt(of, real.env({ ...cloud.env, ...env })).then(() => '', (error: Error) => error.message)

  keySuite(sops!, async () => ({
    kind: 'hckms', name: id, env: { ...base, ...keys, HUAWEICLOUD_SDK_PROJECT_ID: huawei.projects[0]! }, stranger: { ...base, HUAWEICLOUD_SDK_AK: 'AKOFNOBODY', HUAWEICLOUD_SDK_SK: 'secret-of-nobody', HUAWEICLOUD_SDK_PROJECT_ID: huawei.projects[0]! },
    refusal: /Huawei Cloud KMS: HTTP 403: KMS\.0306: The token has no permission; you are \*\*\*$/m, service: { cloud, host: 'localhost' },
  }))

  test('the project is asked for; temporary keys, those of a file', async () => {
    await both(keys)
    await both({ HUAWEICLOUD_SDK_AK: 'AKOFSESSION', HUAWEICLOUD_SDK_SK: 'secret-of-session', HUAWEICLOUD_SDK_SECURITY_TOKEN: 'token-of-session' })
    const home = join(folder, 'home')
    mkdirSync(join(home, '.huaweicloud'), { recursive: true })
    writeFileSync(join(home, '.huaweicloud', 'credentials'), '[global]\nak = x\nsk = y\n[basic]\nak = AKOFMINE\nsk = secret-of-mine\n')
    await both({ HOME: home })
    await both({ HUAWEICLOUD_SDK_CREDENTIALS_FILE: join(home, '.huaweicloud', 'credentials') })
  })

  test('the region\'s own places, by a proxy', async () => {
    expect(await pintleDecrypt(text, real.env({ ...cloud.env, ...keys }))).toEqual(expected)
    expect(cloud.received.slice(-2).map(({ host }) => host)).toEqual(['iam.tr-west-1.myhuaweicloud.com', 'kms.tr-west-1.myhuaweicloud.com'])
  })

  test('the machine', async () => {
    cloud.serve('169.254.169.254', ({ method, path, headers }) => {
      if (method === 'PUT' && path === '/meta-data/latest/api/token' && headers['x-metadata-token-ttl-seconds'] !== undefined) return { body: 'token-of-machine' }
      if (path !== '/openstack/latest/securitykey' || headers['x-metadata-token'] !== 'token-of-machine') return { status: 401 }
      return { body: { credential: { access: 'AKOFSESSION', secret: 'secret-of-session', securitytoken: 'token-of-session', expires_at: new Date(Date.now() + 3600_000).toISOString() } } }
    })
    // Huawei's own client asks it without the proxy, which cannot be answered here.
    expect(await pintleDecrypt(text, real.env(cloud.env))).toEqual(expected)
  })

  test('what does not open says why', async () => {
    expect(await refusal({ ...keys, HUAWEICLOUD_SDK_SK: 'another' })).toContain('the project cannot be found: HTTP 401: APIGW.0301')
    expect(await refusal(keys, text.replace('12345678-', '87654321-'))).toContain('KMS.0208: Failed to decrypt.')
    expect(await refusal(keys, text.replace('tr-west-1:', 'evil.example.org/#:'))).toContain('it is no key of the form REGION:KEY-ID')
    huawei.projects.push('another')
    expect(await refusal(keys)).toContain('the account has 2 projects in tr-west-1: HUAWEICLOUD_SDK_PROJECT_ID says which')
    huawei.projects.pop()
    for (const wrong of ['tr-west-1', ':x', 'x:']) expect(() => readKeySpecs('hckms', wrong)).toThrow('is no key of Huawei Cloud KMS')
  })
})
