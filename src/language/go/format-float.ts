/** Significant decimal digits of a finite positive number and where its decimal point stands: 0.DIGITS * 10^point. */
interface Decimal {
  digits: string
  point: number
}

/**
 * strconv.FormatFloat.
 * `format` is one of e E f g G b x X; `precision` -1 means the fewest digits that read back as the same number.
 */
export function formatFloat(f: number, format: string, precision = -1, bitSize: 32 | 64 = 64): string {
  if (f !== f) return 'NaN'
  if (f === Infinity) return '+Inf'
  if (f === -Infinity) return '-Inf'
  const negative = f < 0 || Object.is(f, -0)
  const sign = negative ? '-' : ''
  const abs = negative ? -f : f
  switch (format) {
    case 'b': return sign + formatBinary(abs, bitSize)
    case 'x':
    case 'X': return sign + formatHex(abs, precision, format === 'X', bitSize)
    case 'f':
      if (precision >= 0) return sign + fixed(abs, precision)
      break
    case 'g':
      if (precision < 0 && abs < 1e6 && (abs >= 1e-4 || abs === 0) && bitSize === 64) return sign + abs
      break
    case 'e':
    case 'E':
    case 'G': break
    default: return '%' + format
  }
  if (precision < 0) {
    const d = shortest(abs, bitSize)
    if (format === 'e' || format === 'E') return sign + exponential(d, Math.max(d.digits.length - 1, 0), format)
    if (format === 'f') return sign + plain(d, Math.max(d.digits.length - d.point, 0))
    const exp = d.point - 1
    // The threshold of the shortest form is fixed: see formatDigits in internal/strconv/ftoa.go.
    if (exp < -4 || exp >= 6) return sign + exponential(d, d.digits.length - 1, format === 'G' ? 'E' : 'e')
    return sign + plain(d, Math.max(d.digits.length - d.point, 0))
  }
  if (format === 'e' || format === 'E') return sign + exponential(exact(abs, precision + 1, undefined), precision, format)
  const wanted = precision === 0 ? 1 : precision
  const d = exact(abs, wanted, undefined)
  const count = d.digits.length
  const eprec = wanted > count && count >= d.point ? count : wanted
  const exp = d.point - 1
  if (exp < -4 || exp >= eprec) {
    return sign + exponential(d, Math.min(wanted, count) - 1, format === 'G' ? 'E' : 'e')
  }
  return sign + plain(d, Math.max((wanted > d.point ? count : wanted) - d.point, 0))
}

function shortest(abs: number, bitSize: 32 | 64): Decimal {
  if (abs === 0) return { digits: '', point: 0 }
  if (bitSize === 32) {
    for (let count = 1; count < 9; count++) {
      const d = exact(abs, count, undefined)
      if (Math.fround(Number(`.${d.digits}e${d.point}`)) === abs) return d
    }
    return exact(abs, 9, undefined)
  }
  return fromExponential(abs.toExponential())
}

function fromExponential(text: string): Decimal {
  const e = text.indexOf('e')
  const digits = e === 1 ? text[0]! : text[0]! + text.slice(2, e)
  return { digits: trimZeros(digits), point: Number(text.slice(e + 1)) + 1 }
}

function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--
  return end === digits.length ? digits : digits.slice(0, end)
}

/** %f with a precision. toFixed rounds as Go does except when the number lies exactly half-way, where Go rounds to even. */
function fixed(abs: number, precision: number): string {
  if (abs < 1e21 && precision <= 100) {
    const scaled = abs * 2 ** (precision + 1)
    if (!Number.isInteger(scaled) || scaled % 2 === 0) return abs.toFixed(precision)
  }
  return plain(exact(abs, undefined, precision), precision)
}

/** The exact decimal value rounded half to even, either to `significant` digits or to `decimals` places. */
function exact(abs: number, significant: number | undefined, decimals: number | undefined): Decimal {
  if (abs === 0) return { digits: '', point: 0 }
  const { mantissa, exponent } = split(abs)
  // abs = whole / 10^places exactly
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const places = exponent >= 0 ? 0 : -exponent
  const all = whole.toString()
  const point = all.length - places
  const keep = significant ?? point + decimals!
  if (keep >= all.length) return { digits: trimZeros(all), point }
  if (keep < 0) return { digits: '', point: 0 }
  const next = all.charCodeAt(keep) - 0x30
  let up = next > 5
  if (next === 5) {
    const beyond = trimZeros(all.slice(keep + 1)) !== ''
    up = beyond || (keep > 0 && (all.charCodeAt(keep - 1) & 1) === 1)
  }
  if (!up) {
    const digits = trimZeros(all.slice(0, keep))
    return digits === '' ? { digits, point: 0 } : { digits, point }
  }
  const rounded = (BigInt(all.slice(0, keep) || '0') + 1n).toString()
  return { digits: trimZeros(rounded), point: point + (rounded.length > keep ? 1 : 0) }
}

/** abs = mantissa * 2^exponent, as IEEE 754 holds it. */
function split(abs: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, abs)
  const bits = view.getBigUint64(0)
  const exp = Number(bits >> 52n) & 0x7ff
  const fraction = bits & 0xfffffffffffffn
  return exp === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | 0x10000000000000n, exponent: exp - 1075 }
}

function exponential(d: Decimal, precision: number, letter: string): string {
  const digits = d.digits === '' ? '0' : d.digits
  let out = digits[0]!
  if (precision > 0) out += '.' + digits.slice(1, precision + 1).padEnd(precision, '0')
  let exp = d.digits === '' ? 0 : d.point - 1
  out += letter + (exp < 0 ? '-' : '+')
  exp = Math.abs(exp)
  return out + (exp < 10 ? '0' : '') + exp
}

function plain(d: Decimal, precision: number): string {
  const { digits, point } = d
  let out = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  if (precision > 0) {
    const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits
    out += '.' + fraction.slice(0, precision).padEnd(precision, '0')
  }
  return out
}

function formatBinary(abs: number, bitSize: 32 | 64): string {
  const { mantissa, exponent } = bitSize === 32 ? split32(abs) : split(abs)
  return mantissa + 'p' + (exponent >= 0 ? '+' : '') + exponent
}

function split32(abs: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, abs)
  const bits = view.getUint32(0)
  const exp = bits >>> 23
  const fraction = bits & 0x7fffff
  return exp === 0 ? { mantissa: BigInt(fraction), exponent: -149 } : { mantissa: BigInt(fraction | 0x800000), exponent: exp - 150 }
}

function formatHex(abs: number, precision: number, upper: boolean, bitSize: 32 | 64): string {
  const parts = bitSize === 32 ? split32(abs) : split(abs)
  let mantissa = parts.mantissa
  let exp = 0
  if (mantissa !== 0n) {
    // Bring the leading one to bit 60, so that 15 hexadecimal digits follow it.
    exp = parts.exponent + 60
    while ((mantissa & (1n << 60n)) === 0n) {
      mantissa <<= 1n
      exp--
    }
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4)
    const extra = mantissa & ((1n << drop) - 1n)
    mantissa >>= drop
    const half = 1n << (drop - 1n)
    if (extra > half || (extra === half && (mantissa & 1n) === 1n)) mantissa++
    mantissa <<= drop
    if ((mantissa & (1n << 61n)) !== 0n) {
      mantissa >>= 1n
      exp++
    }
  }
  let out = '0x' + (mantissa >> 60n)
  const fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0')
  const shown = precision < 0 ? trimZeros(fraction) : fraction.slice(0, precision).padEnd(precision, '0')
  if (shown !== '') out += '.' + shown
  out += 'p' + (exp < 0 ? '-' : '+') + String(Math.abs(exp)).padStart(2, '0')
  return upper ? out.toUpperCase() : out
}
