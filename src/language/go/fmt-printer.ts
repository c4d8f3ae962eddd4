import { argumentIndex, integerArgument, parseNumber } from './fmt-directive.ts'
import { formatFloat } from './format-float.ts'
import { isPrint } from './is-print.ts'
import { canBackquote, quote, quoteRune, quoteToASCII } from './quote.ts'
import { compareStrings, decodeUtf8, encodeUtf8, isByteEscape, runeCount, runeToString } from './utf8.ts'
import { GoObject, Int, isNil, kindOf, typeOf } from './values.ts'
import type { Value } from './values.ts'

/** The keys of a map in the order in which Go prints, ranges over and encodes maps. */
export function sortedKeys(map: ReadonlyMap<string, Value>): string[] {
  return [...map.keys()].sort(compareStrings)
}

const nilText = '<nil>'
const address = 0xc000000000n
const badWidth = '%!(BADWIDTH)'
const badPrecision = '%!(BADPREC)'

/** The state of one Printf: fmt's `pp`, whose control flow decides the text of every malformed directive. */
export class Printer {
  out = ''
  private width = 0
  private hasWidth = false
  private precision = 0
  private hasPrecision = false
  private minus = false
  private plus = false
  private sharp = false
  private space = false
  private zero = false
  private plusV = false
  private sharpV = false
  private erroring = false

  private clearFlags(): void {
    this.width = 0
    this.hasWidth = false
    this.precision = 0
    this.hasPrecision = false
    this.minus = false
    this.plus = false
    this.sharp = false
    this.space = false
    this.zero = false
    this.plusV = false
    this.sharpV = false
  }

  /** The flags # and + mean Go syntax and field names under %v. */
  private verbV(): void {
    this.sharpV = this.sharp
    this.sharp = false
    this.plusV = this.plus
    this.plus = false
  }

  printf(format: string, from: number, args: readonly Value[], argNum: number): void {
    const end = format.length
    let reordered = false
    let i = from
    while (i < end) {
      let good = true
      let percent = format.indexOf('%', i)
      if (percent < 0) percent = end
      if (percent > i) this.out += format.slice(i, percent)
      i = percent
      if (i >= end) break
      i++
      this.clearFlags()
      i = this.flags(format, i)
      const first = format.charCodeAt(i)
      if (first >= 0x61 && first <= 0x7a && argNum < args.length) {
        if (first === 0x76 || first === 0x77) this.verbV()
        this.printArg(args[argNum]!, format[i]!)
        argNum++
        i++
        continue
      }

      let afterIndex = false
      const index = (): void => {
        afterIndex = false
        if (format[i] !== '[') return
        reordered = true
        const [number, width, ok] = argumentIndex(format, i)
        i += width
        afterIndex = ok
        if (ok && number >= 0 && number < args.length) argNum = number
        else good = false
      }
      index()
      if (format[i] === '*') {
        i++
        const n = argNum < args.length ? integerArgument(args[argNum]!) : undefined
        if (argNum < args.length) argNum++
        this.hasWidth = n !== undefined
        this.width = n ?? 0
        if (n === undefined) this.out += badWidth
        if (this.width < 0) {
          this.width = -this.width
          this.minus = true
          this.zero = false
        }
        afterIndex = false
      } else {
        const [n, next] = parseNumber(format, i, end)
        i = next
        this.hasWidth = n !== undefined
        this.width = n ?? 0
        if (afterIndex && this.hasWidth) good = false
      }
      if (i + 1 < end && format[i] === '.') {
        i++
        if (afterIndex) good = false
        index()
        if (format[i] === '*') {
          i++
          const n = argNum < args.length ? integerArgument(args[argNum]!) : undefined
          if (argNum < args.length) argNum++
          this.hasPrecision = n !== undefined && n >= 0
          this.precision = this.hasPrecision ? n! : 0
          if (!this.hasPrecision) this.out += badPrecision
          afterIndex = false
        } else {
          const [n, next] = parseNumber(format, i, end)
          i = next
          this.precision = n ?? 0
          this.hasPrecision = true
        }
      }
      if (!afterIndex) index()
      if (i >= end) {
        this.out += '%!(NOVERB)'
        break
      }
      const rune = format.codePointAt(i)!
      i += rune > 0xffff ? 2 : 1
      const verb = isByteEscape(rune) ? '\ufffd' : String.fromCodePoint(rune)
      if (verb === '%') {
        this.out += '%'
      } else if (!good) {
        this.out += '%!' + verb + '(BADINDEX)'
      } else if (argNum >= args.length) {
        this.out += '%!' + verb + '(MISSING)'
      } else {
        if (verb === 'v' || verb === 'w') this.verbV()
        this.printArg(args[argNum]!, verb)
        argNum++
      }
    }
    if (!reordered && argNum < args.length) this.extra(args, argNum)
  }

  private flags(format: string, i: number): number {
    for (; i < format.length; i++) {
      switch (format.charCodeAt(i)) {
        case 0x23: this.sharp = true; break
        case 0x30: this.zero = true; break
        case 0x2b: this.plus = true; break
        case 0x2d: this.minus = true; break
        case 0x20: this.space = true; break
        default: return i
      }
    }
    return i
  }

  private extra(args: readonly Value[], argNum: number): void {
    this.clearFlags()
    this.out += '%!(EXTRA '
    for (let i = argNum; i < args.length; i++) {
      if (i > argNum) this.out += ', '
      const arg = args[i]!
      if (arg === null) {
        this.out += nilText
      } else {
        this.out += typeOf(arg) + '='
        this.printArg(arg, 'v')
      }
    }
    this.out += ')'
  }

  /** An operand as the caller gave it. */
  printArg(v: Value, verb: string): void {
    if (v === null || v === undefined) {
      if (verb === 'T' || verb === 'v') this.pad(nilText)
      else this.out += '%!' + verb + '(' + nilText + ')'
      return
    }
    if (verb === 'T') return this.fmtS(typeOf(v))
    if (verb === 'p') return this.fmtPointer(v, verb)
    if (v instanceof Uint8Array) return this.fmtBytes(v, verb, '[]byte', true)
    if (v instanceof GoObject && this.handleMethods(v, verb)) return
    this.printValue(v, verb, 0)
  }

  /** A value met by reflection: inside another one, or without methods. */
  printValue(v: Value, verb: string, depth: number): void {
    if (verb === 'w' && depth === 0 && (v instanceof Map || Array.isArray(v))) return this.badVerb(v, verb)
    switch (typeof v) {
      case 'string': return this.fmtString(v, verb, v)
      case 'number': return this.fmtFloatVerb(v, verb)
      case 'boolean':
        if (verb === 't' || verb === 'v') this.pad(v ? 'true' : 'false')
        else this.badVerb(v, verb)
        return
    }
    if (v === null || v === undefined) {
      this.out += this.sharpV ? 'interface {}(nil)' : nilText
      return
    }
    if (v instanceof Int) return this.fmtIntegerVerb(v.value, v.kind.charCodeAt(0) !== 0x75, verb, v)
    if (v instanceof Map) return this.printMap(v, verb, depth, typeOf(v))
    if (v instanceof Uint8Array) return this.fmtBytes(v, verb, '[]uint8', false)
    if (Array.isArray(v)) return this.printSlice(v, verb, depth, typeOf(v))
    if (depth > 0 && this.handleMethods(v, verb)) return
    this.printObject(v, verb, depth)
  }

  private printObject(v: GoObject, verb: string, depth: number): void {
    switch (v.goKind) {
      case 'ptr':
        if (depth > 0) return this.fmtPointer(v, verb)
        this.out += '&'
        return this.printStruct(v, verb, depth + 1, v.goType.replace(/^\*/, ''))
      case 'struct': return this.printStruct(v, verb, depth, v.goType)
      case 'func': return this.fmtPointer(v, verb)
    }
    const inner = v.underlying()
    if (inner === undefined || inner === null) {
      this.out += '?' + v.goType + '?'
    } else if (inner instanceof Map) {
      this.printMap(inner, verb, depth, v.goType)
    } else if (inner instanceof Uint8Array) {
      this.fmtBytes(inner, verb, v.goType, false)
    } else if (Array.isArray(inner)) {
      this.printSlice(inner, verb, depth, v.goType)
    } else if (inner instanceof Int) {
      this.fmtIntegerVerb(inner.value, inner.kind.charCodeAt(0) !== 0x75, verb, v)
    } else if (typeof inner === 'string') {
      this.fmtString(inner, verb, v)
    } else {
      this.printValue(inner, verb, depth)
    }
  }

  private printStruct(v: GoObject, verb: string, depth: number, type: string): void {
    if (this.sharpV) this.out += type
    this.out += '{'
    let first = true
    for (const [name, value] of v.printedFields?.() ?? v.fields()) {
      if (!first) this.out += this.sharpV ? ', ' : ' '
      first = false
      if (this.plusV || this.sharpV) this.out += name + ':'
      this.printValue(value, verb, depth + 1)
    }
    this.out += '}'
  }

  private printMap(v: Map<string, Value>, verb: string, depth: number, type: string): void {
    if (this.sharpV && isNil(v)) {
      this.out += type + '(nil)'
      return
    }
    this.out += this.sharpV ? type + '{' : 'map['
    const between = this.sharpV ? ', ' : ' '
    let first = true
    for (const key of sortedKeys(v)) {
      if (!first) this.out += between
      first = false
      this.printValue(key, verb, depth + 1)
      this.out += ':'
      this.printValue(v.get(key)!, verb, depth + 1)
    }
    this.out += this.sharpV ? '}' : ']'
  }

  private printSlice(v: Value[], verb: string, depth: number, type: string): void {
    if (this.sharpV && isNil(v)) {
      this.out += type + '(nil)'
      return
    }
    this.out += this.sharpV ? type + '{' : '['
    const between = this.sharpV ? ', ' : ' '
    for (let i = 0; i < v.length; i++) {
      if (i > 0) this.out += between
      this.printValue(v[i]!, verb, depth + 1)
    }
    this.out += this.sharpV ? '}' : ']'
  }

  private badVerb(v: Value, verb: string): void {
    this.erroring = true
    this.out += '%!' + verb + '('
    if (v === null) {
      this.out += nilText
    } else {
      this.out += typeOf(v) + '='
      this.printValue(v, 'v', 0)
    }
    this.out += ')'
    this.erroring = false
  }

  private handleMethods(v: GoObject, verb: string): boolean {
    if (this.erroring) return false
    if (verb === 'w') {
      this.badVerb(v, verb)
      return true
    }
    if (this.sharpV) {
      const source = v.goString()
      if (source !== undefined) this.fmtS(source)
      return source !== undefined
    }
    if (verb !== 'v' && verb !== 's' && verb !== 'x' && verb !== 'X' && verb !== 'q') return false
    const text = v.text()
    if (text === undefined) return false
    this.fmtString(text, verb, v)
    return true
  }

  private pad(s: string): void {
    if (!this.hasWidth || this.width === 0) {
      this.out += s
      return
    }
    const missing = this.width - runeCount(s)
    if (missing <= 0) this.out += s
    else if (this.minus) this.out += s + ' '.repeat(missing)
    else this.out += (this.zero ? '0' : ' ').repeat(missing) + s
  }

  private padSpaces(s: string): void {
    const zero = this.zero
    this.zero = false
    this.pad(s)
    this.zero = zero
  }

  private truncate(s: string): string {
    if (!this.hasPrecision || s.length <= this.precision) return s
    let units = 0
    for (let n = 0; n < this.precision && units < s.length; n++) units += s.codePointAt(units)! > 0xffff ? 2 : 1
    return s.slice(0, units)
  }

  private fmtS(s: string): void {
    this.pad(this.truncate(s))
  }

  private fmtQ(s: string): void {
    s = this.truncate(s)
    if (this.sharp && canBackquote(s)) this.pad('`' + s + '`')
    else this.pad(this.plus ? quoteToASCII(s) : quote(s))
  }

  private fmtString(s: string, verb: string, whole: Value): void {
    switch (verb) {
      case 'v':
        if (this.sharpV) this.fmtQ(s)
        else this.fmtS(s)
        return
      case 's': return this.fmtS(s)
      case 'x': return this.fmtHex(encodeUtf8(s), false)
      case 'X': return this.fmtHex(encodeUtf8(s), true)
      case 'q': return this.fmtQ(s)
      default: return this.badVerb(whole, verb)
    }
  }

  private fmtBytes(v: Uint8Array, verb: string, type: string, direct: boolean): void {
    switch (verb) {
      case 's': return this.fmtS(decodeUtf8(v))
      case 'q': return this.fmtQ(decodeUtf8(v))
      case 'x': return this.fmtHex(v, false)
      case 'X': return this.fmtHex(v, true)
    }
    // A []byte operand is spelled []byte by %#v, one inside another value by its reflect type.
    const asNumbers = verb === 'v' || (direct && verb === 'd')
    if (this.sharpV) {
      this.out += (direct && !asNumbers ? '[]uint8' : type) + '{'
      for (let i = 0; i < v.length; i++) {
        if (i > 0) this.out += ', '
        if (asNumbers) this.fmt0x(BigInt(v[i]!), true)
        else this.fmtIntegerVerb(BigInt(v[i]!), false, verb, new Int(BigInt(v[i]!), 'uint8'))
      }
      this.out += '}'
      return
    }
    this.out += '['
    for (let i = 0; i < v.length; i++) {
      if (i > 0) this.out += ' '
      this.fmtIntegerVerb(BigInt(v[i]!), false, verb, new Int(BigInt(v[i]!), 'uint8'))
    }
    this.out += ']'
  }

  private fmtHex(bytes: Uint8Array, upper: boolean): void {
    const prefix = upper ? '0X' : '0x'
    const length = this.hasPrecision && this.precision < bytes.length ? this.precision : bytes.length
    if (length === 0) {
      // Go pads here even for a width that was given with the minus flag.
      if (this.hasWidth) this.out += this.padding(this.width)
      return
    }
    let s = this.sharp ? prefix : ''
    for (let i = 0; i < length; i++) {
      if (this.space && i > 0) s += this.sharp ? ' ' + prefix : ' '
      const b = bytes[i]!
      s += (b < 16 ? '0' : '') + (upper ? b.toString(16).toUpperCase() : b.toString(16))
    }
    this.pad(s)
  }

  private padding(n: number): string {
    return n > 0 ? (this.zero && !this.minus ? '0' : ' ').repeat(n) : ''
  }

  private fmt0x(n: bigint, prefix: boolean): void {
    const sharp = this.sharp
    this.sharp = prefix
    this.fmtInteger(n, 16, 'v', false)
    this.sharp = sharp
  }

  private fmtPointer(v: Value, verb: string): void {
    const kind = kindOf(v)
    if (kind !== 'map' && kind !== 'slice' && kind !== 'ptr' && kind !== 'func') return this.badVerb(v, verb)
    switch (verb) {
      case 'v':
        if (this.sharpV) {
          this.out += '(' + typeOf(v) + ')('
          this.fmt0x(address, true)
          this.out += ')'
        } else {
          this.fmt0x(address, !this.sharp)
        }
        return
      case 'p': return this.fmt0x(address, !this.sharp)
      case 'b':
      case 'o':
      case 'd':
      case 'x':
      case 'X': return this.fmtIntegerVerb(address, false, verb, v)
      default: return this.badVerb(v, verb)
    }
  }

  private fmtIntegerVerb(n: bigint, signed: boolean, verb: string, whole: Value): void {
    switch (verb) {
      case 'v':
        if (this.sharpV && !signed) return this.fmt0x(n, true)
        return this.fmtInteger(n, 10, verb, false)
      case 'd': return this.fmtInteger(n, 10, verb, false)
      case 'b': return this.fmtInteger(n, 2, verb, false)
      case 'o':
      case 'O': return this.fmtInteger(n, 8, verb, false)
      case 'x': return this.fmtInteger(n, 16, verb, false)
      case 'X': return this.fmtInteger(n, 16, verb, true)
      case 'c': return this.pad(runeToString(n < 0n || n > 0x10ffffn ? -1 : Number(n)))
      case 'q': return this.pad(quoteRune(n < 0n || n > 0x10ffffn ? -1 : Number(n), this.plus))
      case 'U': return this.fmtUnicode(BigInt.asUintN(64, n))
      default: return this.badVerb(whole, verb)
    }
  }

  private fmtInteger(n: bigint, base: number, verb: string, upper: boolean): void {
    const negative = n < 0n
    let precision = 0
    if (this.hasPrecision) {
      precision = this.precision
      if (precision === 0 && n === 0n) {
        this.out += ' '.repeat(this.width)
        return
      }
    } else if (this.zero && !this.minus && this.hasWidth) {
      precision = this.width
      if (negative || this.plus || this.space) precision--
    }
    let s = (negative ? -n : n).toString(base)
    if (upper) s = s.toUpperCase()
    if (s.length < precision) s = s.padStart(precision, '0')
    if (this.sharp) {
      if (base === 2) s = '0b' + s
      else if (base === 8) s = s[0] === '0' ? s : '0' + s
      else if (base === 16) s = (upper ? '0X' : '0x') + s
    }
    if (verb === 'O') s = '0o' + s
    if (negative) s = '-' + s
    else if (this.plus) s = '+' + s
    else if (this.space) s = ' ' + s
    this.padSpaces(s)
  }

  private fmtUnicode(n: bigint): void {
    const precision = this.hasPrecision && this.precision > 4 ? this.precision : 4
    let s = 'U+' + n.toString(16).toUpperCase().padStart(precision, '0')
    if (this.sharp && n <= 0x10ffffn && isPrint(Number(n))) s += " '" + String.fromCodePoint(Number(n)) + "'"
    this.padSpaces(s)
  }

  private fmtFloatVerb(f: number, verb: string): void {
    switch (verb) {
      case 'v': return this.fmtFloat(f, 'g', -1)
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X': return this.fmtFloat(f, verb, -1)
      case 'f':
      case 'e':
      case 'E': return this.fmtFloat(f, verb, 6)
      case 'F': return this.fmtFloat(f, 'f', 6)
      default: return this.badVerb(f, verb)
    }
  }

  private fmtFloat(f: number, verb: string, precision: number): void {
    if (this.hasPrecision) precision = this.precision
    let s = formatFloat(f, verb, precision)
    let sign = '+'
    if (s[0] === '-' || s[0] === '+') {
      sign = s[0]
      s = s.slice(1)
    }
    if (this.space && sign === '+' && !this.plus) sign = ' '
    if (s[0] === 'I' || s[0] === 'N') {
      this.padSpaces(this.plus || sign !== '+' ? (s[0] === 'N' && !this.space && !this.plus ? s : sign + s) : s[0] === 'N' ? s : sign + s)
      return
    }
    if (this.sharp && verb !== 'b') s = withTrailingZeros(s, verb, precision)
    if (this.plus || sign !== '+') {
      const missing = this.width - s.length - 1
      if (this.zero && !this.minus && this.hasWidth && missing > 0) this.out += sign + '0'.repeat(missing) + s
      else this.pad(sign + s)
      return
    }
    this.pad(s)
  }
}

/** The # flag: a decimal point always, and under %g the zeros that were cut off. */
function withTrailingZeros(s: string, verb: string, precision: number): string {
  let digits = 0
  if (verb === 'g' || verb === 'G' || verb === 'x') digits = precision === -1 ? 6 : precision
  let tail = ''
  let point = false
  let nonzero = false
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!
    if (c === '.') {
      point = true
      continue
    }
    if (c === 'p' || c === 'P' || ((c === 'e' || c === 'E') && verb !== 'x' && verb !== 'X')) {
      tail = s.slice(i)
      s = s.slice(0, i)
      break
    }
    if (c !== '0') nonzero = true
    if (nonzero) digits--
  }
  if (!point) {
    if (s === '0') digits--
    s += '.'
  }
  return s + '0'.repeat(Math.max(digits, 0)) + tail
}
