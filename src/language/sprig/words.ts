import { encodeUtf8, isAscii, runeError, runes, runeToString } from '../go/index.ts'
import { isLetter, isLower, isNumber, isPunct, isSpace, isTitle, isUpper, toLower, toTitle, toUpper } from './unicode.ts'

/** goutils.DeleteWhiteSpace. It reads bytes as characters, so beyond ASCII it garbles the text once there is white space. */
export function deleteWhiteSpace(s: string): string {
  if (isAscii(s)) return s.replace(/[\t-\r ]+/g, '')
  const bytes = encodeUtf8(s)
  let out = ''
  let kept = 0
  for (const b of bytes) {
    if (isSpace(b)) continue
    out += String.fromCharCode(b)
    kept++
  }
  return kept === bytes.length ? s : out
}

/** goutils.Initials: the first byte, read as a character, of each word. */
export function initials(s: string): string {
  let out = ''
  let gap = true
  for (const b of encodeUtf8(s)) {
    if (isSpace(b)) gap = true
    else if (gap) {
      out += String.fromCharCode(b)
      gap = false
    }
  }
  return out
}

/** goutils.Uncapitalize: the first letter of each word in lower case. */
export function uncapitalize(s: string): string {
  let start = true
  let out = ''
  for (const r of runes(s)) {
    if (isSpace(r)) start = true
    else if (start) {
      start = false
      out += runeToString(toLower(r))
      continue
    }
    out += runeToString(r)
  }
  return out
}

/** goutils.SwapCase: lower becomes upper (title at the start of a word), upper and title become lower. */
export function swapCase(s: string): string {
  let space = true
  let out = ''
  for (let r of runes(s)) {
    if (isUpper(r) || isTitle(r)) {
      r = toLower(r)
      space = false
    } else if (isLower(r)) {
      r = space ? toTitle(r) : toUpper(r)
      space = false
    } else {
      space = isSpace(r)
    }
    out += runeToString(r)
  }
  return out
}

const isConnector = (r: number): boolean => r === 0x2d || r === 0x5f || isSpace(r)

/** xstrings.ToPascalCase: `http_server` becomes `HttpServer`; leading and doubled connectors stay. */
export function pascalCase(s: string): string {
  const all = runes(s)
  if (all.length === 0) return ''
  let out = ''
  let i = 0
  let r0 = 0
  let firstUpper = false
  for (;;) {
    r0 = all[i++]!
    if (!isConnector(r0)) {
      firstUpper = isUpper(r0)
      r0 = toUpper(r0)
      break
    }
    out += runeToString(r0)
    if (i === all.length) break
  }
  // Upstream writes the last rune again when the text has run out, even a connector it has written already.
  if (i === all.length) return out + runeToString(r0)
  while (i < all.length) {
    const r1 = r0
    r0 = all[i++]!
    if (isConnector(r0) && isConnector(r1)) {
      out += runeToString(r1)
      continue
    }
    if (isConnector(r1)) {
      firstUpper = isUpper(r0)
      r0 = toUpper(r0)
      continue
    }
    if (firstUpper) {
      if (isUpper(r0)) r0 = toLower(r0)
      else firstUpper = false
    }
    out += runeToString(r1)
  }
  return out + runeToString(r0)
}

/** xstrings.ToSnakeCase. */
export function snakeCase(s: string): string {
  return new Words(s).join('_')
}
/** xstrings.ToKebabCase. */
export function kebabCase(s: string): string {
  return new Words(s).join('-')
}

type WordType = 'invalid' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punct' | 'other'

/** xstrings' isAlphabet: a letter, but not a Chinese one. */
function isAlphabet(r: number): boolean {
  if (!isLetter(r)) return false
  return !((r >= 0x4e00 && r <= 0x9fcc) || (r >= 0x3400 && r <= 0x4d85) || (r >= 0x20000 && r <= 0x2b81d))
}

/** The word splitter of xstrings' convert.go: `type` and `word` are the current word, `next` is where the rest begins. */
class Words {
  readonly #chars: string[]
  readonly #runes: number[]
  #type: WordType = 'invalid'
  #from = 0
  #to = 0
  #next = 0
  #out = ''

  constructor(s: string) {
    this.#chars = Array.from(s)
    this.#runes = runes(s)
  }

  join(connector: string): string {
    if (this.#runes.length === 0) return ''
    this.#advance()
    while (this.#next < this.#runes.length) {
      if (this.#type !== 'connector') this.#write(this.#type, this.#from, this.#to, connector)
      const previous = this.#type
      const from = this.#from
      const to = this.#to
      this.#advance()
      if (previous === 'number') this.#afterNumber(connector)
      else if (previous === 'connector') this.#write(previous, from, to, connector)
      else if (previous !== 'punct') this.#afterWord(connector)
    }
    this.#write(this.#type, this.#from, this.#to, connector)
    return this.#out
  }

  /** Letters and digits that follow a number belong to it: `2m3s`. */
  #afterNumber(connector: string): void {
    this.#letters(connector)
    if (!this.#is('invalid', 'punct', 'connector')) this.#out += connector
  }

  #is(...types: WordType[]): boolean {
    return types.includes(this.#type)
  }

  #letters(connector: string): void {
    while (this.#is('alphabet', 'number')) {
      this.#write(this.#type, this.#from, this.#to, connector)
      this.#advance()
    }
  }

  #afterWord(connector: string): void {
    if (!this.#is('number')) {
      if (!this.#is('connector', 'punct')) this.#out += connector
      return
    }
    if (this.#next >= this.#runes.length) return
    const from = this.#from
    const to = this.#to
    this.#advance()
    if (!this.#is('alphabet')) {
      // The number belongs to the word before it: bld4_floor.
      this.#write('number', from, to, connector)
      if (!this.#is('connector', 'punct')) this.#out += connector
      return
    }
    // Lower-case letters follow: the number begins a word, as in http_2xx.
    this.#out += connector
    this.#write('number', from, to, connector)
    this.#letters(connector)
    if (!this.#is('invalid', 'connector', 'punct')) this.#out += connector
  }

  #write(type: WordType, from: number, to: number, connector: string): void {
    for (let i = from; i < to; i++) {
      if (type !== 'upper' && type !== 'connector') {
        this.#out += this.#chars[i]!
        continue
      }
      const r = this.#runes[i]!
      this.#out += isConnector(r) ? connector : runeToString(isUpper(r) ? toLower(r) : r)
    }
  }

  /** The rune at or after `at` that is valid; -1 when there is none. */
  #valid(at: number): number {
    let i = at
    while (i < this.#runes.length && this.#runes[i] === runeError) i++
    return i < this.#runes.length ? i : -1
  }

  /** Extends the word from `at` while `test` holds; past the end upstream goes on with the last rune it saw. */
  #while(at: number, last: number, test: (r: number) => boolean): number {
    let i = at
    let previous = last
    while (i < this.#runes.length) {
      const v = this.#valid(i)
      const r = v < 0 ? previous : this.#runes[v]!
      if (!test(r)) break
      previous = r
      i = v < 0 ? this.#runes.length : v + 1
    }
    return i
  }

  #set(type: WordType, from: number, to: number): void {
    this.#type = type
    this.#from = from
    this.#to = to
    this.#next = to
  }

  #advance(): void {
    const from = this.#next
    if (from >= this.#runes.length) return this.#set('invalid', from, from)
    const first = this.#valid(from)
    if (first < 0) return this.#set('invalid', from, this.#runes.length)
    const r = this.#runes[first]!
    const at = first + 1
    if (isConnector(r)) return this.#set('connector', from, this.#while(at, r, isConnector))
    if (isPunct(r)) return this.#set('punct', from, this.#while(at, r, isPunct))
    if (isUpper(r)) return this.#upper(from, at, r)
    const lower = (c: number): boolean => isAlphabet(c) && !isUpper(c)
    if (isAlphabet(r)) return this.#set('alphabet', from, this.#while(at, r, lower))
    if (isNumber(r)) return this.#set('number', from, this.#while(at, r, isNumber))
    const other = (c: number): boolean => !isConnector(c) && !isAlphabet(c) && !isNumber(c) && !isPunct(c)
    return this.#set('other', from, this.#while(at, r, other))
  }

  /** `HTTPStatus` is `HTTP` and `Status`: the last capital of a run goes to the word after it. */
  #upper(from: number, at: number, r: number): void {
    if (at >= this.#runes.length) return this.#set('upper', from, at)
    const v = this.#valid(at)
    const second = v < 0 ? r : this.#runes[v]!
    const after = v < 0 ? this.#runes.length : v + 1
    const lower = (c: number): boolean => isAlphabet(c) && !isUpper(c)
    if (!isUpper(second)) {
      if (!isAlphabet(second)) return this.#set('upper', from, at)
      return this.#set('upper', from, this.#while(after, second, lower))
    }
    let end = after
    let start = at
    let last = second
    while (end < this.#runes.length) {
      const next = this.#valid(end)
      last = next < 0 ? last : this.#runes[next]!
      if (!isUpper(last)) break
      start = end
      end = next < 0 ? this.#runes.length : next + 1
    }
    if (end < this.#runes.length && isAlphabet(last)) end = start
    this.#set('upper', from, end)
  }
}
