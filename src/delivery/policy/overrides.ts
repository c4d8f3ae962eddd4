import { PintleError, nearest } from '../../errors/index.ts'
import { positions, parseDocument } from '../../language/yaml/index.ts'
import type { Override } from './rule.ts'

const fields = ['rule', 'match', 'reason', 'by', 'expires', 'ticket', 'environment', 'service'] as const
const needed = ['rule', 'reason', 'by', 'expires'] as const

/** Overrides are shown beside what they let pass. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/** Longest life of an override: what is let pass for longer is a setting, and belongs under `policy.rules`. */
const longestDays = 366

/**
 * Reads pintle-overrides.yaml: `apiVersion: pintle.dev/v1`, `kind: Overrides`, `overrides:` with a list of
 * `{ rule, reason, by, expires, match?, ticket?, environment?, service? }`. Those of other environments and services are left out.
 * @throws PintleError config.invalid with file and line
 */
export function parseOverrides(file: string, text: string, scope: { readonly environment: string; readonly service: string; readonly now: Date }): Override[] {
  const wrong = (path: readonly (string | number)[], message: string, hint?: string): PintleError => {
    const at = [...positions(text)].find((p) => p.path.length === path.length && p.path.every((step, i) => step === path[i]))
    return new PintleError('config.invalid', `${file}: ${message}`, { place: { file, ...(at && { line: at.line, column: at.column }), source: text }, ...(hint !== undefined && { hint }) })
  }
  let document: unknown
  try {
    document = parseDocument(text)
  } catch (error) {
    const line = /line (\d+)/.exec((error as Error).message)?.[1]
    throw new PintleError('config.invalid', `${file}: ${(error as Error).message}`, { place: { file, ...(line && { line: Number(line) }), source: text }, cause: error })
  }
  const root = (document ?? {}) as { apiVersion?: unknown; kind?: unknown; overrides?: unknown }
  if (root.apiVersion !== 'pintle.dev/v1' || root.kind !== 'Overrides') throw wrong([], 'this is no list of overrides', 'It begins with `apiVersion: pintle.dev/v1` and `kind: Overrides`.')
  for (const key of Object.keys(root)) if (!['apiVersion', 'kind', 'overrides'].includes(key)) throw wrong([key], `unknown key ${key}`)
  if (!Array.isArray(root.overrides ?? [])) throw wrong(['overrides'], 'overrides must be a list')
  return ((root.overrides ?? []) as unknown[]).flatMap((item, i): Override[] => {
    const at = ['overrides', i]
    if (typeof item !== 'object' || item === null || Array.isArray(item)) throw wrong(at, `overrides[${i}] must be a map`)
    const entry = item as Record<string, unknown>
    for (const [key, value] of Object.entries(entry)) {
      if (!(fields as readonly string[]).includes(key)) throw wrong([...at, key], `unknown key overrides[${i}].${key}`, `Did you mean ${nearest(key, fields) ?? fields.join(', ')}?`)
      if (typeof value !== 'string') throw wrong([...at, key], `overrides[${i}].${key} must be a string`)
      if (control.test(value)) throw wrong([...at, key], `overrides[${i}].${key} holds control characters`)
    }
    for (const key of needed) if (typeof entry[key] !== 'string' || (entry[key] as string).trim() === '') throw wrong(at, `overrides[${i}] has no ${key}`, 'An override says which rule, why, who answers for it, and until when.')
    const { environment, service, match = '', ...rest } = entry as Record<string, string>
    const expires = expiry(rest.expires!, scope.now)
    if (typeof expires !== 'string') throw wrong([...at, 'expires'], `overrides[${i}].expires: ${expires.why}`)
    if ((environment !== undefined && environment !== scope.environment) || (service !== undefined && service !== scope.service)) return []
    return [{ rule: rest.rule!, reason: rest.reason!, by: rest.by!, expires, match, ...(rest.ticket !== undefined && { ticket: rest.ticket }) }]
  })
}

/**
 * Overrides of a command line: `rule=reason`, or `rule[text]=reason` for those violations only that hold the text.
 * @throws PintleError usage
 */
export function overridesOfFlags(flags: readonly string[], { by, expires }: { readonly by: string; readonly expires: Date }): Override[] {
  return flags.map((flag) => {
    const [, rule, match, reason] = /^([\w-]+\/[\w/-]+)(?:\[([^\]]*)\])?=(.*\S.*)$/s.exec(flag) ?? []
    if (rule === undefined || reason === undefined || control.test(flag)) throw new PintleError('usage', `--override ${JSON.stringify(flag)} is not RULE=REASON`, { hint: "As in --override 'manifests/probes[Deployment/web]=has no port, OPS-12'." })
    return { rule, match: match ?? '', reason: reason.trim(), by, expires: expires.toISOString() }
  })
}

/** A date means its end, in UTC. */
function expiry(text: string, now: Date): string | { why: string } {
  const day = /^\d{4}-\d\d-\d\d$/.test(text)
  if (!day && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return { why: `${JSON.stringify(text)} is neither a date (2026-12-31) nor a time (2026-12-31T18:00:00Z)` }
  const time = new Date(day ? `${text}T23:59:59Z` : text)
  if (Number.isNaN(time.getTime()) || (day && !time.toISOString().startsWith(text))) return { why: `there is no ${text}` }
  if (time.getTime() - now.getTime() > longestDays * 86_400_000) return { why: `more than a year from now; what is let pass for longer is set under policy.rules` }
  return time.toISOString()
}
