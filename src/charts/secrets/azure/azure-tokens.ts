import { PintleError } from '../../../errors/index.ts'
import { readCredentialFile } from '../credential-file.ts'
import { textOf, type KeyService, type ServiceAnswer } from '../key-service.ts'
import type { KeyOptions } from '../key-source.ts'
import { outputOf } from '../program-output.ts'
import { clientAssertion } from './client-assertion.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Names that AZURE_TOKEN_CREDENTIALS may have, and what each stands for. */
const selections: Readonly<Record<string, readonly Way[]>> = {
  '': ['environment', 'workload', 'managed', 'cli'], dev: ['cli'], prod: ['environment', 'workload', 'managed'], environmentcredential: ['environment'], workloadidentitycredential: ['workload'], managedidentitycredential: ['managed'], azureclicredential: ['cli'],
}
type Way = 'environment' | 'workload' | 'managed' | 'cli'

/**
 * Tokens of Microsoft Entra, once for each scope: by AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, a certificate or a password; workload identity; managed identity; `az`.
 * The first that is set up counts. Upstream: DefaultAzureCredential in azidentity/default_azure_credential.go; azd and PowerShell are not asked.
 */
export class AzureTokens {
  readonly #http: KeyService
  readonly #options: KeyOptions
  readonly #known = new Map<string, Promise<string>>()

  constructor(http: KeyService, options: KeyOptions) {
    this.#http = http
    this.#options = options
  }

  /** @throws PintleError secrets.key */
  token(scope: string): Promise<string> {
    let token = this.#known.get(scope)
    if (token === undefined) {
      this.#known.set(scope, token = this.#find(scope).then((found) => {
        if (found === '' || /[^\x21-\x7e]/.test(found)) throw new PintleError('secrets.key', 'Azure gave no token')
        this.#http.conceal(found)
        return found
      }))
    }
    return token
  }

  async #find(scope: string): Promise<string> {
    const selected = this.#http.env.AZURE_TOKEN_CREDENTIALS ?? ''
    const ways = selections[selected.toLowerCase()]
    if (ways === undefined) throw new PintleError('secrets.key', `AZURE_TOKEN_CREDENTIALS has a value that is not supported: ${JSON.stringify(selected.slice(0, 60))}`)
    const by: Readonly<Record<Way, () => Promise<string | undefined>>> = {
      environment: () => this.#byEnvironment(scope), workload: () => this.#byWorkload(scope), managed: () => this.#byMachine(scope), cli: () => this.#byCli(scope),
    }
    for (const way of ways) {
      const token = await by[way]()
      if (token !== undefined) return token
    }
    throw new PintleError('secrets.key', 'no credentials of Azure: variables, workload identity, managed identity and az have none')
  }

  async #byEnvironment(scope: string): Promise<string | undefined> {
    const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_CERTIFICATE_PATH: certificate, AZURE_USERNAME: username, AZURE_PASSWORD: password } = this.#http.env
    if (!tenant || !client) return undefined
    const grant = (form: Record<string, string>): Promise<string> => this.#grant(tenant, { client_id: client, scope, grant_type: 'client_credentials', ...form })
    if (secret) {
      this.#http.conceal(secret)
      return grant({ client_secret: secret })
    }
    if (certificate) return grant({ client_assertion_type: assertionType, client_assertion: clientAssertion(certificate, this.#http.env.AZURE_CLIENT_CERTIFICATE_PASSWORD, client, this.#tokenUrl(tenant), /^(?:1|true)$/i.test(this.#http.env.AZURE_CLIENT_SEND_CERTIFICATE_CHAIN ?? '')) })
    if (username && password) {
      this.#http.conceal(password)
      return grant({ grant_type: 'password', username, password, scope: `${scope} openid offline_access profile` })
    }
    return undefined
  }

  async #byWorkload(scope: string): Promise<string | undefined> {
    const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_FEDERATED_TOKEN_FILE: file } = this.#http.env
    if (!tenant || !client || !file) return undefined
    const assertion = readCredentialFile(file).trim()
    this.#http.conceal(assertion)
    return this.#grant(tenant, { client_id: client, scope, grant_type: 'client_credentials', client_assertion_type: assertionType, client_assertion: assertion })
  }

  /** App Service, or the machine's own service. Source: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
  async #byMachine(scope: string): Promise<string | undefined> {
    const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: client, AZURE_POD_IDENTITY_AUTHORITY_HOST: host } = this.#http.env
    const service = endpoint && header
    const base = service ? endpoint : `${(host || 'http://169.254.169.254').replace(/\/+$/, '')}/metadata/identity/oauth2/token`
    const query = new URLSearchParams({ 'api-version': service ? '2019-08-01' : '2018-02-01', resource: scope.replace(/\/\.default$/, ''), ...(client && { client_id: client }) })
    if (service) this.#http.conceal(header)
    let answer: ServiceAnswer
    try {
      answer = await this.#http.send({ url: `${base}?${query}`, headers: service ? { 'x-identity-header': header } : { metadata: 'true' }, timeout: service ? 30_000 : 3000 })
    } catch (error) {
      if (!(error instanceof PintleError) || service) throw error
      return undefined
    }
    if (answer.status === 200) return textOf(answer.json?.access_token)
    // A machine without an identity says so; others may be here all the same.
    if (!service) return undefined
    throw new PintleError('secrets.key', this.#http.words(`the managed identity gave no token: HTTP ${answer.status}: ${answer.text}`))
  }

  /** Who logged in with `az login`. @returns undefined when there is no such program, or nobody did */
  async #byCli(scope: string): Promise<string | undefined> {
    try {
      const { code, stdout } = await outputOf('az', ['account', 'get-access-token', '-o', 'json', '--resource', scope.replace(/\/\.default$/, '')], this.#options)
      return code === 0 ? textOf((JSON.parse(stdout.toString('utf8')) as Record<string, unknown> | null)?.accessToken) || undefined : undefined
    } catch (error) {
      if (this.#options.signal?.aborted === true) throw error
      return undefined
    }
  }

  async #grant(tenant: string, form: Record<string, string>): Promise<string> {
    const { status, json, text } = await this.#http.send({ method: 'POST', url: this.#tokenUrl(tenant), headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString() })
    if (status === 200) return textOf(json?.access_token)
    throw new PintleError('secrets.key', this.#http.words(`Azure gave no token: HTTP ${status}: ${textOf(json?.error_description) || textOf(json?.error) || text}`))
  }

  #tokenUrl(tenant: string): string {
    const authority = this.#http.env.AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com'
    if (!authority.startsWith('https://')) throw new PintleError('secrets.key', 'AZURE_AUTHORITY_HOST is no address with TLS')
    return `${authority.replace(/\/+$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  }
}
