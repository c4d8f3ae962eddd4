import { quote } from '../../language/go/index.ts'

/** One line Helm would log through slog. */
export interface LogRecord {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  /** Attributes in order. */
  readonly attributes?: readonly (readonly [key: string, value: string])[]
}

/** Receives what Helm would log while it loads and combines charts; a face decides what to print. */
export type Log = (record: LogRecord) => void

/** The line as Helm's text handler prints it (log/slog's TextHandler without time). */
export function formatLogRecord(record: LogRecord): string {
  let line = `level=${record.level.toUpperCase()} msg=${slogText(record.message)}`
  for (const [key, value] of record.attributes ?? []) line += ` ${slogText(key)}=${slogText(value)}`
  return line
}

function slogText(s: string): string {
  return s === '' || /[\s"=\\]|[^\x21-\x7e]/.test(s) ? quote(s) : s
}
