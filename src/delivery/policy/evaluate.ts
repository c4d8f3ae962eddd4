import type { ObjectRef } from '../../cluster/kube/index.ts'
import type { Facts } from './facts.ts'
import { objectName } from './object-name.ts'
import type { Policy } from './policy.ts'
import type { Override, Rule, RulePhase, RuleResult, Violation } from './rule.ts'

/** What a policy says of a release. */
export interface PolicyReport {
  readonly pack: string
  readonly digest: string
  /** One for every rule that is not off, in the order of the rules. */
  readonly results: readonly RuleResult[]
  readonly blocked: boolean
  /** Ids of the rules that block. */
  readonly blockedBy: readonly string[]
  /** Overrides that let nothing pass, and why: worth telling, since somebody counts on them. */
  readonly idle: readonly { readonly override: Override; readonly why: 'expired' | 'matches nothing' | 'rule is off' }[]
}

/**
 * Judges facts by the rules of a phase. Pure. A rule that fails on the facts counts as violated: what cannot be judged does not pass silently.
 */
export function evaluatePolicy(facts: Facts, policy: Policy, phase: RulePhase = 'plan'): PolicyReport {
  const used = new Set<Override>()
  const results: RuleResult[] = []
  for (const rule of policy.rules) {
    const severity = policy.severities[rule.id] ?? 'off'
    if (rule.phase !== phase || severity === 'off') continue
    const found = judge(rule, facts)
    if (typeof found === 'string') {
      results.push({ rule: rule.id, severity, status: 'not-evaluated', violations: [], overrides: [], missing: found })
      continue
    }
    const live = policy.overrides.filter((o) => o.rule === rule.id && !expired(o, facts.now))
    const standing: Violation[] = []
    const waived: { violation: Violation; override: Override }[] = []
    for (const violation of found) {
      const override = live.find((o) => matches(o, violation))
      if (override === undefined) standing.push(violation)
      else waived.push({ violation, override })
    }
    for (const { override } of waived) used.add(override)
    const status = standing.length > 0 ? 'violated' : waived.length > 0 ? 'overridden' : 'passed'
    results.push({ rule: rule.id, severity, status, violations: standing, ...(waived.length > 0 && { waived }), overrides: [...new Set(waived.map((w) => w.override))] })
  }
  const blockedBy = results.filter((r) => r.severity === 'block' && (r.status === 'violated' || (r.status === 'not-evaluated' && policy.unevaluated === 'block'))).map((r) => r.rule)
  const judged = new Set(results.filter((r) => r.status !== 'not-evaluated').map((r) => r.rule))
  const idle = policy.overrides.flatMap((override): PolicyReport['idle'] => {
    if (expired(override, facts.now)) return [{ override, why: 'expired' }]
    if (policy.severities[override.rule] === 'off') return [{ override, why: 'rule is off' }]
    return judged.has(override.rule) && !used.has(override) ? [{ override, why: 'matches nothing' }] : []
  })
  return { pack: policy.pack, digest: policy.digest, results, blocked: blockedBy.length > 0, blockedBy, idle }
}

/** Bounds of what one rule may say: facts come from charts and clusters. */
const most = { violations: 1000, text: 4000 }

function judge(rule: Rule, facts: Facts): readonly Violation[] | string {
  try {
    const found = rule.check(facts)
    if (typeof found === 'string') return plainText(found)
    const told = found.slice(0, most.violations).map(({ message, object, place, hint }): Violation => ({
      message: plainText(message), ...(object && { object: shownRef(object) }), ...(place && { place: { ...place, file: plainText(place.file) } }), ...(hint !== undefined && { hint: plainText(hint) }),
    }))
    return found.length > most.violations ? [...told, { message: `and ${found.length - most.violations} more violations` }] : told
  } catch (error) {
    return [{ message: `the rule could not judge this: ${plainText((error as Error).message.split('\n')[0]!)}`, hint: 'Something has a shape that no Kubernetes object has; mend that first.' }]
  }
}

/** What is shown must not play with a terminal, nor fill it. */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const plain = text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
  return plain.length > most.text ? `${plain.slice(0, most.text)}…` : plain
}

const shownRef = ({ apiVersion, kind, namespace, name }: ObjectRef): ObjectRef => ({ apiVersion: plainText(String(apiVersion)), kind: plainText(String(kind)), ...(namespace !== undefined && { namespace: plainText(String(namespace)) }), name: plainText(String(name)) })

/** A time that cannot be read has passed. */
const expired = (override: Override, now: Date): boolean => !(Date.parse(override.expires) > now.getTime())

/** An override without a text is about all of the rule; else its text stands in the object's name or in the message. */
function matches({ match }: Override, { object, message }: Violation): boolean {
  return match === '' || message.includes(match) || (object !== undefined && `${object.namespace ?? ''}/${objectName(object)}`.includes(match))
}
