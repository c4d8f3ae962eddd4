import { armoredBlocks } from './armor.ts'

/** A clear-signed message taken apart. */
export interface ClearSigned {
  /** The text, bytes as Latin-1, lines ended by a newline alone. */
  readonly plaintext: string
  /** What was signed: lines ended by CR LF. */
  readonly signed: Uint8Array
  /** The signature packets. */
  readonly signature: Uint8Array
}

const hashes: ReadonlySet<string> = new Set(['MD5', 'SHA1', 'RIPEMD160', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA3-256', 'SHA3-512'])
const start = '-----BEGIN PGP SIGNED MESSAGE-----'
const end = '-----END PGP SIGNATURE-----'

/**
 * Finds the clear-signed message in a file. Upstream: Decode of go-crypto's openpgp/clearsign.
 * @returns undefined when there is none
 * @throws PgpError, Error for a signature that is no base64
 */
export function readClearSigned(file: Uint8Array): ClearSigned | undefined {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1')
  const at = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`) + 1
  if (at === 0 && !text.startsWith(start)) return undefined
  const lines = new Lines(text, at + start.length)
  if (lines.next() !== '') return undefined
  for (;;) {
    if (lines.atEnd) return undefined
    const line = lines.next()
    if (line.trim() === '') break
    // Only the names of hashes may be said here, and of them only those that are known.
    const colon = line.indexOf(':')
    if (colon < 0 || /[^ -~]/.test(line) || line.slice(0, colon).trim() !== 'Hash') return undefined
    if (!line.slice(colon + 1).split(',').every((name) => hashes.has(name.trim().toUpperCase()))) return undefined
  }
  const body: string[] = []
  for (;;) {
    const from = lines.position
    const line = lines.next()
    if (line === '' && lines.atEnd) return undefined
    if (line === '-----BEGIN PGP SIGNATURE-----') {
      const stop = text.indexOf(end, from)
      if (stop < 0) return undefined
      const [block] = armoredBlocks(text.slice(from, stop + end.length))
      if (block === undefined) return undefined
      return { plaintext: body.join('\n'), signed: Buffer.from(body.join('\r\n'), 'latin1'), signature: block.bytes }
    }
    body.push(trimmed(line.startsWith('- ') ? line.slice(2) : line, ' \t'))
  }
}

/** A line without these characters at its end; a regular expression would look at each run of them anew. */
function trimmed(line: string, white: string): string {
  let end = line.length
  while (end > 0 && white.includes(line[end - 1]!)) end--
  return line.slice(0, end)
}

/** Lines that end with a newline, before which a carriage return is dropped. */
class Lines {
  readonly #text: string
  position: number
  constructor(text: string, from: number) {
    this.#text = text
    this.position = from
  }
  get atEnd(): boolean {
    return this.position >= this.#text.length
  }
  next(): string {
    const from = this.position
    const newline = this.#text.indexOf('\n', from)
    this.position = newline < 0 ? this.#text.length : newline + 1
    const line = this.#text.slice(from, newline < 0 ? undefined : newline)
    return newline >= 0 && line.endsWith('\r') ? line.slice(0, -1) : line
  }
}

/**
 * The parts of a message to clear-sign: the bytes a signature is made over, and the text that stands before it. Upstream: dashEscaper of the same file.
 * @param text ends with a newline
 */
export function prepareClearSigned(text: string): { signed: Uint8Array; head: string } {
  const lines = text.split('\n').map((line) => trimmed(line, ' \t\r'))
  return {
    signed: Buffer.from(lines.join('\r\n')),
    head: `${start}\nHash: SHA512\n\n${lines.map((line) => (line.startsWith('-') ? `- ${line}` : line)).join('\n')}\n`,
  }
}
