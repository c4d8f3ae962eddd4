/**
 * Go strings are bytes; ours are JavaScript strings in which the byte B that is not part of valid UTF-8 stands as the lone
 * surrogate U+DC00 + B. Go never holds an encoded surrogate in valid UTF-8, so a high surrogate is always half of a pair
 * and an escape can never be mistaken for the other half.
 *
 * Any other lone surrogate (it can only come from careless JavaScript) encodes as U+FFFD.
 */

/** ES2024, which the compiler's library of ES2023 does not know. */
type WellFormed = string & { isWellFormed(): boolean }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** U+FFFD, which Go's decoder yields for an invalid byte. */
export const runeError = 0xfffd

/** Whether every character is ASCII, so that bytes, runes and UTF-16 units coincide. */
export function isAscii(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 0x7f) return false
  return true
}

/** Whether the UTF-16 unit is the stand-in of a byte that is not valid UTF-8. */
export function isByteEscape(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff
}

/** The bytes of a Go string. */
export function encodeUtf8(s: string): Uint8Array {
  const n = s.length
  if (n < 64) {
    const out = new Uint8Array(n)
    let i = 0
    for (; i < n; i++) {
      const c = s.charCodeAt(i)
      if (c > 0x7f) break
      out[i] = c
    }
    if (i === n) return out
  }
  if (isValidUtf8(s)) return encoder.encode(s)
  return encodeEscaped(s)
}

function encodeEscaped(s: string): Uint8Array {
  const out = new Uint8Array(s.length * 3)
  let at = 0
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0x80) {
      out[at++] = c
    } else if (c < 0x800) {
      out[at++] = 0xc0 | (c >> 6)
      out[at++] = 0x80 | (c & 0x3f)
    } else if (c < 0xd800 || c > 0xdfff) {
      out[at++] = 0xe0 | (c >> 12)
      out[at++] = 0x80 | ((c >> 6) & 0x3f)
      out[at++] = 0x80 | (c & 0x3f)
    } else {
      const low = i + 1 < s.length ? s.charCodeAt(i + 1) : 0
      if (c < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        const r = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
        out[at++] = 0xf0 | (r >> 18)
        out[at++] = 0x80 | ((r >> 12) & 0x3f)
        out[at++] = 0x80 | ((r >> 6) & 0x3f)
        out[at++] = 0x80 | (r & 0x3f)
        i++
      } else if (isByteEscape(c)) {
        out[at++] = c - 0xdc00
      } else {
        out[at++] = 0xef
        out[at++] = 0xbf
        out[at++] = 0xbd
      }
    }
  }
  return out.subarray(0, at)
}

/** The Go string of some bytes; a byte Go's decoder would call invalid becomes its escape. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length < 48) {
    let s = ''
    let i = 0
    for (; i < bytes.length; i++) {
      const b = bytes[i]!
      if (b > 0x7f) break
      s += String.fromCharCode(b)
    }
    if (i === bytes.length) return s
  }
  try {
    return decoder.decode(bytes)
  } catch {
    return decodeInvalid(bytes)
  }
}

function decodeInvalid(bytes: Uint8Array): string {
  const parts: string[] = []
  let s = ''
  for (let i = 0; i < bytes.length; ) {
    const n = sequenceLength(bytes, i)
    const b = bytes[i]!
    if (n === 1) s += String.fromCharCode(b)
    else if (n === 0) s += String.fromCharCode(0xdc00 + b)
    else if (n === 2) s += String.fromCharCode(((b & 0x1f) << 6) | (bytes[i + 1]! & 0x3f))
    else if (n === 3) s += String.fromCharCode(((b & 0x0f) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f))
    else s += String.fromCodePoint(((b & 7) << 18) | ((bytes[i + 1]! & 0x3f) << 12) | ((bytes[i + 2]! & 0x3f) << 6) | (bytes[i + 3]! & 0x3f))
    i += n || 1
    if (s.length > 4096) {
      parts.push(s)
      s = ''
    }
  }
  parts.push(s)
  return parts.join('')
}

/** Length of the valid UTF-8 sequence at `i`; 0 when the byte there starts none. */
function sequenceLength(bytes: Uint8Array, i: number): 0 | 1 | 2 | 3 | 4 {
  const b = bytes[i]!
  if (b < 0x80) return 1
  if (b < 0xc2 || b > 0xf4) return 0
  const b1 = bytes[i + 1] ?? 0
  if ((b1 & 0xc0) !== 0x80) return 0
  if (b < 0xe0) return 2
  const b2 = bytes[i + 2] ?? 0
  if ((b2 & 0xc0) !== 0x80) return 0
  if (b < 0xf0) return (b === 0xe0 && b1 < 0xa0) || (b === 0xed && b1 > 0x9f) ? 0 : 3
  const b3 = bytes[i + 3] ?? 0
  if ((b3 & 0xc0) !== 0x80) return 0
  return (b === 0xf0 && b1 < 0x90) || (b === 0xf4 && b1 > 0x8f) ? 0 : 4
}

/** Go's len(s): the number of bytes. */
export function byteLength(s: string): number {
  let n = s.length
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0x80) continue
    if (c < 0x800) n += 1
    else if (c < 0xd800 || c > 0xdfff) n += 2
    else if (c < 0xdc00 && i + 1 < s.length && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      n += 2
      i++
    } else if (!isByteEscape(c)) n += 2
  }
  return n
}

/** Go's s[i]: the byte at a byte index, which must be within the string. */
export function byteAt(s: string, i: number): number {
  for (let at = 0; at <= i; at++) {
    const c = s.charCodeAt(at)
    if (c > 0x7f) return encodeUtf8(s)[i]!
    if (at === i) return c
  }
  return NaN
}

/** Go's s[i:j] by byte indexes, which must be within the string; may cut a character into byte escapes. */
export function byteSlice(s: string, i: number, j?: number): string {
  if (isAscii(s)) return s.slice(i, j)
  return decodeUtf8(encodeUtf8(s).subarray(i, j))
}

/**
 * The string that Go would see after gluing: neighbouring byte escapes which together are valid UTF-8 become the character.
 * Needed only after concatenating pieces that were cut apart.
 */
export function rejoinBytes(s: string): string {
  return isValidUtf8(s) ? s : decodeUtf8(encodeUtf8(s))
}

/** Go's []rune(s): code points, with U+FFFD for each invalid byte. */
export function runes(s: string): number[] {
  const out: number[] = []
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0xd800 || c > 0xdfff) {
      out.push(c)
      continue
    }
    const r = s.codePointAt(i)!
    if (r > 0xffff) {
      i++
      out.push(r)
    } else {
      out.push(runeError)
    }
  }
  return out
}

/** Go's `for i, r := range s`: byte index and rune of each character. */
export function runesWithIndex(s: string): [index: number, rune: number][] {
  const out: [number, number][] = []
  let at = 0
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0xd800 || c > 0xdfff) {
      out.push([at, c])
      at += c < 0x80 ? 1 : c < 0x800 ? 2 : 3
      continue
    }
    const r = s.codePointAt(i)!
    if (r > 0xffff) {
      i++
      out.push([at, r])
      at += 4
    } else {
      out.push([at, runeError])
      at += isByteEscape(r) ? 1 : 3
    }
  }
  return out
}

/** utf8.RuneCountInString. */
export function runeCount(s: string): number {
  let n = s.length
  for (let i = 0; i + 1 < s.length; i++) {
    if ((s.charCodeAt(i) & 0xfc00) === 0xd800 && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      n--
      i++
    }
  }
  return n
}

/** Go's string(r): one rune as a string, U+FFFD for what is no code point. */
export function runeToString(r: number): string {
  return r < 0 || r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff) || !(r === r) ? '\ufffd' : String.fromCodePoint(r)
}

/** utf8.ValidString. */
export function isValidUtf8(s: string): boolean {
  return (s as WellFormed).isWellFormed()
}

/** Go's `<` on strings as a comparator: by bytes, which differs from UTF-16 order beyond the BMP and for invalid bytes. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const ca = a.charCodeAt(i)
    const cb = b.charCodeAt(i)
    if (ca === cb) continue
    if (ca < 0xd800 && cb < 0xd800) return ca - cb
    return compareBytes(encodeUtf8(a), encodeUtf8(b))
  }
  if (a.length === b.length) return 0
  // A common prefix that ends within a surrogate pair cannot happen: strings hold no lone high surrogate.
  return a.length - b.length
}

/** bytes.Compare. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
