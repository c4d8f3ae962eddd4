import { quote } from './quote.ts'

/**
 * strconv.NumError. Go returns a value beside the error, which callers that ignore the error go on with (Sprig's atoi):
 * it is kept in `value`.
 */
export class NumError extends Error {
  readonly value: bigint | number
  readonly reason: string
  constructor(func: string, text: string, reason: string, value: bigint | number = 0n) {
    super(`strconv.${func}: parsing ${quote(text)}: ${reason}`)
    this.value = value
    this.reason = reason
  }
}

const syntax = 'invalid syntax'
const range = 'value out of range'

/** strconv.ParseBool. */
export function parseBool(s: string): boolean {
  switch (s) {
    case '1': case 't': case 'T': case 'true': case 'TRUE': case 'True': return true
    case '0': case 'f': case 'F': case 'false': case 'FALSE': case 'False': return false
  }
  throw new NumError('ParseBool', s, syntax)
}

/** strconv.ParseUint. Base 0 reads the prefixes 0b, 0o, 0x and 0, and underscores. Throws NumError. */
export function parseUint(s: string, base = 10, bitSize = 64): bigint {
  return unsigned(s, s, base, bitSize, 'ParseUint')
}

/** strconv.ParseInt. Throws NumError, whose `value` is the nearest representable integer when out of range. */
export function parseInt(s: string, base = 10, bitSize = 64): bigint {
  return signed(s, base, bitSize, 'ParseInt')
}

/** strconv.Atoi. */
export function atoi(s: string): bigint {
  return signed(s, 10, 64, 'Atoi')
}

function signed(s: string, base: number, bitSize: number, func: string): bigint {
  if (s === '') throw new NumError(func, s, syntax)
  const negative = s[0] === '-'
  const digits = negative || s[0] === '+' ? s.slice(1) : s
  const bits = bitSize === 0 ? 64 : bitSize
  if (base === 10 && bits === 64 && digits.length < 16 && /^[0-9]+$/.test(digits)) {
    return BigInt(negative ? -Number(digits) : Number(digits))
  }
  const limit = bits > 0 && bits <= 64 ? 1n << BigInt(bits - 1) : 0n
  let n: bigint
  try {
    n = unsigned(s, digits, base, bitSize, func)
  } catch (e) {
    if (e instanceof NumError && e.reason === range) throw new NumError(func, s, range, negative ? -limit : limit - 1n)
    throw e
  }
  if (negative ? n > limit : n >= limit) throw new NumError(func, s, range, negative ? -limit : limit - 1n)
  return negative ? -n : n
}

function unsigned(whole: string, s: string, base: number, bitSize: number, func: string): bigint {
  if (s === '') throw new NumError(func, whole, syntax)
  const anyBase = base === 0
  let digits = s
  if (anyBase) {
    base = 10
    if (s[0] === '0') {
      const letter = s.length >= 3 ? s[1]!.toLowerCase() : ''
      base = letter === 'b' ? 2 : letter === 'x' ? 16 : 8
      digits = s.slice(letter === 'b' || letter === 'x' || letter === 'o' ? 2 : 1)
    }
  } else if (base < 2 || base > 36) {
    throw new NumError(func, whole, `invalid base ${base}`)
  }
  if (bitSize < 0 || bitSize > 64) throw new NumError(func, whole, `invalid bit size ${bitSize}`)
  const max = (1n << BigInt(bitSize === 0 ? 64 : bitSize)) - 1n
  let underscores = false
  let n = 0n
  let small = 0
  let safe = true
  for (let i = 0; i < digits.length; i++) {
    const c = digits.charCodeAt(i)
    if (c === 0x5f && anyBase) {
      underscores = true
      continue
    }
    const lower = c | 0x20
    const d = c >= 0x30 && c <= 0x39 ? c - 0x30 : lower >= 0x61 && lower <= 0x7a && c < 0x80 ? lower - 87 : 99
    if (d >= base) throw new NumError(func, whole, syntax)
    if (safe) {
      const next = small * base + d
      if (next <= Number.MAX_SAFE_INTEGER) {
        small = next
        if (BigInt(small) > max) throw new NumError(func, whole, range, max)
        continue
      }
      safe = false
      n = BigInt(small)
    }
    n = n * BigInt(base) + BigInt(d)
    // Go stops reading here, too: what follows is not checked.
    if (n > max) throw new NumError(func, whole, range, max)
  }
  if (underscores && !underscoresAllowed(s)) throw new NumError(func, whole, syntax)
  return safe ? BigInt(small) : n
}

/** Underscores must stand between digits, or between the base prefix and a digit. */
function underscoresAllowed(s: string): boolean {
  const prefix = /^[-+]?0[box]/i.exec(s)
  const body = prefix ? '0' + s.slice(prefix[0].length) : s
  const digit = prefix && /x$/i.test(prefix[0]) ? '[0-9a-f]' : '[0-9]'
  return !new RegExp(`(?<!${digit})_|_(?!${digit})`, 'i').test(body)
}

const decimalFloat = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/
const hexFloat = /^([-+]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([-+]?[0-9]+)$/
const special = /^(?:[-+]?(?:inf|infinity)|nan)$/i

/** strconv.ParseFloat. Throws NumError, whose `value` is an infinity when out of range. */
export function parseFloat(s: string, bitSize: 32 | 64 = 64): number {
  if (decimalFloat.test(s)) return checkRange(Number(s), s, bitSize)
  if (special.test(s)) return /^nan$/i.test(s) ? NaN : s[0] === '-' ? -Infinity : Infinity
  // Unlike the documentation, Go's reader takes underscores in decimal numbers too.
  const clean = s.includes('_') && underscoresAllowed(s) ? s.replaceAll('_', '') : s
  if (clean !== s && decimalFloat.test(clean)) return checkRange(Number(clean), s, bitSize)
  const m = hexFloat.exec(clean)
  if (!m || (m[2] === '' && (m[3] ?? '') === '')) throw new NumError('ParseFloat', s, syntax, 0)
  const fraction = m[3] ?? ''
  const mantissa = BigInt('0x0' + m[2] + fraction)
  const f = scale(mantissa, Math.max(-20000, Math.min(20000, Number(m[4]))) - 4 * fraction.length, bitSize)
  return checkRange(m[1] === '-' ? -f : f, s, bitSize)
}

function checkRange(f: number, s: string, bitSize: 32 | 64): number {
  const out = bitSize === 32 ? Math.fround(f) : f
  if (out === Infinity || out === -Infinity) throw new NumError('ParseFloat', s, range, out)
  return out
}

/** mantissa * 2^exponent rounded once, half to even. */
function scale(mantissa: bigint, exponent: number, bitSize: 32 | 64): number {
  if (mantissa === 0n) return 0
  const precision = bitSize === 32 ? 24 : 53
  const lowest = bitSize === 32 ? -149 : -1074
  const length = mantissa.toString(2).length
  let drop = length - precision
  if (exponent + drop < lowest) drop = lowest - exponent
  if (drop > length + 1) return 0
  if (drop > 0) {
    const d = BigInt(drop)
    const rest = mantissa & ((1n << d) - 1n)
    const half = 1n << (d - 1n)
    mantissa >>= d
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++
    exponent += drop
  }
  // Two steps, since 2 ** exponent alone may under- or overflow; both are exact.
  let f = Number(mantissa)
  while (exponent > 1000) {
    f *= 2 ** 1000
    exponent -= 1000
  }
  if (exponent < -1000) {
    f *= 2 ** (-1000 - 60)
    exponent += 1060
    return f * 2 ** exponent
  }
  return f * 2 ** exponent
}
