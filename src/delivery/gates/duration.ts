import { nanosecondsOf, parseDuration } from '../../language/go/index.ts'

/** Milliseconds of `30s`, `5m`, `1h30m`; undefined for what is none, or not above zero. */
export function milliseconds(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const ms = Number(nanosecondsOf(parseDuration(text)) / 1_000_000n)
    return ms > 0 ? ms : undefined
  } catch {
    return undefined
  }
}

/** A window as PromQL writes it: `5m`, `90s`, `1500ms`. */
export function windowText(ms: number): string {
  const whole = Math.max(1, Math.round(ms))
  if (whole % 3_600_000 === 0) return `${whole / 3_600_000}h`
  if (whole % 60_000 === 0) return `${whole / 60_000}m`
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`
}
