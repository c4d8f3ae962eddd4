/** References into Vault and clouds beside the real vals: both ask the same local services, by the names that they would use. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/index.ts'
import { expandReferences } from '../../src/charts/references/index.ts'
import { jsonMarshal, type Value } from '../../src/language/go/index.ts'
import { unmarshalV3 } from '../../src/language/yaml/index.ts'
import { AzureCloud } from './clouds/azure-cloud.ts'
import { GcpCloud } from './clouds/gcp-cloud.ts'
import { LocalCloud, type Received, type Reply } from './clouds/local-cloud.ts'

const vals = await ensureTool('vals')
type Env = Record<string, string>
const folder = mkdtempSync(join(tmpdir(), 'vals-clouds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What comes out, as JSON; or what was said. The services are in this process: it must not be blocked. */
const real = (yaml: string, env: Env): Promise<string> => new Promise((done) => {
  const child = spawn(vals!, ['eval', '-s', '-o', 'json', '-f', '-'], { cwd: folder, env: { PATH: process.env.PATH!, HOME: folder, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => { out += data.toString() })
  child.stderr.on('data', (data: Buffer) => { err += data.toString() })
  child.on('close', (code) => done(code === 0 ? out.trimEnd() : `failed: ${err.trimEnd()}`))
  child.stdin.end(yaml)
})
const ours = (yaml: string, env: Env): Promise<string> =>
  expandReferences(unmarshalV3(yaml) as Map<string, Value>, { folder, env: { PATH: process.env.PATH!, HOME: folder, ...env }, failOnMissingKey: true }).then((value) => jsonMarshal(value), (error: Error) => `failed: ${error.message}`)
const alike = async (yaml: string, env: Env): Promise<string> => {
  const found = await ours(yaml, env)
  expect(found).toBe(await real(yaml, env))
  return found
}
/** Both fail, and ours says why. */
const refused = async (yaml: string, env: Env, why: RegExp): Promise<void> => {
  expect(await real(yaml, env)).toMatch(/^failed: /)
  expect(await ours(yaml, env)).toMatch(why)
}

describe.skipIf(vals === undefined)('Vault', () => {
  let server: Server
  let base: Env
  const asked: string[] = []
  const secrets: Record<string, object> = { 'kv2/data/app/db': { data: { data: { user: 'me', password: 'v2-secret', n: 5, big: 12345678901234567890n.toString() }, metadata: { version: 3 } } }, 'kv2/data/app/db?version=1': { data: { data: { password: 'old' } } }, 'kv1/app': { data: { password: 'v1-secret', encoded: 'aGVsbG8=', nested: { a: 'b' } } } }
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (data: Buffer) => { body += data.toString() })
      request.on('end', () => {
        const path = request.url!.replace(/^\/v1\//, '')
        asked.push(path)
        const reply = (status: number, content: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
        const login: Record<string, () => boolean> = {
          'auth/approle/login': () => body.includes('"role-1"') && body.includes('"secret-1"'), 'auth/other/login': () => body.includes('"role-1"'), 'auth/kubernetes/login': () => body.includes('"a.jwt"') && body.includes('"role-1"'), 'auth/userpass/login/me': () => body.includes('"pass-1"'),
        }
        if (request.method === 'PUT' && login[path] !== undefined) return login[path]() ? reply(200, { auth: { client_token: 'good' } }) : reply(400, { errors: ['invalid role or secret ID'] })
        if (request.headers['x-vault-token'] !== 'good') return reply(403, { errors: ['permission denied'] })
        if (request.headers['x-vault-namespace'] === 'none') return reply(404, { errors: ['no such namespace'] })
        const mount = /^sys\/internal\/ui\/mounts\/(kv[12])\//.exec(path)?.[1]
        if (mount !== undefined) return reply(200, { data: { path: `${mount}/`, options: mount === 'kv2' ? { version: '2' } : null } })
        if (path.startsWith('sys/internal')) return reply(403, { errors: ['preflight capability check returned 403'] })
        return secrets[path] === undefined ? reply(404, { errors: [] }) : reply(200, secrets[path])
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    base = { VAULT_ADDR: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, VAULT_TOKEN: 'good', VAULT_MAX_RETRIES: '0' }
    writeFileSync(join(folder, 'jwt'), 'a.jwt')
    writeFileSync(join(folder, 'token'), 'good')
    writeFileSync(join(folder, 'pass'), 'pass-1')
  })
  afterAll(() => server.close())

  test.each([
    'a: ref+vault://kv2/app/db#/password', 'a: ref+vault://kv2/app/db/password', 'a: ref+vault://kv2/app/db#/n', 'a: x-ref+vault://kv2/app/db#/n', 'a: ref+vault://kv2/app/db/n', 'a: ref+vault://kv2/app/db#/big', 'a: ref+vault://kv2/app/db?version=1#/password', 'a: ref+vault://kv1/app#/password',
    'a: ref+vault://kv1/app/encoded?decode=base64', 'a: ref+vault://kv1/app/password?decode=hex', 'a: ref+vault://kv1/app#/nested', 'a: ref+vault://kv1/app#/nested/a', 'a: ref+vault://kv2/none#/x', 'a: ref+vault://kv1/app/none', 'a: ref+vault://kv1/app#/none', 'a: ref+vault://other/app#/x',
  ])('%s', async (yaml) => void await alike(yaml, base))

  test('ways to sign in', async () => {
    const { VAULT_TOKEN: _, ...without } = base
    const yaml = 'a: ref+vault://kv1/app#/password'
    const host = base.VAULT_ADDR!.slice('http://'.length)
    for (const [text, env] of [
      [yaml, { VAULT_TOKEN_FILE: join(folder, 'token') }], [`a: ref+vault://kv1/app?token_file=${folder}/token#/password`, {}], ['a: ref+vault://kv1/app?token_env=MINE#/password', { MINE: 'good' }], ['a: ref+vault://kv1/app?token_env=MINE#/password', {}],
      [yaml, { VAULT_AUTH_METHOD: 'approle', VAULT_ROLE_ID: 'role-1', VAULT_SECRET_ID: 'secret-1' }], ['a: ref+vault://kv1/app?auth_method=approle&role_id=role-1&secret_id=secret-1#/password', {}], [yaml, { VAULT_AUTH_METHOD: 'approle', VAULT_ROLE_ID: 'role-2' }],
      [yaml, { VAULT_AUTH_METHOD: 'approle', VAULT_ROLE_ID: 'role-1', VAULT_LOGIN_MOUNT_POINT: '/other' }], [yaml, { VAULT_AUTH_METHOD: 'kubernetes', VAULT_ROLE_ID: 'role-1', VAULT_KUBERNETES_JWT_TOKEN_PATH: join(folder, 'jwt') }],
      [yaml, { VAULT_AUTH_METHOD: 'kubernetes', VAULT_KUBERNETES_JWT_TOKEN_PATH: '/none' }], [yaml, { VAULT_AUTH_METHOD: 'userpass', VAULT_USERNAME: 'me', VAULT_PASSWORD_FILE: join(folder, 'pass') }], [yaml, { VAULT_AUTH_METHOD: 'userpass', VAULT_USERNAME: 'me' }],
      [yaml, { VAULT_AUTH_METHOD: 'userpass', VAULT_USERNAME: 'me', VAULT_PASSWORD_ENV: 'PW', PW: 'pass-1' }], [yaml, { VAULT_TOKEN: 'bad' }], [yaml, { VAULT_TOKEN: 'good', VAULT_NAMESPACE: 'none' }], [`a: ref+vault://kv1/app?namespace=none#/password`, { VAULT_TOKEN: 'good' }],
      [`a: ref+vault://kv1/app?proto=http&host=${host}#/password`, { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'good' }], [`a: ref+vault://kv1/app?address=http://${host}#/password`, { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'good' }],
      [yaml, { VALS_ADDRESS: base.VAULT_ADDR!, VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 'good' }],
    ] as [string, Env][]) await alike(text, { ...without, ...env })
  }, 120_000)

  test('asks once', async () => {
    asked.length = 0
    await ours('a: ref+vault://kv2/app/db#/password\nb: ref+vault://kv2/app/db#/user\nc: ref+vault://kv2/app/db#/n', base)
    expect(asked).toEqual(['sys/internal/ui/mounts/kv2/app/db', 'kv2/data/app/db'])
  })
})

describe.skipIf(vals === undefined)('clouds', () => {
  let cloud: LocalCloud
  let gcp: GcpCloud
  let aws: Env
  const region = 'eu-west-1'
  const awsHosts = ['secretsmanager', 'ssm', 'kms', 'sts', 'bucket.s3'].map((name) => `${name}.${region}.amazonaws.com`)
  const refusal = (type: string, message: string, status = 400): Reply => ({ status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: { __type: type, message } })
  const secretsManager: Record<string, object> = { plain: { SecretString: 'sm-secret' }, document: { SecretString: '{"a": {"b": "sm-inner"}, "n": 5}' }, binary: { SecretBinary: Buffer.from('sm-bytes').toString('base64') }, 'group/meta': { SecretString: '"github.com/helmfile/vals": [x, /y]' }, 'group/x': { SecretString: 'sm-x' }, 'group/y': { SecretString: 'sm-y' }, 'arn:aws:secretsmanager:eu-west-1:1:secret:a-b': { SecretString: 'sm-arn' } }
  const parameters = [['/app/a', 'ssm-a'], ['/app/b', 'ssm-b'], ['/app/sub', 'ssm-sub'], ['/app/sub/c', 'ssm-c'], ['/doc', 'x: {y: ssm-doc}']] as const

  const awsService = ({ headers, body, host, path }: Received): Reply => {
    if (!/^AWS4-HMAC-SHA256 Credential=(?:AKIDMINE|ASIAROLE)\/\d{8}\/eu-west-1\/(?:secretsmanager|ssm|kms|s3|sts)\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/.test(headers.authorization ?? '')) return refusal('AccessDeniedException', 'not signed')
    if (host.startsWith('sts.')) return body.includes('RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Freader') ? { headers: { 'content-type': 'text/xml' }, body: '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>' } : refusal('AccessDenied', 'no')
    if (host.startsWith('bucket.s3.')) {
      if (path.startsWith('/dir/a%20b.yaml')) return { body: path.includes('versionId=v1') ? 'a: s3-old' : 'a: s3-secret' }
      return { status: 404, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>' }
    }
    const content = JSON.parse(body) as Record<string, any>
    switch (headers['x-amz-target']) {
      case 'secretsmanager.GetSecretValue': return content.VersionStage === 'AWSPREVIOUS' ? { body: { SecretString: 'sm-before' } } : content.VersionId === 'v1' ? { body: { SecretString: 'sm-v1' } } : secretsManager[content.SecretId] === undefined ? refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.") : { headers: { 'content-type': 'application/x-amz-json-1.1' }, body: secretsManager[content.SecretId]! }
      case 'AmazonSSM.GetParameter': {
        const found = parameters.find(([name]) => name === content.Name)
        return found === undefined ? refusal('ParameterNotFound', '') : { body: { Parameter: { Name: found[0], Value: found[1] } } }
      }
      case 'AmazonSSM.GetParameterHistory': return { body: content.NextToken === undefined ? { Parameters: [{ Name: content.Name, Value: 'ssm-v1', Version: 1 }], NextToken: 'more' } : { Parameters: [{ Name: content.Name, Value: 'ssm-v2', Version: 2 }] } }
      case 'AmazonSSM.GetParametersByPath': {
        const below = parameters.filter(([name]) => name.startsWith(`${content.Path}/`) && (content.Recursive || !name.slice(content.Path.length + 1).includes('/'))).map(([Name, Value]) => ({ Name, Value }))
        return { body: content.NextToken === undefined && below.length > 1 ? { Parameters: below.slice(0, 1), NextToken: 'more' } : { Parameters: content.NextToken === undefined ? below : below.slice(1) } }
      }
      case 'TrentService.Decrypt': return content.CiphertextBlob === Buffer.from('wrapped??>>').toString('base64') && (content.KeyId === undefined || content.KeyId === 'alias/k') ? { body: { Plaintext: Buffer.from(content.EncryptionContext?.app === 'shop' ? 'kms-context' : 'a: kms-secret').toString('base64') } } : refusal('InvalidCiphertextException', '')
      default: return refusal('UnknownOperationException', '')
    }
  }

  beforeAll(async () => {
    cloud = await LocalCloud.start([...awsHosts, ...AzureCloud.hosts, ...GcpCloud.hosts, 'storage.googleapis.com', 'secretmanager.googleapis.com'])
    for (const host of awsHosts) cloud.serve(host, awsService)
    aws = { ...cloud.env, AWS_ACCESS_KEY_ID: 'AKIDMINE', AWS_SECRET_ACCESS_KEY: 'secret-of-mine', AWS_REGION: region, AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1' }
    gcp = new GcpCloud(cloud)
    const azure = new AzureCloud(cloud)
    azure.secrets.set('client-of-mine', 'secret-of-mine')
    cloud.serve('shop.vault.azure.net', ({ path, headers }) => {
      if (headers.authorization === undefined) return { status: 401, headers: { 'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${AzureCloud.tenant}", resource="https://vault.azure.net"` } }
      const name = /^\/secrets\/([^/?]+)\/([^/?]*)\?api-version=/.exec(path)
      return name?.[1] === 'mine' ? { body: { value: name[2] === 'v1' ? 'az-old' : 'a: az-secret', id: 'https://shop.vault.azure.net/secrets/mine/v2' } } : { status: 404, body: { error: { code: 'SecretNotFound', message: 'A secret with (name/id) x was not found in this key vault.' } } }
    })
    cloud.serve('storage.googleapis.com', ({ path, headers }) => {
      if (!/^Bearer ./.test(headers.authorization ?? '')) return { status: 401, body: 'no token' }
      const generation = /generation=(\d+)/.exec(path)?.[1]
      if (/^\/(?:storage\/v1\/b\/bucket\/o\/dir%2Fa\.yaml|bucket\/dir%2Fa\.yaml)(?:\?|$)/.test(path)) return { body: generation === '7' ? 'a: gcs-old' : 'a: gcs-secret' }
      if (/^\/storage\/v1\/b\/bucket(?:\?|$)/.test(path)) return { body: { name: 'bucket', versioning: { enabled: true } } }
      return { status: 404, body: { error: { code: 404, message: 'No such object', status: 'NOT_FOUND' } } }
    })
    cloud.serve('secretmanager.googleapis.com', ({ path, headers }) => {
      if (!/^Bearer ./.test(headers.authorization ?? '')) return { status: 401, body: {} }
      const [, project, name, version] = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/]+):access$/.exec(path) ?? []
      return name === 'mine' ? { body: { payload: { data: Buffer.from(`a: gsm-${project}-${version}\n`).toString('base64') } } } : { status: 404, body: { error: { code: 404, message: 'Secret not found', status: 'NOT_FOUND' } } }
    })
  })
  afterAll(() => cloud.stop())

  test.each([
    'a: ref+awssecrets://plain', 'a: ref+awssecrets://document#/a/b', 'a: ref+awssecrets://document#/n', 'a: ref+awssecrets://binary', 'a: ref+awssecrets://group#/x', 'a: ref+awssecrets://group#/y', 'a: ref+awssecrets://plain?version_stage=AWSPREVIOUS', 'a: ref+awssecrets://plain?version_id=v1',
    'a: ref+awssecrets://arn:aws:secretsmanager:eu-west-1:1:secret:a-b', 'a: ref+awssecrets://plain?region=eu-west-1', 'a: ref+awssecrets://plain?role_arn=arn%3Aaws%3Aiam%3A%3A1%3Arole/reader', 'a: ref+awssecrets://plain?profile=none',
    'a: ref+awsssm://app/a', 'a: ref+awsssm:///app/a', 'a: ref+awsssm://app#/a', 'a: ref+awsssm://app?recursive=true#/sub/c', 'a: ref+awsssm://app?recursive=true#/sub', 'a: ref+awsssm://app#/sub', 'a: ref+awsssm://doc?mode=singleparam#/x/y', 'a: ref+awsssm://app/a?version=2', 'a: ref+awsssm://app/a?version=9', 'a: ref+awsssm://app/a?version=x',
    'a: ref+awsssm://none#/a', 'a: ref+awskms://d3JhcHBlZD8_Pj4=#/a', 'a: ref+awskms://d3JhcHBlZD8_Pj4=?key=alias/k', 'a: ref+awskms://d3JhcHBlZD8_Pj4=?context=%7Bapp%3A%20shop%7D', 'a: ref+s3://bucket/dir/a%20b.yaml#/a', 'a: ref+s3://bucket/dir/a%20b.yaml', 'a: ref+s3://bucket/dir/a%20b.yaml?version=v1',
  ])('%s', async (yaml) => void await alike(yaml, aws))

  test('what AWS refuses', async () => {
    await refused('a: ref+awssecrets://none', aws, /^failed: expand awssecrets:\/\/none: get parameter: ResourceNotFoundException: Secrets Manager can't find the specified secret\.$/)
    await refused('a: ref+awsssm://none', aws, /get parameter: ParameterNotFound$/)
    await refused('a: ref+s3://bucket/none', aws, /getting s3 object: NoSuchKey: The specified key does not exist\.$/)
    await refused('a: ref+awskms://d3Jvbmc=', aws, /InvalidCiphertextException$/)
    await refused('a: ref+awssecrets://plain', { ...aws, AWS_ACCESS_KEY_ID: 'OTHER' }, /AccessDeniedException: not signed$/)
  }, 60_000)

  test('Azure Key Vault', async () => {
    const env = { ...cloud.env, AZURE_TENANT_ID: AzureCloud.tenant, AZURE_CLIENT_ID: 'client-of-mine', AZURE_CLIENT_SECRET: 'secret-of-mine' }
    expect(await alike('a: ref+azurekeyvault://shop/mine#/a', env)).toBe('{"a":"az-secret"}')
    for (const yaml of ['a: ref+azurekeyvault://shop/mine', 'a: ref+azurekeyvault://shop/mine/v1', 'a: ref+azurekeyvault://shop.vault.azure.net/mine', 'a: ref+azurekeyvault://shop', 'a: ref+azurekeyvault://shop/a/b/c']) await alike(yaml, env)
    await alike('a: ref+azurekeyvault://shop/mine', { ...env, AZKV_AUTH: 'nothing' })
    await refused('a: ref+azurekeyvault://shop/none', env, /Azure Key Vault: SecretNotFound: A secret with/)
    await refused('a: ref+azurekeyvault://shop/mine', { ...env, AZURE_CLIENT_SECRET: 'other' }, /^(?!.*\bother\b).*$/s)
  }, 60_000)

  test('Cloud Storage', async () => {
    const file = join(folder, 'account.json')
    writeFileSync(file, JSON.stringify(gcp.account('reader@p.iam.gserviceaccount.com')))
    const env = { ...cloud.env, GOOGLE_APPLICATION_CREDENTIALS: file, NO_GCE_CHECK: 'true' }
    expect(await alike('a: ref+gcs://bucket/dir/a.yaml#/a', env)).toBe('{"a":"gcs-secret"}')
    for (const yaml of ['a: ref+gcs://bucket/dir/a.yaml', 'a: ref+gcs://bucket/dir/a.yaml?generation=7', 'a: ref+gcs://bucket/dir/a.yaml?generation=x']) await alike(yaml, env)
    await refused('a: ref+gcs://bucket/none', env, /bucket bucket: NOT_FOUND: No such object$/)
  }, 60_000)

  // vals speaks gRPC to these two: here the REST API answers alone.
  test('Secret Manager and Cloud KMS', async () => {
    const env = { ...cloud.env, GOOGLE_OAUTH_ACCESS_TOKEN: gcp.token('user') }
    expect(await ours('a: ref+gcpsecrets://shop/mine#/a\nb: ref+gcpsecrets://shop/mine?version=3&trim_nl=true\nc: ref+gcpsecrets://mine?trim_nl=true', { ...env, GCP_PROJECT: 'mine' })).toBe('{"a":"gsm-shop-latest","b":"a: gsm-shop-3","c":"a: gsm-mine-latest"}')
    expect(await ours('a: ref+gcpsecrets://shop/none?fallback_value=other\nb: ref+gcpsecrets://shop/none?optional=true', env)).toBe('{"a":"other","b":""}')
    expect(await ours('a: ref+gcpsecrets://shop/none', env)).toBe('failed: expand gcpsecrets://shop/none: failed to get secret: NOT_FOUND: Secret not found')
    const key = 'projects/shop/locations/europe-west1/keyRings/ring/cryptoKeys/key'
    const token = gcp.token('user')
    const { HttpClient } = await import('../../src/charts/http/index.ts')
    const http = new HttpClient({ env: { ...process.env, ...cloud.env }, userAgent: 'test' })
    const { body } = await http.send({ method: 'POST', url: `https://cloudkms.googleapis.com/v1/${key}:encrypt`, authorization: `Bearer ${token}`, body: JSON.stringify({ plaintext: Buffer.from('a: gkms-secret').toString('base64') }), tls: { caFile: cloud.authority } })
    http.close()
    const blob = Buffer.from((JSON.parse(body.toString()) as { ciphertext: string }).ciphertext, 'base64').toString('base64url')
    expect(await ours(`a: ref+gkms://${blob}?project=shop&location=europe-west1&keyring=ring&crypto_key=key#/a`, env)).toBe('{"a":"gkms-secret"}')
  }, 60_000)
})
