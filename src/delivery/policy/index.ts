/**
 * Owns the rules a release must satisfy, and the facts they read. Refuses to gather facts and to change anything: a rule reports, the caller refuses.
 */
export type * from './facts.ts'
export type { Override, PackName, Rule, RulePhase, RuleResult, RuleSeverity, Violation } from './rule.ts'
export { evaluatePolicy } from './evaluate.ts'
export type { PolicyReport } from './evaluate.ts'
export { makePolicy, requireRule } from './policy.ts'
export type { Policy, PolicyParts } from './policy.ts'
export { overridesOfFlags, parseOverrides } from './overrides.ts'
export { defaultPolicy, parsePolicySettings } from './settings.ts'
export type { ExternalSettings, Fault, PolicySettings } from './settings.ts'
export { allRules } from './rules/all-rules.ts'
