/** DER: just what certificates and keys need. Everything is bytes in, bytes out. */

export const tag = {
  boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, utf8: 0x0c, printable: 0x13,
  utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30, set: 0x31,
} as const

/** Context-specific tag; constructed where it wraps other elements. */
export function context(number: number, constructed = false): number {
  return 0x80 | number | (constructed ? 0x20 : 0)
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** One element: tag, length, contents. */
export function element(tagByte: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((n, part) => n + part.length, 0)
  const head = [tagByte]
  if (length < 0x80) head.push(length)
  else {
    const bytes: number[] = []
    for (let n = length; n > 0; n = Math.floor(n / 256)) bytes.unshift(n % 256)
    head.push(0x80 | bytes.length, ...bytes)
  }
  return concatBytes([Uint8Array.from(head), ...contents])
}

export const sequence = (...items: Uint8Array[]): Uint8Array => element(tag.sequence, ...items)

/** A non-negative integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const trimmed = bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(from)
  return trimmed[0]! > 0x7f ? element(tag.integer, Uint8Array.of(0), trimmed) : element(tag.integer, trimmed)
}

export function oid(dotted: string): Uint8Array {
  const [a, b, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]]
  const out = [a * 40 + b]
  for (const n of rest) {
    const groups = [n & 0x7f]
    for (let left = Math.floor(n / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80)
    out.push(...groups)
  }
  return element(tag.oid, Uint8Array.from(out))
}

/** A bit string; `unused` counts the bits of the last byte that do not belong to it. */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return element(tag.bitString, Uint8Array.of(unused), bytes)
}

/** One element read: its tag, its contents, and all its bytes. */
export interface Element {
  readonly tag: number
  readonly body: Uint8Array
  readonly raw: Uint8Array
}

/** Reads elements one after the other; undefined where the bytes are no DER or have ended. */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  get done(): boolean {
    return this.#at >= this.#bytes.length
  }
  /** The tag of the next element without reading it. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at]
  }
  read(wanted?: number): Element | undefined {
    const start = this.#at
    const found = this.#bytes[start]
    const first = this.#bytes[start + 1]
    if (found === undefined || first === undefined || (wanted !== undefined && found !== wanted)) return undefined
    let at = start + 2
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 4 || at + count > this.#bytes.length) return undefined
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + this.#bytes[at++]!
      // The shortest form is the only one DER knows.
      if (length < 0x80 || this.#bytes[start + 2] === 0) return undefined
    }
    if (at + length > this.#bytes.length) return undefined
    this.#at = at + length
    return { tag: found, body: this.#bytes.subarray(at, this.#at), raw: this.#bytes.subarray(start, this.#at) }
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
