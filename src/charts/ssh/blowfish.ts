/** Words of 32 bits that Blowfish begins with: 18 of its key, then four boxes of 256. They are pi's digits after the point. */
const subkeys = 18
const words = subkeys + 4 * 256

let start: Uint32Array | undefined

/** Pi by Machin's formula: 16 atan(1/5) - 4 atan(1/239). */
function digitsOfPi(): Uint32Array {
  const bits = BigInt(words * 32)
  const guard = 64n
  const atan = (x: bigint): bigint => {
    let power = (1n << (bits + guard)) / x
    let sum = power
    for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
      power /= x * x
      sum += (sign * power) / n
    }
    return sum
  }
  const pi = (16n * atan(5n) - 4n * atan(239n)) >> guard
  const hex = (pi - (3n << bits)).toString(16).padStart(words * 8, '0')
  return Uint32Array.from({ length: words }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16))
}

/** The cipher with the slow key schedule of bcrypt. */
export class Blowfish {
  readonly #state = Uint32Array.from((start ??= digitsOfPi()))
  #left = 0
  #right = 0

  /** One block, from and to where `block` says. */
  encrypt(block: Uint32Array, at: number): void {
    this.#left = block[at]!
    this.#right = block[at + 1]!
    this.#rounds()
    block[at] = this.#left
    block[at + 1] = this.#right
  }

  /** Mixes a key into the state, and a salt with it where there is one. Upstream: Blowfish_expandstate and Blowfish_expand0state. */
  expand(key: Uint8Array, salt?: Uint8Array): void {
    const state = this.#state
    const keyWords = wordsOf(key)
    const saltWords = salt === undefined ? undefined : wordsOf(salt)
    for (let i = 0; i < subkeys; i++) state[i]! ^= keyWords[i % keyWords.length]!
    this.#left = 0
    this.#right = 0
    for (let i = 0, j = 0; i < words; i += 2) {
      if (saltWords !== undefined) {
        this.#left ^= saltWords[j++ % saltWords.length]!
        this.#right ^= saltWords[j++ % saltWords.length]!
      }
      this.#rounds()
      state[i] = this.#left
      state[i + 1] = this.#right
    }
  }

  #rounds(): void {
    const s = this.#state
    let l = this.#left ^ s[0]!
    let r = this.#right
    for (let i = 1; i <= 16; i += 2) {
      r ^= (((s[18 + (l >>> 24)]! + s[274 + ((l >>> 16) & 255)]!) ^ s[530 + ((l >>> 8) & 255)]!) + s[786 + (l & 255)]!) ^ s[i]!
      l ^= (((s[18 + (r >>> 24)]! + s[274 + ((r >>> 16) & 255)]!) ^ s[530 + ((r >>> 8) & 255)]!) + s[786 + (r & 255)]!) ^ s[i + 1]!
    }
    this.#left = (r ^ s[17]!) >>> 0
    this.#right = l >>> 0
  }
}

/** @param bytes a whole number of words, as digests are */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(i * 4))
}
