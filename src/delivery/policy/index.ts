/**
 * Owns the rules a release must satisfy, and the facts they read. Refuses to gather facts and to change anything: a rule reports, the caller refuses.
 */
export type { Facts } from './facts.ts'
export type { Override, PackName, Rule, RulePhase, RuleResult, RuleSeverity, Violation } from './rule.ts'
