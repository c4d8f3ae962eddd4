import { createHash } from 'node:crypto'

/**
 * Ed25519ph (RFC 8032, 5.1), by which cosign 3 signs with Ed25519 keys and which node:crypto does not have. Verifying works on public values alone, so
 * it need not hide how long it takes.
 * @param publicKey 32 bytes @param signature 64 bytes
 */
export function verifiesEd25519ph(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const curve = new Curve()
  const key = curve.decode(publicKey)
  const s = number(signature.subarray(32))
  if (key === undefined || s >= order) return false
  const hashed = createHash('sha512').update('SigEd25519 no Ed25519 collisions\x01\x00').update(signature.subarray(0, 32)).update(publicKey).update(createHash('sha512').update(data).digest()).digest()
  const negated: Point = { X: mod(-key.X), Y: key.Y, Z: key.Z, T: mod(-key.T) }
  const sum = curve.add(curve.times(curve.base, s), curve.times(negated, number(hashed) % order))
  return curve.encode(sum).equals(Buffer.from(signature.subarray(0, 32)))
}

const p = 2n ** 255n - 19n
const order = 2n ** 252n + 27742317777372353535851937790883648493n

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
interface Point { readonly X: bigint; readonly Y: bigint; readonly Z: bigint; readonly T: bigint }

class Curve {
  readonly #d = mod(-121665n * inverse(121666n))
  readonly base: Point = this.decode(bytesOf(mod(4n * inverse(5n)), 0n))!

  add(a: Point, b: Point): Point {
    const A = mod((a.Y - a.X) * (b.Y - b.X))
    const B = mod((a.Y + a.X) * (b.Y + b.X))
    const C = mod(2n * a.T * this.#d * b.T)
    const D = mod(2n * a.Z * b.Z)
    const [E, F, G, H] = [B - A, D - C, D + C, B + A]
    return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) }
  }

  times(point: Point, factor: bigint): Point {
    let sum: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n }
    for (let doubled = point, rest = factor; rest > 0n; rest >>= 1n, doubled = this.add(doubled, doubled)) if ((rest & 1n) === 1n) sum = this.add(sum, doubled)
    return sum
  }

  encode({ X, Y, Z }: Point): Buffer {
    const scale = inverse(Z)
    return bytesOf(mod(Y * scale), mod(X * scale) & 1n)
  }

  /** @returns undefined where there is no such point */
  decode(bytes: Uint8Array): Point | undefined {
    const value = number(bytes)
    const sign = value >> 255n
    const y = value & ((1n << 255n) - 1n)
    if (y >= p) return undefined
    const square = mod((y * y - 1n) * inverse(this.#d * y * y + 1n))
    let x = power(square, (p + 3n) / 8n)
    if (mod(x * x) !== square) x = mod(x * power(2n, (p - 1n) / 4n))
    if (mod(x * x) !== square || (x === 0n && sign === 1n)) return undefined
    if ((x & 1n) !== sign) x = p - x
    return { X: x, Y: y, Z: 1n, T: mod(x * y) }
  }
}

/** Little endian, as all numbers of the RFC. */
function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function bytesOf(y: bigint, sign: bigint): Buffer {
  return Buffer.from((y | (sign << 255n)).toString(16).padStart(64, '0'), 'hex').reverse()
}

function mod(n: bigint): bigint {
  const rest = n % p
  return rest < 0n ? rest + p : rest
}

function power(n: bigint, exponent: bigint): bigint {
  let out = 1n
  for (let square = mod(n), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) if ((rest & 1n) === 1n) out = mod(out * square)
  return out
}

function inverse(n: bigint): bigint {
  return power(n, p - 2n)
}
