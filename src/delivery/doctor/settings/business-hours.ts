import type { RunFacts } from '../../policy/index.ts'
import { keyedMap, type Fault } from '../../settings/index.ts'

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const keys = ['days', 'hours', 'zone']

/**
 * Reads `businessHours: { days: Mon-Fri, hours: 09:00-17:30, zone: Europe/Berlin }`.
 * @throws what `fault` makes
 */
export function parseBusinessHours(raw: unknown, fault: Fault): RunFacts['businessHours'] {
  if (raw === undefined || raw === null) return undefined
  const { days = 'Mon-Fri', hours, zone = 'UTC' } = keyedMap(raw, keys, { section: 'businessHours', fault })
  return { days: daysOf(days, fault), ...hoursOf(hours, fault), zone: zoneOf(zone, fault) }
}

function daysOf(days: unknown, fault: Fault): number[] {
  const out = String(days).split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map((day) => names.findIndex((name) => name.toLowerCase() === day.trim().slice(0, 3).toLowerCase())) as [number, number?]
    if (from < 0 || to < 0 || part.split('-').length > 2) throw fault(['days'], `businessHours.days: ${JSON.stringify(part.trim())} are no days`, 'As in Mon-Fri, or Mon,Wed,Sat.')
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, i) => (from + i) % 7)
  })
  return [...new Set(out)].sort()
}

function hoursOf(hours: unknown, fault: Fault): { from: number; to: number } {
  const found = /^(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?$/.exec(String(hours ?? ''))
  const [from, to] = found === null ? [Number.NaN, Number.NaN] : [Number(found[1]) + Number(found[2] ?? 0) / 60, Number(found[3]) + Number(found[4] ?? 0) / 60] as [number, number]
  const minutes = Math.max(Number(found?.[2] ?? 0), Number(found?.[4] ?? 0))
  if (!(from < to) || to > 24 || minutes > 59) throw fault(hours === undefined ? [] : ['hours'], 'businessHours.hours must be a time of the day to a later one', 'As in 09:00-17:30.')
  return { from, to }
}

function zoneOf(zone: unknown, fault: Fault): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: String(zone) }).resolvedOptions().timeZone
  } catch {
    throw fault(['zone'], `businessHours.zone: ${JSON.stringify(zone)} is no time zone`, 'As in Europe/Berlin, or UTC.')
  }
}
