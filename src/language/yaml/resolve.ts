import { parseFloat } from '../go/index.ts'
import { isTimestamp } from './timestamp.ts'
import { yamlError } from './yaml-error.ts'

/** What a scalar is. The long forms of the tags are `tag:yaml.org,2002:` plus the name. */
export const nullTag = 'null'
export const boolTag = 'bool'
export const strTag = 'str'
export const intTag = 'int'
export const floatTag = 'float'
export const timestampTag = 'timestamp'
export const mergeTag = 'merge'
export const longPrefix = 'tag:yaml.org,2002:'

/** A resolved scalar: an integer is a number when it is safe, else a bigint; a float is always a number. */
export type Scalar = null | boolean | string | number | bigint

const words = new Map<string, readonly [tag: string, value: Scalar]>([
  ...entries(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], boolTag, true),
  ...entries(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], boolTag, false),
  ...entries(['', '~', 'null', 'Null', 'NULL'], nullTag, null),
  ...entries(['.nan', '.NaN', '.NAN'], floatTag, NaN),
  ...entries(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], floatTag, Infinity),
  ...entries(['-.inf', '-.Inf', '-.INF'], floatTag, -Infinity),
])

function entries(list: string[], tag: string, value: Scalar): [string, readonly [string, Scalar]][] {
  return list.map((word) => [word, [tag, value] as const])
}

/** Says what a scalar means by goyaml.v2's rules (resolve.go): YAML 1.1 without sexagesimal numbers. */
export class Resolver {
  /** The tag of the last scalar resolved. */
  tag = strTag
  /** goyaml.v3: yes, on and the like are strings. */
  readonly #v3: boolean

  constructor(v3 = false) {
    this.#v3 = v3
  }

  /** A plain scalar without a tag. Timestamps stay strings, as goyaml gives them to an interface {}; `tag` says that they are ones. */
  resolve(text: string): Scalar {
    return this.#resolve('', text)
  }

  /** A scalar with an explicit tag, in its long form; '' stands for none. */
  resolveTagged(tag: string, text: string): Scalar {
    if (tag === '') return this.#resolve('', text)
    if (!tag.startsWith(longPrefix)) {
      this.tag = tag
      return text
    }
    const name = tag.slice(longPrefix.length)
    switch (name) {
      case strTag: case boolTag: case intTag: case floatTag: case nullTag: case timestampTag: break
      default:
        this.tag = name
        return text
    }
    const value = this.#resolve(name, text)
    if (this.tag === name || name === strTag) return value
    if (name === floatTag && this.tag === intTag && (typeof value === 'number' || BigInt.asIntN(64, value as bigint) === value)) {
      this.tag = floatTag
      return Number(value)
    }
    throw yamlError(`yaml: cannot decode !!${this.tag} \`${text}\` as a !!${name}`)
  }

  #resolve(tag: string, text: string): Scalar {
    this.tag = strTag
    if (tag === strTag) return text
    const c = text === '' ? 0x7e : text.charCodeAt(0)
    // Only these can begin anything but a string.
    if (c > 0x39 && c < 0x80) {
      return text.length > 5 || hints[c] === 0 ? text : this.#word(text)
    }
    if (c >= 0x80 || hints[c] === 0) return text
    if (c === 0x2e) { // .
      if (text.length === 4) {
        const word = this.#word(text)
        if (word !== text) return word
      }
      const float = floatOf(text)
      if (float === undefined) return text
      this.tag = floatTag
      return float
    }
    return this.#number(tag, text)
  }

  #word(text: string): Scalar {
    const word = words.get(text)
    if (word === undefined || (this.#v3 && word[0] === boolTag && !/^(?:true|false)$/i.test(text))) return text
    this.tag = word[0]
    return word[1]
  }

  #number(tag: string, text: string): Scalar {
    // Up to 15 digits without a leading 0: nearly all numbers there are.
    const n = text.length
    if (n <= 15 && text.charCodeAt(0) !== 0x30) {
      let value = 0
      let i = 0
      for (; i < n; i++) {
        const c = text.charCodeAt(i)
        if (c < 0x30 || c > 0x39) break
        value = value * 10 + (c - 0x30)
      }
      if (i === n) {
        this.tag = intTag
        return value
      }
    }
    if (n === 5) {
      // +.inf and -.inf
      const word = this.#word(text)
      if (word !== text) return word
    }
    if ((tag === '' || tag === timestampTag) && isTimestamp(text)) {
      this.tag = timestampTag
      return text
    }
    const plain = text.includes('_') ? text.replaceAll('_', '') : text
    const integer = integerOf(plain)
    if (integer !== undefined) {
      this.tag = intTag
      return integer
    }
    if (decimalFloat.test(plain)) {
      const float = Number(plain)
      if (Number.isFinite(float)) {
        this.tag = floatTag
        return float
      }
    }
    return text
  }
}

/** 1 for the characters a scalar that is no string can begin with. */
const hints = new Uint8Array(128)
for (const c of '+-0123456789.~yYnNtTfFoO') hints[c.charCodeAt(0)] = 1

const decimalFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const digitsOf: Readonly<Record<string, RegExp>> = {
  b: /^[01]+$/, B: /^[01]+$/, o: /^[0-7]+$/, O: /^[0-7]+$/, x: /^[0-9a-fA-F]+$/, X: /^[0-9a-fA-F]+$/,
}

/** strconv.ParseInt(s, 0, 64), else ParseUint, of a text without underscores. */
function integerOf(text: string): number | bigint | undefined {
  const first = text.charCodeAt(0)
  const signed = first === 0x2b || first === 0x2d
  const digits = signed ? text.slice(1) : text
  let literal: string
  if (digits.charCodeAt(0) === 0x30 && digits.length > 1) {
    const base = digits[1]!
    const allowed = digitsOf[base]
    if (allowed !== undefined) {
      if (!allowed.test(digits.slice(2))) return undefined
      literal = '0' + base.toLowerCase() + digits.slice(2)
    } else {
      if (!/^[0-7]+$/.test(digits)) return undefined
      literal = '0o' + digits
    }
  } else {
    if (!/^[0-9]+$/.test(digits)) return undefined
    literal = digits
  }
  if (literal.length < 15) {
    const small = Number(literal)
    return first === 0x2d && small !== 0 ? -small : small
  }
  if (literal.length > 200) return undefined
  let value = BigInt(literal)
  if (first === 0x2d) value = -value
  if (value > 0xffffffffffffffffn || value < -0x8000000000000000n || (signed && value > 0x7fffffffffffffffn)) return undefined
  return value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value
}

/** strconv.ParseFloat of a text that begins with a dot. */
function floatOf(text: string): number | undefined {
  if (/^\.[0-9]+$/.test(text)) return Number(text)
  try {
    return parseFloat(text)
  } catch {
    return undefined
  }
}

/** Whether goyaml writes a string in quotes because YAML 1.1 readers may take it for a sexagesimal number (encode.go). */
export function isBase60Float(text: string): boolean {
  const c = text.charCodeAt(0)
  if (!(c === 0x2b || c === 0x2d || (c >= 0x30 && c <= 0x39)) || !text.includes(':')) return false
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)
}
