import { createPublicKey, verify } from 'node:crypto'
import type { SignaturePacket } from 'openpgp'
import type { KeyPacket } from './key-packet.ts'

/** The curves' sizes in bytes by their object identifier. The package `openpgp` knows them, but verifies with them only with another package's help. */
const curves: Readonly<Record<string, number>> = { '2b2403030208010107': 32, '2b240303020801010b': 48, '2b240303020801010d': 64 }
const hashes: Readonly<Record<number, string>> = { 2: 'sha1', 8: 'sha256', 9: 'sha384', 10: 'sha512', 11: 'sha224', 12: 'sha3-256', 14: 'sha3-512' }

interface EcKey { readonly oid?: { write(): Uint8Array }; readonly Q?: Uint8Array }
interface EcSignature { readonly params: { readonly r: Uint8Array; readonly s: Uint8Array }; toHash(type: number, about: object): Uint8Array }

/** Whether a key is on one of the curves. */
export function isBrainpool(key: KeyPacket): boolean {
  return sizeOf(key) !== undefined
}

function sizeOf(key: KeyPacket): number | undefined {
  const { oid } = key.publicParams as EcKey
  return oid === undefined ? undefined : curves[Buffer.from(oid.write().subarray(1)).toString('hex')]
}

/** Whether an ECDSA signature of such a key fits. @param about what the package hashes for the signature's type */
export function brainpoolSigned(key: KeyPacket, signature: SignaturePacket, about: object): boolean {
  const { oid, Q } = key.publicParams as Required<EcKey>
  const { params, toHash } = signature as unknown as EcSignature
  const size = sizeOf(key)!
  const padded = (n: Uint8Array): Uint8Array => Buffer.concat([Buffer.alloc(Math.max(0, size - n.length)), n])
  const algorithm = der(0x30, der(0x06, Buffer.from('2a8648ce3d0201', 'hex')), der(0x06, oid.write().subarray(1)))
  const spki = der(0x30, algorithm, der(0x03, Buffer.from([0]), Q))
  return verify(
    hashes[signature.hashAlgorithm as number], toHash.call(signature, signature.signatureType as number, about),
    { key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' }, Buffer.concat([padded(params.r), padded(params.s)]),
  )
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x81, body.length]), body])
}
