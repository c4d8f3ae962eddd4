import { sarif } from '../../charts/checks/index.ts'
import { atLeast, secretRules, type Confidence, type SecretFinding } from '../../delivery/secret-scan/index.ts'
import type { Output } from './output.ts'
import { goJson } from './structured.ts'
import { versions } from './versions.ts'

/** What a scan found, to be printed. */
export interface SecretReport {
  readonly findings: readonly SecretFinding[]
  /** What was not looked at, and why. */
  readonly notes: readonly string[]
  readonly charts: number
  readonly files: number
}

/**
 * Prints a report. It holds no part of any secret.
 * @param least confidence that is shown
 * @returns whether there is a secret that is certain or likely, and shown
 */
export function printSecretReport(out: Output, format: string, report: SecretReport, least: Confidence): boolean {
  const findings = distinct(report.findings)
  const shown = findings.filter((f) => f.allowed === undefined && atLeast(f.confidence, least)).sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
  const allowed = findings.filter((f) => f.allowed !== undefined)
  const hidden = findings.length - shown.length - allowed.length
  const refused = shown.filter((f) => f.confidence !== 'possible')
  if (format === 'json') out.line(goJson({ findings: shown, allowed, notes: report.notes, counts: { charts: report.charts, files: report.files, certain: count(shown, 'certain'), likely: count(shown, 'likely'), possible: count(findings.filter((f) => f.allowed === undefined), 'possible'), allowed: allowed.length } }))
  else if (format === 'sarif') out.line(JSON.stringify(sarif([{ folder: '', findings: shown.map(asFinding) }], versions.pintle, secretRules), undefined, 2))
  else {
    for (const finding of shown) out.line(`${line(finding)} (${finding.confidence}, ${finding.rule})`)
    for (const finding of allowed) out.line(`${line(finding)} (allowed: ${finding.allowed})`)
  }
  if (format !== 'sarif') for (const note of report.notes) out.note(`not looked at: ${note}`)
  if (format === 'text') {
    const parts = [`${report.charts} ${report.charts === 1 ? 'chart' : 'charts'} and ${report.files} ${report.files === 1 ? 'file' : 'files'}: ${refused.length === 0 ? 'no secret in plain text' : `${refused.length} ${refused.length === 1 ? 'secret' : 'secrets'} in plain text`}`]
    if (allowed.length > 0) parts.push(`${allowed.length} allowed`)
    if (hidden > 0) parts.push(`${hidden} less certain (--min-confidence possible shows all)`)
    out.line(parts.join('; '))
    if (refused.length > 0) out.note('hint: what was committed was seen: change it. Then keep it in an existing Secret, an ExternalSecret, or a file encrypted with SOPS.')
  }
  return refused.length > 0
}

/** A file may be named more than once: as one of a folder, and by -f. */
function distinct(findings: readonly SecretFinding[]): SecretFinding[] {
  return [...new Map(findings.map((f) => [JSON.stringify([f.rule, f.kind, f.file, f.line, f.column, f.path]), f])).values()]
}

const count = (findings: readonly SecretFinding[], confidence: Confidence): number => findings.filter((f) => f.confidence === confidence).length

function line({ file, line: number, column, path, reason, values }: SecretFinding): string {
  const at = number < 1 ? file : `${file}:${number}${column === undefined ? '' : `:${column}`}`
  return `${at}: ${path === '' ? '' : `${path}: `}${reason}${values === undefined ? '' : `; reads ${values.join(', ')}`}`
}

const asFinding = ({ rule, confidence, file, line: number, column, path, reason, values }: SecretFinding) => ({
  rule, severity: confidence === 'certain' ? 'error' as const : confidence === 'likely' ? 'warning' as const : 'info' as const, path: file, line: number, ...(column === undefined ? {} : { column }),
  message: `${path === '' ? '' : `${path}: `}${reason}${values === undefined ? '' : `; reads ${values.join(', ')}`}`,
})
