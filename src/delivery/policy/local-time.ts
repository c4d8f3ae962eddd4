const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/**
 * A moment as the clock on a wall there shows it.
 * @param zone IANA name of a time zone
 * @returns the day of the week (0 is Sunday), the hour with its fraction, and both as text; undefined when there is no such zone
 */
export function localTime(moment: Date, zone: string): { day: number; hour: number; text: string } | undefined {
  let parts: Intl.DateTimeFormatPart[]
  try {
    parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(moment)
  } catch {
    return undefined
  }
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? ''
  return { day: days.indexOf(part('weekday')), hour: Number(part('hour')) + Number(part('minute')) / 60, text: `${part('weekday')} ${part('hour')}:${part('minute')}` }
}
