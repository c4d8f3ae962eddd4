/**
 * Owns the question whether a release works: health of what it runs, its chart's tests, smoke checks.
 * Refuses to mend anything: a failed check is a result, the caller decides.
 */
export { checkName, smokeChecks } from './smoke.ts'
export { healthChecks } from './health.ts'
export { outcomeFacts } from './outcome-facts.ts'
export { watchRelease } from './watch.ts'
export type { WatchCheck, WatchOptions, WatchOutcome } from './watch.ts'
export { readWatch } from './watch-settings.ts'
export type { WatchSettings } from './watch-settings.ts'
export { watchRecord } from './watch-record.ts'
