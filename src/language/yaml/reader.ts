import { encodeUtf8 } from '../go/index.ts'

/** Where goyaml's reader refuses a text, and how it words that. */
export interface Unreadable {
  /**
   * The text up to here is handed to the scanner before the reader looks further: it decodes 512 bytes at a time, so an error
   * of the scanner before this point comes first (readerc.go yaml_parser_update_buffer).
   */
  readonly limit: number
  readonly problem: string
}

const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/
const chunk = 512
const incomplete = 'incomplete UTF-8 octet sequence'

/** ES2024, which the library of ES2023 does not know. */
type WellFormed = string & { isWellFormed(): boolean }

/**
 * The text of a document in UTF-16 with a byte order mark, whose bytes arrive as a string of bytes; other texts as they are. What
 * cannot be decoded ends the text.
 */
export function decodeUtf16(text: string): { text: string; problem?: string } {
  const big = text.startsWith('\udcfe\udcff')
  if (!big && !text.startsWith('\udcff\udcfe')) return { text }
  const bytes = encodeUtf8(text)
  const unitAt = (i: number): number => big ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i + 1]! * 256 + bytes[i]!
  let out = ''
  for (let i = 2; i < bytes.length; i += 2) {
    if (i + 1 === bytes.length) return { text: out, problem: 'incomplete UTF-16 character' }
    const unit = unitAt(i)
    if ((unit & 0xfc00) === 0xdc00) return { text: out, problem: 'unexpected low surrogate area' }
    out += String.fromCharCode(unit)
    if ((unit & 0xfc00) !== 0xd800) continue
    i += 2
    if (i + 1 >= bytes.length) return { text: out.slice(0, -1), problem: 'incomplete UTF-16 surrogate pair' }
    if ((unitAt(i) & 0xfc00) !== 0xdc00) return { text: out.slice(0, -1), problem: 'expected low surrogate area' }
    out += String.fromCharCode(unitAt(i))
  }
  return { text: out }
}

/** Finds the first character YAML 1.1 does not allow, or the first invalid UTF-8. */
export function findUnreadable(text: string): Unreadable | undefined {
  let at = text.search(control)
  let problem = 'control characters are not allowed'
  let width = at < 0 ? 0 : widthOf(text.charCodeAt(at))
  if (!(text as WellFormed).isWellFormed()) {
    const lone = loneSurrogate(text)
    if (at < 0 || lone < at) {
      at = lone
      const bytes = encodeUtf8(text.slice(at, at + 8))
      problem = decodingProblem(bytes)
      width = Math.max(1, leadWidth(bytes[0]!))
    }
  }
  if (at < 0) return undefined
  // What is cut off at the end is not decoded with its chunk but when the reader comes back for more.
  return { limit: problem === incomplete ? at : chunkStart(text, at, width), problem }
}

function loneSurrogate(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if ((c & 0xf800) !== 0xd800) continue
    if ((c & 0x0400) === 0 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++
    else return i
  }
  return -1
}

/** Index of the first character of the chunk in which goyaml decodes the character at `at`, which takes `width` bytes. */
function chunkStart(text: string, at: number, width: number): number {
  let start = 0
  let bytes = 0
  for (let i = 0; i < at;) {
    const c = text.charCodeAt(i)
    const pair = (c & 0xfc00) === 0xd800
    const size = pair ? 4 : widthOf(c)
    if (bytes + size > chunk) {
      start = i
      bytes = 0
    }
    bytes += size
    i += pair ? 2 : 1
  }
  return bytes + width > chunk ? at : start
}

function widthOf(c: number): number {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : 3
}

/** Bytes of the sequence a byte begins; 0 when it begins none. */
function leadWidth(lead: number): number {
  return (lead & 0xe0) === 0xc0 ? 2 : (lead & 0xf0) === 0xe0 ? 3 : (lead & 0xf8) === 0xf0 ? 4 : 0
}

function decodingProblem(bytes: Uint8Array): string {
  const lead = bytes[0]!
  const width = leadWidth(lead)
  if (width === 0) return 'invalid leading UTF-8 octet'
  if (width > bytes.length) return incomplete
  let rune = width === 2 ? lead & 0x1f : width === 3 ? lead & 0x0f : lead & 0x07
  for (let i = 1; i < width; i++) {
    if ((bytes[i]! & 0xc0) !== 0x80) return 'invalid trailing UTF-8 octet'
    rune = rune * 64 + (bytes[i]! & 0x3f)
  }
  if (rune < (width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000)) return 'invalid length of a UTF-8 sequence'
  return 'invalid Unicode character'
}
