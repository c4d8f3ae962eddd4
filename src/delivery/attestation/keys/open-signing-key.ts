import { readFileSync, statSync } from 'node:fs'
import { PintleError } from '../../../errors/index.ts'
import { isEncryptedPem, pemSigningKey } from './pem-key.ts'
import { readSshPrivateKey } from './ssh-private-key.ts'
import { sshKeygenKey } from './ssh-keygen.ts'
import type { SigningKey } from './signing-key.ts'

const longestKey = 1 << 16

/**
 * Opens a private key: PEM (Ed25519, ECDSA, RSA, encrypted too) or OpenSSH's own form.
 * @param passphrase is called where the file asks for one
 * @throws PintleError attestation.key
 */
export async function openSigningKey(path: string, passphrase: () => Promise<string>): Promise<SigningKey> {
  let text: string
  try {
    if (statSync(path).size > longestKey) throw new Error('it is too large for a key')
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new PintleError('attestation.key', `the key ${path} cannot be read: ${(error as Error).message}`)
  }
  if (text.includes('BEGIN OPENSSH PRIVATE KEY')) {
    try {
      const file = readSshPrivateKey(text, path)
      return file.readable ? file.key : sshKeygenKey(path, file.publicKey, file.why)
    } catch (error) {
      if (error instanceof PintleError) throw error
      throw new PintleError('attestation.key', `${path}: ${error instanceof RangeError ? 'it is damaged' : (error as Error).message}`)
    }
  }
  if (/BEGIN (?:SSH2 |OPENSSH )?PUBLIC KEY|^(?:ssh|ecdsa|sk)-\S+ AAAA/m.test(text)) throw new PintleError('attestation.key', `${path} holds a public key; the private one signs`)
  return pemSigningKey(text, path, isEncryptedPem(text) ? await passphrase() : undefined)
}
