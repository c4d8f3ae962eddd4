import { PintleError } from '../../errors/index.ts'

/**
 * Opens what was encrypted for private keys that are in memory: files that `gpg --export-secret-keys` wrote, armored or not. No keyring is made of them.
 * @returns undefined when none of them fits
 * @throws PintleError secrets.key for what is no key, or one with a passphrase
 */
export async function openWithPrivateKeys(message: string, keys: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  const { config, decrypt, readMessage, readPrivateKeys } = await import('openpgp')
  // What gpg takes: keys and messages of any age.
  const settings = { ...config, minRSABits: 0, rejectPublicKeyAlgorithms: new Set(), allowUnauthenticatedMessages: false } as typeof config
  const decryptionKeys = []
  for (const bytes of keys) {
    const text = Buffer.from(bytes).toString('latin1')
    try {
      decryptionKeys.push(...(text.includes('-----BEGIN PGP') ? await readPrivateKeys({ armoredKeys: text, config: settings }) : await readPrivateKeys({ binaryKeys: bytes, config: settings })))
    } catch {
      throw new PintleError('secrets.key', 'what was given as a PGP key is none')
    }
  }
  if (decryptionKeys.some((key) => !key.isDecrypted())) throw new PintleError('secrets.key', 'a PGP key has a passphrase: import it into gpg, whose agent asks for it')
  try {
    const { data } = await decrypt({ message: await readMessage({ armoredMessage: message, config: settings }), decryptionKeys, format: 'binary', config: settings })
    return data as Uint8Array
  } catch {
    return undefined
  }
}
