import { PintleError } from '../../errors/index.ts'
import type { CallOptions, Cluster, JsonMap, KubeObject } from '../kube/index.ts'
import { apiStatus } from './failure.ts'
import { covers, fieldText, ownsField, parseField, valueAt, withoutField } from './field-path.ts'
import type { Step } from './field-path.ts'
import type { Finding } from './finding.ts'
import type { Resource } from './resources.ts'

/** An answer given beforehand to a conflict over a field, or over what is below it. */
export interface ConflictRule {
  /** `*` for every kind, every name. */
  kind: string
  name: string
  field: readonly Step[]
  /** `yield`: apply without the field, whose value stays the other manager's; `force`: take it over. */
  choice: 'yield' | 'force'
}

/** Reads `Deployment/web:spec.replicas=yield`; kind and name may be `*`. */
export function parseConflictRule(text: string): ConflictRule {
  const match = /^([A-Za-z]+|\*)\/([^:]+):(.+)=(yield|force)$/.exec(text)
  const field = match === null ? [] : parseField(match[3]!)
  if (match === null || field.length === 0) {
    throw new PintleError('usage', `invalid answer to a conflict: ${JSON.stringify(text)}`, { hint: "Write KIND/NAME:FIELD=yield or =force, such as 'Deployment/web:spec.replicas=yield'; KIND and NAME may be *." })
  }
  return { kind: match[1]!, name: match[2]!, field, choice: match[4] as 'yield' | 'force' }
}

interface Conflict { field: string; message: string }

/** Which fields are owned by whom, from the causes of a conflict. */
export function conflictsOf(error: unknown): Conflict[] {
  return (apiStatus(error).details?.causes ?? []).map((cause) => ({ field: cause.field ?? '', message: cause.message ?? '' }))
}

/**
 * What to apply instead, when every conflicting field has its answer: the object without the fields that are yielded, by force when others are
 * taken. A conflict means that another manager owns the field's value, so leaving it out deletes nothing.
 */
export function settleConflict(resource: Resource, error: unknown, rules: readonly ConflictRule[]): { object: KubeObject; force: boolean; reason: string } | undefined {
  if (rules.length === 0) return undefined
  let object = resource.object
  let force = false
  const reasons: string[] = []
  for (const conflict of conflictsOf(error)) {
    const field = parseField(conflict.field)
    // The last answer that fits wins, as with repeated flags elsewhere.
    const rule = rules.findLast((r) => ['*', resource.ref.kind].includes(r.kind) && ['*', resource.ref.name].includes(r.name) && covers(r.field, field))
    if (rule === undefined) return undefined
    if (rule.choice === 'force') force = true
    else object = withoutField(object, field)
    reasons.push(`${rule.choice === 'force' ? 'taken over' : 'left alone'}: ${fieldText(field)} (${conflict.message})`)
  }
  return reasons.length === 0 ? undefined : { object, force, reason: reasons.join('; ') }
}

/** Each conflict with its other manager, both values and the ways out. Reads the live object, since the error names neither value. */
export async function conflictFindings(cluster: Cluster, resource: Resource, error: unknown, call: CallOptions): Promise<Finding[]> {
  const live = await cluster.get(resource.ref, call).catch(() => undefined)
  const { kind, name } = resource.ref
  return conflictsOf(error).map(({ field: raw, message }): Finding => {
    const steps = parseField(raw)
    const field = fieldText(steps)
    const manager = /conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]
    const entry = (live?.metadata.managedFields as ManagedEntry[] | undefined)?.find((m) => (manager === undefined || m.manager === manager) && ownsField(m.fieldsV1, steps))
    const secret = (kind === 'Secret' && (steps[0]?.key === 'data' || steps[0]?.key === 'stringData')) || steps.some((step) => secretKey.test(step.key))
    const show = (object: unknown): string => (secret ? 'a secret value' : valueText(valueAt(object, steps)))
    const address = `'${kind}/${name}:${field}`
    return {
      ref: resource.ref,
      field,
      message: `${ownerText(entry, manager ?? 'another manager')} set it to ${show(live)}; the chart sets it to ${show(resource.object)}`,
      ...(resource.source !== undefined && { source: resource.source }),
      advice: [`leave it to ${entry?.manager ?? manager ?? 'the other manager'}: --conflict ${address}=yield', or take the field out of the chart`, `take it over: --conflict ${address}=force', or --force-conflicts for every field`],
    }
  })
}

/** Fields outside Secrets that are named as if they held one. */
const secretKey = /pass(word|phrase)?|secret|token|credential|private.?key|api.?key/i

interface ManagedEntry { manager?: string; operation?: string; subresource?: string; time?: string; fieldsV1?: JsonMap }

/** `kubectl (Update of scale, 2026-11-20T10:00:00Z)` */
function ownerText(entry: ManagedEntry | undefined, otherwise: string): string {
  if (entry === undefined) return otherwise
  const how = `${entry.operation ?? 'Update'}${entry.subresource ? ` of ${entry.subresource}` : ''}`
  return `${entry.manager} (${[how, ...(entry.time ? [entry.time] : [])].join(', ')})`
}

const longest = 80

function valueText(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
