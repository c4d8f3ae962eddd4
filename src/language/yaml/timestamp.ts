const shape = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?$/

/**
 * Whether goyaml takes a scalar for a timestamp: one of four layouts of Go's time.Parse (resolve.go allowedTimestampFormats), so that
 * it writes such a string in quotes.
 */
export function isTimestamp(text: string): boolean {
  if (text.charCodeAt(4) !== 0x2d) return false
  const m = shape.exec(text)
  if (m === null) return false
  const month = Number(m[2])
  const day = Number(m[3])
  if (month < 1 || month > 12 || day < 1 || day > daysIn(Number(m[1]), month)) return false
  if (m[4] === undefined) return true
  if (Number(m[5]) > 23 || Number(m[6]) > 59 || Number(m[7]) > 59) return false
  const zone = m[8]
  // With a T there must be a zone, with a space there must be none.
  if ((m[4] === ' ') !== (zone === undefined)) return false
  return zone === undefined || zone === 'Z' || (Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4)) < 60)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
