import { createPublicKey } from 'node:crypto'
import type { Recipient, Stanza as AgeStanza } from 'age-encryption'
import { PintleError } from '../../../errors/index.ts'
import { SshReader } from '../../ssh/index.ts'
import type { KeyOptions } from '../key-source.ts'
import { isPluginRecipient, pluginRecipient } from './age-plugin.ts'
import { wrapForEd25519, wrapForRsa } from './ssh-stanzas.ts'

/**
 * Whom a file is encrypted for: a recipient of age, of a plugin, or a public key of SSH. Upstream: parseRecipient in age/keysource.go.
 * @throws PintleError secrets.key
 */
export async function ageRecipient(text: string, options: KeyOptions): Promise<string | Recipient> {
  const { Encrypter, Stanza } = await import('age-encryption')
  if (text.startsWith('ssh-')) return sshRecipient(text, Stanza)
  if (isPluginRecipient(text)) return pluginRecipient(text, options)
  try {
    new Encrypter().addRecipient(text)
  } catch {
    throw new PintleError('secrets.key', 'it is no recipient of age')
  }
  return text
}

function sshRecipient(text: string, Stanza: typeof AgeStanza): Recipient {
  const [type, base64 = ''] = text.split(/\s+/)
  const publicBlob = Buffer.from(base64, 'base64')
  const wrap = sshWrap(type!, publicBlob)
  return {
    wrapFileKey(fileKey) {
      const { args, body } = wrap(fileKey)
      return [new Stanza(args, body)]
    },
  }
}

function sshWrap(type: string, publicBlob: Buffer): (fileKey: Uint8Array) => { args: string[]; body: Buffer } {
  try {
    const reader = new SshReader(publicBlob)
    if (reader.text() === type) {
      if (type === 'ssh-ed25519') {
        const point = reader.string()
        reader.end()
        if (point.length === 32) return (fileKey) => wrapForEd25519(publicBlob, point, fileKey)
      }
      if (type === 'ssh-rsa') {
        const e = reader.mpint()
        const n = reader.mpint()
        reader.end()
        if (n.length < 256) throw new PintleError('secrets.key', 'the RSA key is too small: at least 2048 bits are needed')
        const key = createPublicKey({ key: { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }, format: 'jwk' })
        return (fileKey) => wrapForRsa(publicBlob, key, fileKey)
      }
    }
  } catch (error) {
    if (error instanceof PintleError) throw error
  }
  throw new PintleError('secrets.key', 'it is no public key of SSH that age encrypts for: ssh-ed25519 or ssh-rsa')
}
