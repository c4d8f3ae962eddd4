import { addressFamily } from './ip-address.ts'
import { quote } from './quote.ts'
import { byteSlice, decodeUtf8, encodeUtf8 } from './utf8.ts'

/** url.URL. */
export interface Url {
  scheme: string
  /** What follows the scheme when no slash does, as in mailto:. */
  opaque: string
  user: Userinfo | undefined
  /** With port. */
  host: string
  path: string
  /** How the path was escaped, where that is not the usual way. */
  rawPath: string
  forceQuery: boolean
  rawQuery: string
  fragment: string
  rawFragment: string
  /** No authority was written, as in file:/x. */
  omitHost: boolean
}

export interface Userinfo {
  readonly username: string
  readonly password: string | undefined
}

type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment'

/** Which ASCII characters besides letters, digits and -_.~ stand for themselves. */
const unescaped: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  user: '$&+,;=',
  query: '',
  fragment: '$&+,/:;=?@!()*',
}

function mustEscape(byte: number, part: Part): boolean {
  if ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a && byte < 0x80)) return false
  if (byte >= 0x80) return true
  const c = String.fromCharCode(byte)
  return !'-_.~'.includes(c) && !unescaped[part].includes(c)
}

/** An empty URL to fill in. */
export function emptyUrl(): Url {
  return {
    scheme: '', opaque: '', user: undefined, host: '', path: '', rawPath: '', forceQuery: false, rawQuery: '', fragment: '',
    rawFragment: '', omitHost: false,
  }
}

/** url.Parse. Throws Go's text, `parse "x": first path segment in URL cannot contain colon`. */
export function parseUrl(text: string): Url {
  const hash = text.indexOf('#')
  const bare = hash < 0 ? text : text.slice(0, hash)
  let url: Url
  try {
    url = parseBare(bare)
  } catch (e) {
    throw new Error(`parse ${quote(bare)}: ${(e as Error).message}`)
  }
  const fragment = hash < 0 ? '' : text.slice(hash + 1)
  if (fragment === '') return url
  try {
    url.fragment = unescapePart(fragment, 'fragment')
  } catch (e) {
    throw new Error(`parse ${quote(text)}: ${(e as Error).message}`)
  }
  url.rawFragment = fragment === escapePart(url.fragment, 'fragment') ? '' : fragment
  return url
}

function parseBare(text: string): Url {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x20 || c === 0x7f) throw new Error('net/url: invalid control character in URL')
  }
  const url = emptyUrl()
  if (text === '*') return { ...url, path: '*' }
  let rest = text
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*)?:/.exec(text)
  if (scheme) {
    if (scheme[1] === undefined) throw new Error('missing protocol scheme')
    url.scheme = scheme[1].toLowerCase()
    rest = text.slice(scheme[0].length)
  }
  const query = rest.indexOf('?')
  if (query >= 0) {
    url.forceQuery = query === rest.length - 1
    url.rawQuery = rest.slice(query + 1)
    rest = rest.slice(0, query)
  }
  if (rest[0] !== '/') {
    if (url.scheme !== '') return { ...url, opaque: rest }
    if (rest.split('/', 1)[0]!.includes(':')) throw new Error('first path segment in URL cannot contain colon')
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2)
    parseAuthority(url, slash < 0 ? rest.slice(2) : rest.slice(2, slash))
    rest = slash < 0 ? '' : rest.slice(slash)
  } else if (url.scheme !== '' && rest[0] === '/') {
    url.omitHost = true
  }
  url.path = unescapePart(rest, 'path')
  url.rawPath = rest === escapePart(url.path, 'path') ? '' : rest
  return url
}

function parseAuthority(url: Url, authority: string): void {
  const at = authority.lastIndexOf('@')
  url.host = parseHost(url.scheme, authority.slice(at + 1))
  if (at < 0) return
  const info = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) throw new Error('net/url: invalid userinfo')
  const colon = info.indexOf(':')
  const username = unescapePart(colon < 0 ? info : info.slice(0, colon), 'user')
  url.user = { username, password: colon < 0 ? undefined : unescapePart(info.slice(colon + 1), 'user') }
}

function isPort(text: string): boolean {
  return /^(?::[0-9]*)?$/.test(text)
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[')
  if (open > 0) throw new Error('invalid IP-literal')
  if (open === 0) {
    const close = host.lastIndexOf(']')
    if (close < 0) throw new Error("missing ']' in host")
    const port = host.slice(close + 1)
    if (!isPort(port)) throw new Error(`invalid port ${quote(port)} after host`)
    const name = host.slice(1, close)
    // RFC 6874: %25 begins a zone, which may escape more than a host may.
    const zone = name.indexOf('%25')
    const plain = zone < 0 ? unescapePart(name, 'host')
      : unescapePart(name.slice(0, zone), 'host') + unescapePart(name.slice(zone), 'zone')
    let family: 4 | 6
    try {
      family = addressFamily(plain)
    } catch (e) {
      throw new Error('invalid host: ' + (e as Error).message)
    }
    if (family === 4) throw new Error('invalid IP-literal')
    return `[${plain}]${port}`
  }
  // Other schemes than these may list several hosts with ports.
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':')
  if (colon >= 0 && !isPort(host.slice(colon))) throw new Error(`invalid port ${quote(host.slice(colon))} after host`)
  return unescapePart(host, 'host')
}

function unescapePart(s: string, part: Part): string {
  const host = part === 'host' || part === 'zone'
  let escapes = false
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c === 0x25) {
      escapes = true
      const digits = s.slice(i + 1, i + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) throw new Error('invalid URL escape ' + quote(byteSlice(s.slice(i, i + 3), 0, 3)))
      const value = parseInt(digits, 16)
      const refused = part === 'host' ? value < 0x80 : part === 'zone' && value !== 0x20 && mustEscape(value, 'host')
      if (refused && digits !== '25') throw new Error('invalid URL escape ' + quote(s.slice(i, i + 3)))
      i += 2
    } else if (host && c < 0x80 && mustEscape(c, part)) {
      throw new Error(`invalid character ${quote(s[i]!)} in host name`)
    } else if (c === 0x2b && part === 'query') {
      escapes = true
    }
  }
  if (!escapes) return s
  const out: number[] = []
  const bytes = encodeUtf8(s)
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x25) {
      out.push(parseInt(String.fromCharCode(bytes[i + 1]!, bytes[i + 2]!), 16))
      i += 2
    } else {
      out.push(bytes[i] === 0x2b && part === 'query' ? 0x20 : bytes[i]!)
    }
  }
  return decodeUtf8(Uint8Array.from(out))
}

function escapePart(s: string, part: Part): string {
  let out = ''
  for (const byte of encodeUtf8(s)) {
    if (byte === 0x20 && part === 'query') out += '+'
    else if (mustEscape(byte, part)) out += '%' + (byte < 16 ? '0' : '') + byte.toString(16).toUpperCase()
    else out += String.fromCharCode(byte)
  }
  return out
}

/** url.QueryEscape. */
export function queryEscape(s: string): string {
  return escapePart(s, 'query')
}

/** The raw form when it is a valid escaping of the text, else the usual escaping. */
function escaped(text: string, raw: string, part: 'path' | 'fragment'): string {
  if (raw !== '' && isEncoded(raw, part)) {
    try {
      if (unescapePart(raw, part) === text) return raw
    } catch {
      // Not a valid escaping after all.
    }
  }
  return part === 'path' && text === '*' ? '*' : escapePart(text, part)
}

function isEncoded(s: string, part: Part): boolean {
  return encodeUtf8(s).every(b => "!$&'()*+,;=:@[]%".includes(String.fromCharCode(b)) || !mustEscape(b, part))
}

/** Userinfo.String. */
export function userinfoString(user: Userinfo): string {
  const name = escapePart(user.username, 'user')
  return user.password === undefined ? name : name + ':' + escapePart(user.password, 'user')
}

/** URL.Hostname: the host without port and brackets. */
export function hostname(url: Url): string {
  let { host } = url
  const colon = host.lastIndexOf(':')
  if (colon >= 0 && isPort(host.slice(colon))) host = host.slice(0, colon)
  return host[0] === '[' && host.endsWith(']') && host.length > 1 ? host.slice(1, -1) : host
}

/** URL.String. */
export function urlString(url: Url): string {
  const { scheme, host, user } = url
  let out = scheme === '' ? '' : scheme + ':'
  if (url.opaque !== '') {
    out += url.opaque
  } else {
    const authority = scheme !== '' || host !== '' || user !== undefined
    if (authority && !(url.omitHost && host === '' && user === undefined)) {
      if (host !== '' || url.path !== '' || user !== undefined) out += '//'
      if (user !== undefined) out += userinfoString(user) + '@'
      out += escapePart(host, 'host')
    }
    const path = escaped(url.path, url.rawPath, 'path')
    if (path !== '' && path[0] !== '/' && host !== '') out += '/'
    // RFC 3986 4.2: a first segment with a colon would read as a scheme.
    if (out === '' && path.split('/', 1)[0]!.includes(':')) out += './'
    out += path
  }
  if (url.forceQuery || url.rawQuery !== '') out += '?' + url.rawQuery
  if (url.fragment !== '') out += '#' + escaped(url.fragment, url.rawFragment, 'fragment')
  return out
}
