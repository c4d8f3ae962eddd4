/** AWS KMS beside the real sops: both ask the same local KMS and STS, which check every signature. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { MasterKeys, decryptFile } from '../../src/charts/secrets/index.ts'
import { readKeySpecs } from '../../src/charts/secrets/key-spec.ts'
import { AwsCloud } from './clouds/aws-cloud.ts'
import { LocalCloud } from './clouds/local-cloud.ts'
import { RealSops, keySuite, pintleDecrypt, rewrapped, type Env } from './sops-keys-suite.ts'

const sops = await ensureTool('sops')
const region = 'eu-west-1'
const arn = `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const keys = { AWS_ACCESS_KEY_ID: 'AKIAMINE', AWS_SECRET_ACCESS_KEY: 'secret-of-mine/+x', AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1' }

describe.skipIf(sops === undefined)('AWS KMS', () => {
  let cloud: LocalCloud
  let aws: AwsCloud
  const real = new RealSops(sops ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'aws-'))
  const expected = { a: 'b', n: 1 }
  beforeAll(async () => {
    cloud = await LocalCloud.start(['kms', 'sts', 'portal.sso'].flatMap((service) => [region, 'us-east-1'].map((r) => `${service}.${r}.amazonaws.com`)))
    aws = new AwsCloud(cloud, [region, 'us-east-1'])
    aws.accounts.set('AKIAMINE', { secret: 'secret-of-mine/+x' })
    aws.accounts.set('AKIADENIED', { secret: 'secret-of-nobody', denied: true })
  })
  afterAll(async () => {
    await cloud.stop()
    real.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const both = async (text: string, env: Env): Promise<void> => {
    expect(await real.decrypt(text, { ...cloud.env, ...env })).toEqual(expected)
    expect(await pintleDecrypt(text, real.env({ ...cloud.env, ...env }))).toEqual(expected)
  }
  const refused = async (text: string, env: Env): Promise<string> => {
    await expect(real.decrypt(text, { ...cloud.env, ...env })).rejects.toThrow()
    const error = await pintleDecrypt(text, real.env({ ...cloud.env, ...env })).then(() => undefined, (e: Error) => e)
    expect(error).toMatchObject({ code: 'secrets.key' })
    return error!.message
  }

  keySuite(sops!, async () => ({
    kind: 'kms', name: arn, env: { ...cloud.env, ...keys }, stranger: { ...cloud.env, ...keys, AWS_ACCESS_KEY_ID: 'AKIADENIED', AWS_SECRET_ACCESS_KEY: 'secret-of-nobody' },
    refusal: /AccessDeniedException: User is not authorized to perform this; you sent \*\*\*$/m, service: { cloud, host: `kms.${region}.amazonaws.com` },
  }))

  test('a wrong secret is noticed by its signature', async () => {
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    expect(await refused(text, { ...keys, AWS_SECRET_ACCESS_KEY: 'another' })).toContain('InvalidSignatureException: The request signature we calculated does not match')
    expect(await refused(text, { AWS_EC2_METADATA_DISABLED: 'true' })).toContain('no credentials of AWS')
  })

  test('a service that is busy is asked again, three times', async () => {
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    const env = { ...cloud.env, ...keys, AWS_MAX_ATTEMPTS: '3' }
    aws.busy = 2
    expect(await real.decrypt(text, env)).toEqual(expected)
    aws.busy = 2
    expect(await pintleDecrypt(text, real.env(env))).toEqual(expected)
    aws.busy = 3
    await expect(pintleDecrypt(text, real.env(env))).rejects.toThrow('ThrottlingException: Rate exceeded')
  })

  test('an encryption context is part of the key', async () => {
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys }, '--encryption-context', 'env:prod,team:a')
    await both(text, keys)
    expect(await refused(text.replace('"prod"', '"test"'), keys)).toContain(`AWS KMS ${arn}|env:test,team:a: InvalidCiphertextException`)
    const again = await rewrapped(text, [readKeySpecs('kms', arn, { context: { team: 'b', env: 'prod' } })], real.env({ ...cloud.env, ...keys }), real.env({ ...cloud.env, ...keys }))
    expect(again.entries[0]![0]!.fields).toMatchObject({ context: { env: 'prod', team: 'b' }, aws_profile: '' })
    await both(again.text, keys)
  })

  test('the first of several that opens is enough, in another region too; ARNs that are none are said', async () => {
    const other = arn.replace(region, 'us-east-1')
    const text = await real.encrypt({ kms: `${arn},${other}` }, { ...cloud.env, ...keys })
    cloud.faults.set(`kms.${region}.amazonaws.com`, 'garbage')
    try {
      await both(text, keys)
    } finally {
      cloud.faults.clear()
    }
    expect(await refused(text.replaceAll(/:(?:eu-west|us-east)-1:/g, ':example.com/#:'), keys)).toContain('"example.com/#" is no region of AWS')
  })

  test('a role is assumed first', async () => {
    const role = 'arn:aws:iam::111122223333:role/deploy+x'
    aws.roles.set(role, {})
    const text = await real.encrypt({ kms: `${arn}+${role}` }, { ...cloud.env, ...keys })
    await both(text, keys)
    const spec = readKeySpecs('kms', `${arn}+${role}`)
    await both((await rewrapped(text, [spec], real.env({ ...cloud.env, ...keys }), real.env({ ...cloud.env, ...keys }))).text, keys)
    // Several files share what was asked for.
    const shared = new MasterKeys({ env: real.env({ ...cloud.env, ...keys }) })
    const before = cloud.received.length
    for (const name of ['f', 'g']) await decryptFile(text, { file: name, format: 'json', keys: shared })
    shared.close()
    expect(cloud.received.slice(before).map(({ host: asked }) => asked.split('.')[0])).toEqual(['sts', 'kms', 'kms'])
    expect(await refused(text.replaceAll('role/deploy', 'role/other'), keys)).toContain('cannot be assumed: AccessDenied: not authorized to perform "sts:AssumeRole"')
  })

  test('profiles: of the key, of the environment, with roles, a process and several files', async () => {
    const role = 'arn:aws:iam::111122223333:role/of-profile'
    aws.roles.set(role, { externalId: 'x-1' })
    const script = join(folder, 'process.sh')
    writeFileSync(script, '#!/bin/sh\necho \'{"Version": 1, "AccessKeyId": "AKIAMINE", "SecretAccessKey": "secret-of-mine/+x"}\'\n', { mode: 0o755 })
    writeFileSync(join(folder, 'config'), `[default]\nregion = us-east-1\n\n[profile roles]\nrole_arn = ${role}\nsource_profile = base\nexternal_id = x-1\n[profile process]\ncredential_process = "${script}" --x\n[profile loop]\nrole_arn = ${role}\nsource_profile = loop2\n[profile loop2]\nrole_arn = ${role}\nsource_profile = loop\n`)
    writeFileSync(join(folder, 'credentials'), '# mine\n[base]\naws_access_key_id = AKIAMINE\naws_secret_access_key = secret-of-mine/+x\n[default]\naws_access_key_id=AKIADENIED\naws_secret_access_key=secret-of-nobody\n')
    const files = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'), AWS_EC2_METADATA_DISABLED: 'true' }
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    for (const profile of ['base', 'roles', 'process']) await both(text, { ...files, AWS_PROFILE: profile })
    // A profile of the key wins over variables, one of the environment does not.
    const named = await real.encrypt({ kms: arn }, { ...cloud.env, ...files }, '--aws-profile', 'roles')
    expect(named).toContain('"aws_profile": "roles"')
    await both(named, { ...files, AWS_ACCESS_KEY_ID: 'AKIADENIED', AWS_SECRET_ACCESS_KEY: 'secret-of-nobody' })
    await both(text, { ...files, ...keys, AWS_PROFILE: 'default' })
    expect(await refused(text, files)).toContain('AccessDeniedException')
    expect(await refused(text, { ...files, AWS_PROFILE: 'none' })).toContain('there is no profile "none" in the files of AWS')
    expect(await refused(text, { ...files, AWS_PROFILE: 'loop' })).toContain('profiles take their credentials from one another without end')
    const home = join(folder, 'home')
    mkdirSync(join(home, '.aws'), { recursive: true })
    writeFileSync(join(home, '.aws', 'credentials'), '[default]\naws_access_key_id=AKIAMINE\naws_secret_access_key=secret-of-mine/+x\n')
    await both(text, { HOME: home })
  })

  test('sessions of SSO, by both forms of the file', async () => {
    const home = join(folder, 'sso')
    const cache = join(home, '.aws', 'sso', 'cache')
    mkdirSync(cache, { recursive: true })
    const asked: string[] = []
    cloud.serve(`portal.sso.${region}.amazonaws.com`, ({ path, headers }) => {
      asked.push(path)
      if (headers['x-amz-sso_bearer_token'] !== 'token-of-session') return { status: 401, body: { message: `Session token not found or invalid: ${headers['x-amz-sso_bearer_token']}` } }
      return { body: { roleCredentials: { accessKeyId: 'AKIAMINE', secretAccessKey: 'secret-of-mine/+x', sessionToken: '', expiration: Date.now() + 3600_000 } } }
    })
    writeFileSync(join(home, '.aws', 'config'), `[profile old]\nsso_start_url = https://shop.awsapps.com/start\nsso_region = ${region}\nsso_account_id = 111122223333\nsso_role_name = deploy\n[profile new]\nsso_session = shop\nsso_account_id = 111122223333\nsso_role_name = deploy\n[sso-session shop]\nsso_region = ${region}\nsso_start_url = https://shop.awsapps.com/start\n`)
    const session = (accessToken: string, expires: number): void => {
      for (const name of ['https://shop.awsapps.com/start', 'shop']) writeFileSync(join(cache, `${createHash('sha1').update(name).digest('hex')}.json`), JSON.stringify({ startUrl: 'https://shop.awsapps.com/start', region, accessToken, expiresAt: new Date(Date.now() + expires).toISOString() }))
    }
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    session('token-of-session', 3600_000)
    for (const profile of ['old', 'new']) await both(text, { HOME: home, AWS_PROFILE: profile })
    expect(asked.every((path) => path.includes('account_id=111122223333') && path.includes('role_name=deploy'))).toBe(true)
    session('token-of-another', 3600_000)
    expect(await refused(text, { HOME: home, AWS_PROFILE: 'old' })).toContain('AWS SSO: HTTP 401: Session token not found or invalid: ***')
    session('token-of-session', -1000)
    expect(await refused(text, { HOME: home, AWS_PROFILE: 'old' })).toContain('the session of AWS SSO has run out')
  })

  test('roles whose credentials come from the environment', async () => {
    const role = 'arn:aws:iam::111122223333:role/of-environment'
    aws.roles.set(role, {})
    writeFileSync(join(folder, 'source'), `[profile env]\nrole_arn = ${role}\ncredential_source = Environment\n[profile wrong]\nrole_arn = ${role}\ncredential_source = Nowhere\n[profile mfa]\nrole_arn = ${role}\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/x\n[profile base]\naws_access_key_id = AKIAMINE\naws_secret_access_key = secret-of-mine/+x\n`)
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    const named = (profile: string): string => text.replace('"aws_profile": ""', `"aws_profile": "${profile}"`)
    const files = { AWS_CONFIG_FILE: join(folder, 'source') }
    await both(named('env'), { ...keys, ...files })
    expect(await refused(named('wrong'), { ...keys, ...files })).toContain('credential_source is none of EcsContainer')
    expect(await refused(named('mfa'), { ...keys, ...files })).toContain('needs a code of a device, which is not supported')
  })

  test('web identity', async () => {
    const role = 'arn:aws:iam::111122223333:role/web'
    aws.roles.set(role, { webIdentity: 'token-of-web-identity' })
    const token = join(folder, 'token')
    writeFileSync(token, 'token-of-web-identity')
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: role, AWS_REGION: region, AWS_EC2_METADATA_DISABLED: 'true' }
    await both(text, env)
    writeFileSync(token, 'another')
    expect(await refused(text, env)).toContain('cannot be assumed: AccessDenied')
  })

  test('containers and machines', async () => {
    const text = await real.encrypt({ kms: arn }, { ...cloud.env, ...keys })
    const credentials = { Code: 'Success', Type: 'AWS-HMAC', LastUpdated: '2026-01-01T00:00:00Z', AccessKeyId: 'AKIAMINE', SecretAccessKey: 'secret-of-mine/+x', Expiration: new Date(Date.now() + 3600_000).toISOString() }
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      const allowed = request.url === '/container' ? request.headers.authorization === 'container-token' : request.method === 'PUT' || request.headers['x-aws-ec2-metadata-token'] === 'machine-token'
      response.statusCode = allowed ? 200 : 401
      if (request.method === 'PUT') response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', '300')
      response.end(!allowed ? '' : request.method === 'PUT' ? 'machine-token' : request.url!.endsWith('/security-credentials/') ? 'my-role' : JSON.stringify(credentials))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      aws.accounts.set('AKIAMINE', { secret: 'secret-of-mine/+x' })
      await both(text, { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container-token' })
      expect(await refused(text, { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong-token', AWS_MAX_ATTEMPTS: '1' })).toContain('the credentials of the container were refused: HTTP 401')
      expect(await refused(text, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/container' })).toContain('192.0.2.1 is neither of this machine nor of ECS or EKS')
      await both(text, { AWS_EC2_METADATA_SERVICE_ENDPOINT: url })
      expect(asked).toContain('GET /latest/meta-data/iam/security-credentials/my-role')
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('endpoints that are named', async () => {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const reply = aws.kms({ method: request.method!, host: request.headers.host!, path: request.url!, headers: request.headers, body }, region)
      response.writeHead(reply.status ?? 200, reply.headers)
      response.end(JSON.stringify(reply.body))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const text = await real.encrypt({ kms: arn }, { ...keys, AWS_ENDPOINT_URL_KMS: url })
      const direct = async (env: Env): Promise<void> => {
        expect(await real.decrypt(text, { ...keys, ...env })).toEqual(expected)
        expect(await pintleDecrypt(text, real.env({ ...keys, ...env }))).toEqual(expected)
      }
      await direct({ AWS_ENDPOINT_URL_KMS: url })
      await direct({ AWS_ENDPOINT_URL: url })
      writeFileSync(join(folder, 'endpoints'), `[profile e]\nservices = local\n[services local]\nkms =\n  endpoint_url = ${url}\n`)
      await direct({ AWS_CONFIG_FILE: join(folder, 'endpoints'), AWS_PROFILE: 'e' })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
