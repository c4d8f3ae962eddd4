import { civilFromDays, daysFromCivil, isLeap, weekdayOf } from './calendar.ts'
import { GoObject } from './values.ts'
import type { BoundMethod } from './values.ts'
import { zoneTable } from './zone-table.ts'

/** A zone in force: its abbreviation and seconds east of Greenwich. */
export interface Zone {
  readonly name: string
  readonly offset: number
  readonly dst: boolean
}

/** time.Location. */
export abstract class Location extends GoObject {
  readonly goType = '*time.Location'
  readonly goKind = 'ptr'
  readonly name: string
  constructor(name: string) {
    super()
    this.name = name
  }
  /** The zone in force at an instant, in seconds since 1970. */
  abstract at(seconds: number): Zone
  /** The offset of the zone of that name, preferring one in force at the instant. */
  offsetOf(_name: string, _seconds: number): number | undefined {
    return undefined
  }
  override text(): string {
    return this.name
  }
  override method(name: string): BoundMethod | undefined {
    return name === 'String' ? { params: [], call: () => this.name } : undefined
  }
}

class FixedLocation extends Location {
  readonly zone: Zone
  constructor(name: string, offset: number) {
    super(name)
    this.zone = { name, offset, dst: false }
  }
  at(): Zone {
    return this.zone
  }
  override offsetOf(name: string): number | undefined {
    return name === this.zone.name ? this.zone.offset : undefined
  }
}

/** time.UTC. */
export const utc: Location = new FixedLocation('UTC', 0)

/** time.FixedZone. */
export function fixedZone(name: string, offset: number): Location {
  return new FixedLocation(name, offset)
}

/**
 * time.LoadLocation: a zone by its IANA name, spelled exactly. Throws Go's error for unknown names.
 * `local` is the name of the zone that "Local" means.
 */
export function loadLocation(name: string, local = 'UTC'): Location {
  if (name === '' || name === 'UTC') return utc
  if (name === 'Local') return localLocation(local)
  if (name.includes('..') || name[0] === '/' || name[0] === '\\') throw new Error('time: invalid location name')
  const line = findZone(name)
  if (line === undefined) throw new Error('unknown time zone ' + name)
  return new ZoneLocation(name, name, line)
}

/** time.Local for a host whose zone has the given IANA name; UTC when it is unknown. */
export function localLocation(zone: string): Location {
  const line = zone === 'UTC' ? undefined : findZone(zone)
  return line === undefined ? new FixedUtcLocal() : new ZoneLocation('Local', zone, line)
}

class FixedUtcLocal extends FixedLocation {
  constructor() {
    super('UTC', 0)
  }
  override text(): string {
    return 'Local'
  }
}

function findZone(name: string): string | undefined {
  if (!/^[A-Za-z0-9_+\-/]+$/.test(name)) return undefined
  const at = zoneTable.indexOf(' ' + name + ' ')
  if (at < 0) return undefined
  return zoneTable.slice(zoneTable.lastIndexOf('\n', at) + 1, zoneTable.indexOf('\n', at))
}

interface Era {
  readonly start: number
  readonly zones: readonly Zone[]
}

/**
 * A zone of the tz database: its rule for the present, the engine's Intl and a table of abbreviations for the past. What is
 * before the rule is as good as the engine's data: it may be newer than Go's (Morocco after 2026) and knows less of the small
 * places before 1970.
 */
class ZoneLocation extends Location {
  private readonly zone: string
  private readonly line: string
  private rule: PosixRule | undefined
  private since = 0
  private eras: Era[] = []
  private intl: Intl.DateTimeFormat | undefined

  constructor(name: string, zone: string, line: string) {
    super(name)
    this.zone = zone
    this.line = line
  }

  private load(): PosixRule {
    if (this.rule !== undefined) return this.rule
    const [, rule, since, ...eras] = this.line.split('|')
    this.since = since === '' ? -Infinity : parseInt(since!, 36)
    this.eras = eras.map(text => {
      const colon = text.indexOf(':')
      return {
        start: colon === 0 ? -Infinity : parseInt(text.slice(0, colon), 36),
        zones: text.slice(colon + 1).split(',').map(entry => {
          const [, offset, mark, name] = /^(-?[0-9a-z]+)([=!])(.*)$/.exec(entry)!
          return { name: name!, offset: parseInt(offset!, 36), dst: mark === '!' }
        }),
      }
    })
    return (this.rule = new PosixRule(rule!))
  }

  at(seconds: number): Zone {
    const rule = this.load()
    if (seconds >= this.since) return rule.at(seconds)
    const era = this.eras.find(e => seconds >= e.start) ?? this.eras[this.eras.length - 1]!
    if (era.zones.length === 1) return era.zones[0]!
    const offset = this.intlOffset(seconds)
    // An offset that the zone never had in this era is the engine's mistake: it merges places that Go keeps apart.
    return era.zones.find(z => z.offset === offset) ?? era.zones[0]!
  }

  /** Undefined for the few names that the engine does not know. */
  private intlOffset(seconds: number): number | undefined {
    try {
      this.intl ??= new Intl.DateTimeFormat('en-US', { timeZone: this.zone, timeZoneName: 'longOffset' })
    } catch {
      return undefined
    }
    const parts = this.intl.formatToParts(Math.max(seconds, -8.64e12) * 1000)
    const text = parts.find(p => p.type === 'timeZoneName')!.value
    const m = /^GMT(?:([-+])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
    if (!m || m[1] === undefined) return 0
    const n = Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4] ?? 0)
    return m[1] === '-' ? -n : n
  }

  override offsetOf(name: string, seconds: number): number | undefined {
    const rule = this.load()
    const all = [...this.eras].reverse().flatMap(e => e.zones).concat(rule.zones).filter(z => z.name === name)
    for (const zone of all) {
      const there = this.at(seconds - zone.offset)
      if (there.name === name) return there.offset
    }
    return all[0]?.offset
  }
}

interface Change {
  /** 'M' month.week.day, 'J' day of a year without February 29, 'D' zero-based day of the year. */
  readonly form: 'M' | 'J' | 'D'
  readonly numbers: readonly number[]
  readonly time: number
}

/** The rule language of the TZ variable, as in `CET-1CEST,M3.5.0,M10.5.0/3`. */
class PosixRule {
  readonly zones: readonly Zone[]
  private readonly start: Change | undefined
  private readonly end: Change | undefined

  constructor(text: string) {
    const m = /^(<[^>]+>|[A-Za-z]+)([-+0-9:]+)(?:(<[^>]+>|[A-Za-z]+)([-+0-9:]*),([^,]+),([^,]+))?$/.exec(text)
    if (!m) throw new Error('bad zone rule ' + text)
    const standard = { name: bare(m[1]!), offset: 0 - clock(m[2]!), dst: false }
    if (m[3] === undefined) {
      this.zones = [standard]
      return
    }
    this.zones = [standard, { name: bare(m[3]), offset: m[4] === '' ? standard.offset + 3600 : 0 - clock(m[4]!), dst: true }]
    this.start = change(m[5]!)
    this.end = change(m[6]!)
  }

  at(seconds: number): Zone {
    const [standard, daylight] = this.zones as [Zone, Zone]
    if (this.start === undefined || this.end === undefined) return standard
    const { year } = civilFromDays(Math.floor((seconds + standard.offset) / 86400))
    const start = changeAt(this.start, year) - standard.offset
    const end = changeAt(this.end, year) - daylight.offset
    const inside = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return inside ? daylight : standard
  }
}

function bare(name: string): string {
  return name[0] === '<' ? name.slice(1, -1) : name
}

function clock(text: string): number {
  const negative = text[0] === '-'
  const [h = 0, m = 0, s = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  const n = h * 3600 + m * 60 + s
  return negative ? -n : n
}

function change(text: string): Change {
  const [date, time] = text.split('/')
  const form = date![0] === 'M' ? 'M' : date![0] === 'J' ? 'J' : 'D'
  const numbers = (form === 'D' ? date! : date!.slice(1)).split('.').map(Number)
  return { form, numbers, time: time === undefined ? 7200 : clock(time) }
}

/** When a change happens in a year, as seconds since 1970 on the wall clock before it. */
function changeAt(c: Change, year: number): number {
  let day: number
  const [a = 0, week = 0, weekday = 0] = c.numbers
  if (c.form === 'M') {
    const first = daysFromCivil(year, a, 1)
    day = first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (week - 1)
    if (day >= daysFromCivil(year, a + 1, 1)) day -= 7
  } else if (c.form === 'J') {
    day = daysFromCivil(year, 1, 1) + a - 1 + (isLeap(year) && a >= 60 ? 1 : 0)
  } else {
    day = daysFromCivil(year, 1, 1) + a
  }
  return day * 86400 + c.time
}
