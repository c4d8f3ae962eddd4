import type { PolicyReport } from '../evaluate.ts'
import type { Rule, RuleResult } from '../rule.ts'
import { missingFacts, policySummary, violationText } from './summary.ts'

/** Violations of one rule that are told one by one: pull requests have a limit. */
const most = 10

/** A report for a pull request. Ends with a newline. */
export function formatPolicyMarkdown(report: PolicyReport, { rules }: { readonly rules: readonly Rule[] }): string {
  const titleOf = (id: string): string => rules.find((r) => r.id === id)?.title ?? ''
  const shown = (results: readonly RuleResult[]): string[] => results.flatMap(({ rule, violations }) => [
    `- **${rule}**: ${titleOf(rule)}`, ...violations.slice(0, most).map((v) => `  - ${plain(violationText(v))}`), ...(violations.length > most ? [`  - and ${violations.length - most} more`] : []),
  ])
  const violated = (severity: 'block' | 'warn'): RuleResult[] => report.results.filter((r) => r.status === 'violated' && r.severity === severity)
  const waived = report.results.flatMap(({ rule, waived: w = [] }) => w.map(({ violation, override }) => `- **${rule}**: ${plain(violationText(violation))}: ${plain(override.reason)} (${plain(override.by)}, until ${override.expires.slice(0, 10)})`))
  const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`#### ${title}`, '', ...lines, ''])
  const missing = [...missingFacts(report.results)].map(([what, ids]) => `- ${plain(what)}: ${ids.join(', ')}`)
  return [
    `### Policy: ${report.blocked ? 'blocked' : 'passed'}`, '', policySummary(report), '',
    ...section('Blocks', shown(violated('block'))), ...section('Warns', shown(violated('warn'))), ...section('Overridden', waived),
    ...section('Overrides that do nothing', report.idle.map(({ override, why }) => `- ${override.rule} by ${plain(override.by)}: ${why}`)),
    ...(missing.length === 0 ? [] : ['<details><summary>Not evaluated</summary>', '', ...missing, '', '</details>', '']),
  ].join('\n')
}

/** Text that Markdown and HTML take as it is. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(/[\\`*_[\]|]/g, '\\$&').replaceAll(/\s*\n\s*/g, ' ')
