import { isMap, keyedMap, readDuration, type Fault } from '../settings/index.ts'

/** How long a release is watched, and what becomes of one that turns red. */
export interface WatchSettings {
  /** Milliseconds. 0: it is not watched. */
  readonly for: number
  /** undefined: as the environment's rule pack has it. */
  readonly onRed?: 'rollback' | 'report'
}

/**
 * Reads `watch:` of a service or environment: `15m`, or `{ for: 15m, onRed: rollback }`.
 * @param fault makes errors for paths below the service or environment
 * @returns undefined where nothing is said
 * @throws what `fault` makes
 */
export function readWatch(raw: unknown, fault: Fault): WatchSettings | undefined {
  if (raw === undefined || raw === null) return undefined
  if (!isMap(raw)) return { for: readDuration(raw, ['watch'], fault) }
  const { for: length, onRed } = keyedMap(raw, ['for', 'onRed'], { section: 'watch', fault: (path, ...rest) => fault(['watch', ...path], ...rest) })
  if (onRed !== undefined && onRed !== 'rollback' && onRed !== 'report') throw fault(['watch', 'onRed'], 'watch.onRed is rollback or report')
  return { for: readDuration(length, ['watch', 'for'], fault), ...(onRed === undefined ? {} : { onRed }) }
}
