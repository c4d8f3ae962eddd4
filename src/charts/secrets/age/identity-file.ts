import { PintleError, isPintleError } from '../../../errors/index.ts'
import type { KeyOptions } from '../key-source.ts'
import type { AgeIdentity } from './age-identity.ts'
import { pluginIdentity } from './age-plugin.ts'
import { askedPassphrase } from './passphrase.ts'
import { ScryptIdentity } from './scrypt-identity.ts'

/**
 * The identities of a text: one a line, several in a variable, or a file that age encrypted with a passphrase, armored or not. Lines that begin with `#` are comments.
 * Upstream: unwrapIdentities and parseIdentities.
 * @throws PintleError secrets.key, which quotes no line
 */
export function identitiesOf(content: string | Buffer, from: string, options: KeyOptions): AgeIdentity[] {
  const bytes = Buffer.from(content as string)
  const start = bytes.toString('latin1', 0, 14)
  if (start === 'age-encryption' || start === '-----BEGIN AGE') return [encryptedFile(bytes, from, options)]
  // Only a variable may have several on a line; other lines with blanks are of no known kind.
  const lines = bytes.toString('utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  return lines.flatMap((line) => (from === 'SOPS_AGE_KEY' ? line.split(/\s+/) : [line])).map((text) => identityOf(text, from, options))
}

function identityOf(text: string, from: string, options: KeyOptions): AgeIdentity {
  if (text.startsWith('AGE-PLUGIN-')) return { from, open: async () => [pluginIdentity(text, options)] }
  if (!/^AGE-SECRET-KEY-(?:PQ-)?1/.test(text)) throw new PintleError('secrets.key', 'a line is no identity of age')
  return { from, open: () => native(text) }
}

async function native(text: string): Promise<string[]> {
  const { Decrypter } = await import('age-encryption')
  try {
    new Decrypter().addIdentity(text)
  } catch {
    // Its words may quote the identity.
    throw new PintleError('secrets.key', 'an age identity is damaged')
  }
  return [text]
}

/** A file of identities under a passphrase, which is asked for when the first file needs it. */
function encryptedFile(bytes: Buffer, from: string, options: KeyOptions): AgeIdentity {
  let opened: Promise<AgeIdentity[]> | undefined
  return {
    from,
    async open() {
      opened ??= decrypted(bytes, from, options)
      return (await Promise.all((await opened).map((identity) => identity.open()))).flat()
    },
  }
}

async function decrypted(bytes: Buffer, from: string, options: KeyOptions): Promise<AgeIdentity[]> {
  const { Decrypter, armor } = await import('age-encryption')
  const decrypter = new Decrypter()
  decrypter.addIdentity(new ScryptIdentity(() => askedPassphrase(`Enter passphrase for identity '${from}':`, options)))
  let text: Uint8Array
  try {
    text = await decrypter.decrypt(bytes.toString('latin1', 0, 5) === '-----' ? armor.decode(bytes.toString('latin1')) : bytes)
  } catch (error) {
    if (isPintleError(error)) throw error
    throw new PintleError('secrets.key', /no identity matched/.test((error as Error).message) ? 'incorrect passphrase' : 'the encrypted file of identities is damaged')
  }
  return identitiesOf(Buffer.from(text), 'an encrypted file of identities', options)
}
