/** Files for keys of several kinds, beside the real sops: groups, the order in which keys are tried, and what is said of each that does not open. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { keyName, readKeySpecs, type KeyKind, type KeySpec } from '../../src/charts/secrets/key-spec.ts'
import { AwsCloud } from './clouds/aws-cloud.ts'
import { AzureCloud } from './clouds/azure-cloud.ts'
import { GcpCloud } from './clouds/gcp-cloud.ts'
import { HuaweiCloud } from './clouds/huawei-cloud.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { VaultCloud } from './clouds/vault-cloud.ts'
import { GpgHome, hasGpg } from './gpg-home.ts'
import { RealSops, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')

describe.skipIf(sops === undefined || !hasGpg)('keys of several kinds', () => {
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'kinds-'))
  const gpg = new GpgHome(join(folder, 'gpg'))
  const expected = { a: 'b', n: 1 }
  let cloud: LocalCloud
  let base: Env
  let names: Record<KeyKind, string>
  /** What gives access to the keys of one kind. */
  let access: Record<KeyKind, Env>
  let original: string
  let all: Env
  beforeAll(async () => {
    const hosts = ['kms.eu-west-1.amazonaws.com', 'vault.example.com', 'localhost', ...GcpCloud.hosts, ...AzureCloud.hosts]
    cloud = await LocalCloud.start(hosts)
    new AwsCloud(cloud, ['eu-west-1']).accounts.set('AKIAMINE', { secret: 'secret-of-aws' })
    const gcp = new GcpCloud(cloud)
    new AzureCloud(cloud).secrets.set('client', 'secret-of-azure')
    new VaultCloud(cloud, 'vault.example.com').tokens.set('hvs.mine', true)
    const huawei = new HuaweiCloud(cloud, ['localhost'])
    huawei.accounts.set('AKOFMINE', { secret: 'secret-of-huawei' })
    const identity = await generateX25519Identity()
    names = {
      age: await identityToRecipient(identity), pgp: gpg.key('Shop <shop@example.com>', { usage: 'encrypt,sign' }), kms: 'arn:aws:kms:eu-west-1:1:key/k', gcp_kms: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      hckms: 'tr-west-1:k', azure_kv: 'https://shop.vault.azure.net/keys/k/1', hc_vault: 'https://vault.example.com/v1/transit/keys/k',
    }
    access = {
      age: { SOPS_AGE_KEY: identity }, pgp: { GNUPGHOME: gpg.path }, kms: { AWS_ACCESS_KEY_ID: 'AKIAMINE', AWS_SECRET_ACCESS_KEY: 'secret-of-aws' }, gcp_kms: { GOOGLE_OAUTH_ACCESS_TOKEN: gcp.token('user') },
      hckms: { HUAWEICLOUD_SDK_AK: 'AKOFMINE', HUAWEICLOUD_SDK_SK: 'secret-of-huawei', HUAWEICLOUD_SDK_PROJECT_ID: huawei.projects[0]! },
      azure_kv: { AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'secret-of-azure' }, hc_vault: { VAULT_TOKEN: 'hvs.mine' },
    }
    base = {
      ...cloud.env, GNUPGHOME: join(folder, 'nobody'), SOPS_GCP_KMS_CLIENT_TYPE: 'rest', AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1', VAULT_MAX_RETRIES: '0', GCE_METADATA_HOST: '127.0.0.1:1',
      HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1: cloud.direct, HUAWEICLOUD_SDK_IAM_ENDPOINT: cloud.direct, AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
    }
    all = { ...base, ...Object.assign({}, ...Object.values(access)) as Env }
    original = await real.encrypt({ age: names.age }, {})
  })
  afterAll(async () => {
    await cloud.stop()
    gpg.end()
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const specs = (...kinds: KeyKind[]): KeySpec[] => kinds.flatMap((kind) => readKeySpecs(kind, names[kind]))
  const wrapped = async (groups: KeySpec[][], threshold = 0): Promise<string> => (await rewrapped(original, groups, access.age, real.env(all), threshold)).text
  const both = async (text: string, env: Env): Promise<void> => {
    expect(await real.decrypt(text, { ...base, ...env })).toEqual(expected)
    expect(await pintleDecrypt(text, real.env({ ...base, ...env }))).toEqual(expected)
  }
  const refusal = (text: string, env: Env): Promise<string> => pintleDecrypt(text, real.env({ ...base, ...env })).then(() => '', (error: Error) => error.message)

  test('each key of a file that is for every kind opens it, whoever wrote the file', async () => {
    const kinds = Object.keys(names) as KeyKind[]
    const written = [await wrapped([specs(...kinds)]), await real.encrypt(names, all)]
    for (const text of written) for (const kind of kinds) await both(text, access[kind])
  })

  test('parts of groups of different kinds are put together, whoever made them', async () => {
    const text = await wrapped([specs('kms', 'age'), specs('pgp'), specs('hc_vault', 'azure_kv'), specs('gcp_kms', 'hckms')], 3)
    await both(text, { ...access.age, ...access.pgp, ...access.azure_kv })
    await both(text, { ...access.kms, ...access.hc_vault, ...access.hckms })
    const two = { ...access.gcp_kms, ...access.pgp }
    await expect(real.decrypt(text, { ...base, ...two })).rejects.toThrow('3 groups')
    expect(await refusal(text, two)).toContain('keys of 3 groups are needed, and this machine has those of 2')
    for (const threshold of [1, 5]) await expect(wrapped([specs('age'), specs('pgp')], threshold)).rejects.toMatchObject({ code: 'secrets.format' })
    await expect(wrapped([specs('age'), []])).rejects.toThrow('a key group has no key')
  })

  test('of every key is said why it does not open', async () => {
    const kinds: KeyKind[] = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age']
    const text = await wrapped([specs(...kinds)])
    const said = (await refusal(text, { HUAWEICLOUD_SDK_AK: 'AKOFMINE', HUAWEICLOUD_SDK_SK: 'secret-of-another', HUAWEICLOUD_SDK_PROJECT_ID: 'x' })).split('\n')
    // Local keys first, then in the order of the file.
    expect(said.slice(1).map((line) => line.replace(/^ {2}(.*?): .*$/, '$1'))).toHaveLength(7)
    for (const [i, [kind, why]] of ([
      ['age', 'none of the keys here'], ['pgp', 'none of the keys here'], ['kms', 'no credentials of AWS'], ['gcp_kms', 'no credentials of Google'], ['hckms', 'APIGW.0301'], ['azure_kv', 'no credentials of Azure'], ['hc_vault', 'there is no token'],
    ] as const).entries()) expect(said[i + 1]).toMatch(new RegExp(`^ {2}.*${keyName(specs(kind)[0]!).replace(/[^\w]/g, '\\$&')}: .*${why}`))
    expect(said.join()).not.toContain('secret-of-another')
    await expect(wrapped([[...specs('kms', 'age'), { kind: 'pgp', fields: { fp: '0'.repeat(40) } }]])).rejects.toThrow(/the key of the file cannot be encrypted for:\n {2}PGP 0{40}: gpg: .*$/)
  })

  test('keys are tried in the order of SOPS_DECRYPTION_ORDER', async () => {
    const text = await wrapped([specs('kms', 'hc_vault', 'age')])
    const asked = async (order: string): Promise<[string[], string[]]> => {
      const runs = [() => real.decrypt(text, { ...all, SOPS_DECRYPTION_ORDER: order }), () => pintleDecrypt(text, real.env({ ...all, SOPS_DECRYPTION_ORDER: order }))]
      const hosts: string[][] = []
      for (const run of runs) {
        const before = cloud.received.length
        await run()
        hosts.push(cloud.received.slice(before).map(({ host }) => host))
      }
      return [hosts[0]!, hosts[1]!]
    }
    for (const [order, hosts] of [['', []], ['age', []], ['kms,age', ['kms.eu-west-1.amazonaws.com']], ['hc_vault,kms', ['vault.example.com']], ['pgp,nonsense', ['kms.eu-west-1.amazonaws.com']]] as const) {
      const [theirs, mine] = await asked(order)
      expect([order, mine]).toEqual([order, hosts])
      expect([order, theirs]).toEqual([order, hosts])
    }
    await expect(real.decrypt(text, { ...all, SOPS_DECRYPTION_ORDER: 'age,age' })).rejects.toThrow('Duplicate decryption key type: age')
    expect(await refusal(text, { ...all, SOPS_DECRYPTION_ORDER: 'age,age' })).toContain('SOPS_DECRYPTION_ORDER names age twice')
  })
})
