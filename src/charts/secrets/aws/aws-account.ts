import type { AwsCredentials } from '../../http/index.ts'
import { KeyService } from '../key-service.ts'
import type { KeyOptions } from '../key-source.ts'
import { AwsCredentialChain } from './aws-credentials.ts'
import { askAws, awsEndpoint, type AwsTarget } from './aws-service.ts'

/** Who asks AWS, and where; '' leaves it to the environment and the files of AWS. */
export interface AwsAccountSettings {
  readonly region: string
  readonly profile: string
  /** A profile that is not there is passed over: the machine may have credentials of its own. */
  readonly passOver?: boolean
  /** ARN of a role that is assumed. */
  readonly role: string
  /** Credentials that are known already. */
  readonly credentials?: AwsCredentials
}

/** One account and region of AWS: its services are asked with credentials that are found once. */
export class AwsAccount {
  protected readonly http: KeyService
  readonly region: string
  readonly #chain: AwsCredentialChain
  readonly #role: string
  readonly #profile: string
  #credentials: Promise<AwsCredentials> | undefined

  constructor({ region, profile, role, passOver, credentials }: AwsAccountSettings, options: KeyOptions) {
    this.http = new KeyService(options)
    this.#chain = new AwsCredentialChain(this.http, options)
    this.#role = role
    this.#profile = passOver === true && !this.#chain.profiles.profiles.has(profile) ? '' : profile
    const { env } = this.http
    this.region = region || env.AWS_REGION || env.AWS_DEFAULT_REGION || this.#chain.profiles.profiles.get(this.#profile || env.AWS_PROFILE || 'default')?.get('region') || ''
    if (credentials !== undefined) {
      this.http.conceal(credentials.secretAccessKey, credentials.sessionToken)
      this.#credentials = Promise.resolve(credentials)
    }
  }

  /**
   * One action of a service that speaks JSON.
   * @param service as its host is called: `monitoring` @param action `GraniteServiceVersion20100801.GetMetricData` @param version of the JSON protocol
   * @throws PintleError secrets.key with what AWS says
   */
  async ask(service: string, action: string, content: Readonly<Record<string, unknown>>, version: '1.0' | '1.1' = '1.1'): Promise<Readonly<Record<string, unknown>>> {
    const request = { headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': action }, body: JSON.stringify(content) }
    const { json } = await askAws(this.http, this.#target(service), this.#chain.profiles, request, await this.credentials())
    return json ?? {}
  }

  /** Where a service is. @throws PintleError secrets.key for what is no region */
  place(service: string): AwsTarget & { readonly endpoint: string } {
    const target = this.#target(service)
    return { ...target, endpoint: awsEndpoint(target, this.http.env, this.#chain.profiles) }
  }

  /** Whoever signs requests. @throws PintleError secrets.key */
  credentials(): Promise<AwsCredentials> {
    return (this.#credentials ??= this.#find())
  }

  close(): void {
    this.http.close()
  }

  async #find(): Promise<AwsCredentials> {
    const own = await this.#chain.credentials(this.#profile, this.region)
    return this.#role === '' ? own : await this.#chain.assumeRole({ RoleArn: this.#role, RoleSessionName: `pintle-${Date.now()}` }, own, this.region, this.#profile)
  }

  #target(service: string): AwsTarget {
    return { service, region: this.region, profile: this.#chain.profiles.profiles.get(this.#profile || this.http.env.AWS_PROFILE || 'default') ?? new Map() }
  }
}
