import { meant } from '../../errors/index.ts'
import { isMap, keyedMap, type Fault } from '../settings/index.ts'
import type { PackName, RuleSeverity } from './rule.ts'

/** `policy` of an environment in pintle.yaml, checked. Paths as written. */
export interface PolicySettings {
  readonly pack: PackName
  readonly rules: Readonly<Record<string, RuleSeverity>>
  /** Path of the file with overrides. */
  readonly overrides?: string
  readonly external: readonly ExternalSettings[]
  readonly unevaluated: 'block' | 'pass'
}

/** One rule of one's own: a CEL expression, or Rego compiled to WebAssembly. */
export interface ExternalSettings {
  readonly id: string
  readonly title: string
  readonly severity: RuleSeverity
  readonly reason: string
  readonly fix: string
  /** What is judged: each object (of some kinds), or the facts as a whole. */
  readonly over: 'objects' | 'facts'
  readonly kinds: readonly string[]
  /** True where the rule holds. */
  readonly cel?: string
  /** What is said of an object that violates it; a CEL expression that gives a string. */
  readonly message?: string
  /** Path of a .wasm file or of an OPA bundle. */
  readonly rego?: string
  /** `acme/deny`: gives a set or list of messages. */
  readonly entrypoint?: string
}

const severities = ['block', 'warn', 'off']
const packs = ['baseline', 'production']
const keys = ['pack', 'rules', 'overrides', 'external', 'unevaluated']
const externalKeys = ['id', 'title', 'severity', 'reason', 'fix', 'over', 'kinds', 'cel', 'message', 'rego', 'entrypoint']

/** Without a word about policy. */
export const defaultPolicy: PolicySettings = { pack: 'baseline', rules: {}, external: [], unevaluated: 'pass' }

/**
 * Reads `policy: production` or `policy: { pack, rules: { ID: block|warn|off }, overrides: FILE, external: [...], unevaluated: block|pass }`.
 * Whether the ids exist is checked by makePolicy, which knows the external rules too.
 * @throws what `fault` makes
 */
export function parsePolicySettings(raw: unknown, fault: Fault): PolicySettings {
  if (raw === undefined || raw === null) return defaultPolicy
  if (typeof raw !== 'string' && !isMap(raw)) throw fault([], 'policy must be the name of a pack, or a map', `Packs: ${packs.join(', ')}.`)
  const settings = keyedMap(typeof raw === 'string' ? { pack: raw } : raw, keys, { section: 'policy', fault })
  const pack = settings.pack ?? 'baseline'
  if (!packs.includes(pack as string)) throw fault(typeof raw === 'string' ? [] : ['pack'], `there is no rule pack ${JSON.stringify(pack)}`, meant(String(pack), packs))
  const rules = settings.rules ?? {}
  if (!isMap(rules)) throw fault(['rules'], 'policy.rules must be a map of rule ids to block, warn or off')
  for (const [id, severity] of Object.entries(rules)) if (!severities.includes(asSeverity(severity) as string)) throw fault(['rules', id], `policy.rules.${id} must be block, warn or off`)
  if (settings.overrides !== undefined && typeof settings.overrides !== 'string') throw fault(['overrides'], 'policy.overrides must be the path of a file')
  const unevaluated = settings.unevaluated ?? 'pass'
  if (unevaluated !== 'block' && unevaluated !== 'pass') throw fault(['unevaluated'], 'policy.unevaluated must be block or pass')
  const external = settings.external ?? []
  if (!Array.isArray(external)) throw fault(['external'], 'policy.external must be a list of rules')
  return {
    pack: pack as PackName, rules: Object.fromEntries(Object.entries(rules).map(([id, severity]) => [id, asSeverity(severity) as RuleSeverity])), ...(settings.overrides !== undefined && { overrides: settings.overrides as string }), unevaluated,
    external: external.map((item, i) => parseExternal(item, `policy.external.${i}`, (path, message, hint) => fault(['external', i, ...path], message, hint))),
  }
}

function parseExternal(raw: unknown, section: string, fault: Fault): ExternalSettings {
  const given = keyedMap(raw, externalKeys, { section, fault })
  const item = 'severity' in given ? { ...given, severity: asSeverity(given.severity) } : given
  for (const [key, value] of Object.entries(item)) {
    if (key === 'kinds' ? !(Array.isArray(value) && value.every((k) => typeof k === 'string')) : typeof value !== 'string') throw fault([key], key === 'kinds' ? 'kinds must be a list of strings' : `${key} must be a string`)
  }
  const rule = item as Record<string, string> & { kinds?: string[] }
  if (!/^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(rule.id ?? '')) throw fault(['id'], `an external rule needs an id of the form group/name, as in acme/no-load-balancers`)
  if ((rule.cel === undefined) === (rule.rego === undefined)) throw fault([], `${rule.id} must have either cel or rego`)
  if (rule.rego !== undefined && rule.message !== undefined) throw fault(['message'], `${rule.id}: a Rego rule gives its messages itself`)
  if (rule.cel !== undefined && rule.entrypoint !== undefined) throw fault(['entrypoint'], `${rule.id}: entrypoint belongs to rego`)
  if (rule.severity !== undefined && !severities.includes(rule.severity)) throw fault(['severity'], 'severity must be block, warn or off')
  if (rule.over !== undefined && rule.over !== 'objects' && rule.over !== 'facts') throw fault(['over'], 'over must be objects or facts')
  const { id, title, severity = 'block', reason = '', fix = '', over = 'objects', kinds = [], cel, message, rego, entrypoint } = rule
  return {
    id: id!, title: title ?? id!, severity: severity as RuleSeverity, reason, fix, over: over as 'objects' | 'facts', kinds,
    ...(cel !== undefined && { cel }), ...(message !== undefined && { message }), ...(rego !== undefined && { rego }), ...(entrypoint !== undefined && { entrypoint }),
  }
}

/** YAML 1.1 reads a bare `off` as false. */
const asSeverity = (value: unknown): unknown => (value === false ? 'off' : value)
