import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import { textOf, type KeyService } from '../key-service.ts'
import { signedToken } from './signed-token.ts'
import { subjectToken } from './subject-token.ts'

type Fields = Readonly<Record<string, unknown>>
/** What a request is sent with. */
export interface GcpAccess { readonly token: string; readonly quotaProject: string }

const scope = 'https://www.googleapis.com/auth/cloud-platform'
/** Credentials may stand for one another so many times. */
const maxDepth = 3

/**
 * Tokens of Google, once a run: GOOGLE_CREDENTIALS (a path, or the JSON itself), GOOGLE_OAUTH_ACCESS_TOKEN, and then what Google's programs look for: GOOGLE_APPLICATION_CREDENTIALS,
 * gcloud's file, the machine's metadata. Upstream: newKMSClient in gcpkms/keysource.go and DetectDefault in cloud.google.com/go/auth/credentials.
 */
export class GcpTokens {
  readonly #http: KeyService
  #access: Promise<GcpAccess> | undefined

  constructor(http: KeyService) {
    this.#http = http
  }

  /** @throws PintleError secrets.key */
  token(): Promise<GcpAccess> {
    return (this.#access ??= this.#find())
  }

  async #find(): Promise<GcpAccess> {
    const { env } = this.#http
    const given = env.GOOGLE_CREDENTIALS
    if (given) return this.#ofFile(fieldsOf(readIfThere(given) ?? given, 'GOOGLE_CREDENTIALS'))
    if (env.GOOGLE_OAUTH_ACCESS_TOKEN) return this.#accessBy(env.GOOGLE_OAUTH_ACCESS_TOKEN, {})
    const named = env.GOOGLE_APPLICATION_CREDENTIALS
    if (named) {
      const text = readIfThere(named)
      if (text === undefined) throw new PintleError('secrets.key', `${named} of GOOGLE_APPLICATION_CREDENTIALS cannot be read`)
      return this.#ofFile(fieldsOf(text, named))
    }
    const gcloud = process.platform === 'win32' ? join(env.APPDATA ?? '', 'gcloud') : join(env.HOME || homedir(), '.config', 'gcloud')
    const text = readIfThere(join(gcloud, 'application_default_credentials.json'))
    if (text !== undefined) return this.#ofFile(fieldsOf(text, 'application_default_credentials.json'))
    return this.#ofMachine()
  }

  async #ofFile(fields: Fields): Promise<GcpAccess> {
    return this.#accessBy(await this.#tokenOf(fields, 0), fields)
  }

  #accessBy(token: string, fields: Fields): GcpAccess {
    if (token === '' || /[^\x21-\x7e]/.test(token)) throw new PintleError('secrets.key', 'Google gave no token')
    this.#http.conceal(token)
    return { token, quotaProject: this.#http.env.GOOGLE_CLOUD_QUOTA_PROJECT || textOf(fields.quota_project_id) }
  }

  async #tokenOf(fields: Fields, depth: number): Promise<string> {
    if (depth > maxDepth) throw new PintleError('secrets.key', 'the credentials of Google stand for one another without end')
    switch (fields.type) {
      case 'service_account': return signedToken(fields, scope)
      case 'authorized_user': return this.#refreshed(fields)
      case 'external_account': return this.#exchanged(fields)
      case 'impersonated_service_account': {
        const source = await this.#tokenOf((fields.source_credentials ?? {}) as Fields, depth + 1)
        return this.#impersonated(textOf(fields.service_account_impersonation_url), source, Array.isArray(fields.delegates) ? fields.delegates : [])
      }
      default: throw new PintleError('secrets.key', `credentials of Google of type ${JSON.stringify(textOf(fields.type).slice(0, 60))} are not supported`)
    }
  }

  #refreshed(fields: Fields): Promise<string> {
    this.#http.conceal(textOf(fields.client_secret), textOf(fields.refresh_token))
    return this.#grant('https://oauth2.googleapis.com/token', { grant_type: 'refresh_token', client_id: textOf(fields.client_id), client_secret: textOf(fields.client_secret), refresh_token: textOf(fields.refresh_token) })
  }

  /** Workload identity federation. Source: https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
  async #exchanged(fields: Fields): Promise<string> {
    const subject = await subjectToken(this.#http, (fields.credential_source ?? {}) as Fields)
    this.#http.conceal(subject)
    const impersonation = textOf(fields.service_account_impersonation_url)
    const token = await this.#grant(textOf(fields.token_url) || 'https://sts.googleapis.com/v1/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: 'urn:ietf:params:oauth:token-type:access_token', audience: textOf(fields.audience), scope,
      subject_token_type: textOf(fields.subject_token_type), subject_token: subject, ...(fields.workforce_pool_user_project && fields.client_id === undefined ? { options: JSON.stringify({ userProject: fields.workforce_pool_user_project }) } : {}),
    }, fields)
    return impersonation === '' ? token : this.#impersonated(impersonation, token, [])
  }

  /** Source: https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
  async #impersonated(url: string, source: string, delegates: readonly unknown[]): Promise<string> {
    this.#http.conceal(source)
    const { status, json, text } = await this.#http.send({ method: 'POST', url, authorization: `Bearer ${source}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ scope: [scope], lifetime: '3600s', delegates }) })
    if (status !== 200) throw this.#refused('the service account cannot be impersonated', status, json, text)
    return textOf(json?.accessToken)
  }

  async #grant(url: string, form: Record<string, string>, { client_id: id, client_secret: secret }: Fields = {}): Promise<string> {
    const authorization = id && secret ? `Basic ${Buffer.from(`${encodeURIComponent(textOf(id))}:${encodeURIComponent(textOf(secret))}`).toString('base64')}` : undefined
    const { status, json, text } = await this.#http.send({ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString(), ...(authorization && { authorization }) })
    if (status !== 200) throw this.#refused('Google gave no token', status, json, text)
    return textOf(json?.access_token)
  }

  /** Source: https://cloud.google.com/compute/docs/access/authenticate-workloads */
  async #ofMachine(): Promise<GcpAccess> {
    const host = this.#http.env.GCE_METADATA_HOST || '169.254.169.254'
    try {
      const { status, json } = await this.#http.send({ url: `http://${host}/computeMetadata/v1/instance/service-accounts/default/token?${new URLSearchParams({ scopes: scope })}`, headers: { 'metadata-flavor': 'Google' }, timeout: 3000 })
      if (status === 200) return this.#accessBy(textOf(json?.access_token), {})
    } catch (error) {
      if (!(error instanceof PintleError)) throw error
    }
    throw new PintleError('secrets.key', 'no credentials of Google: neither variables nor files have any, and this machine is none of Google')
  }

  #refused(what: string, status: number, json: Fields | undefined, text: string): PintleError {
    const { message } = (typeof json?.error === 'object' && json.error !== null ? json.error : {}) as Fields
    const said = [textOf(json?.error), textOf(json?.error_description), textOf(message)].filter((part) => part !== '').join(': ')
    return new PintleError('secrets.key', this.#http.words(`${what}: HTTP ${status}: ${said || text}`))
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function fieldsOf(text: string, from: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Fields
  } catch {
    // JSON.parse quotes what it read.
  }
  throw new PintleError('secrets.key', `${from} is neither a file that can be read nor JSON`)
}
