import { Duration, formatValue, GoObject, Int, int64, NumError, parseDuration, parseFloat, quote, typeOf } from '../go/index.ts'
import type { Value } from '../go/index.ts'
import { truncateToInt64 } from './cast.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { trimSpace } from './strings.ts'

const second = 1_000_000_000n
const maxSeconds = (2n ** 63n - 1n) / second
const maxSecondsFloat = 2 ** 63 / 1e9

/** Helm's asDuration: a duration, its text, or a number of seconds. @throws with Helm's texts */
function asDuration(v: Value): Duration {
  if (v instanceof Duration) return v
  if (v === null) throw new Error('invalid duration')
  if (typeof v === 'string') return fromText(v)
  if (typeof v === 'number') return fromFloat(v)
  const inner = v instanceof GoObject ? v.underlying() : v
  if (inner instanceof Int) return fromInt(inner)
  if (typeof inner === 'number') return fromFloat(inner)
  throw new Error(`unsupported duration type ${typeOf(v)}`)
}

function fromText(text: string): Duration {
  const s = trimSpace(text)
  if (s === '') throw new Error('empty duration')
  try {
    return parseDuration(s)
  } catch {
    // No duration with units; it may be a plain number.
  }
  let seconds: number
  try {
    seconds = parseFloat(s)
  } catch (error) {
    if (error instanceof NumError) throw new Error(`could not parse duration ${quote(text)}`)
    throw error
  }
  return fromFloat(seconds)
}

function fromInt({ value, kind }: Int): Duration {
  const signed = !kind.startsWith('uint')
  if (value > maxSeconds || (signed && value < -maxSeconds)) throw new Error(`duration seconds overflow: ${value}`)
  return new Duration(value * second)
}

function fromFloat(seconds: number): Duration {
  if (!Number.isFinite(seconds)) throw new Error(`invalid duration seconds: ${formatValue(seconds)}`)
  if (seconds > maxSecondsFloat || seconds < -maxSecondsFloat) {
    throw new Error(`duration seconds overflow: ${formatValue(seconds)}`)
  }
  const nanoseconds = seconds * 1e9
  if (nanoseconds > 2 ** 63 || nanoseconds < -(2 ** 63)) throw new Error(`duration nanoseconds overflow: ${formatValue(nanoseconds)}`)
  return new Duration(truncateToInt64(nanoseconds))
}

function orUndefined(v: Value): Duration | undefined {
  try {
    return asDuration(v)
  } catch {
    return undefined
  }
}

/** A number of the duration; zero where it is none. */
const float = (f: (d: Duration) => number): Family[string] => fn('any', ([v]) => {
  const d = orUndefined(v!)
  return d === undefined ? 0 : f(d)
})
const whole = (unit: bigint): Family[string] => fn('any', ([v]) => int64((orUndefined(v!)?.nanoseconds ?? 0n) / unit))
const to = (f: (d: Duration, m: bigint) => Duration): Family[string] => fn('any,any', ([v, m]) => {
  const d = orUndefined(v!)
  if (d === undefined) return new Duration(0n)
  const multiple = orUndefined(m!)
  return multiple === undefined ? d : f(d, multiple.nanoseconds)
})

const hours = (d: Duration): number => d.in(3600n * second)

export const helmDurations: Family = {
  mustToDuration: fn('any', ([v]) => asDuration(v!)),
  durationSeconds: float((d) => d.in(second)),
  durationMilliseconds: whole(1_000_000n),
  durationMicroseconds: whole(1000n),
  durationNanoseconds: whole(1n),
  durationMinutes: float((d) => d.in(60n * second)),
  durationHours: float(hours),
  durationDays: float((d) => hours(d) / 24),
  durationWeeks: float((d) => hours(d) / 24 / 7),
  durationRoundTo: to((d, m) => d.round(m)),
  durationTruncateTo: to((d, m) => d.truncate(m)),
}
