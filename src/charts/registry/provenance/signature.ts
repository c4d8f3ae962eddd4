import type { SignaturePacket } from 'openpgp'
import { brainpoolSigned, isBrainpool } from './brainpool.ts'
import type { KeyPacket } from './key-packet.ts'
import { settings, type Library } from './openpgp-library.ts'
import { PgpError } from './pgp-error.ts'

/** The algorithms' names in go-crypto's words about signatures that do not fit. */
const algorithms: Readonly<Record<number, string>> = { 1: 'RSA', 3: 'RSA', 17: 'DSA', 19: 'ECDSA', 22: 'EdDSA', 27: 'Ed25519', 28: 'ed448' }
/** SHA-2, SHA-3, and SHA-1 for version 4. */
const hashes: ReadonlySet<number> = new Set([2, 8, 9, 10, 11, 12, 14])

/** @throws PgpError unsupported for what go-crypto does not read, structural for what cannot be read */
export function readSignature(library: Library, body: Uint8Array): SignaturePacket {
  const [version, , algorithm, hash] = body
  if (version !== 4 && version !== 6) throw new PgpError('unsupported', `signature packet version ${version ?? ''}`)
  if (algorithm === undefined || !(algorithm in algorithms)) throw new PgpError('unsupported', `public key algorithm ${algorithm ?? ''}`)
  if (hash === undefined || !hashes.has(hash) || (hash === 2 && version > 4)) throw new PgpError('unsupported', `hash function ${hash ?? ''}`)
  const signature = new library.SignaturePacket()
  try {
    ;(signature.read as (bytes: Uint8Array, config: unknown) => void).call(signature, Uint8Array.from(body), settings(library))
  } catch (error) {
    throw new PgpError('structural', (error as Error).message, { cause: error })
  }
  const { exportable, unknownSubpackets } = signature as unknown as { exportable: boolean | null; unknownSubpackets: readonly { type: number; critical: boolean }[] }
  if (exportable === false) throw new PgpError('unsupported', 'signature with non-exportable certification')
  const strange = unknownSubpackets.find(({ critical }) => critical)
  if (strange !== undefined) throw new PgpError('unsupported', `unknown critical signature subpacket type ${strange.type}`)
  return signature
}

export const keyIdOf = (key: KeyPacket): string => key.getKeyID().toHex()

/** Whether a signature says that a key made it: by its fingerprint, else by its id. */
export function issuedBy(signature: SignaturePacket, key: KeyPacket): boolean {
  const { issuerFingerprint } = signature
  if (issuerFingerprint !== null && issuerFingerprint !== undefined && issuerFingerprint.length >= 20) return Buffer.compare(issuerFingerprint, key.getFingerprintBytes()!) === 0
  return signature.issuerKeyID.toHex() === keyIdOf(key)
}

/**
 * Whether a key made a signature over something; when it was made, and whether key and signature still count, is not looked at.
 * @param about what the library hashes for the signature's type
 * @throws PgpError with the text of VerifySignature in go-crypto's openpgp/packet/public_key.go
 */
export async function checkSignature(library: Library, signature: SignaturePacket, key: KeyPacket, about: object): Promise<void> {
  const algorithm = key.algorithm as number
  if (!(algorithm in algorithms)) throw new PgpError('argument', 'public key cannot generate signatures')
  if ((signature.publicKeyAlgorithm as number) !== algorithm) throw new PgpError('argument', 'public key and signature use different algorithms')
  // The caller chose the key; the library would compare ids, and refuses keys that name a revoker, which says nothing about this signature.
  Object.assign(signature, { issuerKeyID: key.getKeyID(), revocationKeyClass: null })
  try {
    if (algorithm === 19 && isBrainpool(key)) {
      if (!brainpoolSigned(key, signature, about)) throw new Error('the signature does not fit')
      return
    }
    await (signature.verify as (...args: unknown[]) => Promise<void>).call(signature, key, signature.signatureType, about, null, false, settings(library))
  } catch (error) {
    throw new PgpError('signature', `${algorithms[algorithm]} verification failure`, { cause: error })
  }
}
