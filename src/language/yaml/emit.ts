import { byteLength } from '../go/index.ts'
import { Resolver, isBase60Float, strTag } from './resolve.ts'
import { analyzeScalar, blockAllowed, escaped, isBreak, isPrintable, multiline, plainAllowed, singleAllowed } from './scalar-style.ts'

const plain = 1
const singleQuoted = 2
const doubleQuoted = 3
const literal = 4
const folded = 5

/**
 * Writes block-style YAML byte for byte as goyaml.v2 does with its defaults (encode.go, emitterc.go): sequences are not indented below their
 * key, lines are folded after column 80, and each scalar gets the style libyaml would choose. With `v3` as goyaml.v3 does, which writes comments,
 * too. The caller walks the value and calls the methods in the order of the document.
 */
export class Emitter {
  out = ''
  /** Comments of goyaml.v3 that are due at the next place for their kind; `tail` is the foot of the key before. */
  head = ''
  line = ''
  foot = ''
  tail = ''
  /** A comment for the line of a key. */
  #keyLine = ''
  /** A foot at this indentation was written: what follows at the same one is set off by an empty line. */
  #footIndent = -1
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
  readonly #bestIndent: number
  readonly #compact: boolean

  /**
   * @param indent spaces a level, 2 to 9
   * @param compact sequences are not indented below their key: goyaml.v2, and goyaml.v3's CompactSeqIndent
   */
  constructor(v3 = false, indent = 2, compact = !v3) {
    this.#v3 = v3
    this.#compact = compact
    this.#bestWidth = v3 ? Infinity : 80
    this.#bestIndent = indent
  }

  /** Begins a document of several, the first one without a mark. */
  startDocument(first: boolean): void {
    if (first) return
    this.#indent = -1
    this.#writeIndent()
    this.#indicator('---', true, false)
    this.#writeIndent()
  }

  endDocument(): void {
    this.#footIndent = 0
    this.writeFoot()
    this.#footIndent = -1
    this.#writeIndent()
  }

  /** Ends the document. */
  finish(): string {
    this.#indent = 0
    this.#writeIndent()
    return this.out
  }

  emptyMapping(): void {
    if (this.head === '' && this.tail === '') return this.#indicator('{}', true, false)
    this.#indicator('{', true, false)
    this.#increaseIndent(false)
    this.writeHead()
    this.end()
    this.#indicator('}', false, false)
  }

  emptySequence(): void {
    this.#indicator('[]', true, false)
  }

  startMapping(): void {
    this.#increaseIndent(false)
  }

  startSequence(): void {
    this.#increaseIndent(this.#compact && this.#inMapping && !this.#indention)
  }

  end(): void {
    this.#indent = this.#indents.pop()!
  }

  /** Before each item of a sequence. */
  item(): void {
    this.writeHead()
    this.#writeIndent()
    this.#indicator('-', true, true)
    this.#inMapping = false
  }

  /** A key of a mapping, up to and including its colon. */
  key(text: string): void {
    this.#beforeKey()
    const bits = analyzeScalar(text, this.#v3)
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

  #beforeKey(): void {
    this.writeHead()
    this.#writeIndent()
    if (this.line === '') return
    this.#keyLine = this.line
    this.line = ''
  }

  /** Before the value of a key, if a comment may be due for its line. */
  value(scalar: boolean): void {
    if (this.#keyLine === '' || (scalar && this.line !== '')) return
    const own = this.line
    this.line = this.#keyLine
    this.#keyLine = scalar ? '' : own
    if (scalar) return
    // As upstream exchanges them: the comment written is the key's, and what was the value's is due again.
    this.writeLine()
    this.line = own
    this.#keyLine = ''
  }

  /** Ends a mapping after which a comment may be due. */
  endMapping(): void {
    this.writeHead()
    this.end()
  }

  writeHead(): void {
    if (this.tail !== '') {
      this.#writeIndent()
      this.#comment(this.tail)
      this.tail = ''
      this.#footIndent = Math.max(this.#indent, 0)
    }
    if (this.head === '') return
    this.#writeIndent()
    this.#comment(this.head)
    this.head = ''
  }

  writeLine(): void {
    if (this.line === '') return
    const text = this.line
    this.line = ''
    if (!this.#whitespace) this.out += ' '
    this.#comment(text)
  }

  writeFoot(): void {
    if (this.foot === '') return
    this.#writeIndent()
    this.#comment(this.foot)
    this.foot = ''
    this.#footIndent = Math.max(this.#indent, 0)
  }

  /** Lines that begin with `#`, and what ends the last one. */
  #comment(text: string): void {
    let breaks = false
    for (const part of text.split(/([\n\r\x85\u2028\u2029])/)) {
      if (part === '') continue
      if (isBreak(part.charCodeAt(0))) {
        this.out += part
        this.#column = 0
        this.#indention = true
        breaks = true
        continue
      }
      if (breaks) this.#writeIndent()
      this.out += part.startsWith('#') ? part : `# ${part}`
      this.#column += part.length
      this.#indention = false
      breaks = false
    }
    if (!breaks) this.out += '\n'
    this.#column = 0
    this.#indention = true
    this.#whitespace = true
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
    const bits = analyzeScalar(text, this.#v3)
    this.#scalar(text, this.#style(text, bits), bits, false)
  }

  /** A plain text with a tag, as a value or a key. */
  tagged(tag: string, text: string, key: boolean): void {
    if (key) {
      this.#beforeKey()
      if (!text.includes('\n') && text.length + tag.length <= 128) {
        this.#indicator(tag, true, false)
        this.#scalar(text, plain, analyzeScalar(text, this.#v3), true)
        this.#indicator(':', false, false)
      } else {
        this.#indicator('?', true, true)
        this.#inMapping = true
        this.#indicator(tag, true, false)
        this.#scalar(text, text.includes('\n') ? literal : plain, analyzeScalar(text, this.#v3), false)
        this.#writeIndent()
        this.#indicator(':', true, true)
      }
      this.#inMapping = true
      return
    }
    this.#indicator(tag, true, false)
    this.#scalar(text, text.includes('\n') ? literal : plain, analyzeScalar(text, this.#v3), false)
  }

  /** A scalar in a style of its own (the bits of TreeNode.style), as far as its text allows that, behind its tag; `key`: with its colon. */
  styled(text: string, style: number, tag: string, key: boolean): void {
    if (key) this.#beforeKey()
    const bits = analyzeScalar(text, this.#v3)
    const simple = key && (bits & multiline) === 0 && byteLength(text) <= 128
    if (key && !simple) this.#indicator('?', true, true)
    if (key) this.#inMapping = true
    if (tag !== '') this.#indicator(tag, true, false)
    let chosen = (style & 1) !== 0 ? doubleQuoted : (style & 2) !== 0 ? singleQuoted : (style & 8) !== 0 ? folded : (style & 4) !== 0 ? literal : plain
    if (chosen >= literal && simple) chosen = doubleQuoted
    if (chosen === plain && text === '' && key) chosen = singleQuoted
    if (chosen === plain && text === '') this.#whitespace = true
    else this.#scalar(text, chosen, bits, simple)
    if (!key) return
    if (!simple) {
      this.#writeIndent()
      this.#indicator(':', true, true)
    } else {
      this.out += ':'
      this.#column++
      this.#whitespace = false
      this.#indention = false
    }
    this.#inMapping = true
  }

  /** Text that is no more than copied: collections in brackets. */
  raw(text: string): void {
    this.#indicator(text, true, false)
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
    else if (!indentless) this.#indent = this.#deeper()
  }

  /** In a sequence the mark and its space, else the next multiple. */
  #deeper(): number {
    if (this.#indent < 0) return this.#bestIndent
    return this.#inMapping ? this.#bestIndent * Math.floor((this.#indent + this.#bestIndent) / this.#bestIndent) : this.#indent + 2
  }

  #style(text: string, bits: number): number {
    if ((bits & multiline) !== 0 && text.includes('\n')) return literal
    this.#resolver.resolve(text)
    return this.#resolver.tag === strTag && !isBase60Float(text) ? plain : doubleQuoted
  }

  #scalar(text: string, style: number, bits: number, simpleKey: boolean): void {
    if (style === plain && (bits & plainAllowed) === 0) style = singleQuoted
    if (style === singleQuoted && (bits & singleAllowed) === 0) style = doubleQuoted
    if (style >= literal && (bits & blockAllowed) === 0) style = doubleQuoted
    const indent = this.#indent
    this.#indent = this.#deeper()
    switch (style) {
      case plain: this.#writePlain(text, !simpleKey); break
      case singleQuoted: this.#writeSingleQuoted(text, !simpleKey); break
      case doubleQuoted: this.#writeDoubleQuoted(text, !simpleKey); break
      case folded: this.#writeFolded(text, this.#indent - Math.max(indent, 0)); break
      default: this.#writeLiteral(text, this.#indent - Math.max(indent, 0))
    }
    this.#indent = indent
  }

  #writeIndent(): void {
    const indent = this.#indent < 0 ? 0 : this.#indent
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) {
      this.out += '\n'
      this.#column = 0
    }
    if (this.#footIndent === indent) {
      this.out += '\n'
      this.#column = 0
    }
    this.#footIndent = -1
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

  /** @param indent by how much it is indented: goyaml.v3 always names the indentation of maps, also in sequences, where it is less */
  /** The head of a block: how it is indented, when that does not show, and what becomes of the line breaks at its end. */
  #blockHeader(mark: string, value: string, indent: number): string {
    const first = value.charCodeAt(0)
    const n = value.length
    const hint = first === 0x20 || isBreak(first) ? String(indent) : ''
    if (!isBreak(value.charCodeAt(n - 1))) return `${mark}${hint}-`
    return n === 1 || isBreak(value.charCodeAt(n - 2)) ? `${mark}${hint}+` : mark + hint
  }

  /** Nothing is folded, for goyaml.v3 knows no width. Upstream puts an empty line after every line that does not begin with a space, even where a reader keeps both breaks. */
  #writeFolded(value: string, indent: number): void {
    this.#indicator(this.#blockHeader('>', value, indent), true, false)
    this.writeLine()
    this.#whitespace = true
    const startsBlank = /^[\n\r\x85\u2028\u2029]*(?:[ \t]|$)/.test(value)
    let breaks = true
    let leadingSpaces = true
    for (const c of value) {
      if (isBreak(c.charCodeAt(0))) {
        if (!breaks && !leadingSpaces && c === '\n' && !startsBlank) this.out += '\n'
        this.out += c
        this.#column = 0
        this.#indention = true
        breaks = true
        continue
      }
      if (breaks) {
        this.#writeIndent()
        leadingSpaces = isBlank(c.charCodeAt(0))
      }
      this.out += c
      this.#column++
      this.#indention = false
      breaks = false
    }
    this.#whitespace = false
  }

  #writeLiteral(value: string, indent: number): void {
    const n = value.length
    this.#indicator(this.#blockHeader('|', value, indent), true, false)
    let out = this.line === '' ? '\n' : ''
    this.writeLine()
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

const padding = ' '.repeat(64)

function spaces(n: number): string {
  return n <= 64 ? padding.slice(0, n) : ' '.repeat(n)
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09
}
