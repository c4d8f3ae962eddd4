import { PintleError } from '../../../errors/index.ts'
import { textOf, type KeyService, type ServiceAnswer } from '../key-service.ts'
import { signV4, type AwsCredentials } from '../../http/index.ts'
import type { AwsProfiles } from './aws-profiles.ts'

/** A place to send requests to. */
export interface AwsTarget {
  /** As it stands in the name of its host: `kms`. */
  readonly service: string
  readonly region: string
  /** Whose settings count. */
  readonly profile: ReadonlyMap<string, string>
}

/** What variables and profiles call services whose hosts have other names. */
const ids: Readonly<Record<string, string>> = { secretsmanager: 'secrets_manager', monitoring: 'cloudwatch' }

/**
 * Where a service is: as variables and the profile say, or at AWS.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function awsEndpoint({ service, region, profile }: AwsTarget, env: KeyService['env'], { services }: AwsProfiles): string {
  const id = ids[service] ?? service
  const ignored = /^true$/i.test(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? profile.get('ignore_configured_endpoint_urls') ?? '')
  const named = ignored ? undefined : env[`AWS_ENDPOINT_URL_${id.toUpperCase()}`] || services.get(profile.get('services') ?? '')?.get(`${id}.endpoint_url`) || env.AWS_ENDPOINT_URL || profile.get('endpoint_url')
  if (named) return named
  // The region becomes a part of the name of a host.
  if (!/^[a-z0-9-]{1,60}$/.test(region)) throw new PintleError('secrets.key', `${JSON.stringify(region.slice(0, 60))} is no region of AWS`)
  const on = (variable: string, setting: string): boolean => /^true$/i.test(env[variable] ?? profile.get(setting) ?? '')
  const host = service === 'sso' ? 'portal.sso' : `${service}${on('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint') ? '-fips' : ''}`
  const china = region.startsWith('cn-')
  if (on('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint') && (service === 'kms' || service === 'monitoring')) return `https://${host}.${region}.${china ? 'api.amazonwebservices.com.cn' : 'api.aws'}`
  return `https://${host}.${region}.${china ? 'amazonaws.com.cn' : 'amazonaws.com'}`
}

/** As often as AWS' own programs ask when they are told to come back. */
const attempts = 3
const passing = /^(?:Throttl|RequestLimitExceeded|TooManyRequests|KMSInternalException|DependencyTimeout|ServiceUnavailable|InternalFailure|InternalError)/

/** Sends a signed request. @throws PintleError secrets.key with what AWS says */
export async function askAws(http: KeyService, target: AwsTarget, profiles: AwsProfiles, request: { headers: Record<string, string>; body: string }, credentials: AwsCredentials | undefined): Promise<ServiceAnswer> {
  const url = awsEndpoint(target, http.env, profiles)
  for (let attempt = 1; ; attempt++) {
    const { authorization, ...headers } = credentials === undefined ? request.headers : signV4({ method: 'POST', url: new URL(url), ...request }, target, credentials, new Date())
    const answer = await http.send({ method: 'POST', url, body: request.body, headers, ...(authorization !== undefined && { authorization }), tls: authorities(http.env, target.profile) })
    if (answer.status === 200) return answer
    const refusal = refusalOf(http, answer)
    if (attempt >= attempts || !passing.test(refusal)) throw new PintleError('secrets.key', refusal)
    await http.wait(attempt)
  }
}

const authorities = (env: KeyService['env'], profile: ReadonlyMap<string, string>): { caFile?: string } => {
  const caFile = env.AWS_CA_BUNDLE || profile.get('ca_bundle')
  return caFile ? { caFile } : {}
}

/** JSON of KMS, or XML of STS. */
function refusalOf(http: KeyService, { status, json, text, headers }: ServiceAnswer): string {
  const code = (textOf(headers['x-amzn-errortype']) || textOf(json?.__type) || xmlText(text, 'Code')).replace(/^.*#|:.*$/g, '')
  const message = textOf(json?.message) || textOf(json?.Message) || xmlText(text, 'Message')
  return http.words([code || `HTTP ${status}`, message].filter((part) => part !== '').join(': '))
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** The text of the first element of that name. @returns '' when there is none */
export function xmlText(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) return ''
  return xml.slice(start + name.length + 2, end).replace(/&(lt|gt|quot|apos|amp);|&#(\d{1,6});/g, (_, entity?: string, code?: string) => (entity === undefined ? String.fromCodePoint(Number(code)) : entities[entity]!))
}
