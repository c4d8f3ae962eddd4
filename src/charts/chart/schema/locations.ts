import { parseUrl, quote, urlString } from '../../../language/go/index.ts'
import type { Url } from '../../../language/go/index.ts'
import { resolveUrl } from './resolve-url.ts'

/** A token of a JSON pointer, escaped. */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function unescapeToken(token: string): string | undefined {
  if (!token.includes('~')) return token
  if (/~(?![01])/.test(token)) return undefined
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The text before and after the first `#`. */
export function splitHash(text: string): [url: string, fragment: string] {
  const hash = text.indexOf('#')
  return hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)]
}

/** Splits a reference; the fragment is percent-decoded. */
export function splitReference(text: string): { url: string; fragment: string } {
  const [url, fragment] = splitHash(text)
  try {
    return { url, fragment: pathUnescape(fragment) }
  } catch (error) {
    throw new Error(`error in parsing ${quote(text)}: ${(error as Error).message}`)
  }
}

/** A reference against a base URL: absolute URL and decoded fragment. */
export function joinReference(base: string, reference: string): { url: string; fragment: string } {
  const { url, fragment } = splitReference(reference)
  return { url: urlString(resolveUrl(parsed(base), parsed(url))), fragment }
}

function parsed(text: string): Url {
  try {
    return parseUrl(text)
  } catch (error) {
    throw new Error(`error in parsing ${quote(text)}: ${(error as Error).message}`)
  }
}

/** net/url's PathUnescape. */
export function pathUnescape(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)
  if (bad !== null) throw new Error(`invalid URL escape ${quote(bad[0])}`)
  if (!text.includes('%')) return text
  return Buffer.from(text.replace(/[^%]+|%(..)/gs, (part, hex?: string) => hex ?? Buffer.from(part).toString('hex')), 'hex').toString()
}

/** net/url's PathEscape of each element of a pointer. */
export function encodePointer(pointer: string): string {
  if (/^[\w\-.~$&+=:@/]*$/.test(pointer)) return pointer
  let out = ''
  for (const byte of Buffer.from(pointer)) {
    const c = String.fromCharCode(byte)
    out += /[\w\-.~$&+=:@/]/.test(c) && byte < 0x80 ? c : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** Where a schema stands: URL and pointer. */
export function locationText(url: string, pointer: string): string {
  return `${url}#${encodePointer(pointer)}`
}
