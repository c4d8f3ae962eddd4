import { PintleError } from '../../../errors/index.ts'
import { KeyService, plainOf, textOf, urlPath } from '../key-service.ts'
import type { KeyOptions, KeySource } from '../key-source.ts'
import { GcpTokens } from './gcp-tokens.ts'

/** Cloud KMS of Google, by its REST API. Upstream: gcpkms/keysource.go. Source: https://cloud.google.com/kms/docs/reference/rest */
export function gcpKeys(options: KeyOptions): KeySource {
  const http = new KeyService(options)
  const tokens = new GcpTokens(http)
  const ask = async (name: string, action: 'encrypt' | 'decrypt', content: object): Promise<Readonly<Record<string, unknown>>> => {
    if (!/^projects\/[^/?#]+\/locations\/[^/?#]+\/keyRings\/[^/?#]+\/cryptoKeys\/[^/?#]+$/.test(name)) throw new PintleError('secrets.key', 'it is no resource ID of a key')
    const url = `${endpoint(http.env)}/v1/${urlPath(name.split('/'))}:${action}`
    const { token, quotaProject } = await tokens.token()
    const { status, json, text } = await http.send({
      method: 'POST', url, authorization: `Bearer ${token}`, body: JSON.stringify(content), headers: { 'content-type': 'application/json', ...(quotaProject !== '' && { 'x-goog-user-project': quotaProject }) },
    })
    if (status !== 200) throw new PintleError('secrets.key', http.words(refusal(status, json?.error, text)))
    if (json === undefined) throw new PintleError('secrets.key', 'the answer of GCP KMS is no JSON')
    return json
  }
  return {
    open: async (key) => plainOf((await ask(key.fields.resource_id!, 'decrypt', { ciphertext: key.enc })).plaintext),
    async wrap({ fields }, dataKey) {
      const { ciphertext } = await ask(fields.resource_id!, 'encrypt', { plaintext: Buffer.from(dataKey).toString('base64') })
      if (textOf(ciphertext) === '') throw new PintleError('secrets.key', 'the answer of GCP KMS has no ciphertext')
      return textOf(ciphertext)
    },
    close: () => http.close(),
  }
}

/** Where Cloud KMS is. The variables are those of SOPS; an endpoint may go without scheme, as gRPC's do. */
function endpoint(env: KeyService['env']): string {
  const named = env.SOPS_GCP_KMS_ENDPOINT || (env.SOPS_GCP_KMS_UNIVERSE_DOMAIN ? `cloudkms.${env.SOPS_GCP_KMS_UNIVERSE_DOMAIN}` : 'cloudkms.googleapis.com')
  return (/^https?:\/\//.test(named) ? named : `https://${named}`).replace(/\/+$/, '')
}

function refusal(status: number, error: unknown, text: string): string {
  const { status: code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  return `GCP KMS: ${textOf(code) || `HTTP ${status}`}: ${textOf(message) || text}`
}
