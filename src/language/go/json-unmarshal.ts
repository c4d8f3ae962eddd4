import { quote } from './quote.ts'
import { encodeUtf8 } from './utf8.ts'
import type { Value } from './values.ts'

const maxDepth = 10000

/**
 * json.Unmarshal into an interface {}: numbers become float64, the last of duplicate keys wins.
 * @throws Error with Go's text, e.g. `invalid character 'x' looking for beginning of value`
 */
export function jsonUnmarshal(text: string): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(mended(text))
  } catch {
    throw new Error(jsonSyntaxError(text) ?? 'unexpected end of JSON input')
  }
  if (mayBeDeep(text)) {
    const problem = jsonSyntaxError(text)
    if (problem !== undefined) throw new Error(problem)
  }
  return new Converter(text).convert(parsed)
}

function mayBeDeep(text: string): boolean {
  return text.length > 2 * maxDepth && /[[{]/.test(text) && text.split(/[[{]/, maxDepth + 2).length > maxDepth
}

/** Turns what JSON.parse gives into values. */
class Converter {
  readonly #text: string
  /** Escapes may leave lone surrogates, which Go replaces. */
  readonly #mend: boolean

  constructor(text: string) {
    this.#text = text
    this.#mend = /\\u[dD]/.test(text)
  }

  convert(v: unknown): Value {
    switch (typeof v) {
      case 'string': return this.#mend ? mended(v) : v
      case 'number':
        if (!Number.isFinite(v)) throw new Error(`json: cannot unmarshal number ${this.#hugeNumber()} into Go value of type float64`)
        return v
      case 'boolean': return v
    }
    if (v === null) return null
    if (Array.isArray(v)) {
      for (let i = 0; i < v.length; i++) v[i] = this.convert(v[i])
      return v as Value[]
    }
    const object = v as Record<string, unknown>
    const map = new Map<string, Value>()
    for (const key of Object.keys(object)) map.set(this.#mend ? mended(key) : key, this.convert(object[key]))
    return map
  }

  /** The first number of the text that is no float64. */
  #hugeNumber(): string {
    for (const [match, number] of this.#text.matchAll(/"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)/g)) {
      if (number !== undefined && !Number.isFinite(Number(number))) return match
    }
    return ''
  }
}

/** Bytes that are not UTF-8, and lone surrogates, become U+FFFD. */
function mended(s: string): string {
  return (s as string & { toWellFormed(): string }).toWellFormed()
}

const inObjectKey = 0
const inObjectValue = 1
const inArray = 2

/** What Go's scanner (encoding/json scanner.go) says about a text that is no JSON; undefined when it is. */
export function jsonSyntaxError(text: string): string | undefined {
  const bytes = encodeUtf8(text)
  const n = bytes.length
  const stack: number[] = []
  let at = 0
  const bad = (where: string): string => at < n ? `invalid character ${quoteChar(bytes[at]!)} ${where}` : 'unexpected end of JSON input'
  // At the end of the text Go feeds its scanner one more space, which these places refuse by name.
  const badToken = (where: string): string => at < n ? bad(where) : `invalid character ' ' ${where}`
  const isDigit = (): boolean => bytes[at]! >= 0x30 && bytes[at]! <= 0x39
  const skipSpace = (): void => {
    while (at < n && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d)) at++
  }
  const literal = (word: string): string | undefined => {
    for (let i = 1; i < word.length; i++) {
      at++
      if (bytes[at] !== word.charCodeAt(i)) return badToken(`in literal ${word} (expecting '${word[i]}')`)
    }
    at++
    return undefined
  }
  const string = (): string | undefined => {
    for (at++; at < n; at++) {
      const c = bytes[at]!
      if (c === 0x22) {
        at++
        return undefined
      }
      if (c < 0x20) return bad('in string literal')
      if (c !== 0x5c) continue
      at++
      if (at >= n) return badToken('in string escape code')
      if (bytes[at] === 0x75) {
        for (let i = 0; i < 4; i++) {
          at++
          if (at >= n || !/[0-9a-fA-F]/.test(String.fromCharCode(bytes[at]!))) return badToken('in \\u hexadecimal character escape')
        }
      } else if (!'bfnrt\\/"'.includes(String.fromCharCode(bytes[at]!))) {
        return bad('in string escape code')
      }
    }
    return bad('')
  }
  const number = (): string | undefined => {
    if (bytes[at] === 0x2d) {
      at++
      if (!isDigit()) return badToken('in numeric literal')
    }
    if (bytes[at] === 0x30) at++
    else while (isDigit()) at++
    if (bytes[at] === 0x2e) {
      at++
      if (!isDigit()) return badToken('after decimal point in numeric literal')
      while (isDigit()) at++
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++
      if (!isDigit()) return badToken('in exponent of numeric literal')
      while (isDigit()) at++
    }
    return undefined
  }
  const key = (): string | undefined => {
    if (bytes[at] !== 0x22) return bad('looking for beginning of object key string')
    const problem = string()
    if (problem !== undefined) return problem
    skipSpace()
    if (bytes[at] !== 0x3a) return bad('after object key')
    at++
    stack[stack.length - 1] = inObjectValue
    return undefined
  }

  for (;;) {
    // At the beginning of a value.
    skipSpace()
    if (at >= n) return bad('')
    const c = bytes[at]!
    let problem: string | undefined
    if (c === 0x7b || c === 0x5b) {
      stack.push(c === 0x7b ? inObjectKey : inArray)
      if (stack.length > maxDepth) return bad('exceeded max depth')
      at++
      skipSpace()
      if (bytes[at] !== c + 2) {
        if (c === 0x7b && (problem = key()) !== undefined) return problem
        continue
      }
      at++
      stack.pop()
    } else if (c === 0x22) {
      problem = string()
    } else if (c === 0x74) {
      problem = literal('true')
    } else if (c === 0x66) {
      problem = literal('false')
    } else if (c === 0x6e) {
      problem = literal('null')
    } else if (c === 0x2d || isDigit()) {
      problem = number()
    } else {
      return bad('looking for beginning of value')
    }
    if (problem !== undefined) return problem
    // After a value: end what ends here.
    for (;;) {
      skipSpace()
      if (stack.length === 0) return at < n ? bad('after top-level value') : undefined
      const inside = stack[stack.length - 1]
      if (bytes[at] === 0x2c) {
        at++
        if (inside === inObjectValue) {
          skipSpace()
          if ((problem = key()) !== undefined) return problem
        }
        break
      }
      if (bytes[at] !== (inside === inArray ? 0x5d : 0x7d)) return bad(inside === inArray ? 'after array element' : 'after object key:value pair')
      at++
      stack.pop()
    }
  }
}

function quoteChar(c: number): string {
  if (c === 0x27) return "'\\''"
  if (c === 0x22) return "'\"'"
  return `'${quote(String.fromCharCode(c)).slice(1, -1)}'`
}
