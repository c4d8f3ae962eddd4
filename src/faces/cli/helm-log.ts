import { formatLogRecord, type Log } from '../../charts/chart/index.ts'
import type { Output } from './output.ts'

/** Called as `helm`: what Helm logs about a chart, on standard error. Pintle as itself says what matters in its own words. */
export function helmLog(out: Output): { log?: Log } {
  return out.plain ? { log: (record) => { if (record.level !== 'debug') out.note(formatLogRecord(record)) } } : {}
}
