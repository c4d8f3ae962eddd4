import { decodeUtf8 } from '../go/index.ts'
import { decodeUtf16, findUnreadable, type Unreadable } from './reader.ts'
import {
  Token, aliasToken, anchorToken, blockEndToken, blockEntryToken, blockMappingStartToken, blockSequenceStartToken,
  documentEndToken, documentStartToken, doubleQuotedStyle, flowEntryToken, flowMappingEndToken, flowMappingStartToken,
  flowSequenceEndToken, flowSequenceStartToken, foldedStyle, keyToken, literalStyle, plainStyle, scalarToken,
  singleQuotedStyle, streamEndToken, tagDirectiveToken, tagToken, valueToken, versionDirectiveToken,
} from './token.ts'
import { yamlError } from './yaml-error.ts'

const maxDepth = 10000

/** A place where a simple key (`key: value` without `?`) may have started; one per flow level. */
class SimpleKey {
  possible = false
  required = false
  tokenNumber = 0
  line = 0
  pos = 0
  column = 0
}

/**
 * Cuts a YAML text into tokens by libyaml's rules as goyaml.v2 ported them (scannerc.go): indentation becomes block tokens, and a
 * token that may begin a simple key is held back until it is known whether a `:` follows.
 *
 * The text is read as a JavaScript string with NULs behind its end, so that no loop has to check bounds. Columns are counted
 * in UTF-16 units; indentation consists of spaces, so this makes no difference to the structure.
 */
export class Scanner {
  readonly text: string
  pos = 0
  line = 0
  /** Index of the first character of the current line: the column is pos - lineStart. */
  lineStart = 0
  /** Whether the text of block scalars is wanted; without, only their structure is checked. Any other scalar may be a key. */
  wantValues = true
  /** Start and end index of every comment, in pairs, when wanted. */
  comments: number[] | undefined
  /** Line of the token being scanned, which goyaml.v3 names in errors. */
  context = 0

  #tokens: Token[] = []
  #head = 0
  #tail = 0
  #tokensParsed = 0
  #tokenAvailable = false
  #streamEnded = false
  #indent = -1
  readonly #indents: number[] = []
  #flowLevel = 0
  #simpleKeyAllowed = true
  readonly #keys: SimpleKey[] = [new SimpleKey()]
  /** Level of the simple key that starts at the token appended next, or -1. */
  #pendingKey = -1
  /** goyaml.v3 reads two tokens ahead, and words the line of an error by where its context began. */
  readonly #v3: boolean
  /** The only line break in the text is \n. */
  readonly #plainBreaks: boolean
  readonly #unreadable: Unreadable | undefined

  constructor(text: string, v3 = false) {
    this.#v3 = v3
    let unreadable: Unreadable | undefined
    if (text.charCodeAt(0) >= 0xdcfe) {
      const decoded = decodeUtf16(text)
      text = decoded.text
      if (decoded.problem !== undefined) unreadable = { limit: text.length, problem: decoded.problem }
    }
    this.#unreadable = findUnreadable(text) ?? unreadable
    if (this.#unreadable !== undefined) text = text.slice(0, this.#unreadable.limit)
    this.text = text + '\0\0\0\0'
    this.#plainBreaks = !/[\r\x85\u2028\u2029]/.test(text)
    if (text.charCodeAt(0) === 0xfeff) {
      this.pos = this.lineStart = 1
      // The reader drops one byte order mark, the scanner another.
      if (text.charCodeAt(1) === 0xfeff) this.pos = 2
    }
  }

  /** The next token, which stays the next one until it is skipped. */
  peek(): Token {
    if (!this.#tokenAvailable) this.#fetchMore()
    return this.#tokens[this.#head]!
  }

  skip(): void {
    this.#tokenAvailable = false
    this.#tokensParsed++
    this.#head++
  }

  /**
   * Throws goyaml's error for a problem the scanner or (`parser`) the parser found, which count lines differently. `context` is the line
   * where the construct began.
   */
  fail(problem: string, line = this.line, column = this.pos - this.lineStart, parser = false, context = this.context): never {
    this.#checkReadable(1)
    const named = this.#v3 && context !== 0 ? context : line
    const shown = named === 0 ? 0 : parser ? named : named + 1
    throw yamlError(`yaml: ${shown === 0 ? '' : `line ${shown}: `}${problem}`, line + 1, column + 1)
  }

  /** Throws when the scanner has come to the part of the text that goyaml's reader would have refused by now. */
  #checkReadable(length: number, pos = this.pos): void {
    const unreadable = this.#unreadable
    if (unreadable !== undefined && pos + length > unreadable.limit) throw yamlError(`yaml: ${unreadable.problem}`)
  }

  #fetchMore(): void {
    for (;;) {
      if (this.#v3 ? this.#head < this.#tail - 2 : this.#head !== this.#tail) {
        const level = this.#tokens[this.#head]!.keyLevel
        if (level < 0 || level > this.#flowLevel) break
        const key = this.#keys[level]!
        if (!this.#keyValid(key)) break
      }
      this.#fetchNext()
    }
    this.#tokenAvailable = true
  }

  #append(type: number, line: number, pos: number, column: number): Token {
    if (this.#head === this.#tail) this.#head = this.#tail = 0
    let token = this.#tokens[this.#tail]
    if (token === undefined) this.#tokens.push(token = new Token())
    this.#tail++
    token.type = type
    token.line = line
    token.pos = pos
    token.column = column
    token.end = this.pos
    token.keyLevel = this.#pendingKey
    this.#pendingKey = -1
    return token
  }

  /**
   * Inserts a token before the one with the given number. The parser may have taken that one already (see #fetchFlowEnd); then the new
   * one goes to the end.
   */
  #insert(number: number, type: number, line: number, pos: number, column: number): void {
    if (this.#head === this.#tail) this.#head = this.#tail = 0
    const tokens = this.#tokens
    const at = number < this.#tokensParsed ? this.#tail : this.#head + (number - this.#tokensParsed)
    let token: Token | undefined = tokens[this.#tail]
    if (token === undefined) tokens.push(token = new Token())
    for (let i = this.#tail; i > at; i--) tokens[i] = tokens[i - 1]!
    tokens[at] = token
    this.#tail++
    token.type = type
    token.line = line
    token.pos = pos
    token.column = column
    token.end = pos
    token.keyLevel = -1
  }

  /** Appends a token of `length` characters and moves past it. */
  #appendIndicator(type: number, length: number): void {
    const pos = this.pos
    this.pos = pos + length
    this.#append(type, this.line, pos, pos - this.lineStart)
  }

  #fetchNext(): void {
    this.#scanToNextToken()
    if (this.#flowLevel === 0) this.#unrollIndent(this.pos - this.lineStart)
    if (this.#unreadable !== undefined) this.#checkReadable(4)
    const text = this.text
    const pos = this.pos
    const c = text.charCodeAt(pos)
    const column = pos - this.lineStart
    this.context = this.line
    switch (c) {
      case 0: // end of the text
        return this.#fetchStreamEnd()
      case 0x25: // %
        if (column === 0) return this.#fetchDirective()
        break
      case 0x2d: // -
        if (column === 0 && text.charCodeAt(pos + 1) === 0x2d && text.charCodeAt(pos + 2) === 0x2d && isBlankz(text.charCodeAt(pos + 3))) {
          return this.#fetchDocumentIndicator(documentStartToken)
        }
        if (isBlankz(text.charCodeAt(pos + 1))) return this.#fetchBlockEntry()
        return this.#fetchPlainScalar()
      case 0x2e: // .
        if (column === 0 && text.charCodeAt(pos + 1) === 0x2e && text.charCodeAt(pos + 2) === 0x2e && isBlankz(text.charCodeAt(pos + 3))) {
          return this.#fetchDocumentIndicator(documentEndToken)
        }
        return this.#fetchPlainScalar()
      case 0x5b: // [
        return this.#fetchFlowStart(flowSequenceStartToken)
      case 0x7b: // {
        return this.#fetchFlowStart(flowMappingStartToken)
      case 0x5d: // ]
        return this.#fetchFlowEnd(flowSequenceEndToken)
      case 0x7d: // }
        return this.#fetchFlowEnd(flowMappingEndToken)
      case 0x2c: // ,
        this.#removeSimpleKey()
        this.#simpleKeyAllowed = true
        return this.#appendIndicator(flowEntryToken, 1)
      case 0x3f: // ?
        if (this.#flowLevel > 0 || isBlankz(text.charCodeAt(pos + 1))) return this.#fetchKey()
        return this.#fetchPlainScalar()
      case 0x3a: // :
        if (this.#flowLevel > 0 || isBlankz(text.charCodeAt(pos + 1))) return this.#fetchValue()
        return this.#fetchPlainScalar()
      case 0x2a: // *
        return this.#fetchAnchor(aliasToken)
      case 0x26: // &
        return this.#fetchAnchor(anchorToken)
      case 0x21: // !
        return this.#fetchTag()
      case 0x7c: // |
        if (this.#flowLevel === 0) return this.#fetchBlockScalar(true)
        break
      case 0x3e: // >
        if (this.#flowLevel === 0) return this.#fetchBlockScalar(false)
        break
      case 0x27: // '
      case 0x22: // "
        this.#saveSimpleKey()
        this.#simpleKeyAllowed = false
        return c === 0x27 ? this.#scanSingleQuoted() : this.#scanDoubleQuoted()
      case 0x09: case 0x23: case 0x40: case 0x60: // tab, #, @, `
        break
      default:
        return this.#fetchPlainScalar()
    }
    this.fail('found character that cannot start any token')
  }

  /** Whether `:` can still make a simple key of it: it must stay on its line and within 1024 characters. */
  #keyValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.line < this.line || (this.pos - key.pos > 1024 && this.#runesBetween(key.pos, this.pos) > 1024)) {
      if (key.required) this.#failKey(key)
      key.possible = false
      return false
    }
    return true
  }

  #runesBetween(from: number, to: number): number {
    let n = to - from
    for (let i = from; i < to && n > 1024; i++) {
      if ((this.text.charCodeAt(i) & 0xfc00) === 0xdc00) n--
    }
    return n
  }

  #saveSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return
    const column = this.pos - this.lineStart
    const key = this.#keys[this.#flowLevel]!
    if (key.possible) this.#removeSimpleKey()
    key.possible = true
    key.required = this.#flowLevel === 0 && this.#indent === column
    key.tokenNumber = this.#tokensParsed + (this.#tail - this.#head)
    key.line = this.line
    key.pos = this.pos
    key.column = column
    this.#pendingKey = this.#flowLevel
  }

  #removeSimpleKey(): void {
    const key = this.#keys[this.#flowLevel]!
    if (!key.possible) return
    if (key.required) this.#failKey(key)
    key.possible = false
    this.#forgetKey(key.tokenNumber)
  }

  #failKey(key: SimpleKey): never {
    this.context = key.line
    this.fail("could not find expected ':'")
  }

  /** The token with this number no longer has to wait for a `:`. */
  #forgetKey(tokenNumber: number): void {
    const at = this.#head + (tokenNumber - this.#tokensParsed)
    if (at >= this.#head && at < this.#tail) this.#tokens[at]!.keyLevel = -1
  }

  /** Opens a block collection when `column` lies deeper than the current one; `number` is the token to put its start before, or -1. */
  #rollIndent(column: number, number: number, type: number, line: number, pos: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return
    this.#indents.push(this.#indent)
    this.#indent = column
    if (this.#indents.length > maxDepth) this.fail(`exceeded max depth of ${maxDepth}`)
    if (number < 0) this.#append(type, line, pos, column).end = pos
    else this.#insert(number, type, line, pos, column)
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return
    while (this.#indent > column) {
      this.#append(blockEndToken, this.line, this.pos, this.pos - this.lineStart)
      this.#indent = this.#indents.pop()!
    }
  }

  #fetchStreamEnd(): void {
    if (this.#streamEnded) {
      this.#append(streamEndToken, this.line, this.pos, 0)
      return
    }
    this.#streamEnded = true
    if (this.pos !== this.lineStart) {
      this.lineStart = this.pos
      this.line++
    }
    this.#unrollIndent(-1)
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = false
    this.#append(streamEndToken, this.line, this.pos, 0)
  }

  #fetchDocumentIndicator(type: number): void {
    this.#unrollIndent(-1)
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = false
    this.#appendIndicator(type, 3)
  }

  #fetchFlowStart(type: number): void {
    this.#saveSimpleKey()
    this.#flowLevel++
    if (this.#keys.length <= this.#flowLevel) this.#keys.push(new SimpleKey())
    const key = this.#keys[this.#flowLevel]!
    key.possible = key.required = false
    key.tokenNumber = this.#tokensParsed + (this.#tail - this.#head)
    if (this.#flowLevel > maxDepth) this.fail(`exceeded max depth of ${maxDepth}`)
    this.#simpleKeyAllowed = true
    this.#appendIndicator(type, 1)
  }

  #fetchFlowEnd(type: number): void {
    this.#removeSimpleKey()
    if (this.#flowLevel > 0) {
      // For an empty collection this is the number of the token that opened it, which is thus handed on before it is known whether the
      // collection is a key: goyaml cannot read `{}: x` (scannerc.go yaml_parser_decrease_flow_level).
      this.#forgetKey(this.#keys[this.#flowLevel]!.tokenNumber)
      this.#flowLevel--
    }
    this.#simpleKeyAllowed = false
    this.#appendIndicator(type, 1)
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) this.fail('block sequence entries are not allowed in this context')
      this.#rollIndent(this.pos - this.lineStart, -1, blockSequenceStartToken, this.line, this.pos)
    }
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = true
    this.#appendIndicator(blockEntryToken, 1)
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) this.fail('mapping keys are not allowed in this context')
      this.#rollIndent(this.pos - this.lineStart, -1, blockMappingStartToken, this.line, this.pos)
    }
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = this.#flowLevel === 0
    this.#appendIndicator(keyToken, 1)
  }

  #fetchValue(): void {
    const key = this.#keys[this.#flowLevel]!
    if (this.#keyValid(key)) {
      this.#forgetKey(key.tokenNumber)
      this.#insert(key.tokenNumber, keyToken, key.line, key.pos, key.column)
      this.#rollIndent(key.column, key.tokenNumber, blockMappingStartToken, key.line, key.pos)
      key.possible = false
      this.#simpleKeyAllowed = false
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#simpleKeyAllowed) this.fail('mapping values are not allowed in this context')
        this.#rollIndent(this.pos - this.lineStart, -1, blockMappingStartToken, this.line, this.pos)
      }
      this.#simpleKeyAllowed = this.#flowLevel === 0
    }
    this.#appendIndicator(valueToken, 1)
  }

  /** Moves over blanks, comments and line breaks. */
  #scanToNextToken(): void {
    const text = this.text
    let pos = this.pos
    for (;;) {
      let c = text.charCodeAt(pos)
      while (c === 0x20 || (c === 0x09 && (this.#flowLevel > 0 || !this.#simpleKeyAllowed))) c = text.charCodeAt(++pos)
      if (c === 0x23) { // #
        const start = pos
        pos = this.#lineEnd(pos)
        c = text.charCodeAt(pos)
        if (this.comments !== undefined) this.comments.push(start, pos)
      }
      if (!isBreak(c)) break
      if (c === 0x0d && text.charCodeAt(pos + 1) === 0x0a) pos++
      pos++
      this.line++
      this.lineStart = pos
      if (this.#flowLevel === 0) this.#simpleKeyAllowed = true
    }
    this.pos = pos
  }

  /** Index of the next line break or of the end, from `pos`. */
  #lineEnd(pos: number): number {
    const text = this.text
    if (this.#plainBreaks) {
      const end = text.indexOf('\n', pos)
      return end < 0 ? text.length - 4 : end
    }
    let c = text.charCodeAt(pos)
    while (!isBreakz(c)) c = text.charCodeAt(++pos)
    return pos
  }

  /** Takes the line break at `this.pos` (if there is one) and returns what it becomes in a scalar. */
  #readLine(): string {
    const c = this.text.charCodeAt(this.pos)
    if (!isBreak(c)) return ''
    if (c === 0x0d && this.text.charCodeAt(this.pos + 1) === 0x0a) this.pos++
    this.pos++
    this.line++
    this.lineStart = this.pos
    return c === 0x2028 ? '\u2028' : c === 0x2029 ? '\u2029' : '\n'
  }

  #skipBlanks(): void {
    let c = this.text.charCodeAt(this.pos)
    while (c === 0x20 || c === 0x09) c = this.text.charCodeAt(++this.pos)
  }

  /** Whether `---` or `...` followed by a blank stands at `pos`, which must be the first column. */
  #atDocumentIndicator(pos: number): boolean {
    const text = this.text
    const c = text.charCodeAt(pos)
    return (c === 0x2d || c === 0x2e) && text.charCodeAt(pos + 1) === c && text.charCodeAt(pos + 2) === c && isBlankz(text.charCodeAt(pos + 3))
  }

  // Directives

  #fetchDirective(): void {
    this.#unrollIndent(-1)
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = false
    const text = this.text
    const start = this.pos
    const column = start - this.lineStart
    const line = this.line
    this.pos++
    const nameStart = this.pos
    while (isAlpha(text.charCodeAt(this.pos))) this.pos++
    const name = text.slice(nameStart, this.pos)
    if (name === '') this.fail('could not find expected directive name')
    if (!isBlankz(text.charCodeAt(this.pos))) this.fail('found unexpected non-alphabetical character')
    let type = versionDirectiveToken
    let version = 0
    let handle = ''
    let prefix = ''
    if (name === 'YAML') {
      this.#skipBlanks()
      version = 100 * this.#scanVersionNumber()
      if (text.charCodeAt(this.pos) !== 0x2e) this.fail("did not find expected digit or '.' character")
      this.pos++
      version += this.#scanVersionNumber()
    } else if (name === 'TAG') {
      type = tagDirectiveToken
      this.#skipBlanks()
      handle = this.#scanTagHandle(true)
      if (!isBlank(text.charCodeAt(this.pos))) this.fail('did not find expected whitespace')
      this.#skipBlanks()
      prefix = this.#scanTagUri('')
      if (!isBlankz(text.charCodeAt(this.pos))) this.fail('did not find expected whitespace or line break')
    } else {
      this.fail('found unknown directive name')
    }
    const end = this.pos
    this.#skipBlanks()
    if (text.charCodeAt(this.pos) === 0x23) this.pos = this.#lineEnd(this.pos)
    if (!isBreakz(text.charCodeAt(this.pos))) this.fail('did not find expected comment or line break')
    this.#readLine()
    const token = this.#append(type, line, start, column)
    token.end = end
    token.style = version
    token.value = handle
    token.suffix = prefix
  }

  #scanVersionNumber(): number {
    let value = 0
    let length = 0
    for (let c = this.text.charCodeAt(this.pos); c >= 0x30 && c <= 0x39; c = this.text.charCodeAt(++this.pos)) {
      if (++length > 2) this.fail('found extremely long version number')
      value = value * 10 + (c - 0x30)
    }
    if (length === 0) this.fail('did not find expected version number')
    return value
  }

  // Anchors and tags

  #fetchAnchor(type: number): void {
    this.#saveSimpleKey()
    this.#simpleKeyAllowed = false
    const text = this.text
    const start = this.pos
    this.pos++
    while (isAlpha(text.charCodeAt(this.pos))) this.pos++
    const c = text.charCodeAt(this.pos)
    if (this.pos === start + 1 || !(isBlankz(c) || c === 0x3f || c === 0x3a || c === 0x2c || c === 0x5d || c === 0x7d || c === 0x25 || c === 0x40 || c === 0x60)) {
      this.fail('did not find expected alphabetic or numeric character')
    }
    this.#append(type, this.line, start, start - this.lineStart).value = text.slice(start + 1, this.pos)
  }

  #fetchTag(): void {
    this.#saveSimpleKey()
    this.#simpleKeyAllowed = false
    const text = this.text
    const start = this.pos
    let handle = ''
    let suffix: string
    if (text.charCodeAt(start + 1) === 0x3c) { // !<
      this.pos += 2
      suffix = this.#scanTagUri('')
      if (text.charCodeAt(this.pos) !== 0x3e) this.fail("did not find the expected '>'")
      this.pos++
    } else {
      handle = this.#scanTagHandle(false)
      if (handle.length > 1 && handle.endsWith('!')) {
        suffix = this.#scanTagUri('')
      } else {
        suffix = this.#scanTagUri(handle)
        handle = '!'
        if (suffix === '') {
          handle = ''
          suffix = '!'
        }
      }
    }
    if (!isBlankz(text.charCodeAt(this.pos))) this.fail('did not find expected whitespace or line break')
    const token = this.#append(tagToken, this.line, start, start - this.lineStart)
    token.value = handle
    token.suffix = suffix
  }

  #scanTagHandle(directive: boolean): string {
    const text = this.text
    const start = this.pos
    if (text.charCodeAt(start) !== 0x21) this.fail("did not find expected '!'")
    this.pos++
    while (isAlpha(text.charCodeAt(this.pos))) this.pos++
    if (text.charCodeAt(this.pos) === 0x21) this.pos++
    else if (directive && this.pos !== start + 1) this.fail("did not find expected '!'")
    return text.slice(start, this.pos)
  }

  #scanTagUri(head: string): string {
    const text = this.text
    let has = head.length > 0
    let out = head.slice(1)
    for (;;) {
      const c = text.charCodeAt(this.pos)
      if (c === 0x25) {
        out += this.#scanUriEscapes()
      } else if (isAlpha(c) || (c !== 0 && ';/?:@&=+$,.!~*\'()[]'.includes(text[this.pos]!))) {
        out += text[this.pos]
        this.pos++
      } else {
        break
      }
      has = true
    }
    if (!has) this.fail('did not find expected tag URI')
    return out
  }

  #scanUriEscapes(): string {
    const text = this.text
    const bytes: number[] = []
    let width = 1024
    for (; width > 0; width--) {
      this.#checkReadable(3)
      const high = hexValue(text.charCodeAt(this.pos + 1))
      const low = high < 0 ? -1 : hexValue(text.charCodeAt(this.pos + 2))
      if (text.charCodeAt(this.pos) !== 0x25 || low < 0) this.fail('did not find URI escaped octet')
      const octet = high * 16 + low
      if (width === 1024) {
        width = octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0
        if (width === 0) this.fail('found an incorrect leading UTF-8 octet')
      } else if ((octet & 0xc0) !== 0x80) {
        this.fail('found an incorrect trailing UTF-8 octet')
      }
      bytes.push(octet)
      this.pos += 3
    }
    return decodeUtf8(Uint8Array.from(bytes))
  }

  // Scalars

  #appendScalar(style: number, value: string, line: number, pos: number, column: number, end: number): void {
    if (this.#unreadable !== undefined) this.#checkReadable(1)
    const token = this.#append(scalarToken, line, pos, column)
    token.end = end
    token.value = value
    token.style = style
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#removeSimpleKey()
    this.#simpleKeyAllowed = true
    const text = this.text
    const start = this.pos
    const startLine = this.line
    const column = start - this.lineStart
    this.pos++

    // The indicators for chomping and indentation, in either order.
    let chomping = 0
    let increment = 0
    let c = text.charCodeAt(this.pos)
    if (c === 0x2b || c === 0x2d) {
      chomping = c === 0x2b ? 1 : -1
      c = text.charCodeAt(++this.pos)
      if (c >= 0x30 && c <= 0x39) {
        if (c === 0x30) this.fail('found an indentation indicator equal to 0')
        increment = c - 0x30
        this.pos++
      }
    } else if (c >= 0x30 && c <= 0x39) {
      if (c === 0x30) this.fail('found an indentation indicator equal to 0')
      increment = c - 0x30
      c = text.charCodeAt(++this.pos)
      if (c === 0x2b || c === 0x2d) {
        chomping = c === 0x2b ? 1 : -1
        this.pos++
      }
    }
    this.#skipBlanks()
    if (text.charCodeAt(this.pos) === 0x23) {
      const comment = this.pos
      this.pos = this.#lineEnd(comment)
      if (this.comments !== undefined) this.comments.push(comment, this.pos)
    }
    if (!isBreakz(text.charCodeAt(this.pos))) this.fail('did not find expected comment or line break')
    this.#readLine()
    let end = this.pos

    let indent = increment > 0 ? (this.#indent >= 0 ? this.#indent + increment : increment) : 0
    let value = ''
    let leadingBreak = ''
    let breaks = ''
    let leadingBlank = false
    const want = this.wantValues
    for (let first = true; ; first = false) {
      // Empty lines and the indentation of the next one.
      end = this.pos
      let deepest = 0
      for (;;) {
        let pos = this.pos
        c = text.charCodeAt(pos)
        if (indent === 0) {
          while (c === 0x20) c = text.charCodeAt(++pos)
        } else {
          const stop = this.lineStart + indent
          while (c === 0x20 && pos < stop) c = text.charCodeAt(++pos)
        }
        this.pos = pos
        const at = pos - this.lineStart
        if (at > deepest) deepest = at
        if (c === 0x09 && (indent === 0 || at < indent)) this.fail('found a tab character where an indentation space is expected')
        if (!isBreak(c)) break
        const lineBreak = this.#readLine()
        if (want) breaks += lineBreak
        end = this.pos
      }
      if (first && indent === 0) {
        indent = deepest
        if (indent < this.#indent + 1) indent = this.#indent + 1
        if (indent < 1) indent = 1
      }
      if (this.pos - this.lineStart !== indent || c === 0) break

      const lineStart = this.pos
      this.pos = this.#lineEnd(lineStart)
      const lineEnd = this.pos
      const lineBreak = this.#readLine()
      if (want) {
        const blank = c === 0x20 || c === 0x09
        if (!literal && !leadingBlank && !blank && leadingBreak === '\n') {
          value += breaks === '' ? ' ' : breaks
        } else if (leadingBreak !== '' || breaks !== '') {
          value += leadingBreak + breaks
        }
        breaks = ''
        leadingBlank = blank
        // A literal line and its \n are one piece of the text.
        if (literal && lineBreak === '\n' && this.pos === lineEnd + 1 && text.charCodeAt(lineEnd) === 0x0a && this.#literalGoesOn(indent)) {
          value += text.slice(lineStart, this.pos)
          leadingBreak = ''
        } else {
          value += text.slice(lineStart, lineEnd)
          leadingBreak = lineBreak
        }
      }
    }
    if (chomping !== -1) value += leadingBreak
    if (chomping === 1) value += breaks
    this.#appendScalar(literal ? literalStyle : foldedStyle, value, startLine, start, column, end)
  }

  /** Whether the next line certainly belongs to the literal scalar, so that its line break is content. */
  #literalGoesOn(indent: number): boolean {
    const text = this.text
    let pos = this.pos
    const stop = pos + indent
    while (pos < stop) {
      if (text.charCodeAt(pos) !== 0x20) return false
      pos++
    }
    const c = text.charCodeAt(pos)
    return c !== 0 && !isBreak(c)
  }

  #scanSingleQuoted(): void {
    const text = this.text
    const start = this.pos
    const startLine = this.line
    const column = start - this.lineStart
    // Most are on one line and hold no quote.
    let pos = start + 1
    let c = text.charCodeAt(pos)
    while (c !== 0x27 && !isBreakz(c)) c = text.charCodeAt(++pos)
    if (c === 0x27 && text.charCodeAt(pos + 1) !== 0x27) {
      this.pos = pos + 1
      this.#appendScalar(singleQuotedStyle, text.slice(start + 1, pos), startLine, start, column, pos + 1)
      return
    }
    let value = ''
    pos = start + 1
    let piece = pos
    for (;;) {
      c = text.charCodeAt(pos)
      if (c === 0x27) {
        if (text.charCodeAt(pos + 1) !== 0x27) break
        value += text.slice(piece, pos + 1)
        pos += 2
        piece = pos
      } else if (isBreakz(c)) {
        if (c === 0) {
          this.pos = pos
          this.fail('found unexpected end of stream')
        }
        value += text.slice(piece, this.#trimBlanks(piece, pos))
        this.pos = pos
        value += this.#foldQuoted()
        piece = pos = this.pos
      } else {
        pos++
      }
    }
    value += text.slice(piece, pos)
    this.pos = pos + 1
    this.#appendScalar(singleQuotedStyle, value, startLine, start, column, pos + 1)
  }

  /** The end of text[from, to) without the blanks it ends with. */
  #trimBlanks(from: number, to: number): number {
    while (to > from && isBlank(this.text.charCodeAt(to - 1))) to--
    return to
  }

  /** Takes the line break inside a quoted scalar at `this.pos` and the blanks and breaks after it; returns what they become. */
  #foldQuoted(): string {
    const first = this.#readLine()
    const rest = this.#restOfFold()
    return first === '\n' ? (rest === '' ? ' ' : rest) : first + rest
  }

  #restOfFold(): string {
    let breaks = ''
    for (;;) {
      this.#skipBlanks()
      if (!isBreak(this.text.charCodeAt(this.pos))) break
      breaks += this.#readLine()
    }
    if (this.pos === this.lineStart && this.#atDocumentIndicator(this.pos)) this.fail('found unexpected document indicator')
    return breaks
  }

  #scanDoubleQuoted(): void {
    const text = this.text
    const start = this.pos
    const startLine = this.line
    const column = start - this.lineStart
    let pos = start + 1
    let piece = pos
    let value = ''
    for (;;) {
      const c = text.charCodeAt(pos)
      if (c === 0x22) break
      if (c === 0x5c) {
        value += text.slice(piece, pos)
        this.pos = pos
        if (isBreak(text.charCodeAt(pos + 1))) {
          this.pos++
          this.#readLine()
          value += this.#restOfFold()
        } else {
          value += this.#scanEscape()
        }
        piece = pos = this.pos
      } else if (isBreakz(c)) {
        this.pos = pos
        if (c === 0) this.fail('found unexpected end of stream')
        value += text.slice(piece, this.#trimBlanks(piece, pos))
        value += this.#foldQuoted()
        piece = pos = this.pos
      } else {
        pos++
      }
    }
    value = value === '' ? text.slice(piece, pos) : value + text.slice(piece, pos)
    this.pos = pos + 1
    this.#appendScalar(doubleQuotedStyle, value, startLine, start, column, pos + 1)
  }

  #scanEscape(): string {
    const text = this.text
    if (this.#unreadable !== undefined) this.#checkReadable(2)
    const c = text.charCodeAt(this.pos + 1)
    let length: number
    switch (c) {
      case 0x30: this.pos += 2; return '\0'
      case 0x61: this.pos += 2; return '\x07'
      case 0x62: this.pos += 2; return '\b'
      case 0x74: case 0x09: this.pos += 2; return '\t'
      case 0x6e: this.pos += 2; return '\n'
      case 0x76: this.pos += 2; return '\v'
      case 0x66: this.pos += 2; return '\f'
      case 0x72: this.pos += 2; return '\r'
      case 0x65: this.pos += 2; return '\x1b'
      case 0x20: this.pos += 2; return ' '
      case 0x22: this.pos += 2; return '"'
      case 0x27: this.pos += 2; return "'"
      case 0x5c: this.pos += 2; return '\\'
      case 0x4e: this.pos += 2; return '\x85'
      case 0x5f: this.pos += 2; return '\xa0'
      case 0x4c: this.pos += 2; return '\u2028'
      case 0x50: this.pos += 2; return '\u2029'
      case 0x78: length = 2; break
      case 0x75: length = 4; break
      case 0x55: length = 8; break
      default: this.fail('found unknown escape character')
    }
    this.pos += 2
    if (this.#unreadable !== undefined) this.#checkReadable(length)
    let rune = 0
    for (let i = 0; i < length; i++) {
      const digit = hexValue(text.charCodeAt(this.pos + i))
      if (digit < 0) this.fail('did not find expected hexdecimal number')
      rune = rune * 16 + digit
    }
    if ((rune >= 0xd800 && rune <= 0xdfff) || rune > 0x10ffff) this.fail('found invalid Unicode character escape code')
    this.pos += length
    return String.fromCodePoint(rune)
  }

  #fetchPlainScalar(): void {
    this.#saveSimpleKey()
    this.#simpleKeyAllowed = false
    const text = this.text
    const flow = this.#flowLevel > 0
    const indent = this.#indent + 1
    const start = this.pos
    const startLine = this.line
    const column = start - this.lineStart
    let pos = start
    let value = ''
    /** Start of the part on the current line, and the end of what is known to belong to the scalar. */
    let piece = start
    let end = start
    let leadingBreak = ''
    let breaks = ''
    let leadingBlanks = false
    for (;;) {
      let c = text.charCodeAt(pos)
      if (leadingBlanks && pos === this.lineStart && this.#atDocumentIndicator(pos)) break
      if (c === 0x23) break
      const from = pos
      // What is not blank.
      for (;;) {
        if (c <= 0x20) break
        if (c === 0x3a) {
          if (isBlankz(text.charCodeAt(pos + 1))) break
        } else if (flow) {
          if (c === 0x2c || c === 0x3f || c === 0x5b || c === 0x5d || c === 0x7b || c === 0x7d) break
        }
        if (c >= 0x85 && isBreak(c)) break
        c = text.charCodeAt(++pos)
      }
      if (pos !== from) {
        if (leadingBlanks) {
          value += text.slice(piece, end)
          value += leadingBreak === '\n' ? (breaks === '' ? ' ' : breaks) : leadingBreak + breaks
          piece = from
          leadingBreak = ''
          breaks = ''
          leadingBlanks = false
        }
        end = pos
      }
      if (!(c === 0x20 || c === 0x09 || isBreak(c))) break
      // Blanks and line breaks.
      for (;;) {
        if (c === 0x20 || c === 0x09) {
          if (c === 0x09 && leadingBlanks && pos - this.lineStart < indent) {
            this.pos = pos
            this.fail('found a tab character that violates indentation')
          }
          pos++
        } else if (isBreak(c)) {
          this.pos = pos
          const lineBreak = this.#readLine()
          if (leadingBlanks) {
            breaks += lineBreak
          } else {
            leadingBreak = lineBreak
            leadingBlanks = true
          }
          pos = this.pos
        } else {
          break
        }
        c = text.charCodeAt(pos)
      }
      if (!flow && pos - this.lineStart < indent) break
    }
    this.pos = pos
    if (this.#unreadable !== undefined) this.#checkReadable(2, end)
    value = value === '' ? text.slice(piece, end) : value + text.slice(piece, end)
    this.#appendScalar(plainStyle, value, startLine, start, column, end)
    if (leadingBlanks) this.#simpleKeyAllowed = true
  }
}

// In a readable text the only characters up to space are NUL (the padding), tab, \n, \r and space.

function isBreak(c: number): boolean {
  return c === 0x0a || c === 0x0d || (c >= 0x85 && (c === 0x85 || c === 0x2028 || c === 0x2029))
}

function isBreakz(c: number): boolean {
  return c < 0x20 ? c !== 0x09 : c >= 0x85 && (c === 0x85 || c === 0x2028 || c === 0x2029)
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09
}

function isBlankz(c: number): boolean {
  return c <= 0x20 || (c >= 0x85 && (c === 0x85 || c === 0x2028 || c === 0x2029))
}

function isAlpha(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39) || c === 0x5f || c === 0x2d
}

function hexValue(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  if (c >= 0x61 && c <= 0x66) return c - 0x57
  if (c >= 0x41 && c <= 0x46) return c - 0x37
  return -1
}
