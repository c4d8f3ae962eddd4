/**
 * The matchers of gobwas/glob v0.2.3 (its `match` folder). Helm's `.Files.Glob` shows their every oddity, since a tree of
 * them that is glued together by the compiler does not always match what the pattern says.
 * Strings here hold one UTF-8 byte per unit; lengths of matchers count runes, offsets count bytes, as in the original.
 */
export interface Matcher {
  readonly kind: string
  match(s: string): boolean
  /** Where the first match starts, and the lengths it may have; undefined for none. */
  index(s: string): Found | undefined
  /** Runes every match has, or -1. */
  readonly length: number
}

export interface Found { at: number; lengths: readonly number[] }

/** Bytes of the rune that starts with this byte. */
function width(s: string, i: number): number {
  const b = s.charCodeAt(i)
  const n = b < 0xc0 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4
  return Math.min(n, s.length - i)
}

function runeStarts(s: string): number[] {
  const out: number[] = []
  for (let i = 0; i < s.length; i += width(s, i)) out.push(i)
  return out
}

/** Offsets after each rune of `s`, plus `base`. */
const runeEnds = (s: string, base: number): number[] => runeStarts(s).map((i) => base + i + width(s, i))

const hasSeparator = (s: string, separator: string): boolean => separator !== '' && s.includes(separator)

/** Base of what matches exactly one rune. */
abstract class OneRune implements Matcher {
  abstract readonly kind: string
  readonly length = 1
  abstract accepts(rune: string): boolean

  match(s: string): boolean {
    // An empty text decodes to U+FFFD, which is one rune like any other.
    return s === '' ? this.accepts('') : width(s, 0) === s.length && this.accepts(s)
  }

  index(s: string): Found | undefined {
    for (let i = 0; i < s.length; i += width(s, i)) {
      const w = width(s, i)
      if (this.accepts(s.slice(i, i + w))) return { at: i, lengths: [w] }
    }
    return undefined
  }
}

export class Single extends OneRune {
  readonly kind = 'single'
  readonly separator: string
  constructor(separator: string) {
    super()
    this.separator = separator
  }
  accepts(rune: string): boolean {
    return rune !== this.separator
  }
}

export class List extends OneRune {
  readonly kind = 'list'
  readonly runes: readonly string[]
  readonly not: boolean
  constructor(runes: readonly string[], not: boolean) {
    super()
    this.runes = runes
    this.not = not
  }
  accepts(rune: string): boolean {
    return this.runes.includes(rune) !== this.not
  }
}

export class Range extends OneRune {
  readonly kind = 'range'
  readonly low: string
  readonly high: string
  readonly not: boolean
  constructor(low: string, high: string, not: boolean) {
    super()
    this.low = low
    this.high = high
    this.not = not
  }
  accepts(rune: string): boolean {
    // The order of UTF-8 bytes is that of the code points.
    const value = rune === '' ? '\xef\xbf\xbd' : rune
    return (value >= this.low && value <= this.high) !== this.not
  }
}

export class Text implements Matcher {
  readonly kind = 'text'
  readonly text: string
  readonly length: number
  constructor(text: string) {
    this.text = text
    this.length = runeStarts(text).length
  }
  match(s: string): boolean {
    return s === this.text
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.text)
    return at < 0 ? undefined : { at, lengths: [this.text.length] }
  }
}

export class Nothing implements Matcher {
  readonly kind = 'nothing'
  readonly length = 0
  match(s: string): boolean {
    return s === ''
  }
  index(): Found {
    return { at: 0, lengths: [0] }
  }
}

/** `**` */
export class Super implements Matcher {
  readonly kind = 'super'
  readonly length = -1
  match(): boolean {
    return true
  }
  index(s: string): Found {
    return { at: 0, lengths: [...runeStarts(s), s.length] }
  }
}

/** `*` */
export class Any implements Matcher {
  readonly kind = 'any'
  readonly length = -1
  readonly separator: string
  constructor(separator: string) {
    this.separator = separator
  }
  match(s: string): boolean {
    return !hasSeparator(s, this.separator)
  }
  index(s: string): Found {
    const found = s.indexOf(this.separator)
    if (found === 0) return { at: 0, lengths: [0] }
    const part = found < 0 ? s : s.slice(0, found)
    return { at: 0, lengths: [...runeStarts(part), part.length] }
  }
}

export class Min implements Matcher {
  readonly kind = 'min'
  readonly length = -1
  readonly limit: number
  constructor(limit: number) {
    this.limit = limit
  }
  match(s: string): boolean {
    return runeStarts(s).length >= Math.max(this.limit, 1)
  }
  index(s: string): Found | undefined {
    const lengths = s.length - this.limit + 1 <= 0 ? [] : runeEnds(s, 0).slice(Math.max(this.limit - 1, 0))
    return lengths.length === 0 ? undefined : { at: 0, lengths }
  }
}

export class Max implements Matcher {
  readonly kind = 'max'
  readonly length = -1
  readonly limit: number
  constructor(limit: number) {
    this.limit = limit
  }
  match(s: string): boolean {
    return runeStarts(s).length <= this.limit
  }
  index(s: string): Found {
    return { at: 0, lengths: [0, ...runeEnds(s, 0).slice(0, this.limit)] }
  }
}

export class Contains implements Matcher {
  readonly kind = 'contains'
  readonly length = -1
  readonly needle: string
  readonly not: boolean
  constructor(needle: string, not: boolean) {
    this.needle = needle
    this.not = not
  }
  match(s: string): boolean {
    return s.includes(this.needle) !== this.not
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.needle)
    let offset = 0
    let part = s
    if (!this.not) {
      if (at < 0) return undefined
      offset = at + this.needle.length
      if (s.length <= offset) return { at: 0, lengths: [offset] }
      part = s.slice(offset)
    } else if (at >= 0) {
      part = s.slice(0, at)
    }
    return { at: 0, lengths: [...runeStarts(part).map((i) => offset + i), offset + part.length] }
  }
}

export class Prefix implements Matcher {
  readonly kind = 'prefix'
  readonly length = -1
  readonly prefix: string
  constructor(prefix: string) {
    this.prefix = prefix
  }
  match(s: string): boolean {
    return s.startsWith(this.prefix)
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.prefix)
    const n = this.prefix.length
    return at < 0 ? undefined : { at, lengths: [n, ...runeEnds(s.slice(at + n), n)] }
  }
}

export class PrefixAny implements Matcher {
  readonly kind = 'prefixAny'
  readonly length = -1
  readonly prefix: string
  readonly separator: string
  constructor(prefix: string, separator: string) {
    this.prefix = prefix
    this.separator = separator
  }
  match(s: string): boolean {
    return s.startsWith(this.prefix) && !hasSeparator(s.slice(this.prefix.length), this.separator)
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.prefix)
    if (at < 0) return undefined
    const n = this.prefix.length
    let rest = s.slice(at + n)
    const end = rest.indexOf(this.separator)
    if (end >= 0) rest = rest.slice(0, end)
    return { at, lengths: [n, ...runeEnds(rest, n)] }
  }
}

export class Suffix implements Matcher {
  readonly kind = 'suffix'
  readonly length = -1
  readonly suffix: string
  constructor(suffix: string) {
    this.suffix = suffix
  }
  match(s: string): boolean {
    return s.endsWith(this.suffix)
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.suffix)
    return at < 0 ? undefined : { at: 0, lengths: [at + this.suffix.length] }
  }
}

export class SuffixAny implements Matcher {
  readonly kind = 'suffixAny'
  readonly length = -1
  readonly suffix: string
  readonly separator: string
  constructor(suffix: string, separator: string) {
    this.suffix = suffix
    this.separator = separator
  }
  match(s: string): boolean {
    return s.endsWith(this.suffix) && !hasSeparator(s.slice(0, s.length - this.suffix.length), this.separator)
  }
  index(s: string): Found | undefined {
    const end = s.indexOf(this.suffix)
    if (end < 0) return undefined
    const at = end === 0 ? 0 : s.lastIndexOf(this.separator, end - 1) + 1
    return { at, lengths: [end + this.suffix.length - at] }
  }
}

export class PrefixSuffix implements Matcher {
  readonly kind = 'prefixSuffix'
  readonly length = -1
  readonly prefix: string
  readonly suffix: string
  constructor(prefix: string, suffix: string) {
    this.prefix = prefix
    this.suffix = suffix
  }
  match(s: string): boolean {
    return s.startsWith(this.prefix) && s.endsWith(this.suffix)
  }
  index(s: string): Found | undefined {
    const at = s.indexOf(this.prefix)
    if (at < 0) return undefined
    if (this.suffix === '') return { at, lengths: [s.length - at] }
    const lengths: number[] = []
    for (let part = s.slice(at); ; ) {
      const found = part.lastIndexOf(this.suffix)
      if (found < 0) break
      lengths.unshift(found + this.suffix.length)
      part = part.slice(0, found)
    }
    return lengths.length === 0 ? undefined : { at, lengths }
  }
}

export class AnyOf implements Matcher {
  readonly kind = 'anyOf'
  readonly matchers: readonly Matcher[]
  readonly length: number
  constructor(matchers: readonly Matcher[]) {
    this.matchers = matchers
    // Go's loop over the lengths, with its way of starting over while the length is -1.
    let length = -1
    for (const m of matchers) {
      if (length === -1) length = m.length
      else if (m.length === -1 || m.length !== length) {
        length = -1
        break
      }
    }
    this.length = length
  }
  match(s: string): boolean {
    return this.matchers.some((m) => m.match(s))
  }
  index(s: string): Found | undefined {
    let best: { at: number; lengths: number[] } | undefined
    for (const m of this.matchers) {
      const found = m.index(s)
      if (found === undefined) continue
      if (best === undefined || found.at < best.at) best = { at: found.at, lengths: [...found.lengths] }
      else if (found.at === best.at) best.lengths = mergeSorted(best.lengths, found.lengths)
    }
    return best
  }
}

/** appendMerge of match.go, which expects sorted lists. */
function mergeSorted(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = []
  let x = 0
  let y = 0
  while (x < a.length || y < b.length) {
    if (x >= a.length) return out.concat(b.slice(y))
    if (y >= b.length) return out.concat(a.slice(x))
    const u = a[x]!
    const v = b[y]!
    out.push(Math.min(u, v))
    if (u <= v) x++
    if (v <= u) y++
  }
  return out
}

export class EveryOf implements Matcher {
  readonly kind = 'everyOf'
  readonly matchers: readonly Matcher[]
  readonly length: number
  constructor(matchers: readonly Matcher[]) {
    this.matchers = matchers
    this.length = matchers.length === 0 ? 0 : -1
  }
  match(s: string): boolean {
    return this.matchers.every((m) => m.match(s))
  }
  index(s: string): Found | undefined {
    let at = 0
    let offset = 0
    let rest = s
    let current: readonly number[] = []
    for (const [i, m] of this.matchers.entries()) {
      const found = m.index(rest)
      if (found === undefined) return undefined
      if (i === 0) {
        current = found.lengths
      } else {
        const delta = at - (found.at + offset)
        current = current.flatMap((length) => found.lengths.filter((n) => length + delta === n))
        if (current.length === 0) return undefined
      }
      at = found.at + offset
      rest = s.slice(at)
      offset += found.at
    }
    return { at, lengths: current }
  }
}

export class Row implements Matcher {
  readonly kind = 'row'
  readonly matchers: readonly Matcher[]
  readonly length: number
  constructor(length: number, matchers: readonly Matcher[]) {
    this.matchers = matchers
    this.length = length
  }
  private matchAll(s: string): boolean {
    let at = 0
    for (const m of this.matchers) {
      let next = 0
      let count = 0
      for (let i = at; i < s.length; i += width(s, i)) {
        next = i - at
        count++
        if (count === m.length) break
      }
      if (count < m.length) return false
      // A matcher of no runes after the end makes Go slice beyond it, which panics (match/row.go).
      if (at + next + 1 > s.length) {
        throw new Error(`runtime error: slice bounds out of range [:${at + next + 1}] with length ${s.length}`)
      }
      if (!m.match(s.slice(at, at + next + 1))) return false
      at += next + 1
    }
    return true
  }
  match(s: string): boolean {
    return runeStarts(s).length === this.length && this.matchAll(s)
  }
  index(s: string): Found | undefined {
    for (const i of runeStarts(s)) {
      if (s.length - i < this.length) break
      if (this.matchAll(s.slice(i))) return { at: i, lengths: [this.length] }
    }
    return undefined
  }
}

/** A matcher with what must come before and after it. */
export class Tree implements Matcher {
  readonly kind = 'tree'
  readonly value: Matcher
  readonly left: Matcher | undefined
  readonly right: Matcher | undefined
  readonly length: number
  constructor(value: Matcher, left: Matcher | undefined, right: Matcher | undefined) {
    this.value = value
    this.left = left
    this.right = right
    const lengths = [left?.length ?? 0, value.length, right?.length ?? 0]
    this.length = lengths.includes(-1) ? -1 : lengths[0]! + lengths[1]! + lengths[2]!
  }
  match(s: string): boolean {
    if (this.length > s.length) return false
    const { left, right, value } = this
    let offset = Math.max(left?.length ?? 0, 0)
    const limit = right === undefined || right.length < 0 ? s.length : s.length - right.length
    while (offset < limit) {
      const found = value.index(s.slice(offset, limit))
      if (found === undefined) return false
      const start = offset + found.at
      if (left === undefined ? start === 0 : left.match(s.slice(0, start))) {
        for (let i = found.lengths.length - 1; i >= 0; i--) {
          const rest = s.slice(start + found.lengths[i]!)
          if (right === undefined ? rest === '' : right.match(rest)) return true
        }
      }
      offset = start + (start < s.length ? width(s, start) : 0)
      if (offset === start) return false
    }
    return false
  }
  index(): undefined {
    return undefined
  }
}
