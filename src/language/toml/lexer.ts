import { encodeUtf8, isByteEscape, quote, quoteRune } from '../go/index.ts'

export type ItemType =
  | 'error' | 'eof' | 'text' | 'string' | 'stringEsc' | 'rawString' | 'multilineString' | 'rawMultilineString' | 'bool' | 'integer' | 'float'
  | 'datetime' | 'array' | 'arrayEnd' | 'tableStart' | 'tableEnd' | 'arrayTableStart' | 'arrayTableEnd' | 'keyStart' | 'keyEnd'
  | 'commentStart' | 'inlineTableStart' | 'inlineTableEnd'

export interface Item {
  readonly type: ItemType
  /** The text, or the message of an error. */
  readonly value: string
  /** Counted from 1. */
  readonly line: number
}

type State = ((lx: Lexer) => State | null)

const eof = 0
/** What `next` returns for a character that may not be there. */
const invalid = 0xfffd

/**
 * Cuts TOML into items with the states of BurntSushi/toml's lexer (lex.go), because its error texts and line numbers depend on which
 * state meets the character. An item is one of several a state may emit before the parser looks at any.
 */
export class Lexer {
  readonly input: string
  start = 0
  pos = 0
  line = 1
  atEof = false
  escaped = false
  readonly #items: Item[] = []
  #head = 0
  #state: State | null = lexTop
  readonly #stack: State[] = []
  #widths = [0, 0, 0, 0]

  constructor(input: string) {
    this.input = input
  }

  nextItem(): Item {
    while (this.#head === this.#items.length) {
      this.#items.length = this.#head = 0
      this.#state = this.#state!(this)
    }
    return this.#items[this.#head++]!
  }

  push(state: State): void {
    this.#stack.push(state)
  }

  pop(): State {
    return this.#stack.pop()!
  }

  current(): string {
    return this.input.slice(this.start, this.pos)
  }

  emit(type: ItemType): void {
    this.#items.push({ type, value: this.current(), line: this.line })
    this.start = this.pos
  }

  emitTrim(type: ItemType): void {
    this.#items.push({ type, value: this.current().trim(), line: this.line })
    this.start = this.pos
  }

  next(): number {
    if (this.pos >= this.input.length) {
      this.atEof = true
      return eof
    }
    const rune = this.input.codePointAt(this.pos)!
    if (rune === 0x0a) this.line++
    this.#widths = [this.#widths[0]!, this.#widths[0]!, this.#widths[1]!, this.#widths[2]!]
    if (isByteEscape(rune)) {
      this.#error(`invalid UTF-8 byte: 0x${encodeUtf8(this.input[this.pos]!)[0]!.toString(16).padStart(2, '0')}`, this.atEof ? this.line - 1 : this.line)
      return invalid
    }
    if (isControl(rune) || (rune === 0x0d && this.input.charCodeAt(this.pos + 1) !== 0x0a)) {
      this.#error(`TOML files cannot contain control characters: '0x${rune.toString(16).padStart(2, '0')}'`, this.line)
      return invalid
    }
    const width = rune > 0xffff ? 2 : 1
    this.#widths[0] = width
    this.pos += width
    return rune
  }

  ignore(): void {
    this.start = this.pos
  }

  backup(): void {
    if (this.atEof) {
      this.atEof = false
      return
    }
    this.pos -= this.#widths[0]!
    this.#widths = [this.#widths[1]!, this.#widths[2]!, this.#widths[3]!, this.#widths[3]!]
    if (this.input.charCodeAt(this.pos) === 0x0a) this.line--
  }

  accept(valid: number): boolean {
    if (this.next() === valid) return true
    this.backup()
    return false
  }

  peek(): number {
    const r = this.next()
    this.backup()
    return r
  }

  skipWhitespace(): void {
    while (isWhitespace(this.next()));
    this.backup()
    this.ignore()
  }

  #error(message: string, line: number): null {
    this.#items.push({ type: 'error', value: message, line })
    return null
  }

  /** lex.go `error`: at the end of the input it names the line before. */
  error(message: string): null {
    return this.#error(message, this.atEof ? this.line - 1 : this.line)
  }

  errorPrevLine(message: string): null {
    return this.#error(message, this.line - 1)
  }

  /** lex.go `errorf`: at the end of the input it names the line before if the input ends with a line break. */
  errorf(message: string): null {
    return this.#error(message, this.atEof && this.pos >= 1 && this.input.charCodeAt(this.pos - 1) === 0x0a ? this.line - 1 : this.line)
  }
}

function skip(lx: Lexer, next: State): State {
  lx.ignore()
  return next
}

function lexTop(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r) || isNewline(r)) return skip(lx, lexTop)
  switch (r) {
    case 0x23: // #
      lx.push(lexTop)
      return lexCommentStart
    case 0x5b: // [
      return lexTableStart
    case eof:
      if (lx.pos > lx.start) return lx.errorf('unexpected EOF')
      lx.emit('eof')
      return null
  }
  lx.backup()
  lx.push(lexTopEnd)
  return lexKeyStart
}

function lexTopEnd(lx: Lexer): State | null {
  const r = lx.next()
  if (r === 0x23) {
    lx.push(lexTop)
    return lexCommentStart
  }
  if (isWhitespace(r)) return lexTopEnd
  if (isNewline(r)) return skip(lx, lexTop)
  if (r === eof) {
    lx.emit('eof')
    return null
  }
  return lx.errorf(`expected a top-level item to end with a newline, comment, or EOF, but got ${quoteRune(r)} instead`)
}

function lexTableStart(lx: Lexer): State | null {
  if (lx.peek() === 0x5b) {
    lx.next()
    lx.emit('arrayTableStart')
    lx.push(lexArrayTableEnd)
  } else {
    lx.emit('tableStart')
    lx.push(lexTableEnd)
  }
  return lexTableNameStart
}

function lexTableEnd(lx: Lexer): State | null {
  lx.emit('tableEnd')
  return lexTopEnd
}

function lexArrayTableEnd(lx: Lexer): State | null {
  const r = lx.next()
  if (r !== 0x5d) return lx.errorf(`expected end of table array name delimiter ']', but got ${quoteRune(r)} instead`)
  lx.emit('arrayTableEnd')
  return lexTopEnd
}

function lexTableNameStart(lx: Lexer): State | null {
  lx.skipWhitespace()
  const r = lx.peek()
  if (r === 0x5d || r === eof) return lx.errorf('unexpected end of table name (table names cannot be empty)')
  if (r === 0x2e) return lx.errorf('unexpected table separator (table names cannot be empty)')
  lx.push(lexTableNameEnd)
  return r === 0x22 || r === 0x27 ? skip(lx, lexQuotedName) : lexBareName
}

function lexTableNameEnd(lx: Lexer): State | null {
  lx.skipWhitespace()
  const r = lx.next()
  if (r === 0x2e) return skip(lx, lexTableNameStart)
  if (r === 0x5d) return lx.pop()
  return lx.errorf(`expected '.' or ']' to end table name, but got ${quoteRune(r)} instead`)
}

function lexBareName(lx: Lexer): State | null {
  if (isBareKeyChar(lx.next())) return lexBareName
  lx.backup()
  lx.emit('text')
  return lx.pop()
}

function lexQuotedName(lx: Lexer): State | null {
  return skip(lx, lx.next() === 0x22 ? skip(lx, lexString) : lexRawString)
}

function lexKeyStart(lx: Lexer): State | null {
  lx.skipWhitespace()
  const r = lx.peek()
  if (r === 0x3d || r === eof) return lx.errorf("unexpected '=': key name appears blank")
  if (r === 0x2e) return lx.errorf("unexpected '.': keys cannot start with a '.'")
  if (r === 0x22 || r === 0x27) lx.ignore()
  lx.emit('keyStart')
  return lexKeyNameStart
}

function lexKeyNameStart(lx: Lexer): State | null {
  lx.skipWhitespace()
  const r = lx.peek()
  if (r === 0x3d || r === eof) return lx.errorf("unexpected '='")
  if (r === 0x2e) return lx.errorf("unexpected '.'")
  lx.push(lexKeyEnd)
  return r === 0x22 || r === 0x27 ? skip(lx, lexQuotedName) : lexBareName
}

function lexKeyEnd(lx: Lexer): State | null {
  lx.skipWhitespace()
  const r = lx.next()
  if (r === eof) return lx.errorf("unexpected EOF; expected key separator '='")
  if (r === 0x2e) return skip(lx, lexKeyNameStart)
  if (r === 0x3d) {
    lx.emit('keyEnd')
    return skip(lx, lexValue)
  }
  const message = `expected '.' or '=', but got ${quoteRune(r)} instead`
  return r === 0x0a ? lx.errorPrevLine(message) : lx.errorf(message)
}

function lexValue(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r)) return skip(lx, lexValue)
  if (isDigit(r)) {
    lx.backup()
    return lexNumberOrDateStart
  }
  switch (r) {
    case 0x5b: // [
      lx.ignore()
      lx.emit('array')
      return lexArrayValue
    case 0x7b: // {
      lx.ignore()
      lx.emit('inlineTableStart')
      return lexInlineTableValue
    case 0x22: // "
    case 0x27: // '
      if (lx.accept(r)) {
        if (lx.accept(r)) return skip(lx, r === 0x22 ? lexMultilineString : lexMultilineRawString)
        lx.backup()
      }
      return skip(lx, r === 0x22 ? lexString : lexRawString)
    case 0x2e:
      return lx.errorf("floats must start with a digit, not '.'")
    case 0x69: // i
    case 0x6e: // n
      if ((lx.accept(0x6e) && lx.accept(0x66)) || (lx.accept(0x61) && lx.accept(0x6e))) {
        lx.emit('float')
        return lx.pop()
      }
      break
    case 0x2d:
    case 0x2b:
      return lexDecimalNumberStart
  }
  if (isLetter(r)) {
    lx.backup()
    return lexBool
  }
  if (r === eof) return lx.errorf('unexpected EOF; expected value')
  const message = `expected value but found ${quoteRune(r)} instead`
  return r === 0x0a ? lx.errorPrevLine(message) : lx.errorf(message)
}

function lexArrayValue(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r) || isNewline(r)) return skip(lx, lexArrayValue)
  switch (r) {
    case 0x23:
      lx.push(lexArrayValue)
      return lexCommentStart
    case 0x2c: return lx.errorf('unexpected comma')
    case 0x5d: return lexArrayEnd
  }
  lx.backup()
  lx.push(lexArrayValueEnd)
  return lexValue
}

function lexArrayValueEnd(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r) || isNewline(r)) return skip(lx, lexArrayValueEnd)
  switch (r) {
    case 0x23:
      lx.push(lexArrayValueEnd)
      return lexCommentStart
    case 0x2c: return skip(lx, lexArrayValue)
    case 0x5d: return lexArrayEnd
  }
  return lx.errorf(`expected a comma (',') or array terminator (']'), but got ${runeOrEof(r)}`)
}

function lexArrayEnd(lx: Lexer): State | null {
  lx.ignore()
  lx.emit('arrayEnd')
  return lx.pop()
}

function lexInlineTableValue(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r) || isNewline(r)) return skip(lx, lexInlineTableValue)
  switch (r) {
    case 0x23:
      lx.push(lexInlineTableValue)
      return lexCommentStart
    case 0x2c: return lx.errorf('unexpected comma')
    case 0x7d: return lexInlineTableEnd
  }
  lx.backup()
  lx.push(lexInlineTableValueEnd)
  return lexKeyStart
}

function lexInlineTableValueEnd(lx: Lexer): State | null {
  const r = lx.next()
  if (isWhitespace(r) || isNewline(r)) return skip(lx, lexInlineTableValueEnd)
  switch (r) {
    case 0x23:
      lx.push(lexInlineTableValueEnd)
      return lexCommentStart
    case 0x2c:
      lx.ignore()
      lx.skipWhitespace()
      return lx.peek() === 0x7d ? lexInlineTableValueEnd : lexInlineTableValue
    case 0x7d: return lexInlineTableEnd
  }
  return lx.errorf(`expected a comma or an inline table terminator '}', but got ${runeOrEof(r)} instead`)
}

function lexInlineTableEnd(lx: Lexer): State | null {
  lx.ignore()
  lx.emit('inlineTableEnd')
  return lx.pop()
}

function lexString(lx: Lexer): State | null {
  const r = lx.next()
  if (r === eof) return lx.errorf('unexpected EOF; expected \'"\'')
  if (isNewline(r)) return lx.errorPrevLine('strings cannot contain newlines')
  if (r === 0x5c) {
    lx.push(lexString)
    return lexStringEscape
  }
  if (r !== 0x22) return lexString
  lx.backup()
  lx.emit(lx.escaped ? 'stringEsc' : 'string')
  lx.escaped = false
  lx.next()
  lx.ignore()
  return lx.pop()
}

function lexMultilineString(lx: Lexer): State | null {
  const r = lx.next()
  if (r === eof) return lx.errorf('unexpected EOF; expected \'"""\'')
  if (r === 0x5c) return lexMultilineStringEscape
  if (r !== 0x22 || !lx.accept(0x22)) return lexMultilineString
  if (!lx.accept(0x22)) {
    lx.backup()
    return lexMultilineString
  }
  if (lx.peek() === 0x22) {
    const current = lx.current()
    if (current.endsWith('"""""') && !current.endsWith('\\"""""')) return lx.errorf('unexpected \'""""""\'')
    lx.backup()
    lx.backup()
    return lexMultilineString
  }
  lx.escaped = false
  return endMultiline(lx, 'multilineString')
}

/** Emits what stands before the three quotes just read, and drops those. */
function endMultiline(lx: Lexer, type: ItemType): State | null {
  for (let i = 0; i < 3; i++) lx.backup()
  lx.emit(type)
  for (let i = 0; i < 3; i++) lx.next()
  lx.ignore()
  return lx.pop()
}

function lexRawString(lx: Lexer): State | null {
  const r = lx.next()
  if (r === eof) return lx.errorf('unexpected EOF; expected "\'"')
  if (isNewline(r)) return lx.errorPrevLine('strings cannot contain newlines')
  if (r !== 0x27) return lexRawString
  lx.backup()
  lx.emit('rawString')
  lx.next()
  lx.ignore()
  return lx.pop()
}

function lexMultilineRawString(lx: Lexer): State | null {
  const r = lx.next()
  if (r === eof) return lx.errorf('unexpected EOF; expected "\'\'\'"')
  if (r !== 0x27 || !lx.accept(0x27)) return lexMultilineRawString
  if (!lx.accept(0x27)) {
    lx.backup()
    return lexMultilineRawString
  }
  if (lx.peek() === 0x27) {
    if (lx.current().endsWith("'''''")) return lx.errorf('unexpected "\'\'\'\'\'\'"')
    lx.backup()
    lx.backup()
    return lexMultilineRawString
  }
  return endMultiline(lx, 'rawMultilineString')
}

function lexMultilineStringEscape(lx: Lexer): State | null {
  if (isNewline(lx.next())) return lexMultilineString
  lx.backup()
  lx.push(lexMultilineString)
  return lexStringEscape(lx)
}

function lexStringEscape(lx: Lexer): State | null {
  lx.escaped = true
  const r = lx.next()
  switch (r) {
    case 0x65: case 0x62: case 0x74: case 0x6e: case 0x66: case 0x72: case 0x22: case 0x20: case 0x09: case 0x5c: return lx.pop()
    case 0x78: return lexHexEscape(lx, 2, "expected two hexadecimal digits after '\\x'")
    case 0x75: return lexHexEscape(lx, 4, "expected four hexadecimal digits after '\\u'")
    case 0x55: return lexHexEscape(lx, 8, "expected eight hexadecimal digits after '\\U'")
  }
  return lx.error(`invalid escape in string '\\${r === eof ? '\0' : String.fromCodePoint(r)}'`)
}

function lexHexEscape(lx: Lexer, count: number, expected: string): State | null {
  for (let i = 0; i < count; i++) {
    if (!isHex(lx.next())) return lx.errorf(`${expected}, but got ${quote(lx.current())} instead`)
  }
  return lx.pop()
}

function lexNumberOrDateStart(lx: Lexer): State | null {
  return lx.next() === 0x30 ? lexBaseNumberOrDate : lexNumberOrDate
}

function finish(lx: Lexer, type: ItemType): State | null {
  lx.backup()
  lx.emit(type)
  return lx.pop()
}

function lexNumberOrDate(lx: Lexer): State | null {
  const r = lx.next()
  if (isDigit(r)) return lexNumberOrDate
  switch (r) {
    case 0x2d: case 0x3a: return lexDatetime
    case 0x5f: return lexDecimalNumber
    case 0x2e: case 0x65: case 0x45: return lexFloat
  }
  return finish(lx, 'integer')
}

function lexDatetime(lx: Lexer): State | null {
  const r = lx.next()
  if (isDigit(r)) return lexDatetime
  switch (r) {
    case 0x2d: case 0x3a: case 0x54: case 0x74: case 0x20: case 0x2e: case 0x5a: case 0x7a: case 0x2b: return lexDatetime
  }
  lx.backup()
  lx.emitTrim('datetime')
  return lx.pop()
}

function lexHexInteger(lx: Lexer): State | null {
  const r = lx.next()
  return isHex(r) || r === 0x5f ? lexHexInteger : finish(lx, 'integer')
}

function lexOctalInteger(lx: Lexer): State | null {
  const r = lx.next()
  return isOctal(r) || r === 0x5f ? lexOctalInteger : finish(lx, 'integer')
}

function lexBinaryInteger(lx: Lexer): State | null {
  const r = lx.next()
  return isBinary(r) || r === 0x5f ? lexBinaryInteger : finish(lx, 'integer')
}

function lexDecimalNumber(lx: Lexer): State | null {
  const r = lx.next()
  if (isDigit(r) || r === 0x5f) return lexDecimalNumber
  return r === 0x2e || r === 0x65 || r === 0x45 ? lexFloat : finish(lx, 'integer')
}

function lexDecimalNumberStart(lx: Lexer): State | null {
  const r = lx.next()
  switch (r) {
    case 0x69: // i
      if (!lx.accept(0x6e) || !lx.accept(0x66)) return lx.errorf(`invalid float: '${lx.current()}'`)
      lx.emit('float')
      return lx.pop()
    case 0x6e: // n
      if (!lx.accept(0x61) || !lx.accept(0x6e)) return lx.errorf(`invalid float: '${lx.current()}'`)
      lx.emit('float')
      return lx.pop()
    case 0x30: {
      const p = lx.peek()
      if (p === 0x62 || p === 0x6f || p === 0x78) {
        return lx.errorf(`cannot use sign with non-decimal numbers: '${lx.current()}${String.fromCharCode(p)}'`)
      }
      break
    }
    case 0x2e:
      return lx.errorf("floats must start with a digit, not '.'")
  }
  return isDigit(r) ? lexDecimalNumber : lx.errorf(`expected a digit but got ${quoteRune(r)}`)
}

function lexBaseNumberOrDate(lx: Lexer): State | null {
  const r = lx.next()
  if (isDigit(r)) return lexNumberOrDate
  switch (r) {
    case 0x5f: return lexDecimalNumber
    case 0x2e: case 0x65: case 0x45: return lexFloat
    case 0x62: return lexBased(lx, isBinary, 'not a binary number', lexBinaryInteger)
    case 0x6f: return lexBased(lx, isOctal, 'not an octal number', lexOctalInteger)
    case 0x78: return lexBased(lx, isHex, 'not a hexadecimal number', lexHexInteger)
  }
  return finish(lx, 'integer')
}

function lexBased(lx: Lexer, valid: (r: number) => boolean, problem: string, state: State): State {
  const r = lx.peek()
  if (!valid(r)) lx.errorf(`${problem}: '${lx.current()}${String.fromCodePoint(r)}'`)
  return state
}

function lexFloat(lx: Lexer): State | null {
  const r = lx.next()
  if (isDigit(r)) return lexFloat
  switch (r) {
    case 0x5f: case 0x2e: case 0x2d: case 0x2b: case 0x65: case 0x45: return lexFloat
  }
  return finish(lx, 'float')
}

function lexBool(lx: Lexer): State | null {
  let s = ''
  for (let r = lx.next(); isLetter(r); r = lx.next()) s += String.fromCodePoint(r)
  lx.backup()
  if (s === 'true' || s === 'false') {
    lx.emit('bool')
    return lx.pop()
  }
  return lx.errorf(`expected value but found ${quote(s)} instead`)
}

function lexCommentStart(lx: Lexer): State | null {
  lx.ignore()
  lx.emit('commentStart')
  return lexComment
}

function lexComment(lx: Lexer): State | null {
  const r = lx.next()
  if (!isNewline(r) && r !== eof) return lexComment
  return finish(lx, 'text')
}

function runeOrEof(r: number): string {
  return r === eof ? 'end of file' : `'${String.fromCodePoint(r)}'`
}

function isWhitespace(r: number): boolean {
  return r === 0x09 || r === 0x20
}

function isNewline(r: number): boolean {
  return r === 0x0a || r === 0x0d
}

function isControl(r: number): boolean {
  return (r <= 0x1f && r !== 0x09 && r !== 0x0a && r !== 0x0d) || r === 0x7f
}

function isDigit(r: number): boolean {
  return r >= 0x30 && r <= 0x39
}

function isBinary(r: number): boolean {
  return r === 0x30 || r === 0x31
}

function isOctal(r: number): boolean {
  return r >= 0x30 && r <= 0x37
}

function isHex(r: number): boolean {
  return isDigit(r) || ((r | 0x20) >= 0x61 && (r | 0x20) <= 0x66)
}

function isBareKeyChar(r: number): boolean {
  return ((r | 0x20) >= 0x61 && (r | 0x20) <= 0x7a) || isDigit(r) || r === 0x5f || r === 0x2d
}

function isLetter(r: number): boolean {
  return r < 0x80 ? (r | 0x20) >= 0x61 && (r | 0x20) <= 0x7a : /\p{L}/u.test(String.fromCodePoint(r))
}
