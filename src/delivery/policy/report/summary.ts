import { objectName } from '../object-name.ts'
import type { PolicyReport } from '../evaluate.ts'
import type { RuleResult, Violation } from '../rule.ts'

/** `2 rules block, 3 warn, 1 overridden, 20 passed, 11 not evaluated (pack production)` */
export function policySummary({ results, blockedBy, pack }: PolicyReport): string {
  const count = (test: (result: RuleResult) => boolean): number => results.filter(test).length
  const parts = [
    [blockedBy.length, blockedBy.length === 1 ? 'rule blocks' : 'rules block'],
    [count((r) => r.status === 'violated' && r.severity === 'warn'), 'warn'],
    [count((r) => r.status === 'overridden'), 'overridden'],
    [count((r) => r.status === 'passed'), 'passed'],
    [count((r) => r.status === 'not-evaluated'), 'not evaluated'],
  ] as const
  return `${parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`).join(', ') || 'no rules'} (pack ${pack})`
}

/** `Deployment/web: container app has no probe` with its place, if it has one. */
export function violationText({ object, message, place }: Violation): string {
  const at = place === undefined || place.file === '' ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`}: `
  return `${at}${object === undefined ? '' : `${objectName(object)}: `}${message}`
}

/** Missing facts with the rules that want them. */
export function missingFacts(results: readonly RuleResult[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  for (const { status, missing = '', rule } of results) if (status === 'not-evaluated') out.set(missing, [...(out.get(missing) ?? []), rule])
  return out
}

/** Every violation that stands or was let pass, in one line each: for where results of a plan are shown beside other things. */
export function toldViolations(results: readonly RuleResult[]): { readonly how: 'block' | 'warn' | 'overridden'; readonly rule: string; readonly text: string }[] {
  return results.flatMap(({ rule, severity, violations, waived = [] }) => [
    ...violations.map((v) => ({ how: severity === 'block' ? 'block' as const : 'warn' as const, rule, text: violationText(v) })),
    ...waived.map(({ violation, override: { by, expires, reason, ticket } }) => ({ how: 'overridden' as const, rule, text: `${violationText(violation)} (by ${by} until ${expires.slice(0, 10)}: ${reason}${ticket === undefined ? '' : `, ${ticket}`})` })),
  ])
}
