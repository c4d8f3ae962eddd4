import type { Place } from '../../errors/index.ts'
import type { ObjectRef } from '../../cluster/kube/index.ts'
import type { Facts } from './facts.ts'

/** What a violation does: stops the release, is told, or is not looked for. */
export type RuleSeverity = 'block' | 'warn' | 'off'

/** Names of the packs that ship. */
export type PackName = 'baseline' | 'production'

/** When a rule can be judged: when a plan is made, when it is applied, after the change, or at any time. */
export type RulePhase = 'plan' | 'apply' | 'after' | 'continuous'

/**
 * One rule of a pack. A rule is one file in `rules/`, which exports it as default, with its test beside it; its page in docs/rules is
 * generated from it.
 */
export interface Rule {
  /** `group/name`, for ever the same: people silence and override by it. */
  readonly id: string
  /** What must hold, in one sentence. */
  readonly title: string
  readonly phase: RulePhase
  readonly severity: Readonly<Record<PackName, RuleSeverity>>
  /** Why it exists: what goes wrong without it. Markdown. */
  readonly reason: string
  /** How to mend a violation. Markdown. */
  readonly fix: string
  /**
   * Judges the facts. An empty list is a pass. A string says which facts are missing: the rule is then "not evaluated".
   * Pure: no I/O, no clock but `facts.now`.
   */
  readonly check: (facts: Facts) => readonly Violation[] | string
}

/** One place where a rule does not hold. Holds no secret value. */
export interface Violation {
  readonly message: string
  readonly object?: ObjectRef
  readonly place?: Place
  /** What to do about this one, where the rule's own `fix` is too general. */
  readonly hint?: string
}

/** Somebody lets a violation pass, on record and for a time. */
export interface Override {
  readonly rule: string
  /** Only violations whose object or message holds this text; '' for all of the rule. */
  readonly match: string
  readonly reason: string
  readonly by: string
  /** RFC 3339. An override that has expired counts for nothing, and is told. */
  readonly expires: string
  readonly ticket?: string
}

export interface RuleResult {
  readonly rule: string
  readonly severity: RuleSeverity
  readonly status: 'passed' | 'violated' | 'overridden' | 'not-evaluated'
  /** What stands. */
  readonly violations: readonly Violation[]
  /** What overrides let pass, each with the one that did. */
  readonly waived?: readonly { readonly violation: Violation; readonly override: Override }[]
  /** The overrides that let violations pass. */
  readonly overrides: readonly Override[]
  /** Which facts were missing. */
  readonly missing?: string
}
