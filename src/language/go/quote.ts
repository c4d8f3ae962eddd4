import { isPrint } from './is-print.ts'
import { isByteEscape, rejoinBytes, runeToString } from './utf8.ts'

/** strconv.Quote: a double-quoted Go literal; what is not printable is escaped. */
export function quote(s: string): string {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0x20 || c === 0x22 || c === 0x5c || c > 0x7e) return quoteFrom(s, i, 0x22, false)
  }
  return '"' + s + '"'
}

/** strconv.QuoteToASCII. */
export function quoteToASCII(s: string): string {
  return quoteFrom(s, 0, 0x22, true)
}

/** strconv.QuoteRune: a single-quoted Go literal of a code point; what is none counts as U+FFFD. */
export function quoteRune(r: number, asciiOnly = false): string {
  return quoteFrom(runeToString(r), 0, 0x27, asciiOnly)
}

/** Quotes, knowing that the first `from` units need no escape. */
function quoteFrom(s: string, from: number, mark: number, asciiOnly: boolean): string {
  const q = String.fromCharCode(mark)
  let out = q
  let start = 0
  for (let i = from; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c >= 0x20 && c < 0x7f && c !== mark && c !== 0x5c) continue
    const r = c < 0xd800 || c > 0xdfff ? c : s.codePointAt(i)!
    const width = r > 0xffff ? 2 : 1
    if (r > 0x7f && !asciiOnly && isPrint(r)) {
      i += width - 1
      continue
    }
    out += s.slice(start, i) + escapeRune(r, mark)
    i += width - 1
    start = i + 1
  }
  return out + s.slice(start) + q
}

function escapeRune(r: number, mark: number): string {
  switch (r) {
    case mark: return '\\' + String.fromCharCode(mark)
    case 0x5c: return '\\\\'
    case 7: return '\\a'
    case 8: return '\\b'
    case 9: return '\\t'
    case 10: return '\\n'
    case 11: return '\\v'
    case 12: return '\\f'
    case 13: return '\\r'
  }
  if (r < 0x20 || r === 0x7f) return '\\x' + hex(r, 2)
  if (isByteEscape(r)) return '\\x' + hex(r - 0xdc00, 2)
  if (r >= 0xd800 && r <= 0xdfff) return '\\ufffd'
  return r < 0x10000 ? '\\u' + hex(r, 4) : '\\U' + hex(r, 8)
}

function hex(n: number, width: number): string {
  return n.toString(16).padStart(width, '0')
}

/** strconv.CanBackquote. */
export function canBackquote(s: string): boolean {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if ((c < 0x20 && c !== 9) || c === 0x60 || c === 0x7f || c === 0xfeff || isByteEscape(c)) {
      if (c >= 0xdc00 && c <= 0xdfff && i > 0 && (s.charCodeAt(i - 1) & 0xfc00) === 0xd800) continue
      return false
    }
  }
  return true
}

/**
 * strconv.Unquote: the value of a Go string or character literal in double, single or back quotes.
 * Throws `invalid syntax` as Go's ErrSyntax.
 */
export function unquote(s: string): string {
  const q = s.charCodeAt(0)
  if (s.length < 2) throw syntax()
  if (q === 0x60) {
    const end = s.indexOf('`', 1)
    if (end !== s.length - 1) throw syntax()
    return s.slice(1, -1).replaceAll('\r', '')
  }
  if (q !== 0x22 && q !== 0x27) throw syntax()
  let out = ''
  let bytes = false
  let count = 0
  let i = 1
  let start = 1
  for (;;) {
    if (i >= s.length) throw syntax()
    const c = s.charCodeAt(i)
    if (c === q) break
    if (q === 0x27 && count === 1) throw syntax()
    if (c === 10) throw syntax()
    count++
    if (c === 0x5c) {
      out += s.slice(start, i)
      const [text, width] = unescape(s, i, q)
      bytes ||= text.length === 1 && isByteEscape(text.charCodeAt(0))
      out += text
      i += width
      start = i
    } else if (c >= 0xd800 && c <= 0xdfff) {
      if ((s.codePointAt(i) ?? 0) > 0xffff) {
        i += 2
      } else {
        out += s.slice(start, i) + '\ufffd'
        i++
        start = i
      }
    } else {
      i++
    }
  }
  if (i !== s.length - 1 || (q === 0x27 && count !== 1)) {
    if (q !== 0x27 || count !== 0 || i !== s.length - 1) throw syntax()
  }
  out += s.slice(start, i)
  return bytes ? rejoinBytes(out) : out
}

/** The text of the escape sequence at `i` and its width. */
function unescape(s: string, i: number, q: number): [text: string, width: number] {
  const c = s[i + 1]
  switch (c) {
    case 'a': return ['\x07', 2]
    case 'b': return ['\b', 2]
    case 'f': return ['\f', 2]
    case 'n': return ['\n', 2]
    case 'r': return ['\r', 2]
    case 't': return ['\t', 2]
    case 'v': return ['\v', 2]
    case '\\': return ['\\', 2]
    case "'":
    case '"':
      if (c.charCodeAt(0) !== q) throw syntax()
      return [c, 2]
    case 'x':
    case 'u':
    case 'U': {
      const n = c === 'x' ? 2 : c === 'u' ? 4 : 8
      const digits = s.slice(i + 2, i + 2 + n)
      if (digits.length < n || !/^[0-9a-fA-F]+$/.test(digits)) throw syntax()
      const v = parseInt(digits, 16)
      if (c === 'x') return [byteText(v), 4]
      if (v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) throw syntax()
      return [String.fromCodePoint(v), n + 2]
    }
  }
  const octal = s.slice(i + 1, i + 4)
  if (!/^[0-7]{3}$/.test(octal)) throw syntax()
  const v = parseInt(octal, 8)
  if (v > 255) throw syntax()
  return [byteText(v), 4]
}

function byteText(b: number): string {
  return String.fromCharCode(b < 0x80 ? b : 0xdc00 + b)
}

function syntax(): Error {
  return new Error('invalid syntax')
}
