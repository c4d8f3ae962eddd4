import { AzureTokens, KeyService, challengedScope, textOf } from '../../secrets/index.ts'
import type { BackendMaker } from '../backend.ts'
import { yamlMap } from '../yaml-map.ts'

const apiVersion = '7.4'

/** What AZKV_AUTH means, in the words of Azure's libraries. */
const credentials: Readonly<Record<string, string>> = { '': '', default: '', workload: 'WorkloadIdentityCredential', managed: 'ManagedIdentityCredential', cli: 'AzureCLICredential' }

/** `ref+azurekeyvault://VAULT/NAME[/VERSION]`. Upstream: pkg/providers/azurekeyvault. Source: https://learn.microsoft.com/rest/api/keyvault/secrets */
export const azureKeyVault: BackendMaker = (_, { env, signal }) => {
  const selected = credentials[env.AZKV_AUTH ?? '']
  const options = { env: { ...env, ...(selected && { AZURE_TOKEN_CREDENTIALS: selected }) }, ...(signal && { signal }) }
  const http = new KeyService(options)
  const tokens = new AzureTokens(http, options)
  const text = async (key: string): Promise<string> => {
    const [vault = '', name = '', version = '', ...more] = key.replace(/\/$/, '').split('/')
    if (name === '' && !key.includes('/') || more.length > 0) throw new Error(`invalid secret specifier: ${JSON.stringify(key)}`)
    if (vault.trim() === '') throw new Error(`missing key vault name: ${JSON.stringify(key)}`)
    if (name.trim() === '') throw new Error(`missing secret name: ${JSON.stringify(key)}`)
    if (selected === undefined) throw new Error("Environment variable 'AZKV_AUTH' is set to an unsupported value!")
    const host = vault.includes('.') ? vault : `${vault}.vault.azure.net`
    const url = `https://${host}/secrets/${[name, version].map(encodeURIComponent).join('/')}?api-version=${apiVersion}`
    // Asked without a token, the vault says for what a token has to be.
    const scope = challengedScope(host, (await http.send({ url })).headers['www-authenticate'])
    const { status, json, text: said } = await http.send({ url, authorization: `Bearer ${await tokens.token(scope)}` })
    if (status === 200 && typeof json?.value === 'string') return json.value
    const { code, message } = (typeof json?.error === 'object' && json.error !== null ? json.error : {}) as Record<string, unknown>
    throw new Error(http.words(status === 200 ? 'the answer of Azure Key Vault has no value' : `Azure Key Vault: ${textOf(code) || `HTTP ${status}`}: ${textOf(message) || said}`))
  }
  return {
    text,
    async map(key) {
      const document = await text(key)
      try {
        return yamlMap(document)
      } catch (error) {
        throw new Error(`error while parsing secret for key ${JSON.stringify(key)} as yaml: ${(error as Error).message}`)
      }
    },
  }
}
