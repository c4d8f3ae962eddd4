import { GoObject, Int, NumError, parseFloat, parseInt } from '../go/index.ts'
import type { Value } from '../go/index.ts'

const minInt64 = -(2n ** 63n)

/** Go's int64(f) on amd64: towards zero; what does not fit, and NaN, becomes the least integer. */
export function truncateToInt64(f: number): bigint {
  if (!(f >= -9223372036854775808 && f < 9223372036854775808)) return minInt64
  return BigInt(Math.trunc(f))
}

/** spf13/cast.ToInt64: 0 for whatever is no number. Strings are read with Go's prefixes, `10.0` as 10. */
export function toInt64(v: Value): bigint {
  if (v instanceof Int) return v.kind === 'uint64' || v.kind === 'uint' ? BigInt.asIntN(64, v.value) : v.value
  if (typeof v === 'number') return truncateToInt64(v)
  if (typeof v === 'boolean') return v ? 1n : 0n
  return typeof v === 'string' ? parseOrZero(v) : weekdayOrMonth(v)
}

/** spf13/cast.ToInt: the same, an int having 64 bits. */
export const toInt = toInt64

/** spf13/cast.ToFloat64. */
export function toFloat64(v: Value): number {
  if (typeof v === 'number') return v
  if (v instanceof Int) return Number(v.value)
  if (typeof v === 'boolean') return v ? 1 : 0
  if (typeof v !== 'string') return Number(weekdayOrMonth(v))
  try {
    return parseFloat(v)
  } catch (error) {
    if (error instanceof NumError) return 0
    throw error
  }
}

/** The only named integers cast knows. */
function weekdayOrMonth(v: Value): bigint {
  if (!(v instanceof GoObject) || (v.goType !== 'time.Weekday' && v.goType !== 'time.Month')) return 0n
  const inner = v.underlying()
  return inner instanceof Int ? inner.value : 0n
}

function parseOrZero(s: string): bigint {
  try {
    return parseInt(trimZeroDecimal(s), 0)
  } catch (error) {
    if (error instanceof NumError) return 0n
    throw error
  }
}

function trimZeroDecimal(s: string): string {
  let zero = false
  for (let i = s.length - 1; i >= 0; i--) {
    if (s[i] === '.') {
      if (zero) return s.slice(0, i)
    } else if (s[i] === '0') zero = true
    else return s
  }
  return s
}
