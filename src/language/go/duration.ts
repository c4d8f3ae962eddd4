import { quoteForTime } from './time-layout.ts'
import { GoObject, Int, int64 } from './values.ts'
import type { BoundMethod, Value } from './values.ts'
import { encodeUtf8 } from './utf8.ts'

const maxDuration = (1n << 63n) - 1n
const minDuration = -(1n << 63n)
const second = 1_000_000_000n

/** time.Duration: nanoseconds, a named int64. */
export class Duration extends GoObject {
  readonly goType = 'time.Duration'
  readonly goKind = 'int64'
  readonly nanoseconds: bigint
  constructor(nanoseconds: bigint) {
    super()
    this.nanoseconds = BigInt.asIntN(64, nanoseconds)
  }

  override underlying(): Value {
    return int64(this.nanoseconds)
  }

  override ofSameType(plain: Int): Value {
    return new Duration(plain.value)
  }

  override text(): string {
    return durationString(this.nanoseconds)
  }

  override toJSONValue(): Value {
    return int64(this.nanoseconds)
  }

  /** Hours, Minutes and Seconds add the whole part and the rest in floating point, as Go does. */
  in(unit: bigint): number {
    return Number(this.nanoseconds / unit) + Number(this.nanoseconds % unit) / Number(unit)
  }

  truncate(m: bigint): Duration {
    return m <= 0n ? this : new Duration(this.nanoseconds - (this.nanoseconds % m))
  }

  /** Rounds to the nearest multiple of `m`, half-way cases away from zero; saturates. */
  round(m: bigint): Duration {
    if (m <= 0n) return this
    const d = this.nanoseconds
    const negative = d < 0n
    const abs = negative ? -d : d
    const rest = abs % m
    let out = rest + rest < m ? abs - rest : abs + m - rest
    if (negative) out = -out
    return new Duration(out > maxDuration ? maxDuration : out < minDuration ? minDuration : out)
  }

  override method(name: string): BoundMethod | undefined {
    const d = this.nanoseconds
    switch (name) {
      case 'String': return getter(() => this.text())
      case 'Nanoseconds': return getter(() => int64(d))
      case 'Microseconds': return getter(() => int64(d / 1000n))
      case 'Milliseconds': return getter(() => int64(d / 1_000_000n))
      case 'Seconds': return getter(() => this.in(second))
      case 'Minutes': return getter(() => this.in(60n * second))
      case 'Hours': return getter(() => this.in(3600n * second))
      case 'Abs': return getter(() => new Duration(d >= 0n ? d : d === minDuration ? maxDuration : -d))
      case 'Round': return { params: ['time.Duration'], call: args => this.round(nanosecondsOf(args[0]!)) }
      case 'Truncate': return { params: ['time.Duration'], call: args => this.truncate(nanosecondsOf(args[0]!)) }
    }
    return undefined
  }
}

function getter(call: () => Value): BoundMethod {
  return { params: [], call }
}

/** Nanoseconds of a Duration, or of an integer constant that stands for one. */
export function nanosecondsOf(v: Value): bigint {
  if (v instanceof Duration) return v.nanoseconds
  if (v instanceof Int) return v.value
  throw new Error('not a time.Duration')
}

/** time.Duration.String: `1h2m3.5s`, `1.5ms`, `0s`. */
export function durationString(ns: bigint): string {
  if (ns === 0n) return '0s'
  const negative = ns < 0n
  const abs = negative ? -ns : ns
  let out: string
  if (abs < second) {
    out = abs < 1000n ? abs + 'ns' : abs < 1_000_000n ? fraction(abs, 1000n, 3) + '\u00b5s' : fraction(abs, 1_000_000n, 6) + 'ms'
  } else {
    const minutes = abs / (60n * second)
    out = fraction(abs % (60n * second), second, 9) + 's'
    if (minutes > 0n) {
      out = (minutes % 60n) + 'm' + out
      if (minutes >= 60n) out = minutes / 60n + 'h' + out
    }
  }
  return negative ? '-' + out : out
}

function fraction(n: bigint, unit: bigint, digits: number): string {
  const rest = (n % unit).toString().padStart(digits, '0').replace(/0+$/, '')
  return (n / unit).toString() + (rest === '' ? '' : '.' + rest)
}

function unitOf(name: string): bigint | undefined {
  switch (name) {
    case 'ns': return 1n
    case 'us':
    case '\u00b5s':
    case '\u03bcs': return 1000n
    case 'ms': return 1_000_000n
    case 's': return second
    case 'm': return 60n * second
    case 'h': return 3600n * second
  }
  return undefined
}

/** time.ParseDuration. Throws Go's error texts. */
export function parseDuration(s: string): Duration {
  const bad = (what = 'invalid duration'): Error => new Error(`time: ${what} ${quoteForTime(encodeUtf8(s))}`)
  const limit = 1n << 63n
  let i = 0
  const negative = s[0] === '-'
  if (negative || s[0] === '+') i++
  if (s.slice(i) === '0') return new Duration(0n)
  if (i === s.length) throw bad()
  let total = 0n
  while (i < s.length) {
    const start = i
    while (isDigit(s.charCodeAt(i))) i++
    const whole = s.slice(start, i)
    let fraction = ''
    if (s[i] === '.') {
      const from = ++i
      while (isDigit(s.charCodeAt(i))) i++
      fraction = s.slice(from, i)
    }
    // Digits alone may be too many; a long fraction only loses precision. Cheap length tests first: the input may be huge.
    const digits = whole.replace(/^0+/, '')
    if ((whole === '' && fraction === '') || digits.length > 19) throw bad()
    let value = BigInt(digits || '0')
    if (value > limit) throw bad()
    const unitStart = i
    while (i < s.length && s[i] !== '.' && !isDigit(s.charCodeAt(i))) i++
    if (i === unitStart) throw bad('missing unit in duration')
    const name = s.slice(unitStart, i)
    const unit = unitOf(name)
    if (unit === undefined) throw bad(`unknown unit ${quoteForTime(encodeUtf8(name))} in duration`)
    if (value > limit / unit) throw bad()
    value *= unit
    const [f, scale] = leadingFraction(fraction)
    if (f > 0n) value += BigInt(Math.trunc(Number(f) * (Number(unit) / scale)))
    if (value > limit) throw bad()
    // A sum of 1<<64 slips through Go's check, having wrapped.
    total = BigInt.asUintN(64, total + value)
    if (total > limit) throw bad()
  }
  if (negative) return new Duration(-total)
  if (total > maxDuration) throw bad()
  return new Duration(total)
}

/** The digits after the point as far as they fit in 63 bits, and the power of ten to divide by. */
function leadingFraction(digits: string): [value: bigint, scale: number] {
  let value = 0n
  let scale = 1
  for (const c of digits.slice(0, 400)) {
    if (value > maxDuration / 10n) break
    const next = value * 10n + BigInt(c)
    if (next > 1n << 63n) break
    value = next
    scale *= 10
  }
  return [value, scale]
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}
