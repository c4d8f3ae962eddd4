import { PintleError } from '../../../errors/index.ts'
import { KeyService, plainOf, textOf, urlPath, type ServiceAnswer } from '../key-service.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import type { KeySpec } from '../key-spec.ts'
import { AzureTokens } from './azure-tokens.ts'
import { challengedScope } from './challenge.ts'

const apiVersion = '7.4'

/** Keys of Azure Key Vault, by RSA-OAEP-256. Upstream: azkv/keysource.go. Source: https://learn.microsoft.com/rest/api/keyvault/keys */
export function azureKeys(options: KeyOptions): KeySource {
  const http = new KeyService(options)
  const tokens = new AzureTokens(http, options)
  /** What each vault wants a token for. */
  const scopes = new Map<string, string>()

  const ask = async ({ vault_url: vault = '', name = '', version = '' }: KeySpec['fields'], action: '' | 'encrypt' | 'decrypt', content?: object): Promise<Readonly<Record<string, unknown>>> => {
    if (!/^https:\/\/[^/@?#]+\/?$/.test(vault) || !URL.canParse(vault) || name === '') throw new PintleError('secrets.key', 'it is no key of Azure Key Vault')
    const url = `${vault.replace(/\/$/, '')}/${urlPath(['keys', ...[name, version, action].filter((part) => part !== '')])}?api-version=${apiVersion}`
    const request = { method: content === undefined ? 'GET' : 'POST', url, headers: { 'content-type': 'application/json' } }
    const { host } = new URL(vault)
    let scope = scopes.get(host)
    if (scope === undefined) {
      // Asked without a token and without what it is about, the vault says for what a token has to be.
      scope = challengedScope(host, (await http.send({ ...request, ...(content && { body: '' }) })).headers['www-authenticate'])
      scopes.set(host, scope)
    }
    const answer = await http.send({ ...request, authorization: `Bearer ${await tokens.token(scope)}`, ...(content && { body: JSON.stringify(content) }) })
    if (answer.status !== 200 || answer.json === undefined) throw new PintleError('secrets.key', http.words(refusal(answer)))
    return answer.json
  }
  return {
    open: async (key) => plainOf((await ask(key.fields, 'decrypt', { alg: 'RSA-OAEP-256', value: key.enc })).value, 'base64url'),
    async wrap({ fields }, dataKey) {
      const { value } = await ask(fields, 'encrypt', { alg: 'RSA-OAEP-256', value: Buffer.from(dataKey).toString('base64url') })
      if (textOf(value) === '') throw new PintleError('secrets.key', 'the answer of Azure Key Vault has no ciphertext')
      return textOf(value)
    },
    async resolve(spec) {
      if (spec.fields.version !== '') return spec
      const { key } = await ask(spec.fields, '')
      const version = /\/keys\/[^/]+\/([^/]+)$/.exec(textOf((key as Record<string, unknown> | undefined)?.kid))?.[1]
      if (version === undefined) throw new PintleError('secrets.key', 'Azure Key Vault does not say which version of the key is current')
      return { ...spec, fields: { ...spec.fields, version } }
    },
    close: () => http.close(),
  }
}

function refusal({ status, json, text }: ServiceAnswer): string {
  if (status === 200) return 'the answer of Azure Key Vault is no JSON'
  const { code, message } = (typeof json?.error === 'object' && json.error !== null ? json.error : {}) as Record<string, unknown>
  return `Azure Key Vault: ${textOf(code) || `HTTP ${status}`}: ${textOf(message) || text}`
}
