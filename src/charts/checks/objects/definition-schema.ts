import { Int, type Value } from '../../../language/go/index.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * The JSON schema (draft 4) of what the API server accepts, with strict field validation, for a CustomResourceDefinition's openAPIV3Schema: fields that the
 * schema does not name are refused, except below x-kubernetes-preserve-unknown-fields; what has a default is not missed. kubeconform's own conversion (scripts/openapi2jsonschema.py) knows none of
 * these, closes the parts of allOf, anyOf and oneOf, and leaves the root open.
 */
export function definitionSchema(schema: ReadonlyMap<string, Value>): Json {
  return { $schema: 'http://json-schema.org/draft-04/schema#', ...(convert(schema, { isObject: true, structural: true, depth: 0 }) as { [key: string]: Json }) }
}

interface Context {
  /** The root and embedded resources: apiVersion, kind and metadata belong to them. */
  readonly isObject: boolean
  /** False within allOf, anyOf, oneOf and not, which only add conditions. */
  readonly structural: boolean
  readonly depth: number
}

/** apiextensions itself goes no deeper. */
const maxDepth = 200

/** Keywords that mean the same in both. */
const kept: ReadonlySet<string> = new Set([
  'enum', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems',
  'uniqueItems', 'minProperties', 'maxProperties',
])
/** The API server knows other formats, and other readings of some: these are read alike. */
const formats: ReadonlySet<string> = new Set(['date-time', 'date', 'ipv4', 'ipv6'])

function convert(schema: ReadonlyMap<string, Value>, context: Context): Json {
  if (context.depth > maxDepth) throw new Error('the schema is nested too deeply')
  const inner = { isObject: false, structural: context.structural, depth: context.depth + 1 }
  const condition = { isObject: false, structural: false, depth: context.depth + 1 }
  const out: { [key: string]: Json } = {}
  for (const [key, value] of schema) {
    if (key === 'required' && Array.isArray(value)) {
      const needed = (value as Value[]).filter((name) => !context.structural || !hasDefault(schema, name as string))
      if (needed.length > 0) out.required = needed.map(json)
    } else if (kept.has(key)) out[key] = json(value)
    else if (key === 'format' && formats.has(value as string)) out.format = value as string
    else if (key === 'type') out.type = json(value)
    else if (key === 'items' && value instanceof Map) out.items = convert(value as Map<string, Value>, inner)
    else if (key === 'additionalProperties') out.additionalProperties = value instanceof Map ? convert(value as Map<string, Value>, inner) : json(value)
    else if (key === 'properties' && value instanceof Map) {
      out.properties = Object.fromEntries([...(value as Map<string, Value>)].map(([name, property]) => [name, property instanceof Map ? convert(property as Map<string, Value>, inner) : {}]))
    } else if (key === 'not' && value instanceof Map) out.not = convert(value as Map<string, Value>, condition)
    else if ((key === 'allOf' || key === 'anyOf' || key === 'oneOf') && Array.isArray(value) && value.length > 0) {
      out[key] = (value as Value[]).map((item) => (item instanceof Map ? convert(item as Map<string, Value>, condition) : {}))
    }
  }
  const isObject = context.isObject || schema.get('x-kubernetes-embedded-resource') === true
  const preserves = schema.get('x-kubernetes-preserve-unknown-fields') === true
  if (isObject) out.properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...(out.properties as { [key: string]: Json } | undefined), metadata: { type: 'object' } }
  if (context.structural && out.additionalProperties === undefined && !preserves && schema.get('properties') !== undefined) out.additionalProperties = false
  if (schema.get('x-kubernetes-int-or-string') === true) {
    out.type = ['integer', 'string']
    // They say the same once more.
    if (Array.isArray(out.anyOf) && out.anyOf.length === 2 && out.anyOf.every((s) => Object.keys(s as object).join() === 'type')) delete out.anyOf
  }
  return orNull(out, schema.get('nullable') === true)
}

function hasDefault(schema: ReadonlyMap<string, Value>, name: string): boolean {
  const properties = schema.get('properties')
  const property = properties instanceof Map ? (properties as Map<string, Value>).get(name) : undefined
  return property instanceof Map && (property as Map<string, Value>).has('default')
}

/**
 * What is left of an object when null counts as absent where it is not a value of its own, as the server does before it looks
 * (apiserver/schema/defaulting/prunenulls.go). Items of lists stay.
 */
export function withoutNulls(value: Value, schema: Value | undefined): Value {
  if (Array.isArray(value)) {
    const items = get(schema, 'items')
    return (value as Value[]).map((item) => withoutNulls(item, items))
  }
  if (!(value instanceof Map)) return value
  const out = new Map<string, Value>()
  for (const [key, item] of value as Map<string, Value>) {
    const inner = get(get(schema, 'properties'), key) ?? get(schema, 'additionalProperties')
    if (item !== null || !(inner instanceof Map) || get(inner, 'nullable') === true) out.set(key, withoutNulls(item, inner))
  }
  return out
}

function get(value: Value | undefined, key: string): Value | undefined {
  return value instanceof Map ? (value as Map<string, Value>).get(key) : undefined
}

/** A schema that takes null, too, when `also`. */
function orNull(schema: Json, also: boolean): Json {
  if (!also) return schema
  const out = schema as { [key: string]: Json }
  // Null has to pass all that is there; only these four look at it.
  if (['allOf', 'anyOf', 'oneOf', 'not'].some((key) => key in out)) return { anyOf: [{ type: 'null' }, out] }
  if (out.type === undefined) return Array.isArray(out.enum) ? { ...out, enum: [...out.enum, null] } : out
  return { ...out, type: [...new Set([out.type, 'null'].flat())], ...(Array.isArray(out.enum) ? { enum: [...out.enum, null] } : {}) }
}

function json(value: Value): Json {
  if (value instanceof Int) return Number(value.value)
  if (value instanceof Map) return Object.fromEntries([...(value as Map<string, Value>)].map(([key, item]) => [key, json(item)]))
  if (Array.isArray(value)) return (value as Value[]).map(json)
  return value as Json
}
