import { quote } from '../../../language/go/index.ts'

/** Go's net/netip.ParseAddr: which kind of address a text is, and its zone. @throws Error with Go's text */
export function parseAddress(text: string): { version: 4 | 6; zone: string } {
  for (const c of text) {
    if (c === '.') {
      parseFour(text, text)
      return { version: 4, zone: '' }
    }
    if (c === ':') return { version: 6, zone: parseSix(text) }
    if (c === '%') throw failure(text, 'missing IPv6 address')
  }
  throw failure(text, 'unable to parse IP')
}

function failure(text: string, message: string, at?: string): Error {
  return new Error(`ParseAddr(${quote(text)}): ${message}${at ? ` (at ${quote(at)})` : ''}`)
}

function parseFour(text: string, part: string): void {
  let value = 0
  let digits = 0
  let dots = 0
  for (let i = 0; i < part.length; i++) {
    const c = part[i]!
    if (c >= '0' && c <= '9') {
      if (digits === 1 && value === 0) throw failure(text, 'IPv4 field has octet with leading zero')
      value = value * 10 + Number(c)
      digits++
      if (value > 255) throw failure(text, 'IPv4 field has value >255')
    } else if (c === '.') {
      if (i === 0 || i === part.length - 1 || part[i - 1] === '.') throw failure(text, 'IPv4 field must have at least one digit', part.slice(i))
      if (dots === 3) throw failure(text, 'IPv4 address too long')
      dots++
      value = 0
      digits = 0
    } else {
      throw failure(text, 'unexpected character', part.slice(i))
    }
  }
  if (dots < 3) throw failure(text, 'IPv4 address too short')
}

/** Returns the zone. */
function parseSix(text: string): string {
  const percent = text.indexOf('%')
  const zone = percent < 0 ? '' : text.slice(percent + 1)
  if (percent >= 0 && zone === '') throw failure(text, 'zone must be a non-empty string')
  let rest = percent < 0 ? text : text.slice(0, percent)
  let ellipsis = -1
  if (rest.startsWith('::')) {
    ellipsis = 0
    rest = rest.slice(2)
    if (rest === '') return zone
  }
  let bytes = 0
  while (bytes < 16) {
    const group = /^[0-9a-fA-F]*/.exec(rest)![0]
    if (group.length > 4) throw failure(text, 'each group must have 4 or less digits', rest)
    if (group === '') throw failure(text, 'each colon-separated field must have at least one digit', rest)
    if (rest[group.length] === '.') {
      if (ellipsis < 0 && bytes !== 12) throw failure(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest)
      if (bytes + 4 > 16) throw failure(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      parseFour(text, rest)
      rest = ''
      bytes += 4
      break
    }
    bytes += 2
    rest = rest.slice(group.length)
    if (rest === '') break
    if (rest[0] !== ':') throw failure(text, 'unexpected character, want colon', rest)
    if (rest.length === 1) throw failure(text, 'colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (rest[0] === ':') {
      if (ellipsis >= 0) throw failure(text, 'multiple :: in address', rest)
      ellipsis = bytes
      rest = rest.slice(1)
      if (rest === '') break
    }
  }
  if (rest !== '') throw failure(text, 'trailing garbage after address', rest)
  if (bytes < 16) {
    if (ellipsis < 0) throw failure(text, 'address string too short')
  } else if (ellipsis >= 0) {
    throw failure(text, 'the :: must expand to at least one field of zeros')
  }
  return zone
}
