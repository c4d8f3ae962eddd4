import type { JsonMap } from '../../json.ts'
import { isMap } from '../../json.ts'
import { invalidValue } from '../../status.ts'
import type { FieldError } from '../../status.ts'
import { qualifiedNameProblems, labelValueProblems } from '../../../kube/index.ts'

/** Collects what is wrong with an object, in the order Kubernetes' validation would find it. */
export type Problems = FieldError[]
export type Check = (object: JsonMap, old: JsonMap | undefined) => FieldError[]

export const list = (v: unknown): JsonMap[] => (Array.isArray(v) ? v as JsonMap[] : [])
export const map = (v: unknown): JsonMap => (isMap(v) ? v : {})

/** ValidateNonnegativeField. */
export function nonNegative(value: unknown, field: string, out: Problems): void {
  if (typeof value === 'number' && value < 0) out.push(invalidValue(field, value, 'must be greater than or equal to 0'))
}

/** A count or a percentage (IsNotMoreThan100Percent, ValidatePositiveIntOrPercent). */
export function intOrPercent(value: unknown, field: string, out: Problems, atMost100 = false): void {
  if (typeof value === 'number') nonNegative(value, field, out)
  else if (typeof value === 'string') {
    if (!/^[0-9]+%$/.test(value)) out.push(invalidValue(field, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"))
    else if (atMost100 && Number(value.slice(0, -1)) > 100) out.push(invalidValue(field, value, 'must not be greater than 100%'))
  }
}

export const isZero = (value: unknown): boolean => value === 0 || value === '0%' || value === '0'

export function portProblem(port: unknown): string | undefined {
  return typeof port === 'number' && port >= 1 && port <= 65535 ? undefined : 'must be between 1 and 65535, inclusive'
}

/** IsValidPortName. */
export function portNameProblems(name: string): string[] {
  const out: string[] = []
  if (name.length > 15) out.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(name)) out.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) out.push('must contain at least one letter (a-z)')
  if (name.includes('--')) out.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) out.push('must not begin or end with a hyphen')
  return out
}

/** IsConfigMapKey. */
export function configKeyProblems(key: string): string[] {
  const out: string[] = []
  if (key.length > 253) out.push('must be no more than 253 characters')
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) out.push("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
  else if (key === '.') out.push("must not be '.'")
  else if (key === '..') out.push("must not be '..'")
  else if (key.startsWith('..')) out.push("must not start with '..'")
  return out
}

/** ValidateLabels. */
export function labels(value: unknown, field: string, out: Problems): void {
  for (const [k, v] of Object.entries(map(value)) as [string, string][]) {
    for (const p of qualifiedNameProblems(k)) out.push(invalidValue(field, k, p))
    for (const p of labelValueProblems(v)) out.push(invalidValue(field, v, p))
  }
}

/** ValidateLabelSelector. */
export function labelSelector(selector: JsonMap | undefined | null, field: string, out: Problems): void {
  if (!selector) return
  labels(selector.matchLabels, `${field}.matchLabels`, out)
  list(selector.matchExpressions).forEach((e, i) => {
    const at = `${field}.matchExpressions[${i}]`
    const values = list(e.values)
    if ((e.operator === 'In' || e.operator === 'NotIn') && values.length === 0) out.push({ type: 'FieldValueRequired', field: `${at}.values`, detail: "must be specified when `operator` is 'In' or 'NotIn'" })
    else if ((e.operator === 'Exists' || e.operator === 'DoesNotExist') && values.length > 0) out.push({ type: 'FieldValueForbidden', field: `${at}.values`, detail: "may not be specified when `operator` is 'Exists' or 'DoesNotExist'" })
    else if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(e.operator as string)) out.push(invalidValue(`${at}.operator`, e.operator, 'not a valid selector operator'))
    for (const p of qualifiedNameProblems(String(e.key ?? ''))) out.push(invalidValue(`${at}.key`, e.key, p))
  })
}

/** The object with its keys in the capitals of Go's internal types, which have no JSON names. */
export function internal(value: JsonMap | undefined | null, names: readonly string[]): JsonMap {
  const out: JsonMap = {}
  for (const name of names) {
    const key = /^[A-Z]+$/.test(name) ? name.toLowerCase() : name.replace(/^([A-Z]+)(?=[A-Z][a-z])|^[A-Z]/, (c) => c.toLowerCase())
    out[name] = value?.[key] ?? null
  }
  return out
}
