import { Int } from '../../../language/go/index.ts'
import { JsonNumber } from './json.ts'

/** An exact decimal: digits times a power of ten. What big.Rat is to the schema library. */
export interface Decimal {
  readonly digits: bigint
  readonly exponent: number
  /** The nearest float64, for messages. */
  readonly float: number
}

/** The exact value of a number; undefined when big.Rat would not read it (exponents beyond a million). */
export function decimalOf(value: number | Int | JsonNumber): Decimal | undefined {
  const text = value instanceof JsonNumber ? value.text : value instanceof Int ? String(value.value) : String(value)
  const match = /^([+-]?)([0-9]+)(?:\.([0-9]+))?(?:e([+-]?[0-9]+))?$/i.exec(text)
  if (match === null) return undefined
  const fraction = match[3] ?? ''
  const exponent = Number(match[4] ?? 0)
  if (Math.abs(exponent) > 1_000_000) return undefined
  let digits = BigInt(match[2]! + fraction)
  if (match[1] === '-') digits = -digits
  return { digits, exponent: digits === 0n ? 0 : exponent - fraction.length, float: Number(text) }
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

export function isMultiple(a: Decimal, of: Decimal): boolean {
  const [x, y] = aligned(a, of)
  if (y === 0n) throw new Error('division by zero')
  return x % y === 0n
}

export function isWhole(a: Decimal): boolean {
  return a.exponent >= 0 || a.digits % 10n ** BigInt(-a.exponent) === 0n
}

/** The integer a whole decimal is. */
export function wholeOf(a: Decimal): number {
  return Number(a.exponent >= 0 ? a.digits * 10n ** BigInt(a.exponent) : a.digits / 10n ** BigInt(-a.exponent))
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  const low = Math.min(a.exponent, b.exponent)
  return [a.digits * 10n ** BigInt(a.exponent - low), b.digits * 10n ** BigInt(b.exponent - low)]
}

/** An integer as golang.org/x/text/message prints it in English: 1,000. */
export function integerText(n: number): string {
  return grouped(String(n))
}

/** A float64 as golang.org/x/text/message prints `%v` in English: 1,234.5, and 1.5×10⁰⁷ from a million on. */
export function floatText(n: number): string {
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  const [mantissa, power] = n.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) {
    const digits = mantissa.replace(/[-.]/g, '').length
    return grouped(n.toFixed(Math.min(100, Math.max(0, digits - exponent - 1))))
  }
  const raised = String(Math.abs(exponent)).padStart(2, '0').replace(/[0-9]/g, (d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]!)
  return `${mantissa}×10${exponent < 0 ? '⁻' : ''}${raised}`
}

function grouped(text: string): string {
  const [whole, fraction] = text.split('.') as [string, string?]
  const out = whole.replace(/\B(?=([0-9]{3})+$)/g, ',')
  return fraction === undefined ? out : `${out}.${fraction}`
}
