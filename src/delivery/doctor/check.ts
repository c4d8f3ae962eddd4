import type { Facts, PolicyReport, Rule, RuleResult } from '../policy/index.ts'

/** `unknown` is never `ok`: it could not be looked at. */
export type CheckStatus = 'ok' | 'warn' | 'stop' | 'unknown'

export interface Check {
  /** Id of the rule, or of a look at the stack: `stack/kustomize`. */
  readonly id: string
  readonly status: CheckStatus
  /** What was found, line by line. */
  readonly messages: readonly string[]
  /** What to do, where it is not ok. Markdown. */
  readonly fix?: string
}

/** What a cluster, a service or a file said is shown as text: no control characters, and not without end. */
export function shown(check: Check): Check {
  const messages = check.messages.slice(0, 100).map((m) => {
    const text = m.replace(/[^\S\n]|[\p{Cc}\p{Cf}]/gu, (c) => (c === '\n' ? c : ' '))
    return text.length > 1000 ? `${text.slice(0, 999)}…` : text
  })
  return { ...check, messages: check.messages.length > 100 ? [...messages, `and ${check.messages.length - 100} more`] : messages }
}

/** What the rules say, as checks: what blocks stops. */
export function checksOf(report: PolicyReport, rules: readonly Rule[], facts: Facts): Check[] {
  return report.results.map((result): Check => {
    const rule = rules.find((r) => r.id === result.rule)!
    const { status, messages } = verdict(result, rule, facts)
    return { id: result.rule, status, messages, ...((status === 'stop' || status === 'warn') && { fix: hints(result) ?? rule.fix }) }
  })
}

function verdict(result: RuleResult, rule: Rule, facts: Facts): Pick<Check, 'status' | 'messages'> {
  const texts = result.violations.map((v) => `${v.object === undefined ? '' : `${v.object.kind}/${v.object.name}: `}${v.message}`)
  switch (result.status) {
    case 'violated': return { status: result.severity === 'block' ? 'stop' : 'warn', messages: texts }
    case 'not-evaluated': return { status: 'unknown', messages: [result.missing ?? ''] }
    case 'overridden': return { status: 'ok', messages: result.overrides.map((o) => `let pass by ${o.by} until ${o.expires}: ${o.reason}`) }
    case 'passed': return { status: 'ok', messages: [found[rule.id]?.(facts) ?? rule.title] }
  }
}

/** One hint a violation, each once. */
function hints(result: RuleResult): string | undefined {
  const texts = [...new Set(result.violations.flatMap((v) => v.hint ?? []))]
  return texts.length === 0 ? undefined : texts.join(' ')
}

/** What was found where all is well, for rules that say more than their title. */
const found: Readonly<Record<string, (facts: Facts) => string | undefined>> = {
  'target/expected-context': ({ target }) => `context ${target?.context}`,
  'target/expected-cluster': ({ target }) => `cluster ${target?.clusterUid}`,
  'target/explicit-namespace': ({ target }) => `namespace ${target?.namespace}`,
  'target/namespace-naming': ({ target }) => `namespace ${target?.namespace}`,
  'target/server-version': ({ target }) => `Kubernetes ${target?.serverVersion}`,
  'target/ci-only': ({ run }) => (run.ci === undefined ? (run.ciRequired ? `emergency: ${run.breakGlass}` : 'any place will do') : `runs in ${run.ci}`),
  'target/rights': ({ target }) => {
    const lacking = target?.rights?.filter((r) => !r.allowed) ?? []
    const all = `all ${(target?.rights?.length ?? 0) - lacking.length} rights that are needed`
    return lacking.length === 0 ? all : `${all}; without ${lacking.slice(0, 3).map((r) => `${r.verb} ${r.resource}`).join(', ')}${lacking.length > 3 ? ', …' : ''} less is told`
  },
  'target/release-state': ({ target }) => (target?.release === undefined ? undefined : target.release.status === '' ? 'not installed yet' : `revision ${target.release.revision} is ${target.release.status}`),
  'target/open-incident': () => 'no open incident',
  'process/checklist': ({ process }) => `all ${process?.checklist?.length ?? 0} items are done`,
  'process/staged': ({ process }) => `passed ${process?.staging?.environment} (${process?.staging?.record})`,
  'process/rollback-drill': ({ process }) => `last rolled back at ${process?.rollback?.lastDrill}`,
  'continuous/error-budget': ({ process }) => (process?.errorBudgetLeft === undefined ? undefined : `${Math.floor(process.errorBudgetLeft * 1000) / 10}% of the error budget is left: ${process.errorBudgetDetail ?? ''}`),
  'continuous/token-age': ({ outcome }) => (outcome?.tokenAgeDays === undefined ? undefined : `credentials of ${Math.floor(outcome.tokenAgeDays)} days`),
}
