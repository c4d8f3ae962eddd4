import { createHash } from 'node:crypto'

/** SSH's binary form (RFC 4251, 5): lengths and contents. Reading past the end is a RangeError, never a wait or a large allocation. */
export class SshReader {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new RangeError('it ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
  uint32(): number {
    return this.take(4).readUInt32BE()
  }
  byte(): number {
    return this.take(1)[0]!
  }
  string(): Buffer {
    return this.take(this.uint32())
  }
  text(): string {
    return this.string().toString('latin1')
  }
  /** A positive number without its leading zero. Other spellings of the same number are refused. */
  mpint(): Buffer {
    const bytes = this.string()
    if (bytes.length === 0 || bytes[0]! >= 0x80 || (bytes[0] === 0 && (bytes.length === 1 || bytes[1]! < 0x80))) throw new RangeError('a number is not as it should be')
    return bytes[0] === 0 ? bytes.subarray(1) : bytes
  }
  get rest(): Buffer {
    return this.#bytes.subarray(this.#at)
  }
  /** @throws RangeError when something follows */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('something follows it')
  }
}

export function sshUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function sshString(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content as Uint8Array)
  return Buffer.concat([sshUint32(bytes.length), bytes])
}

/** A positive number. */
export function sshMpint(number: Uint8Array): Buffer {
  let at = 0
  while (at < number.length - 1 && number[at] === 0) at++
  const bytes = number.subarray(at)
  return sshString(bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

/** `SHA256:...`, as `ssh-keygen -l` prints it. */
export function sshFingerprint(publicKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`
}
