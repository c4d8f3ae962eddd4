import { decodeUtf8, quote } from '../../../language/go/index.ts'

/** A number as it is written: json.Number, which keeps its precision and its looks. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject
export type JsonObject = Map<string, Json>

/**
 * Parses a JSON document as jsonschema.UnmarshalJSON does.
 * @throws Error with encoding/json's text: `invalid character '}' looking for ...`, `unexpected EOF`, `EOF`
 */
export function parseJson(bytes: Uint8Array): Json {
  const parser = new Parser(decodeUtf8(bytes))
  const value = parser.top()
  parser.end()
  return value
}

const maxDepth = 10000

class Parser {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  top(): Json {
    this.space()
    if (this.at >= this.text.length) throw new Error('EOF')
    return this.value(1)
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) throw new Error('invalid character after top-level value')
  }

  private value(depth: number): Json {
    this.space()
    switch (this.text[this.at]) {
      case '{': return this.object(depth)
      case '[': return this.array(depth)
      case '"': return this.string()
      case 't': return this.literal('true', true)
      case 'f': return this.literal('false', false)
      case 'n': return this.literal('null', null)
    }
    return this.number()
  }

  private object(depth: number): JsonObject {
    if (depth > maxDepth) throw new Error('exceeded max depth')
    const out: JsonObject = new Map()
    this.at++
    this.space()
    if (this.take('}')) return out
    for (;;) {
      this.space()
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string')
      const key = this.string()
      this.space()
      if (!this.take(':')) this.fail('after object key')
      out.set(key, this.value(depth + 1))
      this.space()
      if (this.take('}')) return out
      if (!this.take(',')) this.fail('after object key:value pair')
    }
  }

  private array(depth: number): Json[] {
    if (depth > maxDepth) throw new Error('exceeded max depth')
    const out: Json[] = []
    this.at++
    this.space()
    if (this.take(']')) return out
    for (;;) {
      out.push(this.value(depth + 1))
      this.space()
      if (this.take(']')) return out
      if (!this.take(',')) this.fail('after array element')
    }
  }

  private string(): string {
    const { text } = this
    const start = this.at++
    let plain = true
    for (;;) {
      const c = text.charCodeAt(this.at)
      if (c === 0x22) break
      if (c === 0x5c) {
        plain = false
        this.at++
        const escape = text[this.at] ?? ''
        if (escape === 'u') {
          for (let i = 0; i < 4; i++) {
            this.at++
            if (!/^[0-9a-fA-F]$/.test(text[this.at] ?? '')) this.fail('in \\u hexadecimal character escape')
          }
        } else if (escape === '' || !'bfnrt\\/"'.includes(escape)) {
          this.fail('in string escape code')
        }
      } else if (c < 0x20 || c !== c) {
        this.fail('in string literal')
      } else if (c >= 0xd800 && c <= 0xdfff) {
        plain = false
      }
      this.at++
    }
    const literal = text.slice(start, ++this.at)
    if (plain) return literal.slice(1, -1)
    // What is not UTF-8, and lone surrogates, become U+FFFD.
    return (JSON.parse(literal) as string).replace(loneSurrogates, '\ufffd')
  }

  private literal<T>(word: string, value: T): T {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.text[this.at] !== word[i]) this.fail(i === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${word[i]}')`)
    }
    return value
  }

  private number(): JsonNumber {
    const start = this.at
    const digit = (): boolean => /^[0-9]$/.test(this.text[this.at] ?? '')
    const digits = (): void => {
      while (digit()) this.at++
    }
    if (this.take('-')) {
      if (!digit()) this.fail('in numeric literal')
    } else if (!digit()) {
      this.fail('looking for beginning of value')
    }
    if (!this.take('0')) digits()
    if (this.take('.')) {
      if (!digit()) this.fail('after decimal point in numeric literal')
      digits()
    }
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-')
      if (!digit()) this.fail('in exponent of numeric literal')
      digits()
    }
    return new JsonNumber(this.text.slice(start, this.at))
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return
      this.at++
    }
  }

  private fail(context: string): never {
    if (this.at >= this.text.length) throw new Error('unexpected EOF')
    throw new Error(`invalid character ${quoteByte(this.text.codePointAt(this.at)!)} ${context}`)
  }
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** encoding/json's quoteChar, which sees single bytes. */
function quoteByte(rune: number): string {
  if (rune === 0x27) return "'\\''"
  if (rune === 0x22) return `'"'`
  const byte = rune < 0x80 ? rune : rune >= 0xdc80 && rune <= 0xdcff ? rune - 0xdc00 : Buffer.from(String.fromCodePoint(rune))[0]!
  return `'${quote(String.fromCharCode(byte)).slice(1, -1)}'`
}
