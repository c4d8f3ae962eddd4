/** Times as Go's encoding/json writes time.Now(): local, with the zone's offset and up to nine digits of the second. */

/**
 * The current time, e.g. `2026-11-21T06:53:00.123456+01:00`; `Z` when the local zone is UTC.
 * @param at milliseconds since the epoch, with a fraction; @param offset minutes east of UTC
 */
export function goNow(at: number = performance.timeOrigin + performance.now(), offset: number = -new Date(at).getTimezoneOffset()): string {
  const millis = Math.floor(at)
  const micros = Math.floor((at - millis) * 1000)
  const local = new Date(millis + offset * 60_000).toISOString()
  const fraction = `${local.slice(20, 23)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '')
  return `${local.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${zone(offset)}`
}

function zone(minutes: number): string {
  if (minutes === 0) return 'Z'
  const abs = Math.abs(minutes)
  const pad = (n: number): string => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(abs / 60))}:${pad(abs % 60)}`
}

/** Seconds since the epoch of a record's time; 0 for none (Go's zero time sorts before all others, and is never stored). */
export function unixSeconds(time: string | undefined): number {
  if (time === undefined || time === '') return -62135596800
  return Math.floor(Date.parse(time.replace(/(\.\d{3})\d+/, '$1')) / 1000)
}
