import { PintleError, nearest } from '../../errors/index.ts'
import { canonicalJson, sha256 } from '../attestation/index.ts'
import type { Override, PackName, Rule, RuleSeverity } from './rule.ts'

/** The rules an environment asks for, ready to judge by. */
export interface Policy {
  readonly pack: PackName
  readonly rules: readonly Rule[]
  /** What a violation of each rule does here, by id. */
  readonly severities: Readonly<Record<string, RuleSeverity>>
  readonly overrides: readonly Override[]
  /** What becomes of a blocking rule whose facts are missing. */
  readonly unevaluated: 'block' | 'pass'
  /** Over all that decides a verdict: pack, severities, texts of external rules, overrides. */
  readonly digest: string
}

export interface PolicyParts {
  readonly pack: PackName
  /** Built-in and external ones. */
  readonly rules: readonly Rule[]
  /** Departures from the pack. */
  readonly severities?: Readonly<Record<string, RuleSeverity>>
  readonly overrides?: readonly Override[]
  readonly unevaluated?: 'block' | 'pass'
  /** Digests of the texts of external rules, by id. */
  readonly external?: Readonly<Record<string, string>>
}

/**
 * Puts a policy together.
 * @throws PintleError config.invalid when a severity or an override names a rule that does not exist
 */
export function makePolicy({ pack, rules, severities = {}, overrides = [], unevaluated = 'pass', external = {} }: PolicyParts): Policy {
  for (const id of [...Object.keys(severities), ...overrides.map((o) => o.rule)]) requireRule(id, rules)
  const effective = Object.fromEntries(rules.map((r) => [r.id, severities[r.id] ?? r.severity[pack]]))
  return { pack, rules, severities: effective, overrides, unevaluated, digest: sha256(canonicalJson({ pack, severities: effective, external, overrides, unevaluated })) }
}

/**
 * The rule of an id.
 * @throws PintleError config.invalid, with the id that was probably meant
 */
export function requireRule(id: string, rules: readonly Rule[]): Rule {
  const rule = rules.find((r) => r.id === id)
  if (rule !== undefined) return rule
  const near = nearest(id, rules.map((r) => r.id)) ?? rules.find((r) => r.id.split('/')[1] === id)?.id
  throw new PintleError('config.invalid', `there is no rule ${JSON.stringify(id)}`, { hint: near === undefined ? '`pintle policy rules` lists them.' : `Did you mean ${near}?` })
}
