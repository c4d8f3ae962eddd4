// Expressions with properties of Unicode take their time to compile: where they stand, only at their first use.
function isLetter(c: number): boolean {
  return c < 0x80 ? (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a : /\p{L}/u.test(String.fromCodePoint(c))
}

function isDigit(c: number): boolean {
  return c < 0x80 ? c >= 0x30 && c <= 0x39 : /\p{Nd}/u.test(String.fromCodePoint(c))
}

/**
 * The order in which goyaml.v2 writes keys (sorter.go): letters by code, numbers inside by value, other characters before letters.
 * It is no total order in odd cases, and neither is Go's.
 */
export function compareKeys(a: string, b: string): number {
  return compare(a, b, false)
}

/** goyaml.v3's order, which differs where a number ends in one key and a letter follows. */
export function compareKeysV3(a: string, b: string): number {
  return compare(a, b, true)
}

function compare(a: string, b: string, v3: boolean): number {
  const n = a.length < b.length ? a.length : b.length
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    // Half of a pair: compare the whole characters.
    if ((x & 0xf800) === 0xd800 || (y & 0xf800) === 0xd800) {
      if (i > 0 && (x & 0xfc00) === 0xdc00 && (y & 0xfc00) === 0xdc00 && (a.charCodeAt(i - 1) & 0xfc00) === 0xd800) i--
      x = runeAt(a, i)
      y = runeAt(b, i)
      if (x === y) continue
    }
    const xLetter = isLetter(x)
    const yLetter = isLetter(y)
    if (xLetter && yLetter) return x - y
    if (xLetter || yLetter) {
      if (v3 && i > 0 && isDigit(a.charCodeAt(i - 1))) return xLetter ? -1 : 1
      return yLetter ? -1 : 1
    }
    return compareNumbers(a, b, i, x, y)
  }
  return a.length - b.length
}

/** The character at an index; a byte that is not UTF-8 counts as U+FFFD. */
function runeAt(s: string, at: number): number {
  const c = s.codePointAt(at)!
  return (c & 0xfffff800) === 0xd800 ? 0xfffd : c
}

function compareNumbers(a: string, b: string, at: number, x: number, y: number): number {
  let lead = ''
  if (x === 0x30 || y === 0x30) {
    for (let j = at - 1; j >= 0 && isDigit(a.charCodeAt(j)); j--) {
      if (a.charCodeAt(j) !== 0x30) {
        lead = '1'
        break
      }
    }
  }
  let xEnd = at
  while (xEnd < a.length && isDigit(a.charCodeAt(xEnd))) xEnd++
  let yEnd = at
  while (yEnd < b.length && isDigit(b.charCodeAt(yEnd))) yEnd++
  const xn = numberAt(a, at, xEnd, lead)
  const yn = numberAt(b, at, yEnd, lead)
  if (xn !== yn) return xn < yn ? -1 : 1
  if (xEnd !== yEnd) return xEnd - yEnd
  return x - y
}

/** The digits as an int64, which wraps. */
function numberAt(s: string, from: number, to: number, lead: string): bigint | number {
  if (to - from < 15 && !/[^0-9]/.test(s.slice(from, to))) return Number(lead + s.slice(from, to))
  let n = lead === '' ? 0n : 1n
  for (let i = from; i < to; i++) n = BigInt.asIntN(64, n * 10n + BigInt(s.charCodeAt(i) - 0x30))
  return n
}
