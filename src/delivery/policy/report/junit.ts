import type { PolicyReport } from '../evaluate.ts'
import type { RuleResult } from '../rule.ts'
import { violationText } from './summary.ts'

/** Reports as JUnit: a suite a release, a case a rule; what blocks fails, what nobody could judge is skipped, warnings are told in the output. */
export function policyJunit(reports: readonly { readonly name: string; readonly report: PolicyReport }[]): string {
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...reports.flatMap(suite), '</testsuites>', ''].join('\n')
}

function suite({ name, report: { results } }: { readonly name: string; readonly report: PolicyReport }): string[] {
  const count = (test: (result: RuleResult) => boolean): number => results.filter(test).length
  return [
    `  <testsuite name="${escaped(`policy ${name}`)}" tests="${results.length}" failures="${count((r) => r.status === 'violated' && r.severity === 'block')}" skipped="${count((r) => r.status === 'not-evaluated')}">`,
    ...results.map((result) => {
      const inside = inCase(result)
      return `    <testcase classname="${escaped(result.rule.split('/')[0]!)}" name="${escaped(result.rule)}"${inside === '' ? '/>' : `>${inside}</testcase>`}`
    }),
    '  </testsuite>',
  ]
}

function inCase({ severity, status, violations, waived = [], missing = '' }: RuleResult): string {
  if (status === 'not-evaluated') return `<skipped message="${escaped(`for want of ${missing}`)}"/>`
  const told = violations.map(violationText).join('\n')
  if (status === 'violated' && severity === 'block') return `<failure message="${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}">${escaped(told)}</failure>`
  const output = [told, ...waived.map(({ violation, override: { by, reason } }) => `${violationText(violation)}: overridden by ${by}: ${reason}`)].filter(Boolean).join('\n')
  return output === '' ? '' : `<system-out>${escaped(output)}</system-out>`
}

/** Characters that XML 1.0 cannot hold are left out. */
const escaped = (text: string): string => text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
