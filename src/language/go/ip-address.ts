import { quote } from './quote.ts'

/**
 * netip.ParseAddr, as far as its callers look: which family an address has. Throws Go's error,
 * `ParseAddr("x"): unable to parse IP`.
 */
export function addressFamily(text: string): 4 | 6 {
  for (const c of text) {
    if (c === '.') {
      checkIPv4(text, text)
      return 4
    }
    if (c === ':') {
      checkIPv6(text)
      return 6
    }
    if (c === '%') throw bad(text, 'missing IPv6 address')
  }
  throw bad(text, 'unable to parse IP')
}

function bad(whole: string, message: string, at = ''): Error {
  return new Error(`ParseAddr(${quote(whole)}): ${message}${at === '' ? '' : ` (at ${quote(at)})`}`)
}

function checkIPv4(whole: string, s: string): void {
  let dots = 0
  let digits = 0
  let value = 0
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c >= 0x30 && c <= 0x39) {
      if (digits === 1 && value === 0) throw bad(whole, 'IPv4 field has octet with leading zero')
      value = value * 10 + c - 0x30
      digits++
      if (value > 255) throw bad(whole, 'IPv4 field has value >255')
    } else if (c === 0x2e) {
      if (i === 0 || i === s.length - 1 || s[i - 1] === '.') {
        throw bad(whole, 'IPv4 field must have at least one digit', s.slice(i))
      }
      if (dots === 3) throw bad(whole, 'IPv4 address too long')
      dots++
      value = digits = 0
    } else {
      throw bad(whole, 'unexpected character', s.slice(i))
    }
  }
  if (dots < 3) throw bad(whole, 'IPv4 address too short')
}

function checkIPv6(whole: string): void {
  let s = whole
  const percent = whole.indexOf('%')
  if (percent >= 0) {
    if (percent === whole.length - 1) throw bad(whole, 'zone must be a non-empty string')
    s = whole.slice(0, percent)
  }
  let ellipsis = -1
  if (s.startsWith('::')) {
    ellipsis = 0
    s = s.slice(2)
    if (s === '') return
  }
  let i = 0
  while (i < 16) {
    const digits = /^[0-9a-fA-F]*/.exec(s)![0].length
    if (digits > 4) throw bad(whole, 'each group must have 4 or less digits', s)
    if (digits === 0) throw bad(whole, 'each colon-separated field must have at least one digit', s)
    if (s[digits] === '.') {
      if (ellipsis < 0 && i !== 12) throw bad(whole, 'embedded IPv4 address must replace the final 2 fields of the address', s)
      if (i + 4 > 16) throw bad(whole, 'too many hex fields to fit an embedded IPv4 at the end of the address', s)
      checkIPv4(whole, s)
      s = ''
      i += 4
      break
    }
    i += 2
    s = s.slice(digits)
    if (s === '') break
    if (s[0] !== ':') throw bad(whole, 'unexpected character, want colon', s)
    if (s.length === 1) throw bad(whole, 'colon must be followed by more characters', s)
    s = s.slice(1)
    if (s[0] === ':') {
      if (ellipsis >= 0) throw bad(whole, 'multiple :: in address', s)
      ellipsis = i
      s = s.slice(1)
      if (s === '') break
    }
  }
  if (s !== '') throw bad(whole, 'trailing garbage after address', s)
  if (i < 16 && ellipsis < 0) throw bad(whole, 'address string too short')
  if (i === 16 && ellipsis >= 0) throw bad(whole, 'the :: must expand to at least one field of zeros')
}
