import type { PrivateKey } from 'openpgp'
import { PintleError } from '../../../errors/index.ts'
import type { KeyOptions } from '../key-source.ts'
import { loadPgp } from './pgp-library.ts'

/**
 * Opens what was encrypted for private keys that are in memory: files that `gpg --export-secret-keys` wrote, armored or not. No keyring is made of them.
 * The passphrase of a key is asked for when the message is for it.
 * @returns undefined when none of them fits
 * @throws PintleError secrets.key for what is no key, or one whose passphrase nobody says
 */
export async function openWithPrivateKeys(message: string, keys: readonly Uint8Array[], options: KeyOptions = {}): Promise<Uint8Array | undefined> {
  const { library: { decrypt, readMessage, readPrivateKeys }, settings } = await loadPgp()
  const found: PrivateKey[] = []
  for (const bytes of keys) {
    const text = Buffer.from(bytes).toString('latin1')
    try {
      found.push(...(text.includes('-----BEGIN PGP') ? await readPrivateKeys({ armoredKeys: text, config: settings }) : await readPrivateKeys({ binaryKeys: bytes, config: settings })))
    } catch {
      throw new PintleError('secrets.key', 'what was given as a PGP key is none')
    }
  }
  let parsed
  try {
    parsed = await readMessage({ armoredMessage: message, config: settings })
  } catch {
    return undefined
  }
  const meant = new Set(parsed.getEncryptionKeyIDs().map((id) => id.toHex()))
  for (const key of found) {
    // Zeros are meant for whoever can.
    if (!meant.has('0000000000000000') && !key.getKeyIDs().some((id) => meant.has(id.toHex()))) continue
    try {
      const { data } = await decrypt({ message: parsed, decryptionKeys: key.isDecrypted() ? key : await unlocked(key, options), format: 'binary', config: settings })
      return data as Uint8Array
    } catch (error) {
      if (error instanceof PintleError) throw error
    }
  }
  return undefined
}

async function unlocked(privateKey: PrivateKey, { person }: KeyOptions): Promise<PrivateKey> {
  const { library, settings } = await loadPgp()
  const fingerprint = privateKey.getFingerprint().toUpperCase()
  if (person === undefined) throw new PintleError('secrets.key', 'a PGP key has a passphrase: import it into gpg, whose agent asks for it')
  let passphrase: string
  try {
    passphrase = await person.ask(`Enter passphrase for PGP key ${fingerprint}: `, true)
  } catch (error) {
    throw new PintleError('secrets.key', 'a PGP key has a passphrase, which could not be read', { cause: error })
  }
  try {
    return await library.decryptKey({ privateKey, passphrase, config: settings })
  } catch {
    throw new PintleError('secrets.key', `incorrect passphrase of PGP key ${fingerprint}`)
  }
}
