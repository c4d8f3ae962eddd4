import { sarif, type Finding } from '../../../charts/checks/index.ts'
import type { Rule, RuleResult, Violation } from '../rule.ts'
import type { PolicyReport } from '../evaluate.ts'
import { violationText } from './summary.ts'

/** A report, the folder where the files lie that places name, and the file of violations without a place. */
export interface PlacedReport { readonly report: PolicyReport; readonly folder: string; readonly fallback: string }

/** Reports as SARIF 2.1.0: violations as errors and warnings, those that were let pass as notes. */
export function policySarif(reports: readonly PlacedReport[], { rules, version }: { readonly rules: readonly Rule[]; readonly version: string }): object {
  const known = Object.fromEntries(rules.map((r) => [r.id, { summary: r.title, help: r.fix }]))
  return sarif(reports.map(({ report, folder, fallback }) => ({ folder, findings: report.results.flatMap((result) => findings(result, fallback, known[result.rule]?.help)) })), version, known)
}

function findings({ rule, severity, violations, waived = [] }: RuleResult, fallback: string, fix: string | undefined): Finding[] {
  const finding = (violation: Violation, level: Finding['severity'], hint: string | undefined): Finding => {
    const { place } = violation
    return {
      rule, severity: level, path: place?.file || fallback, message: violationText({ ...violation, place: { file: '' } }), ...(hint !== undefined && hint !== '' && { hint }),
      ...(place?.line !== undefined && { line: place.line, ...(place.column !== undefined && { column: place.column }) }),
    }
  }
  return [
    ...violations.map((v) => finding(v, severity === 'block' ? 'error' : 'warning', v.hint ?? fix)),
    ...waived.map(({ violation, override: { by, expires, reason } }) => finding(violation, 'info', `Overridden by ${by} until ${expires.slice(0, 10)}: ${reason}`)),
  ]
}
