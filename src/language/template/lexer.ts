import { isByteEscape, isPrint, quote, runeError, runeToString } from '../go/index.ts'
import { keywordOf } from './token.ts'
import type { Token, TokenType } from './token.ts'

const TAB = 9
const NEWLINE = 10
const RETURN = 13
const SPACE = 32
const MINUS = 45
const EOF = -1

/**
 * Cuts a template into tokens, one at a time, as text/template/parse/lex.go does: the same tokens, the same errors.
 * Positions are UTF-16 units here; whoever prints one turns it into bytes.
 */
export class Lexer {
  #input: string
  #pos = 0
  /** Start of the token being read; #line is the line of it. */
  #start = 0
  #line = 1
  #insideAction = false
  #parenDepth = 0
  readonly #breakOk: boolean
  readonly #continueOk: boolean

  /** `break` and `continue` are keywords unless functions of these names exist. */
  constructor(input: string, breakOk = true, continueOk = true) {
    this.#input = input
    this.#breakOk = breakOk
    this.#continueOk = continueOk
  }

  /** The next token; at the end 'eof' for ever, after an error nothing of use. */
  next(): Token {
    return this.#insideAction ? this.#action() : this.#text()
  }

  #text(): Token {
    for (;;) {
      const input = this.#input
      const open = input.indexOf('{{', this.#pos)
      if (open < 0) {
        this.#pos = input.length
        return this.#pos > this.#start ? this.#emitLines('text') : this.#emit('eof')
      }
      const start = this.#start
      if (open > start) {
        const end = leftTrimMarker(input, open + 2) ? trimRight(input, start, open) : open
        this.#pos = end
        const token = this.#emitLines('text')
        this.#pos = open
        this.#skip()
        if (end > start) return token
      }
      // The delimiter itself, perhaps of a comment, which vanishes here.
      const afterDelim = open + 2
      const body = leftTrimMarker(input, afterDelim) ? afterDelim + 2 : afterDelim
      if (!input.startsWith('/*', body)) {
        this.#pos = afterDelim
        const token = this.#emit('leftDelim')
        this.#pos = body
        this.#skip()
        this.#insideAction = true
        this.#parenDepth = 0
        return token
      }
      this.#pos = body
      this.#skip()
      const close = input.indexOf('*/', body + 2)
      if (close < 0) return this.#error('unclosed comment')
      this.#pos = close + 2
      const trim = rightTrimMarker(input, this.#pos) && input.startsWith('}}', this.#pos + 2)
      if (!trim && !input.startsWith('}}', this.#pos)) return this.#error('comment ends before closing delimiter')
      this.#pos += trim ? 4 : 2
      if (trim) this.#pos = trimLeft(input, this.#pos)
      this.#skip()
    }
  }

  #action(): Token {
    const input = this.#input
    const pos = this.#pos
    const c = pos < input.length ? input.charCodeAt(pos) : EOF
    if (c === 0x7d ? input.charCodeAt(pos + 1) === 0x7d : isSpace(c) && rightTrimMarker(input, pos) && input.startsWith('}}', pos + 2)) {
      return this.#parenDepth === 0 ? this.#rightDelim() : this.#error('unclosed left paren')
    }
    switch (c) {
      case EOF: return this.#error('unclosed action')
      case SPACE: case TAB: case RETURN: case NEWLINE: return this.#spaces()
      case 0x3d: // =
        return this.#single('assign')
      case 0x3a: // :
        if (input.charCodeAt(pos + 1) !== 0x3d) return this.#error('expected :=')
        this.#pos += 2
        return this.#emit('declare')
      case 0x7c: return this.#single('pipe')
      case 0x22: return this.#quoted(0x22, 'string', 'unterminated quoted string')
      case 0x60: { // `
        const close = input.indexOf('`', pos + 1)
        if (close < 0) return this.#error('unterminated raw quoted string')
        this.#pos = close + 1
        return this.#emitLines('rawString')
      }
      case 0x24: // $
        this.#pos++
        return this.#atTerminator() ? this.#emit('variable') : this.#name('variable')
      case 0x27: return this.#quoted(0x27, 'charConstant', 'unterminated character constant')
      case 0x2e: // .
        if (pos + 1 < input.length && !isDigit(input.charCodeAt(pos + 1))) {
          this.#pos++
          return this.#atTerminator() ? this.#emit('dot') : this.#name('field')
        }
        return this.#number()
      case 0x28: // (
        this.#parenDepth++
        return this.#single('leftParen')
      case 0x29: // )
        if (--this.#parenDepth < 0) return this.#error('unexpected right paren')
        return this.#single('rightParen')
      case 0x2b: case MINUS: return this.#number()
    }
    if (isDigit(c)) return this.#number()
    if (c < 0x80 ? isWord[c] === 1 : isAlphaNumeric(this.#peek())) return this.#identifier()
    if (c > SPACE && c < 0x7f) return this.#single('char')
    return this.#error(`unrecognized character in action: ${unicode(this.#peek())}`)
  }

  #rightDelim(): Token {
    const trim = isSpace(this.#input.charCodeAt(this.#pos))
    if (trim) {
      this.#pos += 2
      this.#skip()
    }
    this.#pos += 2
    const token = this.#emit('rightDelim')
    if (trim) {
      this.#pos = trimLeft(this.#input, this.#pos)
      this.#skip()
    }
    this.#insideAction = false
    return token
  }

  /** A run of spaces, less the last when that belongs to a trimming delimiter. */
  #spaces(): Token {
    const input = this.#input
    let end = this.#pos + 1
    while (end < input.length && isSpace(input.charCodeAt(end))) end++
    if (input.charCodeAt(end) === MINUS && input.startsWith('}}', end + 1)) {
      end--
      if (end === this.#pos) return this.#rightDelim()
    }
    this.#pos = end
    return this.#emitLines('space')
  }

  #identifier(): Token {
    this.#alphaNumerics()
    if (!this.#atTerminator()) return this.#error(`bad character ${unicode(this.#peek())}`)
    const word = this.#input.slice(this.#start, this.#pos)
    const keyword = keywordOf(word)
    if (keyword === undefined) return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier')
    if ((keyword === 'break' && !this.#breakOk) || (keyword === 'continue' && !this.#continueOk)) return this.#emit('identifier')
    return this.#emit(keyword)
  }

  /** The rest of .name or $name. */
  #name(type: 'field' | 'variable'): Token {
    this.#alphaNumerics()
    if (!this.#atTerminator()) return this.#error(`bad character ${unicode(this.#peek())}`)
    return this.#emit(type)
  }

  #alphaNumerics(): void {
    const input = this.#input
    for (;;) {
      let at = this.#pos
      while (isWord[input.charCodeAt(at)] === 1) at++
      this.#pos = at
      if (!(input.charCodeAt(at) > 0x7f)) return
      const r = this.#peek()
      if (!isAlphaNumeric(r)) return
      this.#pos += r > 0xffff ? 2 : 1
    }
  }

  /** Whether an identifier may end here. */
  #atTerminator(): boolean {
    const pos = this.#pos
    if (pos >= this.#input.length) return true
    switch (this.#input.charCodeAt(pos)) {
      case SPACE: case TAB: case RETURN: case NEWLINE:
      case 0x2e: case 0x2c: case 0x7c: case 0x3a: case 0x29: case 0x28: // . , | : ) (
        return true
    }
    return this.#input.startsWith('}}', pos)
  }

  #quoted(mark: number, type: TokenType, message: string): Token {
    const input = this.#input
    for (let at = this.#pos + 1; at < input.length; at++) {
      const c = input.charCodeAt(at)
      if (c === mark) {
        this.#pos = at + 1
        return this.#emit(type)
      }
      if (c === NEWLINE) break
      if (c === 0x5c && input.charCodeAt(++at) === NEWLINE) break
    }
    return this.#error(message)
  }

  #number(): Token {
    if (!this.#scanNumber()) return this.#badNumber()
    const sign = this.#input.charCodeAt(this.#pos)
    if (sign !== 0x2b && sign !== MINUS) return this.#emit('number')
    if (!this.#scanNumber() || this.#input[this.#pos - 1] !== 'i') return this.#badNumber()
    return this.#emit('complex')
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`)
  }

  /** Scans what looks like a number: the parser has the last word. */
  #scanNumber(): boolean {
    this.#accept('+-')
    let digits = decimal
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = hexadecimal
      else if (this.#accept('oO')) digits = octal
      else if (this.#accept('bB')) digits = binary
    }
    this.#acceptRun(digits)
    if (this.#accept('.')) this.#acceptRun(digits)
    if (digits === decimal ? this.#accept('eE') : digits === hexadecimal && this.#accept('pP')) {
      this.#accept('+-')
      this.#acceptRun(decimal)
    }
    this.#accept('i')
    const r = this.#peek()
    if (!isAlphaNumeric(r)) return true
    this.#pos += r > 0xffff ? 2 : 1
    return false
  }

  #accept(valid: string): boolean {
    if (this.#pos >= this.#input.length || !valid.includes(this.#input[this.#pos]!)) return false
    this.#pos++
    return true
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  /** The code point here, U+FFFD for a broken byte, EOF at the end. */
  #peek(): number {
    if (this.#pos >= this.#input.length) return EOF
    const r = this.#input.codePointAt(this.#pos)!
    return isByteEscape(r) ? runeError : r
  }

  #single(type: TokenType): Token {
    this.#pos++
    return this.#emit(type)
  }

  #emit(type: TokenType): Token {
    const pos = this.#start
    const end = this.#pos
    this.#start = end
    return { type, pos, val: type === 'eof' ? 'EOF' : this.#input.slice(pos, end), line: this.#line }
  }

  /** As #emit, for what may have line breaks in it. */
  #emitLines(type: TokenType): Token {
    const token: Token = { type, pos: this.#start, val: this.#input.slice(this.#start, this.#pos), line: this.#line }
    this.#skip()
    return token
  }

  /** Starts the next token here, counting the lines passed. */
  #skip(): void {
    const input = this.#input
    const end = this.#pos
    let at = this.#start
    if (end - at > 40) {
      while ((at = input.indexOf('\n', at)) >= 0 && at < end) {
        this.#line++
        at++
      }
    } else {
      for (; at < end; at++) if (input.charCodeAt(at) === NEWLINE) this.#line++
    }
    this.#start = end
  }

  #error(message: string): Token {
    const token: Token = { type: 'error', pos: this.#start, val: message, line: this.#line }
    this.#input = ''
    this.#pos = 0
    this.#start = 0
    return token
  }
}

const decimal = '0123456789_'
const hexadecimal = '0123456789abcdefABCDEF_'
const octal = '01234567_'
const binary = '01_'

/** 1 for the ASCII characters of identifiers. */
const isWord = Uint8Array.from({ length: 128 }, (_, c) => (/\w/.test(String.fromCharCode(c)) ? 1 : 0))

function isSpace(c: number): boolean {
  return c === SPACE || c === NEWLINE || c === TAB || c === RETURN
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

function isAlphaNumeric(r: number): boolean {
  if (r < 0x80) return isWord[r] === 1
  return /^[\p{L}\p{Nd}]$/u.test(String.fromCodePoint(r))
}

/** Whether `- ` follows a left delimiter. */
function leftTrimMarker(s: string, at: number): boolean {
  return s.charCodeAt(at) === MINUS && isSpace(s.charCodeAt(at + 1))
}

/** Whether ` -` stands before what should be a right delimiter. */
function rightTrimMarker(s: string, at: number): boolean {
  return s.charCodeAt(at + 1) === MINUS && isSpace(s.charCodeAt(at))
}

function trimRight(s: string, start: number, end: number): number {
  while (end > start && isSpace(s.charCodeAt(end - 1))) end--
  return end
}

function trimLeft(s: string, at: number): number {
  while (at < s.length && isSpace(s.charCodeAt(at))) at++
  return at
}

/** fmt's %#U. */
function unicode(r: number): string {
  const code = r < 0 ? (r >>> 0).toString(16) : r.toString(16)
  return `U+${code.toUpperCase().padStart(4, '0')}` + (r >= 0 && isPrint(r) ? ` '${runeToString(r)}'` : '')
}
