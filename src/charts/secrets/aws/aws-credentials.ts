import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { AwsCredentials } from '../../http/index.ts'
import { readCredentialFile } from '../credential-file.ts'
import { textOf, type KeyService } from '../key-service.ts'
import type { KeyOptions } from '../key-source.ts'
import { words } from '../age/words.ts'
import { outputOf } from '../program-output.ts'
import { containerCredentials, instanceCredentials } from './aws-metadata.ts'
import { readAwsProfiles, type AwsProfiles } from './aws-profiles.ts'
import { askAws, awsEndpoint, xmlText } from './aws-service.ts'
import { complete } from './complete.ts'

/** Profiles may take their credentials from one another so many times. */
const maxProfiles = 10
const nothing: ReadonlyMap<string, string> = new Map()

/** What AssumeRole is asked for. */
export interface RoleRequest {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly ExternalId?: string
  readonly DurationSeconds?: string
  readonly WebIdentityToken?: string
}

/**
 * The credentials of AWS' programs, in their order: a profile that is named, variables, web identity, the profile of AWS_PROFILE or `default`, containers, the machine.
 * Asked for once a profile. Upstream: resolveCredentialChain and resolveCredsFromProfile in aws-sdk-go-v2's config/resolve_credentials.go.
 */
export class AwsCredentialChain {
  readonly #http: KeyService
  readonly #options: KeyOptions
  readonly #known = new Map<string, Promise<AwsCredentials>>()
  #profiles: AwsProfiles | undefined

  constructor(http: KeyService, options: KeyOptions) {
    this.#http = http
    this.#options = options
  }

  get profiles(): AwsProfiles {
    return (this.#profiles ??= readAwsProfiles(this.#http.env))
  }

  /** @param name '' is the one of the environment @throws PintleError secrets.key when it is named and not there */
  profile(name: string): ReadonlyMap<string, string> {
    const { AWS_PROFILE: named } = this.#http.env
    const asked = name || named || 'default'
    const found = this.profiles.profiles.get(asked)
    if (found === undefined && (name !== '' || named)) throw new PintleError('secrets.key', `there is no profile ${JSON.stringify(asked)} in the files of AWS`)
    return found ?? nothing
  }

  /** @param profile of the key; '' when it names none */
  credentials(profile: string, region: string): Promise<AwsCredentials> {
    const name = JSON.stringify([profile, region])
    let found = this.#known.get(name)
    if (found === undefined) this.#known.set(name, found = this.#resolve(profile, region).then((credentials) => this.#concealed(credentials)))
    return found
  }

  /** @param credentials undefined: the token says who asks */
  async assumeRole(request: RoleRequest, credentials: AwsCredentials | undefined, region: string, profile: string): Promise<AwsCredentials> {
    const action = request.WebIdentityToken === undefined ? 'AssumeRole' : 'AssumeRoleWithWebIdentity'
    const body = new URLSearchParams({ Action: action, Version: '2011-06-15', ...request }).toString()
    this.#http.conceal(request.WebIdentityToken)
    const target = { service: 'sts', region, profile: this.profile(profile) } as const
    const { text } = await askAws(this.#http, target, this.profiles, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }, credentials).catch((error: unknown) => {
      if (error instanceof PintleError) throw new PintleError('secrets.key', `the role ${request.RoleArn} cannot be assumed: ${error.message}`)
      throw error
    })
    return this.#concealed({ accessKeyId: xmlText(text, 'AccessKeyId'), secretAccessKey: xmlText(text, 'SecretAccessKey'), sessionToken: xmlText(text, 'SessionToken') })
  }

  async #resolve(profile: string, region: string): Promise<AwsCredentials> {
    const { env } = this.#http
    if (profile !== '') return this.#ofProfile(profile, region, 0)
    const ofVariables = variables(env)
    if (ofVariables !== undefined) return ofVariables
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return this.#webIdentity(env.AWS_WEB_IDENTITY_TOKEN_FILE, env.AWS_ROLE_ARN ?? '', env.AWS_ROLE_SESSION_NAME, region)
    return this.#ofProfile('', region, 0)
  }

  async #ofProfile(name: string, region: string, depth: number): Promise<AwsCredentials> {
    const fields = this.profile(name)
    const role = fields.get('role_arn') ?? ''
    const tokenFile = fields.get('web_identity_token_file')
    if (tokenFile !== undefined && role !== '' && !fields.has('source_profile') && !fields.has('credential_source')) return this.#webIdentity(tokenFile, role, fields.get('role_session_name'), region)
    const own = await this.#ownOf(fields, name, region, depth)
    if (role === '' || own === undefined) return own ?? this.#ofMachine()
    if (fields.has('mfa_serial')) throw new PintleError('secrets.key', `the role of profile ${JSON.stringify(name || 'default')} needs a code of a device, which is not supported`)
    const [externalId, duration] = [fields.get('external_id'), fields.get('duration_seconds')]
    return this.assumeRole({ RoleArn: role, RoleSessionName: fields.get('role_session_name') ?? `pintle-${Date.now()}`, ...(externalId && { ExternalId: externalId }), ...(duration && { DurationSeconds: duration }) }, own, region, name)
  }

  /** @returns undefined when the profile says nothing of credentials */
  async #ownOf(fields: ReadonlyMap<string, string>, name: string, region: string, depth: number): Promise<AwsCredentials | undefined> {
    const source = fields.get('source_profile')
    const keys = staticKeys(fields)
    if (source !== undefined && fields.has('role_arn')) {
      // A profile that names itself has keys of its own.
      if (source === name && keys !== undefined) return keys
      if (depth >= maxProfiles) throw new PintleError('secrets.key', 'profiles take their credentials from one another without end')
      return this.#ofProfile(source, region, depth + 1)
    }
    if (keys !== undefined) return keys
    const credentialSource = fields.get('credential_source')
    if (credentialSource !== undefined) return this.#ofSource(credentialSource)
    if (fields.has('sso_session') || fields.has('sso_start_url')) return this.#ofSso(fields)
    if (fields.has('login_session')) throw new PintleError('secrets.key', 'profiles of `aws login` are not supported')
    const process = fields.get('credential_process')
    return process === undefined ? undefined : this.#ofProcess(process)
  }

  async #ofSource(source: string): Promise<AwsCredentials> {
    if (source === 'Ec2InstanceMetadata') return instanceCredentials(this.#http)
    if (source === 'Environment') {
      const found = variables(this.#http.env)
      if (found !== undefined) return found
      throw new PintleError('secrets.key', 'credential_source is Environment, and the environment has no credentials of AWS')
    }
    if (source === 'EcsContainer') return this.#ofMachine()
    throw new PintleError('secrets.key', 'credential_source is none of EcsContainer, Ec2InstanceMetadata and Environment')
  }

  async #ofMachine(): Promise<AwsCredentials> {
    return (await containerCredentials(this.#http)) ?? instanceCredentials(this.#http)
  }

  async #webIdentity(file: string, role: string, session: string | undefined, region: string): Promise<AwsCredentials> {
    if (role === '') throw new PintleError('secrets.key', 'a token of web identity is there, and no role: AWS_ROLE_ARN')
    return this.assumeRole({ RoleArn: role, RoleSessionName: session ?? `pintle-${Date.now()}`, WebIdentityToken: readCredentialFile(file).trim() }, undefined, region, '')
  }

  /** What `aws sso login` left. Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html */
  async #ofSso(fields: ReadonlyMap<string, string>): Promise<AwsCredentials> {
    const session = fields.get('sso_session')
    const { HOME } = this.#http.env
    const settings = session === undefined ? fields : (this.profiles.sessions.get(session) ?? nothing)
    const cache = join(HOME || homedir(), '.aws', 'sso', 'cache', `${createHash('sha1').update(session ?? fields.get('sso_start_url')!).digest('hex')}.json`)
    const { accessToken, expiresAt } = parsed(readCredentialFile(cache))
    if (textOf(accessToken) === '' || !(Date.parse(textOf(expiresAt)) > Date.now())) throw new PintleError('secrets.key', 'the session of AWS SSO has run out: aws sso login begins another')
    this.#http.conceal(textOf(accessToken))
    const target = { service: 'sso', region: settings.get('sso_region') ?? '', profile: fields } as const
    const url = `${awsEndpoint(target, this.#http.env, this.profiles)}/federation/credentials?${new URLSearchParams({ account_id: fields.get('sso_account_id') ?? '', role_name: fields.get('sso_role_name') ?? '' })}`
    const { status, json, text } = await this.#http.send({ url, headers: { 'x-amz-sso_bearer_token': textOf(accessToken) } })
    if (status !== 200) throw new PintleError('secrets.key', this.#http.words(`AWS SSO: HTTP ${status}: ${textOf(json?.message) || text}`))
    const found = (json?.roleCredentials ?? {}) as Record<string, unknown>
    return complete({ accessKeyId: textOf(found.accessKeyId), secretAccessKey: textOf(found.secretAccessKey), sessionToken: textOf(found.sessionToken) }, 'AWS SSO')
  }

  /** Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
  async #ofProcess(command: string): Promise<AwsCredentials> {
    const [program, ...args] = words(command)
    const { code, stdout } = await outputOf(program ?? '', args, this.#options)
    if (code !== 0) throw new PintleError('secrets.key', `the command of credential_process ended with ${code}`)
    const found = parsed(stdout.toString('utf8'))
    return complete({ accessKeyId: textOf(found.AccessKeyId), secretAccessKey: textOf(found.SecretAccessKey), sessionToken: textOf(found.SessionToken) }, 'the command of credential_process')
  }

  #concealed(credentials: AwsCredentials): AwsCredentials {
    this.#http.conceal(credentials.secretAccessKey, credentials.sessionToken)
    return complete(credentials, 'AWS')
  }
}

function variables(env: KeyService['env']): AwsCredentials | undefined {
  const id = env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY
  const secret = env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY
  return id && secret ? { accessKeyId: id, secretAccessKey: secret, ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }) } : undefined
}

function staticKeys(fields: ReadonlyMap<string, string>): AwsCredentials | undefined {
  const [id, secret, token] = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((name) => fields.get(name))
  return id && secret ? { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) } : undefined
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    // JSON.parse quotes what it read.
    throw new PintleError('secrets.key', 'credentials of AWS are no JSON')
  }
}
