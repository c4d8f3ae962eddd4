import { readlinkSync } from 'node:fs'
import { localLocation, parseTime, type Time } from '../../language/go/index.ts'

const ansic = 'Mon Jan _2 15:04:05 2006'

/** A stored time (RFC 3339) in one of Go's layouts; '' for none. */
export function formatTime(text: string | undefined, layout = ansic): string {
  const time = parse(text)
  return time === undefined ? '' : time.format(layout)
}

/** Go's time.String(): `2026-01-02 15:04:05.123456789 +0100 CET`. */
export function timeText(text: string | undefined): string {
  return parse(text)?.text() ?? ''
}

function parse(text: string | undefined): Time | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-01-01T00:00:00')) return undefined
  return parseTime('2006-01-02T15:04:05Z07:00', text, undefined, localLocation(process.env.TZ || localZone()))
}

/** The zone of this machine. Where the system tells by a link, that is read, as Go does: asking Intl takes 20 ms the first time. */
function localZone(): string {
  try {
    const zone = /\/zoneinfo\/(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1]
    if (zone !== undefined) return zone
  } catch {
    // no link here
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
