import { byteLength } from '../go/index.ts'
import { Resolver, isBase60Float, strTag } from './resolve.ts'

const plain = 1
const singleQuoted = 2
const doubleQuoted = 3
const literal = 4

/** What may be done with a scalar (emitterc.go yaml_emitter_analyze_scalar), as bits. */
const multiline = 1
const plainAllowed = 2
const singleAllowed = 4
const blockAllowed = 8

/**
 * Writes block-style YAML byte for byte as goyaml.v2 does with its defaults (encode.go, emitterc.go): sequences are not indented below their
 * key, lines are folded after column 80, and each scalar gets the style libyaml would choose. With `v3` as goyaml.v3 does with an
 * indentation of 2. The caller walks the value and calls the methods in the order of the document.
 */
export class Emitter {
  out = ''
  #column = 0
  #indent = -1
  /** Only indentation (and `- `, `? `) stands on the line so far. */
  #indention = true
  /** The last thing written was a space or a line's start. */
  #whitespace = true
  /** The node being written is the value or key of a mapping. */
  #inMapping = false
  readonly #indents: number[] = []
  readonly #resolver = new Resolver()
  /** goyaml.v3: sequences are indented below their key, nothing is folded, and a tab needs double quotes or a literal block. */
  readonly #v3: boolean
  readonly #bestWidth: number

  constructor(v3 = false) {
    this.#v3 = v3
    this.#bestWidth = v3 ? Infinity : 80
  }

  /** Ends the document. */
  finish(): string {
    this.#indent = 0
    this.#writeIndent()
    return this.out
  }

  emptyMapping(): void {
    this.#indicator('{}', true, false)
  }

  emptySequence(): void {
    this.#indicator('[]', true, false)
  }

  startMapping(): void {
    this.#increaseIndent(false)
  }

  startSequence(): void {
    this.#increaseIndent(!this.#v3 && this.#inMapping && !this.#indention)
  }

  end(): void {
    this.#indent = this.#indents.pop()!
  }

  /** Before each item of a sequence. */
  item(): void {
    this.#writeIndent()
    this.#indicator('-', true, true)
    this.#inMapping = false
  }

  /** A key of a mapping, up to and including its colon. */
  key(text: string): void {
    this.#writeIndent()
    const bits = this.#analyze(text)
    if ((bits & multiline) === 0 && (text.length <= 42 || byteLength(text) <= 128)) {
      this.#scalar(text, this.#style(text, bits), bits, true)
      this.out += ':'
      this.#column++
      this.#whitespace = false
      this.#indention = false
    } else {
      this.#indicator('?', true, true)
      this.#inMapping = true
      this.#scalar(text, this.#style(text, bits), bits, false)
      this.#writeIndent()
      this.#indicator(':', true, true)
    }
    this.#inMapping = true
  }

  /** A key that is a number, boolean or null. */
  keyWord(text: string): void {
    this.#writeIndent()
    this.word(text)
    this.out += ':'
    this.#column++
    this.#whitespace = false
    this.#inMapping = true
  }

  /** A string value. */
  string(text: string): void {
    const bits = this.#analyze(text)
    this.#scalar(text, this.#style(text, bits), bits, false)
  }

  /** base64 of a string that is not UTF-8, as a value or a key. */
  binary(text: string, key: boolean): void {
    if (key) {
      this.#writeIndent()
      if (!text.includes('\n') && text.length <= 120) {
        this.#indicator('!!binary', true, false)
        this.#scalar(text, plain, this.#analyze(text), true)
        this.#indicator(':', false, false)
      } else {
        this.#indicator('?', true, true)
        this.#inMapping = true
        this.#indicator('!!binary', true, false)
        this.#scalar(text, text.includes('\n') ? literal : plain, this.#analyze(text), false)
        this.#writeIndent()
        this.#indicator(':', true, true)
      }
      this.#inMapping = true
      return
    }
    this.#indicator('!!binary', true, false)
    this.#scalar(text, text.includes('\n') ? literal : plain, this.#analyze(text), false)
  }

  /** A number, boolean or null, whose text needs no quotes. */
  word(text: string): void {
    if (this.#whitespace) {
      this.out += text
    } else {
      this.out += ' ' + text
      this.#column++
    }
    this.#column += text.length
    this.#whitespace = false
    this.#indention = false
  }

  #increaseIndent(indentless: boolean): void {
    this.#indents.push(this.#indent)
    if (this.#indent < 0) this.#indent = 0
    else if (!indentless) this.#indent += 2
  }

  #style(text: string, bits: number): number {
    if ((bits & multiline) !== 0 && text.includes('\n')) return literal
    this.#resolver.resolve(text)
    return this.#resolver.tag === strTag && !isBase60Float(text) ? plain : doubleQuoted
  }

  #scalar(text: string, style: number, bits: number, simpleKey: boolean): void {
    if (style === plain && (bits & plainAllowed) === 0) style = singleQuoted
    if (style === singleQuoted && (bits & singleAllowed) === 0) style = doubleQuoted
    if (style === literal && (bits & blockAllowed) === 0) style = doubleQuoted
    const indent = this.#indent
    this.#indent = indent < 0 ? 2 : indent + 2
    switch (style) {
      case plain: this.#writePlain(text, !simpleKey); break
      case singleQuoted: this.#writeSingleQuoted(text, !simpleKey); break
      case doubleQuoted: this.#writeDoubleQuoted(text, !simpleKey); break
      default: this.#writeLiteral(text)
    }
    this.#indent = indent
  }

  #analyze(value: string): number {
    const n = value.length
    if (n === 0) return plainAllowed | singleAllowed
    const first = value.charCodeAt(0)
    // A word of letters, digits and a few harmless characters; most scalars are.
    if ((first | 0x20) >= 0x61 && (first | 0x20) <= 0x7a) {
      let i = 1
      for (; i < n; i++) {
        if (harmless[value.charCodeAt(i)] !== 1) break
      }
      if (i === n) return plainAllowed | singleAllowed | blockAllowed
    }
    let indicators = n >= 3 && ((first === 0x2d && value.charCodeAt(1) === 0x2d && value.charCodeAt(2) === 0x2d) ||
      (first === 0x2e && value.charCodeAt(1) === 0x2e && value.charCodeAt(2) === 0x2e))
    let breaks = false
    let special = false
    let tab = false
    let leading = false
    let trailingSpace = false
    let trailingBreak = false
    let breakSpace = false
    let spaceBreak = false
    let precededBySpace = true
    let previousSpace = false
    let previousBreak = false
    for (let i = 0; i < n; i++) {
      const c = value.charCodeAt(i)
      if (i === 0) {
        switch (c) {
          case 0x23: case 0x2c: case 0x5b: case 0x5d: case 0x7b: case 0x7d: case 0x26: case 0x2a: case 0x21: case 0x7c: case 0x3e:
          case 0x27: case 0x22: case 0x25: case 0x40: case 0x60: // # , [ ] { } & * ! | > ' " % @ `
            indicators = true
            break
          case 0x3f: case 0x3a: case 0x2d: // ? : -
            if (n === 1 || isBlank(value.charCodeAt(1))) indicators = true
        }
      } else if (c === 0x3a) {
        if (i + 1 === n || isBlank(value.charCodeAt(i + 1))) indicators = true
      } else if (c === 0x23) {
        if (precededBySpace) indicators = true
      }
      if (c === 0x09 && this.#v3) tab = true
      else if (!isPrintable(c)) special = true
      if (c === 0x20) {
        if (i === 0) leading = true
        if (i === n - 1) trailingSpace = true
        if (previousBreak) breakSpace = true
        previousSpace = true
        previousBreak = false
        precededBySpace = true
      } else if (isBreak(c)) {
        breaks = true
        if (i === 0) leading = true
        if (i === n - 1) trailingBreak = true
        if (previousSpace) spaceBreak = true
        previousSpace = false
        previousBreak = true
        precededBySpace = true
      } else {
        previousSpace = false
        previousBreak = false
        precededBySpace = c === 0x09 || c === 0
      }
    }
    let bits = breaks ? multiline : 0
    if (!(leading || trailingSpace || trailingBreak || breakSpace || spaceBreak || special || tab || breaks || indicators)) bits |= plainAllowed
    if (!(breakSpace || spaceBreak || special || tab)) bits |= singleAllowed
    if (!(trailingSpace || spaceBreak || special)) bits |= blockAllowed
    return bits
  }

  #writeIndent(): void {
    const indent = this.#indent < 0 ? 0 : this.#indent
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) {
      this.out += '\n'
      this.#column = 0
    }
    if (this.#column < indent) {
      this.out += spaces(indent - this.#column)
      this.#column = indent
    }
    this.#whitespace = true
    this.#indention = true
  }

  #indicator(text: string, needWhitespace: boolean, indention: boolean): void {
    if (needWhitespace && !this.#whitespace) {
      this.out += ' '
      this.#column++
    }
    this.out += text
    this.#column += text.length
    this.#whitespace = false
    this.#indention = this.#indention && indention
  }

  #writePlain(value: string, allowBreaks: boolean): void {
    if (!this.#whitespace) {
      this.out += ' '
      this.#column++
    }
    const n = value.length
    if (!allowBreaks || this.#column + n <= this.#bestWidth) {
      // A plain scalar holds no line break and no character outside the BMP.
      this.out += value
      this.#column += n
    } else {
      let from = 0
      let spacesBefore = false
      let column = this.#column
      for (let i = 0; i < n; i++) {
        if (value.charCodeAt(i) === 0x20) {
          if (!spacesBefore && column > this.#bestWidth && value.charCodeAt(i + 1) !== 0x20) {
            this.out += value.slice(from, i)
            this.#column = column
            this.#indention = false
            this.#writeIndent()
            column = this.#column
            from = i + 1
          } else {
            column++
          }
          spacesBefore = true
        } else {
          column++
          spacesBefore = false
        }
      }
      this.out += value.slice(from)
      this.#column = column
    }
    this.#whitespace = false
    this.#indention = false
  }

  #writeSingleQuoted(value: string, allowBreaks: boolean): void {
    this.#indicator("'", true, false)
    const n = value.length
    let spacesBefore = false
    let breaks = false
    let from = 0
    for (let i = 0; i < n; i++) {
      const c = value.charCodeAt(i)
      if (c === 0x20) {
        if (allowBreaks && !spacesBefore && this.#column > this.#bestWidth && i > 0 && i < n - 1 && value.charCodeAt(i + 1) !== 0x20) {
          this.out += value.slice(from, i)
          this.#indention = false
          this.#writeIndent()
          from = i + 1
        } else {
          this.#column++
        }
        spacesBefore = true
      } else if (isBreak(c)) {
        this.out += value.slice(from, i) + (!breaks && c === 0x0a ? '\n' : '') + value[i]
        from = i + 1
        this.#column = 0
        this.#indention = true
        breaks = true
      } else {
        if (breaks) {
          this.out += value.slice(from, i)
          from = i
          this.#writeIndent()
        }
        if (c === 0x27) {
          this.out += value.slice(from, i) + "'"
          from = i
          this.#column++
        }
        this.#column++
        this.#indention = false
        spacesBefore = false
        breaks = false
      }
    }
    this.out += value.slice(from)
    this.#indicator("'", false, false)
  }

  #writeDoubleQuoted(value: string, allowBreaks: boolean): void {
    this.#indicator('"', true, false)
    const n = value.length
    // emitterc.go looks for the byte order mark at the start of the value, not at the character: after one, everything is escaped.
    const escapeAll = value.charCodeAt(0) === 0xfeff
    let spacesBefore = false
    let from = 0
    for (let i = 0; i < n; i++) {
      const c = value.charCodeAt(i)
      if (escapeAll || c === 0x22 || c === 0x5c || !isPrintable(c) || isBreak(c)) {
        const rune = value.codePointAt(i)!
        const escape = escaped(rune)
        this.out += value.slice(from, i) + escape
        this.#column += escape.length
        if (rune > 0xffff) i++
        from = i + 1
        spacesBefore = false
      } else if (c === 0x20) {
        if (allowBreaks && !spacesBefore && this.#column > this.#bestWidth && i > 0 && i < n - 1) {
          this.out += value.slice(from, i)
          this.#indention = false
          this.#writeIndent()
          if (value.charCodeAt(i + 1) === 0x20) {
            this.out += '\\'
            this.#column++
          }
          from = i + 1
        } else {
          this.#column++
        }
        spacesBefore = true
      } else {
        this.#column++
        spacesBefore = false
      }
    }
    this.out += value.slice(from)
    this.#indicator('"', false, false)
  }

  #writeLiteral(value: string): void {
    let header = '|'
    const first = value.charCodeAt(0)
    if (first === 0x20 || isBreak(first)) header += '2'
    const n = value.length
    if (!isBreak(value.charCodeAt(n - 1))) header += '-'
    else if (n === 1 || isBreak(value.charCodeAt(n - 2))) header += '+'
    this.#indicator(header, true, false)
    let out = '\n'
    const margin = spaces(this.#indent)
    let from = 0
    for (let i = value.indexOf('\n'); i >= 0; i = value.indexOf('\n', from)) {
      if (i > from) out += this.#literalLine(value.slice(from, i), margin)
      out += '\n'
      from = i + 1
    }
    this.#whitespace = true
    if (from < n) {
      const last = value.slice(from)
      out += this.#literalLine(last, margin)
      const ended = isBreak(value.charCodeAt(n - 1))
      this.#column = ended ? 0 : 1
      this.#indention = ended
    } else {
      this.#column = 0
      this.#indention = true
    }
    this.out += out
  }

  /** A line of a literal scalar; line and paragraph separators inside begin lines of their own. */
  #literalLine(line: string, margin: string): string {
    if (!/[\u2028\u2029]/.test(line)) return margin + line
    let out = ''
    let atStart = true
    for (const c of line) {
      if (c === '\u2028' || c === '\u2029') {
        atStart = true
      } else if (atStart) {
        out += margin
        atStart = false
      }
      out += c
    }
    return out
  }
}

/** Characters that never matter inside a plain scalar that begins with a letter. */
const harmless = new Uint8Array(128)
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./') harmless[c.charCodeAt(0)] = 1

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09
}

function isBreak(c: number): boolean {
  return c === 0x0a || c === 0x0d || c === 0x85 || c === 0x2028 || c === 0x2029
}

/** What emitterc.go calls printable: neither tabs nor characters outside the BMP are. Surrogates stand for the latter. */
function isPrintable(c: number): boolean {
  return c === 0x0a || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd && c !== 0xfeff)
}

function escaped(rune: number): string {
  switch (rune) {
    case 0x00: return '\\0'
    case 0x07: return '\\a'
    case 0x08: return '\\b'
    case 0x09: return '\\t'
    case 0x0a: return '\\n'
    case 0x0b: return '\\v'
    case 0x0c: return '\\f'
    case 0x0d: return '\\r'
    case 0x1b: return '\\e'
    case 0x22: return '\\"'
    case 0x5c: return '\\\\'
    case 0x85: return '\\N'
    case 0xa0: return '\\_'
    case 0x2028: return '\\L'
    case 0x2029: return '\\P'
  }
  const hex = rune.toString(16).toUpperCase()
  if (rune <= 0xff) return '\\x' + hex.padStart(2, '0')
  if (rune <= 0xffff) return '\\u' + hex.padStart(4, '0')
  return '\\U' + hex.padStart(8, '0')
}

const padding = ' '.repeat(64)

function spaces(n: number): string {
  return n <= 64 ? padding.slice(0, n) : ' '.repeat(n)
}
