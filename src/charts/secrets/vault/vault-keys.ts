import { PintleError } from '../../../errors/index.ts'
import { KeyService, plainOf, textOf, urlPath, type ServiceAnswer } from '../key-service.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import type { KeySpec } from '../key-spec.ts'
import { checkVaultAddress } from './vault-allowlist.ts'
import { vaultSettings } from './vault-settings.ts'

/** Vault's transit engine. Upstream: hcvault/keysource.go. Source: https://developer.hashicorp.com/vault/api-docs/secret/transit */
export function vaultKeys(options: KeyOptions): KeySource {
  const { env, token, headers, tls, redirects, agent } = vaultSettings(options.env ?? process.env)
  const http = new KeyService({ ...options, env })
  http.conceal(token)

  const write = async ({ vault_address: address = '', engine_path: engine = '', key_name: key = '' }: KeySpec['fields'], action: 'encrypt' | 'decrypt', content: object): Promise<Readonly<Record<string, unknown>>> => {
    checkVaultAddress(address, env)
    if (token === '') throw new PintleError('secrets.key', 'there is no token: neither VAULT_TOKEN nor ~/.vault-token')
    let url = `${(agent || address).replace(/\/+$/, '')}/v1/${urlPath([...engine.split('/').filter((part) => part !== ''), action, key])}`
    for (let hop = 0; ; hop++) {
      const answer = await http.send({ method: 'PUT', url, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(content), tls })
      const next = redirects && hop === 0 ? redirectOf(url, answer) : undefined
      if (next === undefined) return dataOf(http, answer)
      url = next
    }
  }
  return {
    open: async (key) => plainOf((await write(key.fields, 'decrypt', { ciphertext: key.enc })).plaintext),
    async wrap({ fields }, dataKey) {
      const { ciphertext } = await write(fields, 'encrypt', { plaintext: Buffer.from(dataKey).toString('base64') })
      if (textOf(ciphertext) === '') throw new PintleError('secrets.key', 'the answer of Vault has no ciphertext')
      return textOf(ciphertext)
    },
    close: () => http.close(),
  }
}

/** Standby nodes lead to the active one, which is asked with the token; never in plain text instead of TLS. Upstream: rawRequestWithContext in api/client.go. */
function redirectOf(url: string, { status, headers: { location } }: ServiceAnswer): string | undefined {
  if (![301, 302, 307].includes(status) || location === undefined) return undefined
  const next = URL.canParse(location, url) ? new URL(location, url) : undefined
  if (next === undefined || (next.protocol !== 'https:' && !url.startsWith('http:'))) throw new PintleError('secrets.key', 'Vault leads to where no token may go')
  return next.href
}

function dataOf(http: KeyService, { status, json, text }: ServiceAnswer): Readonly<Record<string, unknown>> {
  if (status !== 200) {
    const errors = Array.isArray(json?.errors) ? json.errors.filter((e): e is string => typeof e === 'string').join('; ') : text
    throw new PintleError('secrets.key', http.words(`Vault: HTTP ${status}${errors === '' ? '' : `: ${errors}`}`))
  }
  const data = json?.data
  if (typeof data !== 'object' || data === null) throw new PintleError('secrets.key', 'the answer of Vault has no data')
  return data as Record<string, unknown>
}
