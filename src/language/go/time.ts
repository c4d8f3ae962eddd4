import { civilFromDays, daysFromCivil, monthNames, weekdayNames, weekdayOf } from './calendar.ts'
import { Duration, nanosecondsOf } from './duration.ts'
import { localLocation, utc } from './location.ts'
import type { Location, Zone } from './location.ts'
import { layoutChunks } from './time-layout.ts'
import type { LayoutChunk } from './time-layout.ts'
import { GoObject, Int, int, int64 } from './values.ts'
import type { BoundMethod, Value } from './values.ts'
import { quoteForTime } from './time-layout.ts'
import { encodeUtf8 } from './utf8.ts'

/** Seconds from January 1 of the year 1, Go's zero Time, to 1970. */
const zeroToUnix = 62135596800n
const billion = 1_000_000_000n
const zoneUtc: Zone = { name: 'UTC', offset: 0, dst: false }

/** time.Month. */
export class Month extends GoObject {
  readonly goType = 'time.Month'
  readonly goKind = 'int'
  readonly number: number
  constructor(number: number) {
    super()
    this.number = number
  }
  override underlying(): Value {
    return int(this.number)
  }
  override text(): string {
    return monthNames[this.number - 1] ?? `%!Month(${this.number})`
  }
  override toJSONValue(): Value {
    return int(this.number)
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'String' ? { params: [], call: () => this.text() } : undefined
  }
}

/** time.Weekday. */
export class Weekday extends GoObject {
  readonly goType = 'time.Weekday'
  readonly goKind = 'int'
  readonly number: number
  constructor(number: number) {
    super()
    this.number = number
  }
  override underlying(): Value {
    return int(this.number)
  }
  override text(): string {
    return weekdayNames[this.number]!
  }
  override toJSONValue(): Value {
    return int(this.number)
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'String' ? { params: [], call: () => this.text() } : undefined
  }
}

/** time.Time: an instant to the nanosecond and the location it is shown in. */
export class Time extends GoObject {
  readonly goType = 'time.Time'
  readonly goKind = 'struct'
  /** Seconds since 1970, UTC. */
  readonly seconds: bigint
  readonly nanosecond: number
  readonly location: Location
  /** The location that the Local method goes to. */
  readonly local: Location
  /** Reading of the monotonic clock in nanoseconds, which only `now` has: String shows it. */
  readonly monotonic: bigint | undefined

  constructor(seconds: bigint, nanosecond: number, location: Location, local: Location = location, monotonic?: bigint) {
    super()
    this.seconds = BigInt.asIntN(64, seconds)
    this.nanosecond = nanosecond
    this.location = location
    this.local = local
    this.monotonic = monotonic
  }

  /** time.Unix(0, ns) in a location. */
  static fromNanoseconds(ns: bigint, location: Location = utc, local: Location = location): Time {
    const rest = Number(((ns % billion) + billion) % billion)
    return new Time((ns - BigInt(rest)) / billion, rest, location, local)
  }

  /** time.Date: fields may lie outside their usual ranges and are carried over. */
  static date(
    year: number, month: number, day: number, hour: number, minute: number, second: number, ns: number,
    location: Location, local: Location = location,
  ): Time {
    second += Math.floor(ns / 1e9)
    const nanosecond = ns - Math.floor(ns / 1e9) * 1e9
    let unix = BigInt(daysFromCivil(year, month, day)) * 86400n + BigInt(hour * 3600 + minute * 60 + second)
    // The zone at the wall clock's time taken as UTC; when its offset leads to another zone, that one's offset (time.Date).
    const naive = Number(unix)
    const { offset } = location.at(naive)
    if (offset !== 0) {
      const guess = naive - offset
      const there = location.at(guess).offset
      unix -= BigInt(there === offset ? offset : there)
    }
    return new Time(unix, nanosecond, location, local)
  }

  /** The zone in force. */
  zone(): Zone {
    return this.location === utc ? zoneUtc : this.location.at(Number(this.seconds))
  }

  /** Seconds of the wall clock, counted from 1970. Go wraps at the ends of its calendar, 292 milliard years away. */
  private wall(): number {
    const s = this.seconds
    if (s > -4_000_000_000_000_000n && s < 4_000_000_000_000_000n) return Number(s) + this.zone().offset
    return NaN
  }

  private days(): number {
    const wall = this.wall()
    if (wall === wall) return Math.floor(wall / 86400)
    return Number(this.absolute() / 86400n) - 106751991073400
  }

  private secondOfDay(): number {
    const wall = this.wall()
    if (wall === wall) return wall - Math.floor(wall / 86400) * 86400
    return Number(this.absolute() % 86400n)
  }

  /** Go's absolute seconds, unsigned and counted from March 1 of the year -292277022400. */
  private absolute(): bigint {
    return BigInt.asUintN(64, this.seconds + BigInt(this.zone().offset) + 9223372028741760000n)
  }

  civil(): { year: number; month: number; day: number } {
    return civilFromDays(this.days())
  }

  yearDay(): number {
    const days = this.days()
    return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1
  }

  weekday(): number {
    return weekdayOf(this.days())
  }

  clock(): { hour: number; minute: number; second: number } {
    const s = this.secondOfDay()
    return { hour: Math.floor(s / 3600), minute: Math.floor((s % 3600) / 60), second: s % 60 }
  }

  /** The same instant shown elsewhere; loses the monotonic clock. */
  in(location: Location): Time {
    return new Time(this.seconds, this.nanosecond, location, this.local)
  }

  isZero(): boolean {
    return this.seconds === -zeroToUnix && this.nanosecond === 0
  }

  unixNano(): bigint {
    return BigInt.asIntN(64, this.seconds * billion + BigInt(this.nanosecond))
  }

  add(ns: bigint): Time {
    let seconds = this.seconds + ns / billion
    let nano = this.nanosecond + Number(ns % billion)
    if (nano >= 1e9) {
      seconds++
      nano -= 1e9
    } else if (nano < 0) {
      seconds--
      nano += 1e9
    }
    const monotonic = this.monotonic === undefined ? undefined : this.monotonic + ns
    return new Time(seconds, nano, this.location, this.local, monotonic)
  }

  addDate(years: number, months: number, days: number): Time {
    const { year, month, day } = this.civil()
    const { hour, minute, second } = this.clock()
    return Time.date(year + years, month + months, day + days, hour, minute, second, this.nanosecond, this.location, this.local)
  }

  /** t - u, saturating. */
  sub(u: Time): Duration {
    if (this.monotonic !== undefined && u.monotonic !== undefined) return new Duration(this.monotonic - u.monotonic)
    const d = (this.seconds - u.seconds) * billion + BigInt(this.nanosecond - u.nanosecond)
    const max = (1n << 63n) - 1n
    return new Duration(d > max ? max : d < -max - 1n ? -max - 1n : d)
  }

  /** Negative, zero or positive as `this` is before, at or after `u`. */
  compare(u: Time): number {
    if (this.monotonic !== undefined && u.monotonic !== undefined) {
      return this.monotonic < u.monotonic ? -1 : this.monotonic > u.monotonic ? 1 : 0
    }
    if (this.seconds !== u.seconds) return this.seconds < u.seconds ? -1 : 1
    return Math.sign(this.nanosecond - u.nanosecond)
  }

  private sinceZero(): bigint {
    return (this.seconds + zeroToUnix) * billion + BigInt(this.nanosecond)
  }

  truncate(d: bigint): Time {
    const bare = this.in(this.location)
    if (d <= 0n) return bare
    const r = ((this.sinceZero() % d) + d) % d
    return bare.add(-r)
  }

  /** Rounds to the nearest multiple of `d` since the zero time, half-way cases up. */
  round(d: bigint): Time {
    const bare = this.in(this.location)
    if (d <= 0n) return bare
    const r = ((this.sinceZero() % d) + d) % d
    return bare.add(r + r < d ? -r : d - r)
  }

  /** Time.Format. */
  format(layout: string): string {
    let out = ''
    const cache: FormatFields = {}
    for (const chunk of layoutChunks(layout)) {
      out += chunk.prefix
      if (chunk.element !== undefined) out += this.formatElement(chunk, cache)
    }
    return out
  }

  private formatElement(chunk: LayoutChunk, cache: FormatFields): string {
    const element = chunk.element!
    switch (element) {
      case '2006': return padInt((cache.date ??= this.civil()).year, 4)
      case '06': return padInt(Math.abs((cache.date ??= this.civil()).year) % 100, 2)
      case 'January': return monthNames[(cache.date ??= this.civil()).month - 1]!
      case 'Jan': return monthNames[(cache.date ??= this.civil()).month - 1]!.slice(0, 3)
      case '1': return String((cache.date ??= this.civil()).month)
      case '01': return padInt((cache.date ??= this.civil()).month, 2)
      case '2': return String((cache.date ??= this.civil()).day)
      case '_2': return String((cache.date ??= this.civil()).day).padStart(2)
      case '02': return padInt((cache.date ??= this.civil()).day, 2)
      case '__2': return String(this.yearDay()).padStart(3)
      case '002': return padInt(this.yearDay(), 3)
      case 'Monday': return weekdayNames[this.weekday()]!
      case 'Mon': return weekdayNames[this.weekday()]!.slice(0, 3)
      case '15': return padInt((cache.clock ??= this.clock()).hour, 2)
      case '3': return String((cache.clock ??= this.clock()).hour % 12 || 12)
      case '03': return padInt((cache.clock ??= this.clock()).hour % 12 || 12, 2)
      case '4': return String((cache.clock ??= this.clock()).minute)
      case '04': return padInt((cache.clock ??= this.clock()).minute, 2)
      case '5': return String((cache.clock ??= this.clock()).second)
      case '05': return padInt((cache.clock ??= this.clock()).second, 2)
      case 'PM': return (cache.clock ??= this.clock()).hour >= 12 ? 'PM' : 'AM'
      case 'pm': return (cache.clock ??= this.clock()).hour >= 12 ? 'pm' : 'am'
      case 'MST': {
        const { name, offset } = this.zone()
        return name !== '' ? name : formatOffset(offset, '', false, true)
      }
      case 'fraction0':
      case 'fraction9': return formatFraction(this.nanosecond, chunk.text[0]!, chunk.digits, element === 'fraction9')
      default: {
        const { offset } = this.zone()
        if (element[0] === 'Z' && offset === 0) return 'Z'
        return formatOffset(offset, element.includes(':') ? ':' : '', element.length > 6 && !/^.07:00$/.test(element), element.length > 3)
      }
    }
  }

  /** Time.String, with the monotonic clock of a `now`. */
  override text(): string {
    const s = this.format('2006-01-02 15:04:05.999999999 -0700 MST')
    if (this.monotonic === undefined) return s
    const m = this.monotonic
    const abs = m < 0n ? -m : m
    return `${s} m=${m < 0n ? '-' : '+'}${abs / billion}.${String(abs % billion).padStart(9, '0')}`
  }

  override goString(): string {
    const { year, month, day } = this.civil()
    const { hour, minute, second } = this.clock()
    const name = this.location.text()!
    const where = this.location === utc ? 'time.UTC' : this.location === this.local ? 'time.Local' : `time.Location(${quoteForTime(encodeUtf8(name))})`
    return `time.Date(${year}, time.${monthNames[month - 1]}, ${day}, ${hour}, ${minute}, ${second}, ${this.nanosecond}, ${where})`
  }

  /** MarshalJSON and MarshalText: RFC 3339 with nanoseconds, for the years and offsets it can express. */
  override toJSONValue(): Value {
    const { year } = this.civil()
    if (year < 0 || year > 9999) throw new Error('Time.MarshalJSON: year outside of range [0,9999]')
    if (Math.abs(Math.trunc(this.zone().offset / 3600)) > 23) {
      throw new Error('Time.MarshalJSON: timezone hour outside of range [0,23]')
    }
    return this.format('2006-01-02T15:04:05.999999999Z07:00')
  }

  override method(name: string): BoundMethod | undefined {
    switch (name) {
      case 'Format': return { params: ['string'], call: args => this.format(args[0] as string) }
      case 'String': return getter(() => this.text())
      case 'GoString': return getter(() => this.goString())
      case 'Unix': return getter(() => int64(this.seconds))
      case 'UnixMilli': return getter(() => int64(this.seconds * 1000n + BigInt(Math.floor(this.nanosecond / 1e6))))
      case 'UnixMicro': return getter(() => int64(this.seconds * 1_000_000n + BigInt(Math.floor(this.nanosecond / 1e3))))
      case 'UnixNano': return getter(() => int64(this.unixNano()))
      case 'Year': return getter(() => int(this.civil().year))
      case 'Month': return getter(() => new Month(this.civil().month))
      case 'Day': return getter(() => int(this.civil().day))
      case 'Weekday': return getter(() => new Weekday(this.weekday()))
      case 'YearDay': return getter(() => int(this.yearDay()))
      case 'Hour': return getter(() => int(this.clock().hour))
      case 'Minute': return getter(() => int(this.clock().minute))
      case 'Second': return getter(() => int(this.clock().second))
      case 'Nanosecond': return getter(() => int(this.nanosecond))
      case 'ISOWeek': case 'Zone': return refused(`invalid function signature for ${name}: second return value should be error; is int`)
      case 'ZoneBounds': return refused('invalid function signature for ZoneBounds: second return value should be error; is time.Time')
      case 'Date': case 'Clock': return refused(`function ${name} has 3 return values; should be 1 or 2`)
      case 'IsZero': return getter(() => this.isZero())
      case 'IsDST': return getter(() => this.zone().dst)
      case 'UTC': return getter(() => this.in(utc))
      case 'Local': return getter(() => this.in(this.local))
      case 'Location': return getter(() => this.location)
      case 'MarshalText':
      case 'MarshalJSON': {
        const json = name === 'MarshalJSON'
        return getter(() => {
          const text = this.toJSONValue() as string
          return new TextEncoder().encode(json ? `"${text}"` : text)
        })
      }
      case 'Add': return { params: ['time.Duration'], call: args => this.add(nanosecondsOf(args[0]!)) }
      case 'Truncate': return { params: ['time.Duration'], call: args => this.truncate(nanosecondsOf(args[0]!)) }
      case 'Round': return { params: ['time.Duration'], call: args => this.round(nanosecondsOf(args[0]!)) }
      case 'AddDate': return {
        params: ['int', 'int', 'int'],
        call: args => this.addDate(toNumber(args[0]!), toNumber(args[1]!), toNumber(args[2]!)),
      }
      case 'Sub': return { params: ['time.Time'], call: args => this.sub(args[0] as Time) }
      case 'Before': return { params: ['time.Time'], call: args => this.compare(args[0] as Time) < 0 }
      case 'After': return { params: ['time.Time'], call: args => this.compare(args[0] as Time) > 0 }
      case 'Equal': return { params: ['time.Time'], call: args => this.compare(args[0] as Time) === 0 }
      case 'Compare': return { params: ['time.Time'], call: args => int(this.compare(args[0] as Time)) }
      case 'In': return {
        params: ['*time.Location'],
        call: ([location]) => {
          if (!location) throw new Error('time: missing Location in call to Time.In')
          return this.in(location as Location)
        },
      }
    }
    return undefined
  }
}

interface FormatFields {
  date?: { year: number; month: number; day: number }
  clock?: { hour: number; minute: number; second: number }
}

/** time.Now in the zone of the host. */
export function timeNow(nanoseconds: bigint, localZone: string): Time {
  const local = localLocation(localZone)
  return Time.fromNanoseconds(nanoseconds, local, local)
}

/** time.Unix(seconds, 0).Local(). */
export function timeUnix(seconds: bigint, nanosecond: number, local: Location): Time {
  return new Time(seconds, nanosecond, local, local)
}

/** time.Time{}. */
export function zeroTime(local: Location = utc): Time {
  return new Time(-zeroToUnix, 0, utc, local)
}

function refused(why: string): BoundMethod {
  return { params: [], refused: why, call: () => null }
}

function getter(call: () => Value): BoundMethod {
  return { params: [], call }
}

function toNumber(v: Value): number {
  return v instanceof Int ? Number(v.value) : (v as number)
}

function padInt(n: number, width: number): string {
  return n < 0 ? '-' + String(-n).padStart(width, '0') : String(n).padStart(width, '0')
}

function formatOffset(offset: number, colon: string, seconds: boolean, minutes: boolean): string {
  const zone = Math.trunc(offset / 60)
  const abs = Math.abs(zone)
  let out = (zone < 0 ? '-' : '+') + padInt(Math.floor(abs / 60), 2)
  if (minutes) out += colon + padInt(abs % 60, 2)
  // Go writes an offset of less than a minute with a plus and its own sign: the minute decides.
  if (seconds) out += colon + padInt((zone < 0 ? -offset : offset) % 60, 2)
  return out
}

function formatFraction(ns: number, separator: string, digits: number, trim: boolean): string {
  if (trim && ns === 0) return ''
  const all = padInt(ns, 9)
  // Asking for more than nine zeros gives nine.
  let s = all.slice(0, digits)
  if (trim) s = s.replace(/0+$/, '')
  return trim && s === '' ? '' : separator + s
}
