import {
  Duration, durationString, Int, loadLocation, localLocation, NumError, parseDuration, parseInt, parseTime, Time, timeUnix, utc,
  zeroTime,
} from '../go/index.ts'
import type { Host, Location, Value } from '../go/index.ts'
import { fn } from './define.ts'
import type { Family } from './define.ts'
import { Memo } from './memo.ts'

const second = 1_000_000_000n

/** Zones by name: reading one takes longer than all the rest of formatting a time. An unknown zone counts as UTC. */
class Zones {
  readonly #named = new Memo<Location>((name) => {
    try {
      return loadLocation(name)
    } catch {
      return utc
    }
  }, 64)
  /** By host, since asking a host for its zone may be slow as well. */
  readonly #local = new WeakMap<Host, Location>()

  local(host: Host): Location {
    let zone = this.#local.get(host)
    if (zone === undefined) this.#local.set(host, (zone = localLocation(host.localZone)))
    return zone
  }
  get(name: string, host: Host): Location {
    return name === 'Local' ? this.local(host) : this.#named.get(name)
  }
  now(host: Host): Time {
    return Time.fromNanoseconds(host.now(), this.local(host))
  }
  /** A time, or an integer of one of these kinds as seconds since 1970; anything else is now. */
  timeOf(v: Value, host: Host, kinds: readonly string[]): Time {
    if (v instanceof Time) return v
    if (v instanceof Int && kinds.includes(v.kind)) return timeUnix(v.value, 0, this.local(host))
    return this.now(host)
  }
  format(layout: string, v: Value, zone: string, host: Host): string {
    return this.timeOf(v, host, ['int64', 'int', 'int32']).in(this.get(zone, host)).format(layout)
  }
  parse(layout: Value, text: Value, host: Host): Time {
    return parseTime(layout as string, text as string, this.local(host))
  }
}

/** The time moved by a duration in text. @throws when that is none */
function moved(text: Value, time: Value): Time {
  return (time as Time).add(parseDuration(text as string).nanoseconds)
}

function secondsOf(v: Value): bigint {
  if (v instanceof Int) return v.kind === 'int64' ? v.value : 0n
  if (typeof v !== 'string') return 0n
  try {
    return parseInt(v)
  } catch (error) {
    // What is out of range stays at the nearest integer.
    return error instanceof NumError && typeof error.value === 'bigint' ? error.value : 0n
  }
}

function nanosecondsOf(v: Value, now: () => Time): bigint {
  if (v instanceof Int) return v.kind === 'int64' ? v.value : 0n
  if (v instanceof Time) return now().sub(v).nanoseconds
  if (typeof v !== 'string') return 0n
  try {
    return parseDuration(v).nanoseconds
  } catch {
    return 0n
  }
}

const hour = 3600n * second
const units: readonly (readonly [bigint, string])[] = [
  [hour * 24n * 365n, 'y'], [hour * 24n * 30n, 'mo'], [hour * 24n, 'd'], [hour, 'h'], [60n * second, 'm'], [second, 's'],
]

/** The largest unit the duration exceeds, rounded down; the sign is lost. */
function rounded(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  for (const [unit, name] of units) if (size > unit) return `${size / unit}${name}`
  return '0s'
}

const dateModify = fn('string,time.Time', ([text, time]) => {
  try {
    return moved(text!, time!)
  } catch {
    return time!
  }
})
const mustDateModify = fn('string,time.Time', ([text, time]) => moved(text!, time!))

/** The functions of time; they keep the zones they have read. */
export function dates(): Family {
  const zones = new Zones()
  const dateInZone = fn('string,any,string', ([layout, v, name], { host }) =>
    zones.format(layout as string, v!, name as string, host))
  return {
    now: fn('', (_, { host }) => zones.now(host)),
    ago: fn('any', ([v], { host }) => zones.now(host).sub(zones.timeOf(v!, host, ['int64', 'int'])).round(second).text()),
    date: fn('string,any', ([layout, v], { host }) => zones.format(layout as string, v!, 'Local', host)),
    dateInZone,
    date_in_zone: dateInZone,
    dateModify,
    date_modify: dateModify,
    mustDateModify,
    must_date_modify: mustDateModify,
    duration: fn('any', ([v]) => durationString(new Duration(secondsOf(v!) * second).nanoseconds)),
    durationRound: fn('any', ([v], { host }) => rounded(nanosecondsOf(v!, () => zones.now(host)))),
    htmlDate: fn('any', ([v], { host }) => zones.format('2006-01-02', v!, 'Local', host)),
    htmlDateInZone: fn('any,string', ([v, name], { host }) => zones.format('2006-01-02', v!, name as string, host)),
    toDate: fn('string,string', ([layout, text], { host }) => {
      try {
        return zones.parse(layout!, text!, host)
      } catch {
        return zeroTime(zones.local(host))
      }
    }),
    mustToDate: fn('string,string', ([layout, text], { host }) => zones.parse(layout!, text!, host)),
    unixEpoch: fn('time.Time', ([time]) => String((time as Time).seconds)),
  }
}
