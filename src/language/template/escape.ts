import { encodeUtf8, isByteEscape, isPrint, sprint } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { pointee } from './truth.ts'

/** What html, js and urlquery make of their arguments before they escape: print them as actions would. */
function text(args: readonly Value[]): string {
  const [first] = args
  if (args.length === 1 && typeof first === 'string') return first
  return sprint(args.map((arg) => (arg === null || arg === undefined ? '<no value>' : pointee(arg))))
}

const htmlEntities: Readonly<Record<string, string>> = {
  '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd',
}

/** template.HTMLEscaper. */
export function html(args: readonly Value[]): string {
  return text(args).replace(/["'&<>\0]/g, (c) => htmlEntities[c]!)
}

const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D',
}

/** template.JSEscaper. */
export function js(args: readonly Value[]): string {
  return text(args).replace(/[\\'"<>&=]|[^ -\u007f]/gu, (c) => {
    const named = jsEscapes[c]
    if (named) return named
    const r = c.codePointAt(0)!
    if (r > 0x7f && !isByteEscape(r)) return isPrint(r) ? c : `\\u${hex(r, 4)}`
    // A byte that is no UTF-8 decodes as U+FFFD, which prints, so Go copies the byte.
    return r > 0x7f ? c : `\\u00${hex(r, 2)}`
  })
}

/** template.URLQueryEscaper. */
export function urlquery(args: readonly Value[]): string {
  let out = ''
  for (const b of encodeUtf8(text(args))) {
    const c = String.fromCharCode(b)
    if (/[A-Za-z0-9\-_.~]/.test(c)) out += c
    else out += b === 0x20 ? '+' : `%${hex(b, 2)}`
  }
  return out
}

function hex(n: number, width: number): string {
  return n.toString(16).toUpperCase().padStart(width, '0')
}
