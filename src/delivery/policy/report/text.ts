import type { PolicyReport } from '../evaluate.ts'
import type { Rule } from '../rule.ts'
import { missingFacts, policySummary, violationText } from './summary.ts'

export interface TextOptions {
  /** For titles and what to do. */
  readonly rules: readonly Rule[]
  readonly paint?: (style: 'red' | 'yellow' | 'green' | 'dim' | 'bold', text: string) => string
  /** Rules that hold and rules that could not be evaluated, too. */
  readonly all?: boolean
  /** Ends with one line about all. Default true. */
  readonly summary?: boolean
}

/** Violations of one rule that are told one by one. */
const most = 20

/** A report for a terminal: what blocks first, then what is warned of, what was let pass and why, what nobody could judge. Ends with a newline. */
export function formatPolicyText(report: PolicyReport, { rules, paint = (_, text) => text, all = false, summary = true }: TextOptions): string {
  const lines: string[] = []
  const titleOf = (id: string): string => rules.find((r) => r.id === id)?.title ?? ''
  const violated = report.results.filter((r) => r.status === 'violated')
  for (const severity of ['block', 'warn'] as const) {
    for (const { rule, violations } of violated.filter((r) => r.severity === severity)) {
      lines.push(`${paint(severity === 'block' ? 'red' : 'yellow', severity === 'block' ? 'BLOCKS' : 'WARNS ')} ${paint('bold', rule)}: ${titleOf(rule)}`)
      for (const violation of violations.slice(0, most)) {
        lines.push(`       ${violationText(violation)}`)
        if (violation.hint !== undefined) lines.push(paint('dim', `         ${violation.hint}`))
      }
      if (violations.length > most) lines.push(`       and ${violations.length - most} more`)
      const fix = rules.find((r) => r.id === rule)?.fix
      if (fix !== undefined && fix !== '') lines.push(paint('dim', `       ${fix}`))
    }
  }
  for (const { rule, waived = [] } of report.results) {
    for (const { violation, override } of waived) lines.push(`${paint('yellow', 'PASSED')} ${paint('bold', rule)}: ${violationText(violation)}\n       overridden by ${override.by} until ${override.expires.slice(0, 10)}: ${override.reason}${override.ticket === undefined ? '' : ` (${override.ticket})`}`)
  }
  for (const { override, why } of report.idle) lines.push(`${paint('yellow', 'NOTE  ')} the override of ${override.rule}${override.match === '' ? '' : ` for ${JSON.stringify(override.match)}`} by ${override.by} ${why === 'expired' ? `expired on ${override.expires.slice(0, 10)}` : why === 'rule is off' ? 'does nothing: the rule is off' : 'matches nothing any more'}`)
  if (all) for (const { rule } of report.results.filter((r) => r.status === 'passed')) lines.push(`${paint('green', 'HOLDS ')} ${rule}`)
  if (all) for (const [missing, ids] of missingFacts(report.results)) lines.push(paint('dim', `UNKNOWN ${ids.join(', ')}: ${missing}`))
  if (summary) lines.push(policySummary(report))
  return `${lines.join('\n')}\n`
}
