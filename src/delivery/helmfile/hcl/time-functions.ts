import { nanosecondsOf, parseDuration, parseTime } from '../../../language/go/index.ts'

const rfc3339 = '2006-01-02T15:04:05Z07:00'

/** timeadd of cty. */
export function timeAdd(timestamp: string, duration: string): string {
  const time = parseTime(rfc3339, timestamp)
  const nanoseconds = nanosecondsOf(parseDuration(duration))
  const moved = new Date(Number(time.seconds) * 1000 + Number(nanoseconds / 1_000_000n))
  const zone = /(?:Z|[+-]\d\d:\d\d)$/.exec(timestamp)?.[0] ?? 'Z'
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)))
  return `${new Date(moved.getTime() + offset * 60_000).toISOString().slice(0, 19)}${zone}`
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** formatdate of cty: letters stand for parts, quotes around what does not. */
export function formatDate(format: string, timestamp: string): string {
  parseTime(rfc3339, timestamp)
  const [, year, month, day, hour, minute, second, zone] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(timestamp) ?? []
  if (year === undefined) throw new Error(`not a valid RFC3339 timestamp: ${timestamp}`)
  const weekday = days[new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDay()]!
  const name = months[Number(month) - 1]!
  const h = Number(hour)
  const twelve = h % 12 === 0 ? 12 : h % 12
  const offset = zone === 'Z' ? '+00:00' : zone!
  const parts: Readonly<Record<string, string>> = {
    YYYY: year, YY: year.slice(2), MMMM: name, MMM: name.slice(0, 3), MM: month!, M: String(Number(month)), DD: day!, D: String(Number(day)), EEEE: weekday, EEE: weekday.slice(0, 3),
    hh: hour!, h: String(h), HH: String(twelve).padStart(2, '0'), H: String(twelve), AA: h < 12 ? 'AM' : 'PM', aa: h < 12 ? 'am' : 'pm', mm: minute!, m: String(Number(minute)), ss: second!, s: String(Number(second)),
    ZZZZZ: offset, ZZZZ: offset.replace(':', ''), ZZZ: zone === 'Z' ? 'UTC' : offset.replace(':', ''), Z: zone!,
  }
  return format.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (all: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'")
    const part = parts[all]
    if (part === undefined) throw new Error(`invalid date format verb ${JSON.stringify(all)}`)
    return part
  })
}
