import { unmarshalV3 } from '../../../language/yaml/index.ts'
import type { Value } from '../../../language/go/index.ts'
import { signV4 } from '../../http/index.ts'
import { AwsAccount, textOf, xmlText } from '../../secrets/index.ts'
import type { BackendContext, BackendMaker, Parameters } from '../backend.ts'
import { isMap, yamlMap } from '../yaml-map.ts'

type Fields = Readonly<Record<string, unknown>>

/** AWS as `region`, `profile` and `role_arn` of a reference name it. Upstream: pkg/awsclicompat. */
class Aws extends AwsAccount {
  constructor(parameters: Parameters, { env, signal }: BackendContext) {
    super({ region: parameters.get('region'), profile: parameters.get('profile') || (env.FORCE_AWS_PROFILE === 'true' ? (env.AWS_PROFILE ?? '') : ''), role: parameters.get('role_arn'), passOver: true }, { env, ...(signal && { signal }) })
  }

  /** An object of S3. */
  async object(bucket: string, key: string, version: string): Promise<string> {
    const { service, region, endpoint } = this.place('s3')
    const base = new URL(endpoint)
    const path = key.split('/').map(encodeURIComponent).join('/')
    // Names with dots are no names of hosts that a certificate covers; servers of one's own have no host for each bucket.
    const own = base.hostname.startsWith('s3.') && /^[a-z0-9][a-z0-9-]*$/.test(bucket)
    const url = `${base.protocol}//${own ? `${bucket}.` : ''}${base.host}${base.pathname.replace(/\/$/, '')}/${own ? '' : `${encodeURIComponent(bucket)}/`}${path}${version === '' ? '' : `?versionId=${encodeURIComponent(version)}`}`
    const { authorization, ...headers } = signV4({ method: 'GET', url: new URL(url), headers: {}, body: '' }, { region, service, sendHash: true }, await this.credentials(), new Date())
    const { status, text } = await this.http.send({ url, headers, authorization: authorization! })
    if (status !== 200) throw new Error(`getting s3 object: ${this.http.words([xmlText(text, 'Code') || `HTTP ${status}`, xmlText(text, 'Message')].filter((part) => part !== '').join(': '))}`)
    return text
  }
}

/** `ref+awssecrets://NAME[?version_stage=&version_id=]`; without a secret of that name, those that NAME/meta lists. Upstream: pkg/providers/awssecrets. */
export const awsSecrets: BackendMaker = (parameters, context) => {
  const aws = new Aws(parameters, context)
  const text = async (name: string): Promise<string> => {
    const [stage, version] = [parameters.get('version_stage'), parameters.get('version_id')]
    const found = await said('get parameter', aws.ask('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: name, ...(stage && { VersionStage: stage }), ...(version && { VersionId: version }) }))
    if (typeof found.SecretString === 'string') return found.SecretString
    if (typeof found.SecretBinary === 'string') return Buffer.from(found.SecretBinary, 'base64').toString('utf8')
    throw new Error('awssecrets: get secret value: no SecretString nor SecretBinary is set')
  }
  return {
    text,
    async map(name) {
      let document: string
      try {
        document = await text(name)
      } catch (error) {
        if ((error as Error).name === 'AbortError') throw error
        return await secretsByMeta(name, text)
      }
      try {
        return yamlMap(document)
      } catch (error) {
        throw new Error(`error while parsing secret for key ${JSON.stringify(name)} as yaml: ${(error as Error).message}`)
      }
    },
  }
}

async function secretsByMeta(name: string, text: (name: string) => Promise<string>): Promise<Map<string, Value>> {
  const field = 'github.com/helmfile/vals'
  const base = name.replace(/\/+$/, '')
  const listed = yamlMap(await text(`${base}/meta`)).get(field)
  if (listed === undefined) throw new Error(`${JSON.stringify(field)} not found`)
  if (!Array.isArray(listed)) throw new Error(`${JSON.stringify(field)} is no list`)
  const found = new Map<string, Value>()
  for (const suffix of listed) {
    const key = String(suffix).replace(/^\/+/, '')
    found.set(key, await text(`${base}/${key}`))
  }
  return found
}

/** `ref+awsssm://PATH[?mode=singleparam&recursive=true&version=N]`: a parameter, or with a fragment those below the path. Upstream: pkg/providers/ssm. */
export const awsParameters: BackendMaker = (parameters, context) => {
  const aws = new Aws(parameters, context)
  const recursive = parameters.get('recursive') === 'true'
  const withSlash = (path: string): string => (path !== '' && !path.startsWith('/') ? `/${path}` : path)
  const text = async (path: string): Promise<string> => {
    const name = withSlash(path)
    const version = parameters.get('version')
    if (version !== '') return await parameterVersion(aws, name, version)
    const { Parameter } = (await said('get parameter', aws.ask('ssm', 'AmazonSSM.GetParameter', { Name: name, WithDecryption: true }))) as { Parameter?: Fields }
    if (Parameter === undefined) throw new Error('datasource.ssm.Get() out.Parameter is nil')
    if (typeof Parameter.Value !== 'string') throw new Error('datasource.ssm.Get() out.Parameter.Value is nil')
    return Parameter.Value
  }
  return {
    text,
    async map(path) {
      if (parameters.get('mode') === 'singleparam') return yamlMap(await text(path))
      const name = withSlash(path)
      const root = new Map<string, Value>()
      let any = false
      for await (const page of pages((NextToken) => said('ssm: get parameters by path', aws.ask('ssm', 'AmazonSSM.GetParametersByPath', { Path: name, Recursive: recursive, WithDecryption: true, ...NextToken })))) {
        any = true
        insert(root, name, page, recursive)
      }
      if (!any) throw new Error('ssm: out.Parameters is empty')
      return root
    },
  }
}

/** @throws Error where one name is a value and a map and that was not asked for */
function insert(root: Map<string, Value>, base: string, { Name, Value: value }: Fields, recursive: boolean): void {
  const rest = textOf(Name).startsWith(base) ? textOf(Name).slice(base.length) : textOf(Name)
  if (!rest.startsWith('/')) throw new Error(`bug: unexpected format of parameter: ${rest} in ${textOf(Name)} must start with a slash(/)`)
  const parts = rest.slice(1).split('/')
  let map = root
  for (const [i, part] of parts.slice(0, -1).entries()) {
    let next = map.get(part)
    if (!isMap(next)) {
      if (next !== undefined && !recursive) throw new Error(`bug: unexpected type of value found at ${i} in [${parts.join(' ')}]: type = string`)
      // The deeper one wins.
      map.set(part, next = new Map<string, Value>())
    }
    map = next
  }
  map.set(parts.at(-1)!, textOf(value))
}

async function parameterVersion(aws: Aws, name: string, version: string): Promise<string> {
  if (!/^[+-]?\d+$/.test(version)) throw new Error("version can't be converted to Int")
  for await (const entry of pages((NextToken) => said('get parameter history', aws.ask('ssm', 'AmazonSSM.GetParameterHistory', { Name: name, WithDecryption: true, ...NextToken })))) {
    if (entry.Version === Number(version) && textOf(entry.Value) !== '') return textOf(entry.Value)
  }
  throw new Error('datasource.ssm.Get() out.Parameter.Value is nil')
}

/** Pages of a list are asked for until there is no next one. */
const mostPages = 1000

async function* pages(ask: (next: { NextToken?: string }) => Promise<Fields>): AsyncGenerator<Fields> {
  let next = ''
  for (let page = 0; page < mostPages; page++) {
    const answer = await ask(next === '' ? {} : { NextToken: next })
    for (const item of Array.isArray(answer.Parameters) ? (answer.Parameters as Fields[]) : []) yield item
    next = textOf(answer.NextToken)
    if (next === '') return
  }
}

/** `ref+awskms://BASE64URL[?key=&alg=&context=]`: what was encrypted by a key. Upstream: pkg/providers/awskms. */
export const awsKms: BackendMaker = (parameters, context) => {
  const aws = new Aws(parameters, context)
  const algorithms = ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256']
  const text = async (blob: string): Promise<string> => {
    const [key, algorithm, encryptionContext] = [parameters.get('key'), parameters.get('alg'), parameters.get('context')]
    const pairs = encryptionContext === '' ? undefined : unmarshalV3(encryptionContext)
    const { Plaintext } = await aws.ask('kms', 'TrentService.Decrypt', {
      CiphertextBlob: Buffer.from(blob, 'base64url').toString('base64'), ...(key && { KeyId: key }), ...(algorithm && { EncryptionAlgorithm: algorithms.includes(algorithm) ? algorithm : 'SYMMETRIC_DEFAULT' }),
      ...(isMap(pairs) && { EncryptionContext: Object.fromEntries([...pairs].map(([name, value]) => [name, String(value)])) }),
    })
    return Buffer.from(textOf(Plaintext), 'base64').toString('utf8')
  }
  return { text, map: async (blob) => yamlMap(await text(blob)) }
}

/** `ref+s3://BUCKET/KEY[?version=]`. Upstream: pkg/providers/s3. */
export const s3: BackendMaker = (parameters, context) => {
  const aws = new Aws(parameters, context)
  const text = (path: string): Promise<string> => {
    const at = path.indexOf('/')
    if (at < 0) throw new Error(`${JSON.stringify(path)} names no object`)
    return aws.object(path.slice(0, at), path.slice(at + 1), parameters.get('version') || parameters.get('version_id'))
  }
  return { text, map: async (path) => yamlMap(await text(path)) }
}

async function said<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw (error as Error).name === 'AbortError' ? error : new Error(`${what}: ${(error as Error).message}`)
  }
}
