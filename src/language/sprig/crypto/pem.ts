import { decodeUtf8, encodeUtf8 } from '../../go/index.ts'
import { base64Decode, base64Encode } from '../base64.ts'

export interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
}

/** pem.Encode without headers. */
export function pemEncode(type: string, bytes: Uint8Array): string {
  const lines = base64Encode(bytes).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${type}-----\n${lines.map((line) => `${line}\n`).join('')}-----END ${type}-----\n`
}

const begin = '-----BEGIN '
const end = '\n-----END '

/**
 * pem.Decode: the first block that is whole; undefined when there is none. Text around blocks is skipped, as are blocks
 * that are broken.
 */
export function pemDecode(text: string): PemBlock | undefined {
  let rest = text
  for (;;) {
    const at = rest.startsWith(end.slice(1)) ? 0 : rest.indexOf(end)
    if (at < 0) return undefined
    const start = rest.slice(0, at).lastIndexOf(begin)
    const skip = rest.slice(at + end.length)
    if (start < 0 || (start > 0 && rest[start - 1] !== '\n')) {
      rest = skip
      continue
    }
    const block = readBlock(rest.slice(start + begin.length), at - start - begin.length)
    if (block !== undefined) return block
    rest = skip
  }
}

/** `text` begins with the type; the trailer begins at `endIndex`. */
function readBlock(text: string, endIndex: number): PemBlock | undefined {
  let lineEnd = text.indexOf('\n')
  const typeLine = text.slice(0, lineEnd).replace(/[ \t\r]+$/, '')
  if (!typeLine.endsWith('-----')) return undefined
  const type = typeLine.slice(0, -5)
  // Headers: lines with a colon.
  let bodyStart = lineEnd + 1
  let headers = false
  for (;;) {
    if (bodyStart >= text.length) return undefined
    lineEnd = text.indexOf('\n', bodyStart)
    const line = text.slice(bodyStart, lineEnd < 0 ? undefined : lineEnd)
    if (!line.includes(':')) break
    headers = true
    bodyStart = lineEnd < 0 ? text.length : lineEnd + 1
  }
  if (headers && endIndex < bodyStart) return undefined
  const trailer = text.slice(endIndex + end.length)
  if (!trailer.startsWith(`${type}-----`)) return undefined
  if (!/^[ \t]*(?:\r?\n|$)/.test(trailer.slice(type.length + 5))) return undefined
  try {
    const body = endIndex > bodyStart ? text.slice(bodyStart, endIndex).replace(/[ \t]/g, '') : ''
    return { type: decodeUtf8(encodeUtf8(type)), bytes: base64Decode(encodeUtf8(body)) }
  } catch {
    return undefined
  }
}
