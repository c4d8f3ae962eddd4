import { constants, createHash, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import type { Stanza } from 'age-encryption'
import { openFileKey, sealFileKey } from './file-key.ts'

/** What age encrypts for a key of SSH: types and labels of both kinds. Upstream: agessh/agessh.go. */
const ed25519Label = 'age-encryption.org/v1/ssh-ed25519'
const rsaLabel = 'age-encryption.org/v1/ssh-rsa'

/** Four bytes by which a stanza says for which key it is. */
const sshTag = (publicBlob: Uint8Array): string => base64(createHash('sha256').update(publicBlob).digest().subarray(0, 4))

/** The stanzas of a file that are for a key. */
export const stanzasFor = (type: string, publicBlob: Uint8Array, stanzas: readonly Stanza[]): Stanza[] => stanzas.filter(({ args }) => args[0] === type && args[1] === sshTag(publicBlob))

/** @param point the public key of Ed25519 @throws RangeError for one that is none */
export function wrapForEd25519(publicBlob: Uint8Array, point: Uint8Array, fileKey: Uint8Array): { args: string[]; body: Buffer } {
  const theirs = montgomery(point)
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const ours = publicBytes(publicKey)
  const key = wrappingKey(tweaked(publicBlob, x25519(privateKey, theirs)), ours, theirs)
  return { args: ['ssh-ed25519', sshTag(publicBlob), base64(ours)], body: sealFileKey(key, fileKey) }
}

/** @param key the private key of Ed25519 @returns null when it does not fit */
export function unwrapByEd25519(publicBlob: Uint8Array, key: KeyObject, { args, body }: Stanza): Uint8Array | null {
  const theirs = Buffer.from(args[2] ?? '', 'base64')
  if (args.length !== 3 || theirs.length !== 32) return null
  const seed = Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url')
  const scalar = privateFrom(createHash('sha512').update(seed).digest().subarray(0, 32))
  return openFileKey(wrappingKey(tweaked(publicBlob, x25519(scalar, theirs)), theirs, publicBytes(createPublicKey(scalar))), body)
}

export function wrapForRsa(publicBlob: Uint8Array, key: KeyObject, fileKey: Uint8Array): { args: string[]; body: Buffer } {
  return { args: ['ssh-rsa', sshTag(publicBlob)], body: publicEncrypt({ key, ...oaep() }, fileKey) }
}

/** @returns null when it does not fit */
export function unwrapByRsa(key: KeyObject, { body }: Stanza): Uint8Array | null {
  try {
    return privateDecrypt({ key, ...oaep() }, body)
  } catch {
    return null
  }
}

const oaep = (): { padding: number; oaepHash: string; oaepLabel: Buffer } => ({ padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(rsaLabel) })

/** Binds what was agreed on to the very key of SSH. */
const tweaked = (publicBlob: Uint8Array, shared: Uint8Array): Buffer => x25519(privateFrom(Buffer.from(hkdfSync('sha256', '', publicBlob, ed25519Label, 32))), shared)
const wrappingKey = (shared: Uint8Array, ephemeral: Uint8Array, theirs: Uint8Array): Buffer => Buffer.from(hkdfSync('sha256', shared, Buffer.concat([ephemeral, theirs]), ed25519Label, 32))

const x25519 = (privateKey: KeyObject, point: Uint8Array): Buffer => diffieHellman({ privateKey, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(point).toString('base64url') }, format: 'jwk' }) })
const publicBytes = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url')
/** PKCS #8 around the 32 bytes: a JWK would need the public key beside them. */
const privateFrom = (scalar: Uint8Array): KeyObject => createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), scalar]), format: 'der', type: 'pkcs8' })
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

const p = 2n ** 255n - 19n

/** The point of Curve25519 that is the one of Ed25519: u = (1 + y) / (1 - y). */
function montgomery(point: Uint8Array): Buffer {
  if (point.length !== 32) throw new RangeError('a point has 32 bytes')
  const y = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  if (y >= p) throw new RangeError('it is no point')
  const u = (1n + y) * power((p + 1n - y) % p, p - 2n) % p
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse()
}

function power(base: bigint, exponent: bigint): bigint {
  let out = 1n
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = b * b % p) if (e & 1n) out = out * b % p
  return out
}
