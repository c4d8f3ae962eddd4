import { formatValue, int, Int, int64, NumError, parseInt } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { toFloat64, toInt, toInt64 } from './cast.ts'
import { addDecimals, decimalFromFloat, decimalToFloat, divideDecimals, multiplyDecimals, negateDecimal } from './decimal.ts'
import type { Decimal } from './decimal.ts'
import { fn, variadic } from './define.ts'
import type { Family } from './define.ts'

/** Runs `step` over the arguments as decimals, starting from the first. */
function decimals(step: (a: Decimal, b: Decimal) => Decimal): Family[string] {
  return variadic('any,any', (args) => {
    let result = decimalFromFloat(toFloat64(args[0]!))
    for (let i = 1; i < args.length; i++) result = step(result, decimalFromFloat(toFloat64(args[i]!)))
    return decimalToFloat(result)
  })
}

const most = variadic('any,any', (args) => {
  let best = toInt64(args[0]!)
  for (const v of args) {
    const n = toInt64(v)
    if (n > best) best = n
  }
  return int64(best)
})

/** math.Max: an infinity beats NaN. */
function maxFloat(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b)
}
function minFloat(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)
}

/** math.Pow(10, n) as Go multiplies it, which beyond 10^22 differs from the nearest float. */
function powerOfTen(n: number): number {
  let fraction = 1
  let exponent = 0
  let x = 0.625
  let e = 4
  for (let i = Math.abs(n); i > 0; i = Math.floor(i / 2)) {
    if (e > 4096) {
      exponent += e
      break
    }
    if (i % 2 === 1) {
      fraction *= x
      exponent += e
    }
    x *= x
    e *= 2
    if (x < 0.5) {
      x += x
      e--
    }
  }
  return n < 0 ? scale(1 / fraction, -exponent) : scale(fraction, exponent)
}

/** math.Ldexp: x * 2^e in two steps, so that a subnormal result is rounded once. */
function scale(x: number, e: number): number {
  if (e > 1100) return x * Infinity
  if (e < -1200) return 0
  if (e > 1000) return x * 2 ** 1000 * 2 ** (e - 1000)
  if (e < -1000) return x * 2 ** (e + 200) * 2 ** -200
  return x * 2 ** e
}

function round(value: number, places: number, roundOn: number): number {
  const power = powerOfTen(places)
  const digit = power * value
  // The fraction has the sign of the number, so that a negative one is always rounded down.
  const fraction = digit - Math.trunc(digit)
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power
}

export const numeric: Family = {
  int: fn('any', ([v]) => int(toInt(v!))),
  int64: fn('any', ([v]) => int64(toInt64(v!))),
  float64: fn('any', ([v]) => toFloat64(v!)),
  toDecimal: fn('any', ([v]) => {
    try {
      return int64(parseInt(formatValue(v!), 8))
    } catch (error) {
      if (error instanceof NumError) return int64(0)
      throw error
    }
  }),
  add1: fn('any', ([v]) => int64(toInt64(v!) + 1n)),
  add: variadic('any', (args) => {
    let sum = 0n
    for (const v of args) sum += toInt64(v)
    return int64(sum)
  }),
  sub: fn('any,any', ([a, b]) => int64(toInt64(a!) - toInt64(b!))),
  mul: variadic('any,any', (args) => {
    let product = 1n
    for (const v of args) product = BigInt.asIntN(64, product * toInt64(v))
    return int64(product)
  }),
  div: fn('any,any', ([a, b]) => int64(toInt64(a!) / divisor(b!))),
  mod: fn('any,any', ([a, b]) => int64(toInt64(a!) % divisor(b!))),
  add1f: fn('any', ([v]) => decimalToFloat(addDecimals(decimalFromFloat(toFloat64(v!)), { value: 1n, exponent: 0 }))),
  addf: variadic('any', (args) => {
    let sum: Decimal = { value: 0n, exponent: 0 }
    for (const v of args) sum = addDecimals(sum, decimalFromFloat(toFloat64(v)))
    return decimalToFloat(sum)
  }),
  subf: decimals((a, b) => addDecimals(a, negateDecimal(b))),
  mulf: decimals(multiplyDecimals),
  divf: decimals(divideDecimals),
  biggest: most,
  max: most,
  min: variadic('any,any', (args) => {
    let best = toInt64(args[0]!)
    for (const v of args) {
      const n = toInt64(v)
      if (n < best) best = n
    }
    return int64(best)
  }),
  maxf: variadic('any,any', (args) => args.map(toFloat64).reduce(maxFloat)),
  minf: variadic('any,any', (args) => args.map(toFloat64).reduce(minFloat)),
  ceil: fn('any', ([v]) => Math.ceil(toFloat64(v!))),
  floor: fn('any', ([v]) => Math.floor(toFloat64(v!))),
  round: variadic('any,int,float64', ([v, places, roundOn]) =>
    round(toFloat64(v!), Number((places as Int).value), roundOn === undefined ? 0.5 : (roundOn as number))),
}

function divisor(v: Value): bigint {
  const n = toInt64(v)
  if (n === 0n) throw new Error('runtime error: integer divide by zero')
  return n
}
