import { equalJson as equal } from '../kube/index.ts'
import type { JsonMap } from '../kube/index.ts'
import { RegexpCache } from '../../language/go/index.ts'
import { duplicate, invalidValue, isMap, required } from './field-error.ts'
import type { FieldError } from './field-error.ts'

/**
 * Checks a custom resource against its OpenAPI v3 schema, with the texts of kube-openapi's validation as apiextensions
 * reports them. Rules in CEL (x-kubernetes-validations) are not evaluated.
 */
export function validateCustom(object: JsonMap, schema: JsonMap | undefined, patterns = new RegexpCache()): FieldError[] {
  const out: Faults = { found: [], patterns }
  if (schema !== undefined) check(object, schema, '', out, true)
  return out.found
}

/** What was found so far, and the compiled patterns of the schema. */
interface Faults { found: FieldError[]; patterns: RegexpCache }

const typeOf = (v: unknown): string => (v === null ? 'null' : Array.isArray(v) ? 'array' : isMap(v) ? 'object' : typeof v === 'number' ? (Number.isInteger(v) ? 'integer' : 'number') : typeof v)

function check(value: unknown, schema: JsonMap, path: string, out: Faults, root = false): void {
  const name = path === '' ? '<nil>' : path
  const problem = (detail: string, shown: unknown = value): void => { out.found.push(invalidValue(name, shown, `${path} in body ${detail}`)) }
  if (value === null || value === undefined) {
    if (schema.nullable === true || root) return
    out.found.push({ type: 'FieldValueTypeInvalid', field: name, value: 'null', detail: `${path} in body must be of type ${schema.type}: "null"` })
    return
  }
  const actual = typeOf(value)
  const listed = (): void => {
    if (Array.isArray(schema.enum) && !schema.enum.some((e) => equal(e, value))) {
      out.found.push({ type: 'FieldValueNotSupported', field: name, value, detail: `supported values: ${schema.enum.map((e) => JSON.stringify(typeof e === 'string' ? e : JSON.stringify(e))).join(', ')}` })
    }
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (actual !== 'integer' && actual !== 'string') out.found.push({ type: 'FieldValueTypeInvalid', field: name, value: actual, detail: `${path} in body must be of type integer,string: ${JSON.stringify(actual)}` })
  } else if (typeof schema.type === 'string' && schema.type !== actual && !(schema.type === 'number' && actual === 'integer')) {
    out.found.push({ type: 'FieldValueTypeInvalid', field: name, value: actual, detail: `${path} in body must be of type ${schema.type}: ${JSON.stringify(actual)}` })
    if (schema.type === 'integer' && actual === 'number') out.found.push(invalidValue('<nil>', '', `Checked value must be of type integer (default format) in ${path}`))
    listed()
    return
  }
  listed()
  if (typeof value === 'string') checkText(value, schema, path, name, problem, out)
  else if (typeof value === 'number') checkNumber(value, schema, problem)
  else if (Array.isArray(value)) {
    if (schema.maxItems !== undefined && value.length > schema.maxItems) out.found.push({ type: 'FieldValueTooMany', field: name, value: value.length, detail: `must have at most ${schema.maxItems} items` })
    if (schema.minItems !== undefined && value.length < schema.minItems) problem(`should have at least ${schema.minItems} items`, value.length)
    if (schema.uniqueItems === true && value.some((v, i) => value.slice(0, i).some((w) => equal(v, w)))) problem("shouldn't contain duplicates")
    duplicates(value, schema, path, out)
    if (isMap(schema.items)) value.forEach((v, i) => check(v, schema.items as JsonMap, `${path}[${i}]`, out))
  } else if (isMap(value)) {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
    const count = Object.keys(value).length
    if (schema.maxProperties !== undefined && count > schema.maxProperties) out.found.push({ type: 'FieldValueTooMany', field: name, value: count, detail: `must have at most ${schema.maxProperties} items` })
    if (schema.minProperties !== undefined && count < schema.minProperties) problem(`should have at least ${schema.minProperties} properties`)
    for (const key of (schema.required ?? []) as string[]) if (!Object.hasOwn(value, key)) out.found.push(required(at(key)))
    const properties = (schema.properties ?? {}) as JsonMap
    for (const key of Object.keys(value)) {
      if (root && (key === 'metadata' || key === 'apiVersion' || key === 'kind')) continue
      if (Object.hasOwn(properties, key)) check(value[key], properties[key] as JsonMap, at(key), out)
      else if (isMap(schema.additionalProperties)) check(value[key], schema.additionalProperties, at(key), out)
    }
  }
  combine(value, schema, path, name, out)
}

function passes(value: unknown, schema: JsonMap, path: string, { patterns }: Faults): boolean {
  const out: Faults = { found: [], patterns }
  check(value, schema, path, out)
  return out.found.length === 0
}

function combine(value: unknown, schema: JsonMap, path: string, name: string, out: Faults): void {
  for (const s of (schema.allOf ?? []) as JsonMap[]) check(value, s, path, out)
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some((s) => passes(value, s as JsonMap, path, out))) out.found.push(invalidValue(name, '', `${JSON.stringify(path)} must validate at least one schema (anyOf)`))
  if (Array.isArray(schema.oneOf)) {
    const n = schema.oneOf.filter((s) => passes(value, s as JsonMap, path, out)).length
    if (n !== 1) out.found.push(invalidValue(name, '', `${JSON.stringify(path)} must validate one and only one schema (oneOf). ${n === 0 ? 'Found none valid' : `Found ${n} valid alternatives`}`))
  }
  if (isMap(schema.not) && passes(value, schema.not, path, out)) out.found.push(invalidValue(name, '', `${JSON.stringify(path)} must not validate the schema (not)`))
}

function checkText(value: string, schema: JsonMap, path: string, name: string, problem: (detail: string) => void, out: Faults): void {
  const length = [...value].length
  // The first failure is the only one told.
  if (schema.maxLength !== undefined && length > schema.maxLength) out.found.push({ type: 'FieldValueTooLong', field: name, value: '', detail: `may not be more than ${schema.maxLength} bytes` })
  else if (schema.minLength !== undefined && length < schema.minLength) problem(`should be at least ${schema.minLength} chars long`)
  else if (typeof schema.pattern === 'string' && !fits(schema.pattern, value, out.patterns)) problem(`should match '${schema.pattern}'`)
  const format = schema.format as string | undefined
  if (format !== undefined && Object.hasOwn(formats, format) && !formats[format]!.test(value)) {
    out.found.push({ type: 'FieldValueTypeInvalid', field: name, value, detail: `${path} in body must be of type ${format}: ${JSON.stringify(value)}` })
  }
}

/** What lists that are maps or sets hold twice. */
function duplicates(value: readonly unknown[], schema: JsonMap, path: string, out: Faults): void {
  const type = schema['x-kubernetes-list-type'] as string | undefined
  if (type !== 'map' && type !== 'set') return
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []) as string[]
  const of = (v: unknown): unknown => (type === 'set' ? v : Object.fromEntries(keys.filter((k) => isMap(v) && Object.hasOwn(v, k)).map((k) => [k, (v as JsonMap)[k]])))
  const seen = new Set<string>()
  value.forEach((v, i) => {
    const key = JSON.stringify(of(v))
    if (seen.has(key)) out.found.push(duplicate(`${path}[${i}]`, of(v)))
    seen.add(key)
  })
}

const formats: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
}

function checkNumber(value: number, schema: JsonMap, problem: (detail: string) => void): void {
  if (schema.maximum !== undefined && (schema.exclusiveMaximum ? value >= schema.maximum : value > schema.maximum)) problem(`should be less than${schema.exclusiveMaximum ? '' : ' or equal to'} ${schema.maximum}`)
  if (schema.minimum !== undefined && (schema.exclusiveMinimum ? value <= schema.minimum : value < schema.minimum)) problem(`should be greater than${schema.exclusiveMinimum ? '' : ' or equal to'} ${schema.minimum}`)
  if (schema.multipleOf !== undefined && value % schema.multipleOf !== 0) problem(`should be a multiple of ${schema.multipleOf}`)
}

/** A pattern that does not compile is not checked; the server refuses such a definition. */
function fits(pattern: string, value: string, patterns: RegexpCache): boolean {
  try {
    return patterns.compile(pattern).matchString(value)
  } catch {
    return true
  }
}
