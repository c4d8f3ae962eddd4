import { daysIn, isLeap, monthNames, weekdayNames } from './calendar.ts'
import { fixedZone, utc } from './location.ts'
import type { Location } from './location.ts'
import { isDigitAt, layoutChunks, quoteForTime } from './time-layout.ts'
import type { LayoutChunk, LayoutElement } from './time-layout.ts'
import { Time } from './time.ts'
import { encodeUtf8, isAscii } from './utf8.ts'

const shortMonths = monthNames.map(n => n.slice(0, 3))
const shortDays = weekdayNames.map(n => n.slice(0, 3))

/** An element that does not match: Go's errBad. */
class Bad extends Error {}
/** A number that no clock or calendar shows. */
class OutOfRange extends Error {}

/**
 * time.ParseInLocation; time.Parse when only `local` differs from UTC in zones and not in the default. Throws Go's ParseError text,
 * `parsing time "x" as "2006": cannot parse "x" as "2006"`.
 */
export function parseTime(layout: string, value: string, local: Location = utc, fallback: Location = local): Time {
  return new TimeParser(layout, value).parse(local, fallback)
}

/** Everything is read as bytes, one per character, so that errors can quote half of a character as Go does. */
function byteText(s: string): string {
  return isAscii(s) ? s : Array.from(encodeUtf8(s), b => String.fromCharCode(b)).join('')
}

function quoted(bytes: string): string {
  return quoteForTime(Uint8Array.from(bytes, c => c.charCodeAt(0)))
}

class TimeParser {
  private readonly layout: string
  private readonly whole: string
  private rest: string
  private year = 0
  private month = -1
  private day = -1
  private yearDay = -1
  private hour = 0
  private minute = 0
  private second = 0
  private nanosecond = 0
  private half: '' | 'AM' | 'PM' = ''
  private isUtc = false
  private offset: number | undefined
  private zoneName = ''

  constructor(layout: string, value: string) {
    this.layout = byteText(layout)
    this.whole = byteText(value)
    this.rest = this.whole
  }

  private mismatch(element: string, value: string): Error {
    return new Error(
      `parsing time ${quoted(this.whole)} as ${quoted(this.layout)}: cannot parse ${quoted(value)} as ${quoted(element)}`,
    )
  }

  private problem(message: string): Error {
    return new Error(`parsing time ${quoted(this.whole)}: ${message}`)
  }

  parse(local: Location, fallback: Location): Time {
    const chunks = layoutChunks(this.layout)
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i]!
      if (!this.skip(chunk.prefix)) throw this.mismatch(chunk.prefix, this.rest)
      if (chunk.element === undefined) {
        if (this.rest !== '') throw this.problem('extra text: ' + quoted(this.rest))
        break
      }
      const hold = this.rest
      try {
        this.read(chunk, chunk.element, chunks[i + 1]?.element)
      } catch (e) {
        if (e instanceof OutOfRange) throw this.problem(e.message + ' out of range')
        if (e instanceof Bad) throw this.mismatch(chunk.text, hold)
        throw e
      }
    }
    return this.build(local, fallback)
  }

  /** Consumes literal text; a run of spaces matches any run of spaces, also none at the end. */
  private skip(prefix: string): boolean {
    let i = 0
    let p = 0
    const v = this.rest
    let ok = true
    while (p < prefix.length) {
      if (prefix[p] === ' ') {
        if (i < v.length && v[i] !== ' ') {
          ok = false
          break
        }
        while (prefix[p] === ' ') p++
        while (v[i] === ' ') i++
        continue
      }
      if (v[i] !== prefix[p]) {
        ok = false
        break
      }
      p++
      i++
    }
    this.rest = v.slice(i)
    return ok
  }

  private take(n: number): string {
    if (this.rest.length < n) throw new Bad()
    const s = this.rest.slice(0, n)
    this.rest = this.rest.slice(n)
    return s
  }

  /** One or two digits; exactly two when `fixed`. */
  private number(fixed: boolean): number {
    if (!isDigitAt(this.rest, 0) || (fixed && !isDigitAt(this.rest, 1))) throw new Bad()
    return Number(this.take(isDigitAt(this.rest, 1) ? 2 : 1))
  }

  private name(table: readonly string[]): number {
    const lower = this.rest.slice(0, 10).toLowerCase()
    const at = table.findIndex(n => lower.startsWith(n.toLowerCase()))
    if (at < 0) throw new Bad()
    this.take(table[at]!.length)
    return at
  }

  /** Go's atoi on a piece: an optional sign, then digits only. */
  private integer(s: string): number {
    if (!/^[-+]?[0-9]*$/.test(s)) throw new Bad()
    return Number(s.replace(/^[-+]$/, '0'))
  }

  private inRange(n: number, min: number, max: number, what: string): number {
    if (n < min || n > max) throw new OutOfRange(what)
    return n
  }

  private read(chunk: LayoutChunk, element: LayoutElement, next: LayoutElement | undefined): void {
    switch (element) {
      case '06': {
        const year = this.integer(this.take(2))
        this.year = year + (year >= 69 ? 1900 : 2000)
        return
      }
      case '2006':
        if (!isDigitAt(this.rest, 0)) throw new Bad()
        this.year = this.integer(this.take(4))
        return
      case 'Jan': this.month = this.name(shortMonths) + 1; return
      case 'January': this.month = this.name(monthNames) + 1; return
      case '1':
      case '01': this.month = this.inRange(this.number(element === '01'), 1, 12, 'month'); return
      case 'Mon': this.name(shortDays); return
      case 'Monday': this.name(weekdayNames); return
      case '2':
      case '_2':
      case '02':
        if (element === '_2' && this.rest[0] === ' ') this.take(1)
        this.day = this.number(element === '02')
        return
      case '__2':
      case '002': {
        if (element === '__2') for (let i = 0; i < 2 && this.rest[0] === ' '; i++) this.take(1)
        let n = 0
        while (n < 3 && isDigitAt(this.rest, n)) n++
        if (n === 0 || (element === '002' && n !== 3)) throw new Bad()
        this.yearDay = Number(this.take(n))
        return
      }
      case '15': this.hour = this.inRange(this.number(false), 0, 23, 'hour'); return
      case '3':
      case '03': this.hour = this.inRange(this.number(element === '03'), 0, 12, 'hour'); return
      case '4':
      case '04': this.minute = this.inRange(this.number(element === '04'), 0, 59, 'minute'); return
      case '5':
      case '05':
        this.second = this.inRange(this.number(element === '05'), 0, 59, 'second')
        // A fraction is taken after the seconds even where the layout has none.
        if (next !== 'fraction0' && next !== 'fraction9' && /^[.,][0-9]/.test(this.rest)) this.fraction()
        return
      case 'PM':
      case 'pm': {
        const half = this.take(2)
        if (half !== element && half !== (element === 'PM' ? 'AM' : 'am')) throw new Bad()
        if (half[0]!.toUpperCase() === 'P') this.half = 'PM'
        else if (this.half === '') this.half = 'AM'
        return
      }
      case 'MST': return this.readZoneName()
      case 'fraction0': {
        const text = this.take(chunk.digits + 1)
        if (text[0] !== '.' && text[0] !== ',') throw new Bad()
        const digits = text.slice(1, 10)
        const value = this.integer(digits)
        if (value < 0) throw new OutOfRange('fractional second')
        this.nanosecond = value * 10 ** (9 - digits.length)
        return
      }
      case 'fraction9':
        if (/^[.,][0-9]/.test(this.rest)) this.fraction()
        return
      default: return this.readOffset(element)
    }
  }

  private fraction(): void {
    const digits = /^.([0-9]+)/.exec(this.rest)![1]!
    this.take(digits.length + 1)
    this.nanosecond = Number(digits.slice(0, 9).padEnd(9, '0'))
  }

  private readOffset(element: LayoutElement): void {
    if (element[0] === 'Z' && this.rest[0] === 'Z') {
      this.take(1)
      this.isUtc = true
      return
    }
    const text = this.take(element.length)
    const colons = element.includes(':')
    const step = colons ? 3 : 2
    if (colons && (text[3] !== ':' || (element.length === 9 && text[6] !== ':'))) throw new Bad()
    const part = (i: number): number | undefined => {
      const at = 1 + i * step
      if (at >= element.length) return 0
      return isDigitAt(text, at) && isDigitAt(text, at + 1) ? Number(text.slice(at, at + 2)) : undefined
    }
    const hours = part(0)
    const minutes = hours === undefined ? undefined : part(1)
    const seconds = minutes === undefined ? undefined : part(2)
    // Go checks the ranges before it looks at the error, and the last one out of range is the one it names.
    this.inRange(seconds ?? 0, 0, 60, 'time zone offset second')
    this.inRange(minutes ?? 0, 0, 60, 'time zone offset minute')
    this.inRange(hours ?? 0, 0, 24, 'time zone offset hour')
    if (hours === undefined || minutes === undefined || seconds === undefined) throw new Bad()
    if (text[0] !== '+' && text[0] !== '-') throw new Bad()
    const offset = (hours * 60 + minutes) * 60 + seconds
    this.offset = text[0] === '-' ? -offset : offset
  }

  private readZoneName(): void {
    if (this.rest.startsWith('UTC')) {
      this.take(3)
      this.isUtc = true
      return
    }
    const n = zoneNameLength(this.rest)
    if (n === 0) throw new Bad()
    this.zoneName = this.take(n)
  }

  private build(local: Location, fallback: Location): Time {
    if (this.half === 'PM' && this.hour < 12) this.hour += 12
    else if (this.half === 'AM' && this.hour === 12) this.hour = 0
    if (this.yearDay >= 0) this.applyYearDay()
    else {
      if (this.month < 0) this.month = 1
      if (this.day < 0) this.day = 1
    }
    if (this.day < 1 || this.day > daysIn(this.month, this.year)) throw this.problem('day out of range')
    const at = (location: Location): Time =>
      Time.date(this.year, this.month, this.day, this.hour, this.minute, this.second, this.nanosecond, location, local)
    if (this.isUtc) return at(utc)
    // Go keeps the offset in an int whose unset value is -1, which the offset of one second to the west is, too.
    if (this.offset !== undefined && this.offset !== -1) {
      const t = at(utc).add(BigInt(-this.offset) * 1_000_000_000n)
      const zone = local.at(Number(t.seconds))
      if (zone.offset === this.offset && (this.zoneName === '' || zone.name === this.zoneName)) return t.in(local)
      return t.in(fixedZone(this.zoneName, this.offset))
    }
    if (this.zoneName !== '') {
      const t = at(utc)
      const offset = local.offsetOf(this.zoneName, Number(t.seconds))
      if (offset !== undefined) return t.add(BigInt(-offset) * 1_000_000_000n).in(local)
      const hours = this.zoneName.startsWith('GMT') && this.zoneName.length > 3 ? Number(this.zoneName.slice(3)) : 0
      return t.in(fixedZone(this.zoneName, hours * 3600))
    }
    return at(fallback)
  }

  private applyYearDay(): void {
    let yday = this.yearDay
    let month = 0
    let day = 0
    if (isLeap(this.year)) {
      if (yday === 60) {
        month = 2
        day = 29
      } else if (yday > 60) {
        yday--
      }
    }
    if (yday < 1 || yday > 365) throw this.problem('day-of-year out of range')
    if (month === 0) {
      month = 1
      day = yday
      while (day > daysIn(month, 2001)) day -= daysIn(month++, 2001)
    }
    if (this.month >= 0 && this.month !== month) throw this.problem('day-of-year does not match month')
    this.month = month
    if (this.day >= 0 && this.day !== day) throw this.problem('day-of-year does not match day')
    this.day = day
  }
}

/** Length of what looks like a zone abbreviation at the start; 0 when nothing does. */
function zoneNameLength(value: string): number {
  if (value.length < 3) return 0
  if (value.startsWith('ChST') || value.startsWith('MeST')) return 4
  if (value.startsWith('GMT')) return 3 + signedOffsetLength(value.slice(3))
  if (value[0] === '+' || value[0] === '-') return signedOffsetLength(value)
  const upper = /^[A-Z]{0,6}/.exec(value)![0].length
  if (upper === 5) return value[4] === 'T' ? 5 : 0
  if (upper === 4) return value[3] === 'T' || value.startsWith('WITA') ? 4 : 0
  return upper === 3 ? 3 : 0
}

function signedOffsetLength(value: string): number {
  const m = /^[-+]([0-9]+)/.exec(value)
  return m && Number(m[1]) <= 23 ? m[0].length : 0
}
