import { sarif, type Finding, type ObjectsReport } from '../../charts/checks/index.ts'
import type { Output } from './output.ts'
import { versions } from './versions.ts'

/** What was found in one chart. */
export interface LintedChart {
  readonly path: string
  readonly failed: boolean
  readonly findings: readonly Finding[]
  /** Why there is no chart to examine. */
  readonly error?: string
  /** How many objects were valid, invalid and so on. */
  readonly objects?: ObjectsReport['counts']
}

/** Prints findings for machines. */
export function printLintReport(out: Output, format: string, charts: readonly LintedChart[]): void {
  if (format === 'json') {
    out.line(JSON.stringify({ charts, linted: charts.length, failed: charts.filter((c) => c.failed).length }, undefined, 2))
    return
  }
  const log = sarif(charts.map(({ path, findings, error }) => ({
    folder: path, findings: error === undefined ? findings : [{ rule: 'helm/chart-load', severity: 'error', path: '', message: error }, ...findings],
  })), versions.pintle)
  out.line(JSON.stringify(log, undefined, 2))
}
