import type { Finding } from './finding.ts'
import { rules } from './rules.ts'

/** Findings of one chart, and where that is. */
export interface ChartFindings {
  /** The chart's folder, as the report should name it; '' for none. */
  readonly folder: string
  readonly findings: readonly Finding[]
}

/**
 * A SARIF 2.1.0 log, which code hosts show beside the lines.
 * @param version of Pintle
 * @param known what rules say, by id; default those of the checks
 */
export function sarif(charts: readonly ChartFindings[], version: string, known: typeof rules = rules): object {
  const all = charts.flatMap(({ folder, findings }) => findings.map((finding) => ({ folder, finding })))
  const used = [...new Set(all.map(({ finding }) => finding.rule))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pintle', version,
            rules: used.map((id) => {
              const rule = known[id] ?? known[`${id.split('/')[0]}/lint`]
              return { id, ...(rule === undefined ? {} : { shortDescription: { text: rule.summary }, help: { text: rule.help } }) }
            }),
          },
        },
        results: all.map(({ folder, finding: { rule, severity, path, line, column, message, hint } }) => ({
          ruleId: rule, ruleIndex: used.indexOf(rule), level: severity === 'info' ? 'note' : severity, message: { text: hint === undefined ? message : `${message}\n${hint}` },
          locations: [{
            physicalLocation: {
              artifactLocation: { uri: encodeURI([folder.replaceAll('\\', '/').replace(/\/+$/, ''), path].filter((part) => part !== '' && part !== '.').join('/')) },
              ...(line === undefined ? {} : { region: { startLine: line, ...(column === undefined || column < 1 ? {} : { startColumn: column }) } }),
            },
          }],
        })),
      },
    ],
  }
}
