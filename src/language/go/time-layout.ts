/**
 * The elements a Go time layout can hold, and the reader that finds them (nextStdChunk in time/format.go): the first element
 * that matches at the leftmost place wins, and what matches none is literal text.
 */
export type LayoutElement =
  | 'January' | 'Jan' | '1' | '01' | 'Monday' | 'Mon' | '2' | '_2' | '02' | '__2' | '002' | '15' | '3' | '03' | '4' | '04' | '5'
  | '05' | '2006' | '06' | 'PM' | 'pm' | 'MST' | 'Z0700' | 'Z070000' | 'Z07' | 'Z07:00' | 'Z07:00:00' | '-0700' | '-070000'
  | '-07' | '-07:00' | '-07:00:00' | 'fraction0' | 'fraction9'

/** Literal text and the element after it; the last chunk of a layout has none. */
export interface LayoutChunk {
  readonly prefix: string
  readonly element: LayoutElement | undefined
  /** How the layout spells the element. */
  readonly text: string
  /** Digits of a fraction. */
  readonly digits: number
}

const signedZones: readonly LayoutElement[] = ['-070000', '-07:00:00', '-0700', '-07:00', '-07']
const isoZones: readonly LayoutElement[] = ['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07']
const zeroPadded: readonly LayoutElement[] = ['01', '02', '03', '04', '05', '06']

/** Cuts a layout into chunks; the last one has no element. */
export function layoutChunks(layout: string): LayoutChunk[] {
  const out: LayoutChunk[] = []
  let start = 0
  let i = 0
  while (i < layout.length) {
    const found = elementAt(layout, i)
    if (found === undefined) {
      i++
      continue
    }
    const [element, from, width] = found
    const text = layout.slice(from, from + width)
    out.push({ prefix: layout.slice(start, from), element, text, digits: width - 1 })
    i = start = from + width
  }
  out.push({ prefix: layout.slice(start), element: undefined, text: '', digits: 0 })
  return out
}

/** The element that begins at `i`, where its text starts (`_2006` is a literal underscore) and how long it is. */
function elementAt(s: string, i: number): [element: LayoutElement, from: number, width: number] | undefined {
  const plain = (element: LayoutElement): [LayoutElement, number, number] => [element, i, element.length]
  switch (s.charCodeAt(i)) {
    case 0x4a: // J
      if (!s.startsWith('Jan', i)) return undefined
      if (s.startsWith('January', i)) return plain('January')
      return startsLower(s, i + 3) ? undefined : plain('Jan')
    case 0x4d: // M
      if (s.startsWith('Mon', i)) {
        if (s.startsWith('Monday', i)) return plain('Monday')
        if (!startsLower(s, i + 3)) return plain('Mon')
      }
      return s.startsWith('MST', i) ? plain('MST') : undefined
    case 0x30: { // 0
      const c = s.charCodeAt(i + 1)
      if (c >= 0x31 && c <= 0x36) return plain(zeroPadded[c - 0x31]!)
      return s.startsWith('002', i) ? plain('002') : undefined
    }
    case 0x31: return plain(s[i + 1] === '5' ? '15' : '1')
    case 0x32: return plain(s.startsWith('2006', i) ? '2006' : '2')
    case 0x5f: // _
      if (s[i + 1] === '2') return s.startsWith('2006', i + 1) ? ['2006', i + 1, 4] : plain('_2')
      return s.startsWith('__2', i) ? plain('__2') : undefined
    case 0x33: return plain('3')
    case 0x34: return plain('4')
    case 0x35: return plain('5')
    case 0x50: return s[i + 1] === 'M' ? plain('PM') : undefined
    case 0x70: return s[i + 1] === 'm' ? plain('pm') : undefined
    case 0x2d: return longest(signedZones, s, i)
    case 0x5a: return longest(isoZones, s, i)
    case 0x2e:
    case 0x2c: { // . and , before repeated 0 or 9 that no other digit follows
      const digit = s[i + 1]
      if (digit !== '0' && digit !== '9') return undefined
      let j = i + 1
      while (s[j] === digit) j++
      if (isDigitAt(s, j)) return undefined
      return [digit === '0' ? 'fraction0' : 'fraction9', i, j - i]
    }
  }
  return undefined
}

function longest(elements: readonly LayoutElement[], s: string, i: number): [LayoutElement, number, number] | undefined {
  const element = elements.find(e => s.startsWith(e, i))
  return element === undefined ? undefined : [element, i, element.length]
}

function startsLower(s: string, i: number): boolean {
  const c = s.charCodeAt(i)
  return c >= 0x61 && c <= 0x7a
}

/** Whether s[i] is an ASCII digit. */
export function isDigitAt(s: string, i: number): boolean {
  const c = s.charCodeAt(i)
  return c >= 0x30 && c <= 0x39
}

/** How package time quotes in its errors: unlike strconv.Quote, every byte of what is not printable ASCII as \xNN. */
export function quoteForTime(bytes: Uint8Array): string {
  let out = '"'
  for (const b of bytes) {
    if (b >= 0x80 || b < 0x20) out += '\\x' + (b < 16 ? '0' : '') + b.toString(16)
    else out += (b === 0x22 || b === 0x5c ? '\\' : '') + String.fromCharCode(b)
  }
  return out + '"'
}
