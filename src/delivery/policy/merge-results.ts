import type { PolicyReport } from './evaluate.ts'
import type { RuleResult } from './rule.ts'

const worst = ['violated', 'overridden', 'not-evaluated', 'passed'] as const

/**
 * The results of several releases as those of one: a rule is as bad as it is anywhere. Messages begin with the release where there are several.
 */
export function mergeResults(reports: readonly { readonly name: string; readonly report: PolicyReport }[]): RuleResult[] {
  if (reports.length === 1) return [...reports[0]!.report.results]
  const byRule = Map.groupBy(reports.flatMap(({ name, report }) => report.results.map((result) => ({ name, result }))), ({ result }) => result.rule)
  return [...byRule].map(([rule, all]) => {
    const named = <V extends { readonly message: string }>(name: string, violation: V): V => ({ ...violation, message: `${name}: ${violation.message}` })
    const waived = all.flatMap(({ name, result }) => (result.waived ?? []).map((w) => ({ ...w, violation: named(name, w.violation) })))
    const missing = all.find(({ result }) => result.missing !== undefined)?.result.missing
    const status = worst.find((s) => all.some(({ result }) => result.status === s))!
    return {
      rule, severity: all.some(({ result }) => result.status === status && result.severity === 'block') ? 'block' : 'warn', status, violations: all.flatMap(({ name, result }) => result.violations.map((v) => named(name, v))),
      ...(waived.length > 0 && { waived }), overrides: [...new Set(all.flatMap(({ result }) => result.overrides))], ...(status === 'not-evaluated' && missing !== undefined && { missing }),
    }
  })
}
