import { lookup } from 'node:dns/promises'
import { PintleError } from '../../../errors/index.ts'
import type { AwsCredentials } from '../../http/index.ts'
import { readCredentialFile } from '../credential-file.ts'
import { textOf, type KeyService } from '../key-service.ts'
import { complete } from './complete.ts'

/** Hosts that may be asked for credentials without TLS: this machine, and those of ECS and EKS. */
const localHosts = /^(?:127\.\d+\.\d+\.\d+|::1|169\.254\.170\.2|169\.254\.170\.23|fd00:ec2::23)$/

/**
 * Credentials of a container. Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @returns undefined when none are offered
 */
export async function containerCredentials(http: KeyService): Promise<AwsCredentials | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full, AWS_CONTAINER_AUTHORIZATION_TOKEN: token, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file } = http.env
  const url = path ? `http://169.254.170.2${path}` : full
  if (!url) return undefined
  if (!path) await checkHost(url)
  const authorization = file ? readCredentialFile(file).trim() : token
  http.conceal(authorization)
  if (authorization !== undefined && /[\r\n]/.test(authorization)) throw new PintleError('secrets.key', 'the token of the container has a line end in it')
  const { status, json } = await http.send({ url, ...(authorization && { authorization }) })
  if (status !== 200) throw new PintleError('secrets.key', `the credentials of the container were refused: HTTP ${status}`)
  return complete({ accessKeyId: textOf(json?.AccessKeyId), secretAccessKey: textOf(json?.SecretAccessKey), sessionToken: textOf(json?.Token) }, 'the container')
}

/** Credentials of the machine, by the second version of its service. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html */
export async function instanceCredentials(http: KeyService): Promise<AwsCredentials> {
  const { env } = http
  const none = (why: string): PintleError => new PintleError('secrets.key', `no credentials of AWS: the environment and its files have none, and ${why}`)
  if (/^true$/i.test(env.AWS_EC2_METADATA_DISABLED ?? '')) throw none('those of the machine are not to be asked for')
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || (/^ipv6$/i.test(env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ?? '') ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254')
  const get = async (path: string, token: string): Promise<string> => {
    const { status, text } = await http.send({ url: `${base.replace(/\/$/, '')}/latest/meta-data/iam/security-credentials/${path}`, headers: { 'x-aws-ec2-metadata-token': token }, timeout: 5000 })
    if (status !== 200) throw none(`the machine has no role: HTTP ${status}`)
    return text
  }
  let token: string
  try {
    const answer = await http.send({ method: 'PUT', url: `${base.replace(/\/$/, '')}/latest/api/token`, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }, timeout: 3000 })
    if (answer.status !== 200) throw none(`the machine gives no token: HTTP ${answer.status}`)
    token = answer.text.trim()
  } catch (error) {
    if (!(error instanceof PintleError)) throw error
    throw error.message.startsWith('no credentials') ? error : none('this machine is none of AWS')
  }
  http.conceal(token)
  const role = (await get('', token)).split('\n')[0]!.trim()
  const found = parsed(await get(encodeURIComponent(role), token))
  return complete({ accessKeyId: textOf(found.AccessKeyId), secretAccessKey: textOf(found.SecretAccessKey), sessionToken: textOf(found.Token) }, 'the machine')
}

async function checkHost(url: string): Promise<void> {
  let target: URL
  try {
    target = new URL(url)
  } catch {
    throw new PintleError('secrets.key', 'AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL')
  }
  if (target.protocol === 'https:') return
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const addresses = await lookup(host, { all: true }).catch(() => [])
  if (addresses.length === 0 || !addresses.every(({ address }) => localHosts.test(address))) throw new PintleError('secrets.key', `AWS_CONTAINER_CREDENTIALS_FULL_URI: ${host} is neither of this machine nor of ECS or EKS`)
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    throw new PintleError('secrets.key', 'the credentials of the machine are no JSON')
  }
}
