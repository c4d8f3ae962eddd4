import { createHash } from 'node:crypto'
import { Blowfish } from './blowfish.ts'

/** OpenSSH takes 16 or 24; a file that asks for far more would take minutes. */
const maxRounds = 1024

/**
 * The key that OpenSSH makes of a passphrase. Upstream: bcrypt_pbkdf.c of OpenBSD.
 * @throws Error in words
 */
export function bcryptPbkdf(passphrase: Uint8Array, salt: Uint8Array, length: number, rounds: number): Buffer {
  if (rounds < 1 || rounds > maxRounds || salt.length === 0 || salt.length > 1024) throw new Error('its key derivation is not as it should be')
  const out = Buffer.alloc(length)
  const stride = Math.ceil(length / 32)
  const pass = sha512(passphrase)
  for (let count = 1; count <= stride; count++) {
    let part = bcryptHash(pass, sha512(salt, Uint8Array.of(0, 0, 0, count)))
    const sum = Buffer.from(part)
    for (let i = 1; i < rounds; i++) {
      part = bcryptHash(pass, sha512(part))
      for (let j = 0; j < sum.length; j++) sum[j]! ^= part[j]!
    }
    // Bytes of the parts take turns.
    for (let i = 0, at = count - 1; at < length; i++, at += stride) out[at] = sum[i]!
  }
  return out
}

function bcryptHash(pass: Buffer, salt: Buffer): Buffer {
  const cipher = new Blowfish()
  cipher.expand(pass, salt)
  for (let i = 0; i < 64; i++) {
    cipher.expand(salt)
    cipher.expand(pass)
  }
  const text = Buffer.from('OxychromaticBlowfishSwatDynamite')
  const block = Uint32Array.from({ length: 8 }, (_, i) => text.readUInt32BE(i * 4))
  for (let i = 0; i < 64; i++) for (let at = 0; at < 8; at += 2) cipher.encrypt(block, at)
  const out = Buffer.alloc(32)
  block.forEach((word, i) => out.writeUInt32LE(word, i * 4))
  return out
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
