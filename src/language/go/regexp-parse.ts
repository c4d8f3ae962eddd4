import { isByteEscape } from './utf8.ts'

/** One part of a bracket expression. */
export type ClassItem =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** \d, [:alpha:] and their negations. */
  | { readonly kind: 'group'; readonly ranges: readonly number[]; readonly negated: boolean }
  /** \p{Name}, under the name that re2js knows. */
  | { readonly kind: 'unicode'; readonly name: string; readonly negated: boolean }

export type Assertion = 'beginText' | 'endText' | 'beginLine' | 'endLine' | 'wordBoundary' | 'noWordBoundary'

/** A parsed expression. `fold` means that case does not matter. */
export type RegexpNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'literal'; readonly rune: number; readonly fold: boolean }
  | { readonly kind: 'class'; readonly items: readonly ClassItem[]; readonly negated: boolean; readonly fold: boolean }
  | { readonly kind: 'any'; readonly newline: boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | {
    readonly kind: 'repeat'
    readonly body: RegexpNode
    readonly min: number
    /** -1: without limit. */
    readonly max: number
    readonly greedy: boolean
    /** Written in braces, which the limit of 1000 is about. */
    readonly counted: boolean
  }
  | { readonly kind: 'capture'; readonly index: number; readonly body: RegexpNode }
  | { readonly kind: 'concat'; readonly parts: readonly RegexpNode[] }
  | { readonly kind: 'alternate'; readonly parts: readonly RegexpNode[] }

export interface ParsedRegexp {
  readonly root: RegexpNode
  /** Names of the groups by index, '' for the whole match and groups without name. */
  readonly names: readonly string[]
}

/** Go's limits: height of the tree, copies made by counted repetition, size of the program. */
const maxHeight = 1000
const maxRepeat = 1000
const maxSize = Math.floor((128 << 20) / 40)

const digit = [0x30, 0x39]
const space = [9, 10, 12, 13, 32, 32]
const word = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]

const posixGroups: ReadonlyMap<string, readonly number[]> = new Map([
  ['alnum', [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a]],
  ['alpha', [0x41, 0x5a, 0x61, 0x7a]],
  ['ascii', [0, 0x7f]],
  ['blank', [9, 9, 32, 32]],
  ['cntrl', [0, 0x1f, 0x7f, 0x7f]],
  ['digit', digit],
  ['graph', [0x21, 0x7e]],
  ['lower', [0x61, 0x7a]],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [9, 13, 32, 32]],
  ['upper', [0x41, 0x5a]],
  ['word', word],
  ['xdigit', [0x30, 0x39, 0x41, 0x46, 0x61, 0x66]],
])

/**
 * Categories and scripts of Unicode 15.0 under the only spelling that Go 1.26 looks up: one capital, then small letters. Its
 * canonicalName drops the underscores that its own table of scripts has, so that \p{Old_Italic} is unknown to it.
 */
const unicodeNames =
  ' Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid C ' +
  'Carian Cc Cf Chakma Cham Cherokee Chorasmian Cn Co Common Coptic Cs Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra ' +
  'Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran ' +
  'Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki Khudawadi L Lao Latin Lepcha ' +
  'Limbu Lisu Ll Lm Lo Lt Lu Lycian Lydian M Mahajani Makasar Malayalam Mandaic Manichaean Marchen Mc Me Medefaidrin Miao Mn ' +
  'Modi Mongolian Mro Multani Myanmar N Nabataean Nandinagari Nd Newa Nko Nl No Nushu Ogham Oriya Osage Osmanya P Palmyrene ' +
  'Pc Pd Pe Pf Phoenician Pi Po Ps Rejang Runic S Samaritan Saurashtra Sc Sharada Shavian Siddham Sinhala Sk Sm So Sogdian ' +
  'Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto ' +
  'Ugaritic Vai Vithkuqi Wancho Yezidi Yi Z Zl Zp Zs '

const unicodeAliases: ReadonlyMap<string, string> = new Map(
  ('Lc=LC Casedletter=LC Closepunctuation=Pe Combiningmark=M Connectorpunctuation=Pc Control=Cc Currencysymbol=Sc ' +
    'Dashpunctuation=Pd Decimalnumber=Nd Enclosingmark=Me Finalpunctuation=Pf Format=Cf Initialpunctuation=Pi Letter=L ' +
    'Letternumber=Nl Lineseparator=Zl Lowercaseletter=Ll Mark=M Mathsymbol=Sm Modifierletter=Lm Modifiersymbol=Sk ' +
    'Nonspacingmark=Mn Number=N Openpunctuation=Ps Other=C Otherletter=Lo Othernumber=No Otherpunctuation=Po Othersymbol=So ' +
    'Paragraphseparator=Zp Privateuse=Co Punctuation=P Separator=Z Spaceseparator=Zs Spacingmark=Mc Surrogate=Cs Symbol=S ' +
    'Titlecaseletter=Lt Unassigned=Cn Uppercaseletter=Lu Cntrl=Cc Digit=Nd Punct=P Any=Any Assigned=Assigned')
    .split(' ')
    .map(pair => pair.split('=') as [string, string]),
)

/** An error of regexp/syntax. */
function problem(code: string, text: string): Error {
  return new Error(`error parsing regexp: ${code}: \`${text}\``)
}

/**
 * Parses an expression as regexp.Compile does (Perl flags of regexp/syntax). Throws Go's error text,
 * ``error parsing regexp: missing closing ): `(` ``.
 */
export function parseRegexp(source: string): ParsedRegexp {
  try {
    return new RegexpParser(source).parse()
  } catch (e) {
    // Only a tree far deeper than the limit exhausts the stack.
    if (e instanceof RangeError) throw problem('expression nests too deeply', source)
    throw e
  }
}

interface Flags {
  fold: boolean
  multiline: boolean
  dotAll: boolean
  ungreedy: boolean
}

interface Frame {
  /** Finished alternatives and the one being read. */
  readonly alternatives: RegexpNode[]
  parts: RegexpNode[]
  /** 0: a group that captures nothing, or the whole. */
  readonly capture: number
  /** To restore at the closing parenthesis. */
  readonly flags: Flags
}

class RegexpParser {
  private readonly s: string
  private i = 0
  private flags: Flags = { fold: false, multiline: false, dotAll: false, ungreedy: false }
  private frames: Frame[] = []
  private names: string[] = ['']

  constructor(source: string) {
    this.s = source
  }

  parse(): ParsedRegexp {
    const { s } = this
    this.open(0)
    /** Where the repetition operator before this place began; -1 when there was none. */
    let lastRepeat = -1
    while (this.i < s.length) {
      lastRepeat = this.step(lastRepeat)
    }
    if (this.frames.length > 1) throw problem('missing closing )', s)
    const root = finish(this.frames[0]!)
    checkLimits(root, s)
    return { root, names: this.names }
  }

  private open(capture: number): void {
    this.frames.push({ alternatives: [], parts: [], capture, flags: { ...this.flags } })
  }

  private push(node: RegexpNode): void {
    this.frames[this.frames.length - 1]!.parts.push(node)
  }

  private assertion(what: Assertion): void {
    this.push({ kind: 'assertion', what })
  }

  /** Reads one construct; answers where it began if it was a repetition, else -1. */
  private step(lastRepeat: number): number {
    const { s } = this
    const start = this.i
    switch (s[start]) {
      case '(':
        if (s[start + 1] === '?') {
          this.readFlags()
        } else {
          this.i++
          this.names.push('')
          this.open(this.names.length - 1)
        }
        return -1
      case '|': {
        const frame = this.frames[this.frames.length - 1]!
        frame.alternatives.push(concat(frame.parts))
        frame.parts = []
        this.i++
        return -1
      }
      case ')': {
        if (this.frames.length < 2) throw problem('unexpected )', s)
        const frame = this.frames.pop()!
        const body = finish(frame)
        this.flags = frame.flags
        this.push(frame.capture === 0 ? body : { kind: 'capture', index: frame.capture, body })
        this.i++
        return -1
      }
      case '^':
        this.assertion(this.flags.multiline ? 'beginLine' : 'beginText')
        this.i++
        return -1
      case '$':
        this.assertion(this.flags.multiline ? 'endLine' : 'endText')
        this.i++
        return -1
      case '.':
        this.push({ kind: 'any', newline: this.flags.dotAll })
        this.i++
        return -1
      case '[': this.readClass(); return -1
      case '*': return this.repeat(start, start + 1, 0, -1, false, lastRepeat)
      case '+': return this.repeat(start, start + 1, 1, -1, false, lastRepeat)
      case '?': return this.repeat(start, start + 1, 0, 1, false, lastRepeat)
      case '{': {
        const bounds = this.readBounds(start)
        if (bounds === undefined) break
        const [min, max, next] = bounds
        if (min < 0 || min > maxRepeat || max > maxRepeat || (max >= 0 && min > max)) {
          throw problem('invalid repeat count', s.slice(start, next))
        }
        return this.repeat(start, next, min, max, true, lastRepeat)
      }
      case '\\':
        this.readEscape()
        return -1
    }
    this.literal(this.rune())
    return -1
  }

  private literal(rune: number): void {
    this.push({ kind: 'literal', rune, fold: this.flags.fold })
  }

  /** The next character, which must be valid UTF-8. */
  private rune(): number {
    const r = this.s.codePointAt(this.i)!
    if (isByteEscape(r)) throw problem('invalid UTF-8', this.s.slice(this.i))
    this.i += r > 0xffff ? 2 : 1
    return r
  }

  private checkUtf8(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const r = this.s.codePointAt(i)!
      if (isByteEscape(r)) throw problem('invalid UTF-8', this.s.slice(i, to))
      if (r > 0xffff) i++
    }
  }

  private repeat(start: number, next: number, min: number, max: number, counted: boolean, lastRepeat: number): number {
    const { s } = this
    let greedy = !this.flags.ungreedy
    if (s[next] === '?') {
      next++
      greedy = !greedy
    }
    if (lastRepeat >= 0) throw problem('invalid nested repetition operator', s.slice(lastRepeat, next))
    const { parts } = this.frames[this.frames.length - 1]!
    const body = parts.pop()
    if (body === undefined) throw problem('missing argument to repetition operator', s.slice(start, next))
    const node: RegexpNode = { kind: 'repeat', body, min, max, greedy, counted }
    if (counted && (min >= 2 || max >= 2) && !copiesWithin(node, maxRepeat)) {
      throw problem('invalid repeat count', s.slice(start, next))
    }
    parts.push(node)
    this.i = next
    return start
  }

  /** {n}, {n,} or {n,m} at `i`; undefined when it is something else and the brace stands for itself. -1: too large. */
  private readBounds(i: number): [min: number, max: number, next: number] | undefined {
    const m = /^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/.exec(this.s.slice(i, i + 64)) ?? this.longBounds(i)
    if (!m) return undefined
    const number = (text: string): number => (text.length > 8 ? 1e9 : Number(text))
    const min = number(m[1]!)
    return [min, m[2] === undefined ? min : m[3] === undefined ? -1 : number(m[3]), i + m[0].length]
  }

  private longBounds(i: number): RegExpExecArray | null {
    const close = this.s.indexOf('}', i)
    return close < i + 64 ? null : /^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}$/.exec(this.s.slice(i, close + 1))
  }

  /** What follows `(?`: a named group, flags, or both flags and a group. */
  private readFlags(): void {
    const { s } = this
    const start = this.i
    const left = s.length - start
    const named = left > 4 && s.startsWith('P<', start + 2) ? 4 : left > 3 && s[start + 2] === '<' ? 3 : 0
    if (named > 0) {
      const close = s.indexOf('>', start)
      if (close < 0) {
        this.checkUtf8(start, s.length)
        throw problem('invalid named capture', s.slice(start))
      }
      const name = s.slice(start + named, close)
      this.checkUtf8(start + named, close)
      if (!/^[A-Za-z0-9_]+$/.test(name)) throw problem('invalid named capture', s.slice(start, close + 1))
      this.names.push(name)
      this.open(this.names.length - 1)
      this.i = close + 1
      return
    }
    const flags = { ...this.flags }
    let value = true
    let saw = false
    this.i += 2
    while (this.i < s.length) {
      const c = String.fromCodePoint(this.rune())
      if (c === 'i') flags.fold = value
      else if (c === 'm') flags.multiline = value
      else if (c === 's') flags.dotAll = value
      else if (c === 'U') flags.ungreedy = value
      else if (c === '-' && value) {
        value = false
        saw = false
        continue
      } else if ((c === ':' || c === ')') && (value || saw)) {
        if (c === ':') this.open(0)
        this.flags = flags
        return
      } else break
      saw = true
    }
    throw problem('invalid or unsupported Perl syntax', s.slice(start, this.i))
  }

  private readEscape(): void {
    const { s } = this
    const start = this.i
    switch (s[start + 1]) {
      case 'A': this.assertion('beginText'); break
      case 'z': this.assertion('endText'); break
      case 'b': this.assertion('wordBoundary'); break
      case 'B': this.assertion('noWordBoundary'); break
      case 'C': throw problem('invalid escape sequence', '\\C')
      case 'Q': {
        const end = s.indexOf('\\E', start + 2)
        const stop = end < 0 ? s.length : end
        this.checkUtf8(start + 2, stop)
        for (this.i = start + 2; this.i < stop; ) this.literal(this.rune())
        this.i = end < 0 ? stop : end + 2
        return
      }
      default: {
        const item = this.classEscape()
        if (item === undefined) this.literal(this.escapedRune())
        else this.push({ kind: 'class', items: [item], negated: false, fold: this.flags.fold })
        return
      }
    }
    this.i = start + 2
  }

  /** \d and the like, \pL, \p{Greek} at the current place; undefined when it is another escape. */
  private classEscape(): ClassItem | undefined {
    const { s } = this
    const start = this.i
    const letter = s[start + 1]
    const group = letter === 'd' || letter === 'D' ? digit : letter === 's' || letter === 'S' ? space
      : letter === 'w' || letter === 'W' ? word : undefined
    if (group !== undefined) {
      this.i += 2
      return { kind: 'group', ranges: group, negated: letter! < 'a' }
    }
    if (letter !== 'p' && letter !== 'P') return undefined
    let negated = letter === 'P'
    this.i += 2
    // Go reports an end of input here as it reports a character it cannot decode: not at all.
    if (this.i >= s.length) {
      throw problem('invalid character class range', s.slice(start))
    }
    const c = this.rune()
    let name: string
    if (c !== 0x7b) {
      name = s.slice(start + 2, this.i)
    } else {
      const close = s.indexOf('}', start)
      if (close < 0) {
        this.checkUtf8(start, s.length)
        throw problem('invalid character class range', s.slice(start))
      }
      name = s.slice(start + 3, close)
      this.checkUtf8(start + 3, close)
      this.i = close + 1
    }
    if (name[0] === '^') {
      negated = !negated
      name = name.slice(1)
    }
    const canonical = canonicalName(name)
    if (canonical === 'Ascii') return { kind: 'group', ranges: [0, 0x7f], negated }
    const known = unicodeAliases.get(canonical) ?? (unicodeNames.includes(` ${canonical} `) ? canonical : undefined)
    if (known === undefined || canonical === '') throw problem('invalid character class range', s.slice(start, this.i))
    return { kind: 'unicode', name: known, negated }
  }

  /** An escape that stands for one character. */
  private escapedRune(): number {
    const { s } = this
    const start = this.i
    this.i++
    if (this.i >= s.length) throw problem('trailing backslash at end of expression', '')
    const c = this.rune()
    const bad = (): Error => problem('invalid escape sequence', s.slice(start, this.i))
    if (c >= 0x30 && c <= 0x37) {
      if (c !== 0x30 && !isOctal(s.charCodeAt(this.i))) throw bad()
      let value = c - 0x30
      for (let n = 1; n < 3 && isOctal(s.charCodeAt(this.i)); n++) value = value * 8 + s.charCodeAt(this.i++) - 0x30
      return value
    }
    switch (c) {
      case 0x61: return 7
      case 0x66: return 12
      case 0x6e: return 10
      case 0x72: return 13
      case 0x74: return 9
      case 0x76: return 11
      case 0x78: return this.hexRune(bad)
    }
    if (c >= 0x80 || (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a)) throw bad()
    return c
  }

  private hexRune(bad: () => Error): number {
    const { s } = this
    if (this.i >= s.length) throw bad()
    const first = this.rune()
    if (first !== 0x7b) {
      const high = hexDigit(first)
      // Go's decoder finds no character at the end and reports nothing of its own.
      const low = this.i < s.length ? hexDigit(this.rune()) : -1
      if (high < 0 || low < 0) throw bad()
      return high * 16 + low
    }
    let value = 0
    let count = 0
    for (;;) {
      if (this.i >= s.length) throw bad()
      const c = this.rune()
      if (c === 0x7d) break
      const d = hexDigit(c)
      if (d < 0) throw bad()
      value = value * 16 + d
      if (value > 0x10ffff) throw bad()
      count++
    }
    if (count === 0) throw bad()
    return value
  }

  private readClass(): void {
    const { s } = this
    const start = this.i
    const items: ClassItem[] = []
    this.i++
    const negated = s[this.i] === '^'
    if (negated) this.i++
    for (let first = true; first || s[this.i] !== ']'; first = false) {
      if (s.startsWith('[:', this.i) && this.i + 2 < s.length) {
        const end = s.indexOf(':]', this.i + 2)
        if (end >= 0) {
          const text = s.slice(this.i, end + 2)
          const name = text[2] === '^' ? text.slice(3, -2) : text.slice(2, -2)
          const ranges = posixGroups.get(name)
          if (ranges === undefined) throw problem('invalid character class range', text)
          items.push({ kind: 'group', ranges, negated: text[2] === '^' })
          this.i = end + 2
          continue
        }
      }
      const escape = s[this.i] === '\\' ? this.classEscape() : undefined
      if (escape !== undefined) {
        items.push(escape)
        continue
      }
      const from = this.i
      const low = this.classRune(start)
      let high = low
      if (s[this.i] === '-' && this.i + 1 < s.length && s[this.i + 1] !== ']') {
        this.i++
        high = this.classRune(start)
        if (high < low) throw problem('invalid character class range', s.slice(from, this.i))
      }
      items.push({ kind: 'range', low, high })
    }
    this.i++
    this.push({ kind: 'class', items, negated, fold: this.flags.fold })
  }

  private classRune(start: number): number {
    if (this.i >= this.s.length) throw problem('missing closing ]', this.s.slice(start))
    return this.s[this.i] === '\\' ? this.escapedRune() : this.rune()
  }
}

function concat(parts: readonly RegexpNode[]): RegexpNode {
  return parts.length === 0 ? { kind: 'empty' } : parts.length === 1 ? parts[0]! : { kind: 'concat', parts }
}

function finish(frame: Frame): RegexpNode {
  const last = concat(frame.parts)
  return frame.alternatives.length === 0 ? last : { kind: 'alternate', parts: [...frame.alternatives, last] }
}

/** One capital, then small letters; no underscores, spaces or hyphens. */
function canonicalName(name: string): string {
  const bare = name.replace(/[_\- ]/g, '')
  return bare.slice(0, 1).replace(/[a-z]/, c => c.toUpperCase()) + bare.slice(1).replace(/[A-Z]/g, c => c.toLowerCase())
}

function isOctal(c: number): boolean {
  return c >= 0x30 && c <= 0x37
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const lower = c | 0x20
  return lower >= 0x61 && lower <= 0x66 && c < 0x80 ? lower - 87 : -1
}

/** Whether nested counted repetitions make at most `limit` copies of anything (repeatIsValid). */
function copiesWithin(node: RegexpNode, limit: number): boolean {
  switch (node.kind) {
    case 'repeat': {
      if (node.counted) {
        const copies = node.max < 0 ? node.min : node.max
        if (node.max === 0) return true
        if (copies > limit) return false
        if (copies > 0) limit = Math.floor(limit / copies)
      }
      return copiesWithin(node.body, limit)
    }
    case 'capture': return copiesWithin(node.body, limit)
    case 'concat':
    case 'alternate': return node.parts.every(part => copiesWithin(part, limit))
  }
  return true
}

/** The height and size that Go would compute, with literals side by side counted as one. */
function checkLimits(root: RegexpNode, source: string): void {
  const measure = (node: RegexpNode): [height: number, size: number] => {
    switch (node.kind) {
      case 'repeat': {
        const [h, n] = measure(node.body)
        if (!node.counted) return [h + 1, n + (node.max < 0 && node.min === 0 ? 2 : 1)]
        if (node.max < 0) return [h + 1, node.min === 0 ? 2 + n : 1 + node.min * n]
        return [h + 1, Math.max(1, node.max * n + node.max - node.min)]
      }
      case 'capture': {
        const [h, n] = measure(node.body)
        return [h + 1, n + 2]
      }
      case 'concat':
      case 'alternate': {
        let height = 0
        let size = node.kind === 'alternate' ? node.parts.length - 1 : 0
        let onlyLiterals = node.kind === 'concat'
        for (const part of node.parts) {
          const [h, n] = measure(part)
          height = Math.max(height, h)
          size += n
          if (part.kind !== 'literal' || part.fold !== (node.parts[0] as { fold?: boolean }).fold) onlyLiterals = false
        }
        return [onlyLiterals ? 1 : height + 1, size]
      }
    }
    return [1, 1]
  }
  const [height, size] = measure(root)
  if (height > maxHeight) throw problem('expression nests too deeply', source)
  if (size > maxSize) throw problem('expression too large', source)
}
