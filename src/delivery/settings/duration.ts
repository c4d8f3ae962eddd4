import { parseDuration } from '../../language/go/index.ts'
import type { Fault, Path } from './fault.ts'

const longest = 7 * 24 * 3_600_000

/**
 * A duration of pintle.yaml, up to a week: `5m`, `90s`.
 * @param at where it stands, below what `fault` makes errors for
 * @returns milliseconds
 * @throws what `fault` makes
 */
export function readDuration(value: unknown, at: Path, fault: Fault): number {
  try {
    const ms = Number(parseDuration(String(value)).nanoseconds / 1_000_000n)
    if (typeof value === 'string' && ms >= 0 && ms <= longest) return ms
  } catch {
    // Told below.
  }
  throw fault(at, `${at.join('.')} must be a duration up to a week`, 'Like 90s, 5m or 1h30m.')
}
