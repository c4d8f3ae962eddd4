import { randomBytes } from 'node:crypto'
import { PintleError } from '../../errors/index.ts'

/** Multiplication in GF(2^8) with AES' polynomial. */
function multiply(a: number, b: number): number {
  let out = 0
  for (let x = a, y = b; y > 0; y >>= 1) {
    if (y & 1) out ^= x
    x = x & 0x80 ? ((x << 1) ^ 0x11b) & 0xff : x << 1
  }
  return out
}

/** a^254 = 1/a. */
function inverse(a: number): number {
  let out = 1
  for (let i = 0; i < 254; i++) out = multiply(out, a)
  return out
}

/**
 * Puts a secret together from its parts: the value at 0 of the polynomials that go through them. The last byte of a part is its x. Upstream: Combine in shamir/shamir.go.
 * @throws PintleError secrets.format for parts that are not of one secret
 */
export function combineShares(parts: readonly Uint8Array[]): Uint8Array {
  const length = (parts[0]?.length ?? 0) - 1
  const xs = parts.map((p) => p.at(-1)!)
  if (parts.length < 2 || length < 1 || parts.some((p) => p.length !== length + 1) || new Set(xs).size !== xs.length || xs.includes(0)) throw new PintleError('secrets.format', 'the parts of the key do not fit together')
  const weights = xs.map((x, i) => xs.reduce((w, other, j) => (i === j ? w : multiply(w, multiply(other, inverse(x ^ other)))), 1))
  return Uint8Array.from({ length }, (_, at) => parts.reduce((sum, part, i) => sum ^ multiply(part[at]!, weights[i]!), 0))
}

/**
 * Divides a secret into parts, of which as many as the threshold says give it back. Upstream: Split in shamir/shamir.go.
 * @throws PintleError secrets.format for a threshold that cannot be
 */
export function splitSecret(secret: Uint8Array, count: number, threshold: number): Uint8Array[] {
  if (threshold < 2 || threshold > count || count > 255) throw new PintleError('secrets.format', `of ${count} key groups at least 2 and at most ${Math.min(count, 255)} can be needed, not ${threshold}`)
  const parts = Array.from({ length: count }, (_, i) => new Uint8Array([...secret, i + 1]))
  for (const [at, byte] of secret.entries()) {
    const coefficients = [byte, ...randomBytes(threshold - 1)]
    for (const part of parts) part[at] = coefficients.reduceRight((sum, c) => multiply(sum, part[secret.length]!) ^ c, 0)
  }
  return parts
}
