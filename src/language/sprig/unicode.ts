import { isByteEscape, isPrint, runeToString } from '../go/index.ts'

/**
 * Go 1.26 knows Unicode 15.0; the JavaScript engine may know a later version. What Go has not heard of is not printable
 * there, so `isPrint` (Go's table) tells the two apart.
 */

/** unicode.IsSpace. */
export function isSpace(r: number): boolean {
  if (r <= 0xff) return r === 0x20 || (r >= 9 && r <= 13) || r === 0x85 || r === 0xa0
  return (
    r === 0x1680 || (r >= 0x2000 && r <= 0x200a) || r === 0x2028 || r === 0x2029 || r === 0x202f || r === 0x205f ||
    r === 0x3000
  )
}

/** unicode.IsUpper. */
export function isUpper(r: number): boolean {
  return r < 0x80 ? r >= 65 && r <= 90 : is(r, /^\p{Lu}$/u)
}
/** unicode.IsLower. */
export function isLower(r: number): boolean {
  // U+0295 became a letter without case after Unicode 15.
  return r < 0x80 ? r >= 97 && r <= 122 : r === 0x295 || is(r, /^\p{Ll}$/u)
}
/** unicode.IsTitle. */
export function isTitle(r: number): boolean {
  return r >= 0x1c5 && is(r, /^\p{Lt}$/u)
}
/** unicode.IsLetter. */
export function isLetter(r: number): boolean {
  return r < 0x80 ? (r >= 65 && r <= 90) || (r >= 97 && r <= 122) : is(r, /^\p{L}$/u)
}
/** unicode.IsDigit. */
export function isDigit(r: number): boolean {
  return r < 0x80 ? r >= 48 && r <= 57 : is(r, /^\p{Nd}$/u)
}
/** unicode.IsNumber. */
export function isNumber(r: number): boolean {
  return r < 0x80 ? r >= 48 && r <= 57 : is(r, /^\p{N}$/u)
}
/** unicode.IsPunct. */
export function isPunct(r: number): boolean {
  return is(r, /^\p{P}$/u)
}

function is(r: number, category: RegExp): boolean {
  return category.test(runeToString(r)) && isPrint(r)
}

/** unicode.ToUpper: one code point to one, so that ß stays. */
export function toUpper(r: number): number {
  if (r < 0x80) return r >= 97 && r <= 122 ? r - 32 : r
  const mapped = single(runeToString(r).toUpperCase())
  if (mapped !== undefined) return isPrint(mapped) && isPrint(r) && r !== 0x19b && r !== 0x264 ? mapped : r
  // Greek letters with iota below: the engine writes two letters, Go the title-case one.
  if (r >= 0x1f80 && r <= 0x1fa7) return (r & 8) === 0 ? r + 8 : r
  return r === 0x1fb3 || r === 0x1fc3 || r === 0x1ff3 ? r + 9 : r
}

/** unicode.ToLower. */
export function toLower(r: number): number {
  if (r < 0x80) return r >= 65 && r <= 90 ? r + 32 : r
  if (r === 0x130) return 0x69
  const mapped = single(runeToString(r).toLowerCase())
  return mapped !== undefined && isPrint(mapped) && isPrint(r) ? mapped : r
}

/** unicode.ToTitle: as ToUpper but for the Croatian digraphs and the Georgian letters. */
export function toTitle(r: number): number {
  if (r >= 0x1c4 && r <= 0x1cc) return r - ((r - 0x1c4) % 3) + 1
  if (r >= 0x1f1 && r <= 0x1f3) return 0x1f2
  if (r >= 0x10d0 && r <= 0x10ff) return r
  return toUpper(r)
}

function single(s: string): number | undefined {
  const r = s.codePointAt(0)!
  return s.length === (r > 0xffff ? 2 : 1) ? r : undefined
}

/** strings.Map: every character through `f`; a byte that is not valid UTF-8 counts as U+FFFD. */
export function mapRunes(s: string, f: (r: number) => number): string {
  let out = ''
  for (let i = 0; i < s.length; i++) {
    let r = s.codePointAt(i)!
    if (r > 0xffff) i++
    else if (isByteEscape(r)) r = 0xfffd
    out += runeToString(f(r))
  }
  return out
}
