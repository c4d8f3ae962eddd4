/** A decimal of shopspring/decimal: value * 10^exponent. Sprig's addf, subf, mulf and divf calculate with it. */
export interface Decimal {
  readonly value: bigint
  readonly exponent: number
}

/** Digits after the point that a division keeps. */
const divisionPrecision = 16

/** The decimal of the fewest digits that reads back as `f`. @throws for NaN and infinities */
export function decimalFromFloat(f: number): Decimal {
  if (!Number.isFinite(f)) {
    throw new Error(`Cannot create a Decimal from ${Number.isNaN(f) ? 'NaN' : f > 0 ? '+Inf' : '-Inf'}`)
  }
  if (f === 0) return { value: 0n, exponent: 0 }
  const m = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(f.toExponential())!
  const fraction = m[3] ?? ''
  return { value: BigInt(m[1]! + m[2]! + fraction), exponent: Number(m[4]) - fraction.length }
}

/** The nearest float64. */
export function decimalToFloat({ value, exponent }: Decimal): number {
  return Number(`${value}e${exponent}`)
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { value: rescale(a, exponent) + rescale(b, exponent), exponent }
}

export function negateDecimal(a: Decimal): Decimal {
  return { value: -a.value, exponent: a.exponent }
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent }
}

/** Rounds half away from zero. @throws `decimal division by 0` */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new Error('decimal division by 0')
  const shift = a.exponent - b.exponent + divisionPrecision
  const numerator = shift < 0 ? a.value : a.value * 10n ** BigInt(shift)
  const denominator = shift < 0 ? b.value * 10n ** BigInt(-shift) : b.value
  const quotient = numerator / denominator
  const doubled = 2n * abs(numerator % denominator)
  if (doubled < abs(denominator)) return { value: quotient, exponent: -divisionPrecision }
  const away = a.value < 0n !== b.value < 0n ? -1n : 1n
  return { value: quotient + away, exponent: -divisionPrecision }
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n)
const rescale = (d: Decimal, exponent: number): bigint => d.value * 10n ** BigInt(d.exponent - exponent)
