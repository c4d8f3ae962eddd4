import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { PintleError } from '../../../errors/index.ts'
import { PublicKey } from '../../../charts/signatures/index.ts'
import type { SigningKey } from './signing-key.ts'
import { sshCurveName, sshFingerprint, sshMpint, sshString } from '../../../charts/ssh/index.ts'
import type { VerifyingKey } from './verifying-key.ts'

/** @param key a public key in PEM form, read */
export function pemVerifyingKey(key: PublicKey): VerifyingKey {
  return { kind: 'pem', id: sshFingerprint(sshBlob(key)), hint: key.hint, verifies: (data, signature) => key.verifiesPlain(data, signature), verifiesPrehashed: (data, signature) => key.verifiesPrehashed(data, signature) }
}

/**
 * The key as SSH writes it. Its fingerprint names it, whatever form it lies in: so do other implementations of DSSE (SHA256KeyID of go-securesystemslib), which pass over signatures with
 * another keyid.
 */
function sshBlob({ jwk }: PublicKey): Buffer {
  const part = (name: 'x' | 'y' | 'n' | 'e'): Buffer => Buffer.from(jwk[name]!, 'base64url')
  if (jwk.kty === 'OKP') return Buffer.concat([sshString('ssh-ed25519'), sshString(part('x'))])
  if (jwk.kty === 'RSA') return Buffer.concat([sshString('ssh-rsa'), sshMpint(part('e')), sshMpint(part('n'))])
  const curve = sshCurveName(jwk.crv!)!
  return Buffer.concat([sshString(`ecdsa-sha2-${curve}`), sshString(curve), sshString(Buffer.concat([Buffer.of(4), part('x'), part('y')]))])
}

/** Whether a private key in PEM form asks for a passphrase. */
export const isEncryptedPem = (text: string): boolean => /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)

/**
 * A private key in PEM form: Ed25519, ECDSA or RSA.
 * @param from names it in errors @throws PintleError attestation.key
 */
export function pemSigningKey(text: string, from: string, passphrase?: string): SigningKey {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) })
  } catch (error) {
    throw new PintleError('attestation.key', isEncryptedPem(text) ? `${from}: the passphrase is not the right one` : `${from} is no private key in PEM form`, { hint: isEncryptedPem(text) ? '' : '`pintle approve keygen` makes one.', ...(isEncryptedPem(text) ? {} : { cause: error }) })
  }
  const verifying = pemVerifyingKey(new PublicKey(createPublicKey(key), from))
  // cosign checks the signatures of all other keys with SHA-256.
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return { id: verifying.id, verifying, sign: async (data) => sign(hash, data, key) }
}

/** A new Ed25519 key: private in PKCS#8, encrypted when there is a passphrase, public in SPKI. */
export function generatePemKey(passphrase?: string): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem', ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }) }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}
