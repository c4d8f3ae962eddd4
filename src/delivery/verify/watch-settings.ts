import { parseDuration } from '../../language/go/index.ts'
import { isMap, keyedMap, type Fault, type Path } from '../settings/index.ts'

/** How long a release is watched, and what becomes of one that turns red. */
export interface WatchSettings {
  /** Milliseconds. 0: it is not watched. */
  readonly for: number
  /** undefined: as the environment's rule pack has it. */
  readonly onRed?: 'rollback' | 'report'
}

const longest = 7 * 24 * 3_600_000

/**
 * Reads `watch:` of a service or environment: `15m`, or `{ for: 15m, onRed: rollback }`.
 * @param fault makes errors for paths below the service or environment
 * @returns undefined where nothing is said
 * @throws what `fault` makes
 */
export function readWatch(raw: unknown, fault: Fault): WatchSettings | undefined {
  if (raw === undefined || raw === null) return undefined
  if (!isMap(raw)) return { for: duration(raw, ['watch'], fault) }
  const { for: length, onRed } = keyedMap(raw, ['for', 'onRed'], { section: 'watch', fault: (path, ...rest) => fault(['watch', ...path], ...rest) })
  if (onRed !== undefined && onRed !== 'rollback' && onRed !== 'report') throw fault(['watch', 'onRed'], 'watch.onRed is rollback or report')
  return { for: duration(length, ['watch', 'for'], fault), ...(onRed === undefined ? {} : { onRed }) }
}

/** `15m`. @returns milliseconds */
function duration(value: unknown, at: Path, fault: Fault): number {
  try {
    const ms = Number(parseDuration(String(value)).nanoseconds / 1_000_000n)
    if (typeof value === 'string' && ms >= 0 && ms <= longest) return ms
  } catch {
    // Told below.
  }
  throw fault(at, `${at.join('.')} must be a duration up to a week`, 'Like 90s, 15m or 1h.')
}
