import { decodeUtf8, encodeUtf8, isAscii } from '../go/index.ts'

/** Runs `f` on a string whose UTF-16 units are the bytes of `s`: goutils counts columns in bytes. */
function overBytes(s: string, f: (bytes: string) => string): string {
  if (isAscii(s)) return f(s)
  let bytes = ''
  for (const b of encodeUtf8(s)) bytes += String.fromCharCode(b)
  return decodeUtf8(Uint8Array.from(f(bytes), (c) => c.charCodeAt(0)))
}

/** goutils.AbbreviateFull: `...` for what does not fit into `width` bytes; '' where goutils reports an error. */
export function abbreviate(text: string, left: bigint, width: number): string {
  return overBytes(text, (s) => abbreviateBytes(s, left, width))
}

function abbreviateBytes(s: string, left: bigint, width: number): string {
  if (s === '' || width < 4) return ''
  if (s.length <= width) return s
  let offset = left > s.length ? s.length : Number(left)
  // The difference wraps for the least integers.
  if (BigInt.asIntN(64, BigInt(s.length) - left) < width - 3) offset = s.length - (width - 3)
  if (offset <= 4) return s.slice(0, width - 3) + '...'
  if (width < 7) return ''
  if (offset + width - 3 < s.length) return '...' + abbreviateBytes(s.slice(offset), 0n, width - 3)
  return '...' + s.slice(s.length - (width - 3))
}

/** goutils.WrapCustom: breaks at spaces so that lines fit into `width` bytes; longer words stay whole unless `cutWords`. */
export function wrap(text: string, width: number, newLine: string, cutWords: boolean): string {
  const separator = isAscii(text) ? newLine : latin1(newLine)
  if (isAscii(text)) return wrapBytes(text, Math.max(1, width), newLine, cutWords)
  return overBytes(text, (s) => wrapBytes(s, Math.max(1, width), separator, cutWords))
}

function latin1(s: string): string {
  let out = ''
  for (const b of encodeUtf8(s)) out += String.fromCharCode(b)
  return out
}

function wrapBytes(s: string, width: number, newLine: string, cutWords: boolean): string {
  let out = ''
  let at = 0
  while (s.length - at > width) {
    if (s.charCodeAt(at) === 0x20) {
      at++
      continue
    }
    const space = s.lastIndexOf(' ', at + width)
    if (space >= at) {
      out += s.slice(at, space) + newLine
      at = space + 1
    } else if (cutWords) {
      out += s.slice(at, at + width) + newLine
      at += width
    } else {
      const next = s.indexOf(' ', at + width)
      if (next < 0) {
        out += s.slice(at)
        at = s.length
      } else {
        out += s.slice(at, next) + newLine
        at = next + 1
      }
    }
  }
  return out + s.slice(at)
}
