import type { Place } from '../../errors/index.ts'
import type { ObjectRef } from '../kube/index.ts'
import { apiStatus, messageOf } from './failure.ts'
import { fieldText, parseField } from './field-path.ts'

/** Something the cluster or a rule refuses: which object, which field, why, where it is written and what can be done. Never a secret. */
export interface Finding {
  ref: ObjectRef
  /** `spec.template.spec.containers[name=app].image` */
  field?: string
  message: string
  /** Template of the object. */
  source?: string
  /** The line that wrote the field, where origins reach. */
  place?: Place
  /** Keys of the values that line reads. */
  values?: string[]
  advice?: string[]
}

/** Where a field of a rendered object is written: the template's line, and the values that line reads. */
export interface Located { place: Place; values: string[] }

/** Finds what wrote a field, or the nearest field around it; undefined when the object is not of this render. */
export type Locate = (address: { kind: string; name: string; keys: readonly string[] }) => Located | undefined

/** What a server's refusal of an object comes to: one finding a field it names, else one for the object. */
export function findingsOf(error: unknown, resource: { readonly ref: ObjectRef; readonly source?: string }, advice: readonly string[] = []): Finding[] {
  const base = { ref: resource.ref, ...(resource.source !== undefined && { source: resource.source }), ...(advice.length > 0 && { advice: [...advice] }) }
  const status = apiStatus(error)
  const causes = (status.details?.causes ?? []).filter((cause) => (cause.field ?? '') !== '' && cause.field !== '<nil>')
  if (causes.length > 0) return causes.map((cause) => ({ ...base, field: fieldText(parseField(cause.field!)), message: cause.message ?? messageOf(error) }))
  const message = status.message ?? messageOf(error)
  const named = namedFields(message)
  return named.length === 0 ? [{ ...base, message }] : named.map((n) => ({ ...base, field: fieldText(parseField(n.field)), message: n.message }))
}

/** What applying has found already (who owns which field), else what the server says. */
export function refusalOf(error: unknown, resource: { readonly ref: ObjectRef; readonly source?: string }): Finding[] {
  const known = (error as { details?: { findings?: Finding[] } }).details?.findings ?? []
  return known.length > 0 ? known : findingsOf(error, resource)
}

/** Fields that a text names: those of typed patches (`.spec.x: field not declared in schema`), of strict decoding (`unknown field "spec.x"`). */
function namedFields(message: string): { field: string; message: string }[] {
  const typed = [...message.matchAll(/(?<=^|\s)(\.[\w.[\]"=:/,-]+): (field not declared in schema|expected [^\n]+|duplicate entries[^\n]*)/g)].map((m) => ({ field: m[1]!, message: m[2]! }))
  const strict = [...message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map((m) => ({ field: m[2]!, message: `${m[1]} field` }))
  return [...typed, ...strict]
}

/** The findings with the lines that wrote them. */
export function located(findings: readonly Finding[], locate: Locate | undefined): Finding[] {
  if (locate === undefined) return [...findings]
  return findings.map((finding) => {
    if (finding.place !== undefined) return finding
    const keys = finding.field === undefined ? [] : parseField(finding.field).map((step) => step.key)
    const found = locate({ kind: finding.ref.kind, name: finding.ref.name, keys })
    return found === undefined ? finding : { ...finding, place: found.place, ...(found.values.length > 0 && { values: found.values }) }
  })
}

/** The details of an error with the places of its findings, as `wrapped` takes them. */
export function locatedDetails(error: unknown, locate: Locate | undefined): { details?: { findings: Finding[] } } {
  const findings = (error as { details?: { findings?: Finding[] } }).details?.findings ?? []
  return findings.length === 0 ? {} : { details: { findings: located(findings, locate) } }
}
