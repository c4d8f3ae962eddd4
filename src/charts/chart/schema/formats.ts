import { atoi, byteLength, encodeUtf8, hostname as hostOf, parseTime, parseUrl, quoteRune } from '../../../language/go/index.ts'
import type { Url } from '../../../language/go/index.ts'
import { parseAddress } from './ip-address.ts'
import { pathUnescape } from './locations.ts'

/** Checks a text; throws an Error with the schema library's text when it is not of the format. */
export type FormatCheck = (text: string) => void

/** The formats of santhosh-tekuri/jsonschema v6 but `regex` (format.go). */
export const formats: ReadonlyMap<string, FormatCheck> = new Map<string, FormatCheck>([
  ['json-pointer', jsonPointer],
  ['relative-json-pointer', relativeJsonPointer],
  ['uuid', uuid],
  ['duration', duration],
  ['period', period],
  ['ipv4', ipv4],
  ['ipv6', ipv6],
  ['hostname', hostname],
  ['email', email],
  ['date', date],
  ['time', time],
  ['date-time', dateTime],
  ['uri', uri],
  ['iri', uri],
  ['uri-reference', uriReference],
  ['iri-reference', uriReference],
  ['uri-template', uriTemplate],
  ['semver', semver],
])

/** %q of a rune. */
const rune = (c: string): string => quoteRune(c.codePointAt(0)!)

const within = (prefix: string, check: FormatCheck, text: string): void => {
  try {
    check(text)
  } catch (error) {
    throw new Error(`${prefix}: ${(error as Error).message}`)
  }
}

function jsonPointer(s: string): void {
  if (s === '') return
  if (!s.startsWith('/')) throw new Error('not starting with /')
  for (const token of s.split('/').slice(1)) {
    if (/~(?![01])/.test(token)) throw new Error('~ must be followed by 0 or 1')
  }
}

function relativeJsonPointer(s: string): void {
  const digits = /^[0-9]*/.exec(s)![0]
  if (digits === '') throw new Error('must start with non-negative integer')
  if (digits.length > 1 && digits[0] === '0') throw new Error('starts with zero')
  const rest = s.slice(digits.length)
  if (rest !== '#') jsonPointer(rest)
}

function uuid(s: string): void {
  const sizes = [8, 4, 4, 4, 12]
  const groups = s.split('-')
  if (groups.length !== sizes.length) throw new Error(`must have ${sizes.length} elements`)
  for (const [i, group] of groups.entries()) {
    if (byteLength(group) !== sizes[i]) throw new Error(`element ${i + 1} must be ${sizes[i]} characters long`)
    for (const c of group) if (!/^[0-9a-fA-F]$/.test(c)) throw new Error(`non-hex character ${rune(c)}`)
  }
}

function duration(s: string): void {
  if (!s.startsWith('P')) throw new Error('must start with P')
  const rest = s.slice(1)
  if (rest === '') throw new Error('nothing after P')
  if (rest.endsWith('W')) {
    const weeks = rest.slice(0, -1)
    if (weeks === '') throw new Error('no number in week')
    if (!/^[0-9]+$/.test(weeks)) throw new Error('invalid week')
    return
  }
  const allUnits = ['YMD', 'HMS']
  for (let [i, part] of rest.split('T').entries()) {
    if (i !== 0 && part === '') throw new Error('no time elements')
    if (i >= allUnits.length) throw new Error('more than one T')
    let units = allUnits[i]!
    while (part !== '') {
      const digits = /^[0-9]*/.exec(part)![0].length
      if (digits === 0) throw new Error('missing number')
      part = part.slice(digits)
      if (part === '') throw new Error('missing unit')
      const at = units.indexOf(part[0]!)
      if (at < 0) {
        // Go reads a byte here.
        const unit = rune(String.fromCharCode(encodeUtf8(part)[0]!))
        throw new Error(allUnits[i]!.includes(part[0]!) ? `unit ${unit} out of order` : `invalid unit ${unit}`)
      }
      units = units.slice(at + 1)
      part = part.slice(1)
    }
  }
}

function ipv4(s: string): void {
  const groups = s.split('.')
  if (groups.length !== 4) throw new Error('expected four decimals')
  for (const group of groups) {
    if (group.length > 1 && group[0] === '0') throw new Error('leading zeros')
    const n = atoi(group)
    if (n < 0n || n > 255n) throw new Error('decimal must be between 0 and 255')
  }
}

function ipv6(s: string): void {
  if (!s.includes(':')) throw new Error('missing colon')
  if (parseAddress(s).zone !== '') throw new Error('zone id is not a part of ipv6 address')
}

function hostname(s: string): void {
  if (s.endsWith('.')) s = s.slice(0, -1)
  if (byteLength(s) > 253) throw new Error('more than 253 characters long')
  for (const label of s.split('.')) {
    const length = byteLength(label)
    if (length < 1 || length > 63) throw new Error('label must be 1 to 63 characters long')
    if (label.startsWith('-')) throw new Error('label starts with hyphen')
    if (label.endsWith('-')) throw new Error('label ends with hyphen')
    for (const c of label) if (!/^[a-zA-Z0-9-]$/.test(c)) throw new Error(`invalid character ${rune(c)}`)
  }
}

function email(s: string): void {
  if (byteLength(s) > 254) throw new Error('more than 255 characters long')
  const at = s.lastIndexOf('@')
  if (at < 0) throw new Error('missing @')
  const local = s.slice(0, at)
  const domain = s.slice(at + 1)
  if (byteLength(local) > 64) throw new Error('local part more than 64 characters long')
  if (local.length > 1 && local.startsWith('"') && local.endsWith('"')) {
    if (/["\\]/.test(local.slice(1, -1))) throw new Error('backslash and quote are not allowed within quoted local part')
  } else {
    if (local.startsWith('.')) throw new Error('starts with dot')
    if (local.endsWith('.')) throw new Error('ends with dot')
    if (local.includes('..')) throw new Error('consecutive dots')
    for (const c of local) if (!/^[a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]$/.test(c)) throw new Error(`invalid character ${rune(c)}`)
  }
  if (domain.startsWith('[') && domain.endsWith(']')) {
    const address = domain.slice(1, -1)
    if (address.startsWith('IPv6:')) within('invalid ipv6 address', ipv6, address.slice(5))
    else within('invalid ipv4 address', ipv4, address)
    return
  }
  within('invalid domain', hostname, domain)
}

function date(s: string): void {
  parseTime('2006-01-02', s)
}

function time(s: string): void {
  if (byteLength(s) < 9) throw new Error('less than 9 characters long')
  if (s[2] !== ':' || s[5] !== ':') throw new Error('missing colon in correct place')
  const parts = s.slice(0, 8).split(':').map((token) => {
    const n = integer(token, 'invalid hour/min/sec')
    if (n < 0) throw new Error('non-positive hour/min/sec')
    return n
  })
  let [hour, minute] = parts as [number, number]
  const second = parts[2]!
  if (hour > 23 || minute > 59 || second > 60) throw new Error('hour/min/sec out of range')
  let rest = s.slice(8)
  if (rest.startsWith('.')) {
    const digits = /^[0-9]*/.exec(rest.slice(1))![0].length
    if (digits === 0) throw new Error('no digits in second fraction')
    rest = rest.slice(1 + digits)
  }
  if (rest !== 'z' && rest !== 'Z') {
    if (byteLength(rest) !== 6) throw new Error('offset must be 6 characters long')
    if (rest[0] !== '+' && rest[0] !== '-') throw new Error('offset must begin with plus/minus')
    const sign = rest[0] === '+' ? -1 : 1
    rest = rest.slice(1)
    if (rest[2] !== ':') throw new Error('missing colon in offset in correct place')
    const [zoneHour, zoneMinute] = [rest.slice(0, 2), rest.slice(3)].map((token) => {
      const n = integer(token, 'invalid hour/min in offset')
      if (n < 0) throw new Error('non-positive hour/min in offset')
      return n
    }) as [number, number]
    if (zoneHour > 23 || zoneMinute > 59) throw new Error('hour/min in offset out of range')
    let minutes = hour * 60 + minute + sign * (zoneHour * 60 + zoneMinute)
    if (minutes < 0) minutes += 24 * 60
    hour = Math.floor(minutes / 60)
    minute = minutes % 60
  }
  if (second >= 60 && (hour !== 23 || minute !== 59)) throw new Error('invalid leap second')
}

function integer(token: string, message: string): number {
  try {
    return Number(atoi(token))
  } catch {
    throw new Error(message)
  }
}

function dateTime(s: string): void {
  if (byteLength(s) < 20) throw new Error('less than 20 characters long')
  if (s[10] !== 't' && s[10] !== 'T') throw new Error('11th character must be t or T')
  within('invalid date element', date, s.slice(0, 10))
  within('invalid time element', time, s.slice(11))
}

function checkedUrl(s: string): Url {
  const url = parseUrl(s)
  const host = hostOf(url)
  if (host.includes(':')) {
    if (!url.host.includes('[') || !url.host.includes(']')) throw new Error('ipv6 address not enclosed in brackets')
    within('invalid ipv6 address', ipv6, host)
  }
  return url
}

function uri(s: string): void {
  if (checkedUrl(s).scheme === '') throw new Error('relative url')
}

function uriReference(s: string): void {
  if (s.includes('\\')) throw new Error('contains \\')
  checkedUrl(s)
}

function uriTemplate(s: string): void {
  for (const token of checkedUrl(s).rawPath.split('/')) {
    let text = ''
    try {
      text = pathUnescape(token)
    } catch (error) {
      throw new Error(`percent decode failed: ${(error as Error).message}`)
    }
    let open = false
    for (const brace of text.match(/[{}]/g) ?? []) {
      if ((brace === '{') === open) throw new Error('nested curly braces')
      open = !open
    }
    if (open) throw new Error('no matching closing brace')
  }
}

function period(s: string): void {
  const slash = s.indexOf('/')
  if (slash < 0) throw new Error('missing slash')
  const start = s.slice(0, slash)
  const end = s.slice(slash + 1)
  if (start.startsWith('P')) {
    within('invalid start duration', duration, start)
    within('invalid end date-time', dateTime, end)
    return
  }
  within('invalid start date-time', dateTime, start)
  if (end.startsWith('P')) within('invalid end duration', duration, end)
  else within('invalid end date-time', dateTime, end)
}

function semver(s: string): void {
  const plus = s.indexOf('+')
  if (plus >= 0) {
    const build = s.slice(plus + 1)
    if (build === '') throw new Error('build is empty')
    for (const id of build.split('.')) {
      if (id === '') throw new Error('build identifier is empty')
      for (const c of id) if (!/^[0-9a-zA-Z-]$/.test(c)) throw new Error(`invalid character ${rune(c)} in build identifier`)
    }
    s = s.slice(0, plus)
  }
  const dash = s.indexOf('-')
  if (dash >= 0) {
    for (const id of s.slice(dash + 1).split('.')) {
      if (id === '') throw new Error('pre-release identifier is empty')
      for (const c of id) if (!/^[0-9a-zA-Z-]$/.test(c)) throw new Error(`invalid character ${rune(c)} in pre-release identifier`)
      if (/^0[0-9]+$/.test(id)) throw new Error('pre-release numeric identifier starts with zero')
    }
    s = s.slice(0, dash)
  }
  const parts = s.split('.')
  if (parts.length !== 3) throw new Error('versionCore must have 3 numbers separated by dot')
  for (const [i, part] of parts.entries()) {
    const name = ['major', 'minor', 'patch'][i]!
    if (part === '') throw new Error(`${name} is empty`)
    if (part.length > 1 && part[0] === '0') throw new Error(`${name} starts with zero`)
    if (!/^[0-9]*$/.test(part)) throw new Error(`${name} contains non-digit`)
  }
}
