import { readable } from './checksums.ts'

/** A text inside of another one: in base64, in hexadecimal, in quotes with escapes. */
export interface Wrapped {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** More is decoded of nothing: a secret that is longer is found by its beginning. */
const longest = 256 * 1024
/** In one text. */
const mostBytes = 1024 * 1024

/** The readable texts that stand in a text in base64 (either alphabet, over several lines, too), in hexadecimal, or in double quotes with escapes. */
export function* wrappedTexts(text: string): Generator<Wrapped> {
  yield* encoded(text)
  if (text.includes('\\')) yield* escaped(text)
}

function* encoded(text: string): Generator<Wrapped> {
  let budget = mostBytes
  for (const match of text.matchAll(/[A-Za-z0-9+/_-]{16,}(?:[ \t]{0,40}\r?\n[ \t]{0,40}[A-Za-z0-9+/_-]{4,})*={0,2}/g)) {
    const raw = match[0]
    if (budget <= 0) return
    // Most long words are no text in base64: sixteen characters tell.
    const decode = /^[0-9a-f]+$/i.test(raw.slice(0, 64)) && raw.length % 2 === 0 ? 'hex' : 'base64'
    const head = raw.slice(0, decode === 'hex' ? 32 : 16)
    if (!readable(Buffer.from(head.replaceAll(/\s/g, ''), decode).subarray(0, -1))) continue
    const bytes = Buffer.from(raw.slice(0, longest).replaceAll(/\s/g, ''), decode)
    budget -= bytes.length
    const whole = readable(bytes) ? bytes.toString() : readablePrefix(bytes)
    if (whole.length >= 8) yield { text: whole, start: match.index, end: match.index + raw.length }
  }
}

function readablePrefix(bytes: Buffer): string {
  const end = bytes.findIndex((b) => (b < 32 && b !== 9 && b !== 10 && b !== 13) || b >= 127)
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1')
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }

/** JSON in JSON, keys with their lines in a string. */
function* escaped(text: string): Generator<Wrapped> {
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', start)) {
    let end = start + 1
    let any = false
    for (; end < text.length && text[end] !== '"'; end++) {
      if (text[end] !== '\\') continue
      any = true
      end++
    }
    if (any) yield { text: text.slice(start + 1, Math.min(end, start + longest)).replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, c: string) => (code === undefined ? escapes[c] ?? `\\${c}` : String.fromCharCode(Number.parseInt(code, 16)))), start: start + 1, end: Math.min(end, text.length) }
    start = end + 1
  }
}
