import type { HostCrypto } from '../../go/index.ts'
import { Memo } from '../memo.ts'

/** The digest by the host's crypto, or computed here where there is none (a browser) and where that is as fast. */
export function digest(algorithm: 'sha1' | 'sha256' | 'sha512', data: Uint8Array, crypto: HostCrypto | undefined): Uint8Array {
  // Checksums of what charts render are short, and loading Node's crypto takes longer than reckoning them here.
  if (crypto !== undefined && (algorithm !== 'sha256' || data.length > 8192)) return crypto.hash(algorithm, data)
  if (algorithm === 'sha1') return sha1(data)
  return algorithm === 'sha256' ? sha256(data) : sha512(data)
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += (byte < 16 ? '0' : '') + byte.toString(16)
  return out
}

/** hash/adler32.Checksum. */
export function adler32(data: Uint8Array): number {
  let a = 1
  let b = 0
  for (let i = 0; i < data.length; ) {
    // 5552 bytes are the most that cannot overflow 32 bits before the remainder is taken.
    for (const end = Math.min(i + 5552, data.length); i < end; i++) {
      a += data[i]!
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return b * 65536 + a
}

/** The message with its padding: a 1 bit, zeros, the length in bits. */
function padded(data: Uint8Array, block: 64 | 128): DataView {
  const lengthBytes = block / 8
  const total = Math.ceil((data.length + 1 + lengthBytes) / block) * block
  const out = new Uint8Array(total)
  out.set(data)
  out[data.length] = 0x80
  const view = new DataView(out.buffer)
  view.setUint32(total - 8, Math.floor(data.length / 0x2000_0000))
  view.setUint32(total - 4, (data.length << 3) >>> 0)
  return view
}

function words(state: Int32Array): Uint8Array {
  const out = new Uint8Array(state.length * 4)
  const view = new DataView(out.buffer)
  state.forEach((word, i) => view.setInt32(i * 4, word))
  return out
}

export function sha1(data: Uint8Array): Uint8Array {
  const h = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  const w = new Int32Array(80)
  const message = padded(data, 64)
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(at + i * 4)
    for (let i = 16; i < 80; i++) {
      const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!
      w[i] = (x << 1) | (x >>> 31)
    }
    let [a, b, c, d, e] = h as unknown as [number, number, number, number, number]
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
      const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6
      const t = (((a << 5) | (a >>> 27)) + f + e + k + w[i]!) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = t
    }
    h[0]! += a
    h[1]! += b
    h[2]! += c
    h[3]! += d
    h[4]! += e
  }
  return words(h)
}

function primes(count: number): bigint[] {
  const out: bigint[] = []
  for (let n = 2n; out.length < count; n++) if (out.every((p) => n % p !== 0n)) out.push(n)
  return out
}

/** The first 64 bits of the fraction of a prime's square or cube root, which is what SHA-2's constants are. */
function rootFraction(prime: bigint, degree: 2n | 3n): bigint {
  const target = prime << (64n * degree)
  let low = 0n
  let high = 1n << 72n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** degree <= target) low = middle
    else high = middle
  }
  return BigInt.asUintN(64, low)
}

/** SHA-2's round constants ('k80') and initial state ('h8'), by kind and count; reckoned once. */
const constants = new Memo<readonly bigint[]>((name) => {
  const degree = name.startsWith('k') ? 3n : 2n
  return primes(Number(name.slice(1))).map((p) => rootFraction(p, degree))
})

const high = (n: bigint): number => Number(n >> 32n) | 0
const low = (n: bigint): number => Number(n & 0xffff_ffffn) | 0

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const roundConstants: readonly number[] = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
  0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]

export function sha256(data: Uint8Array): Uint8Array {
  const k = roundConstants
  const h = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19)
  const w = new Int32Array(64)
  const message = padded(data, 64)
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(at + i * 4)
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
    }
    let a = h[0]!, b = h[1]!, c = h[2]!, d = h[3]!, e = h[4]!, f = h[5]!, g = h[6]!, z = h[7]!
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
      const t1 = (z + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0
      z = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    h[0]! += a
    h[1]! += b
    h[2]! += c
    h[3]! += d
    h[4]! += e
    h[5]! += f
    h[6]! += g
    h[7]! += z
  }
  return words(h)
}

/** In 64-bit integers; only browsers come here, where speed of SHA-512 matters little. */
export function sha512(data: Uint8Array): Uint8Array {
  const k = constants.get('k80')
  const h = [...constants.get('h8')]
  const w: bigint[] = new Array<bigint>(80)
  const message = padded(data, 128)
  const u64 = (n: bigint): bigint => BigInt.asUintN(64, n)
  const rotate = (x: bigint, n: bigint): bigint => (x >> n) | u64(x << (64n - n))
  for (let at = 0; at < message.byteLength; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = message.getBigUint64(at + i * 8)
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n)
      const s1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n)
      w[i] = u64(w[i - 16]! + s0 + w[i - 7]! + s1)
    }
    let [a, b, c, d, e, f, g, z] = h as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]
    for (let i = 0; i < 80; i++) {
      const t1 = z + (rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n)) + ((e & f) ^ (u64(~e) & g)) + k[i]! + w[i]!
      const t2 = (rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))
      z = g
      g = f
      f = e
      e = u64(d + t1)
      d = c
      c = b
      b = a
      a = u64(t1 + t2)
    }
    ;[a, b, c, d, e, f, g, z].forEach((v, i) => (h[i] = u64(h[i]! + v)))
  }
  const state = new Int32Array(16)
  h.forEach((v, i) => {
    state[i * 2] = high(v)
    state[i * 2 + 1] = low(v)
  })
  return words(state)
}
