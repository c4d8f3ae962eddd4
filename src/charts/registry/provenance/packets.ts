import { PgpError } from './pgp-error.ts'

/** A packet as it lies in a stream, its body not looked into. */
export interface RawPacket { readonly tag: number; readonly body: Uint8Array }

export const tags = { signature: 2, secretKey: 5, publicKey: 6, secretSubkey: 7, marker: 10, trust: 12, userId: 13, publicSubkey: 14 } as const

/** Tags whose packets Helm's library parses; of the others it passes over trust packets and those from 40 on, and refuses the rest. */
const known: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 17, 18, 20, 21])

/** Cuts a stream into packets: readHeader of go-crypto's openpgp/packet/packet.go. */
export class PacketStream {
  readonly #bytes: Uint8Array
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /**
   * The next packet that is not passed over; undefined at the end.
   * @throws PgpError structural; Error `unexpected EOF`
   */
  next(): RawPacket | undefined {
    while (this.#at < this.#bytes.length) {
      const packet = this.#packet()
      if (packet.tag === tags.trust || packet.tag === tags.marker || packet.tag >= 40) continue
      if (!known.has(packet.tag)) throw new PgpError('other', `unknown critical packet type: ${packet.tag}`)
      return packet
    }
    return undefined
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new Error('unexpected EOF')
    return this.#bytes[this.#at++]!
  }

  #number(bytes: number): number {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + this.#byte()
    return value
  }

  #packet(): RawPacket {
    const first = this.#byte()
    if ((first & 0x80) === 0) throw new PgpError('structural', 'tag byte does not have MSB set')
    if ((first & 0x40) === 0) {
      const width = first & 3
      const length = width === 3 ? this.#bytes.length - this.#at : this.#number(1 << width)
      return { tag: (first & 0x3f) >> 2, body: this.#take(length) }
    }
    const parts: Uint8Array[] = []
    for (;;) {
      const lead = this.#byte()
      const partial = lead >= 224 && lead < 255
      const length = lead < 192 ? lead : lead < 224 ? (lead - 192) * 256 + this.#byte() + 192 : partial ? 2 ** (lead & 0x1f) : this.#number(4)
      parts.push(this.#take(length))
      if (!partial) return { tag: first & 0x3f, body: parts.length === 1 ? parts[0]! : Buffer.concat(parts) }
    }
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) {
      this.#at = this.#bytes.length
      throw new Error('unexpected EOF')
    }
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }
}
