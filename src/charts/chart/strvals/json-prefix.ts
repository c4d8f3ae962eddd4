import type { Value } from '../../../language/go/index.ts'

/** encoding/json's bound of nesting. */
const maxDepth = 10000

/**
 * Reads the JSON value `text` starts with, as encoding/json decodes it into an `any`: numbers are float64, a later
 * duplicate of a key wins, lone surrogates become U+FFFD. What follows the value is left.
 * @returns the value, and how much of the text it took
 * @throws Error when there is no value; Helm drops the reason
 */
export function jsonPrefix(text: string): { value: Value; length: number } {
  const reader = new JsonReader(text)
  const value = reader.value(0)
  return { value, length: reader.at }
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
// eslint-disable-next-line no-control-regex
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

class JsonReader {
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  value(depth: number): Value {
    if (depth > maxDepth) throw new Error('exceeded max depth')
    this.space()
    const c = this.text[this.at]
    switch (c) {
      case '{': return this.object(depth)
      case '[': return this.array(depth)
      case '"': return this.string()
    }
    for (const [word, value] of [['true', true], ['false', false], ['null', null]] as const) {
      if (!this.text.startsWith(word, this.at)) continue
      this.at += word.length
      return value
    }
    const n = Number(this.match(number))
    if (!Number.isFinite(n)) throw new Error('cannot unmarshal number into Go value of type float64')
    // A lone minus or a trailing dot is no number to Go, and the pattern leaves it behind.
    const next = this.text[this.at]
    if (next === '.' || next === 'e' || next === 'E') throw new Error('invalid number')
    return n
  }

  private object(depth: number): Value {
    const out = new Map<string, Value>()
    this.at++
    this.space()
    if (this.take('}')) return out
    for (;;) {
      this.space()
      const key = this.string()
      this.space()
      if (!this.take(':')) throw new Error('expected a colon')
      out.set(key, this.value(depth + 1))
      this.space()
      if (this.take('}')) return out
      if (!this.take(',')) throw new Error('expected a comma')
    }
  }

  private array(depth: number): Value {
    const out: Value[] = []
    this.at++
    this.space()
    if (this.take(']')) return out
    for (;;) {
      out.push(this.value(depth + 1))
      this.space()
      if (this.take(']')) return out
      if (!this.take(',')) throw new Error('expected a comma')
    }
  }

  private string(): string {
    const literal = this.match(string)
    return /[\\\ud800-\udfff]/.test(literal)
      ? (JSON.parse(literal) as string).replace(loneSurrogates, '\ufffd')
      : literal.slice(1, -1)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) throw new Error('invalid character')
    this.at += match[0].length
    return match[0]
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++
  }
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
