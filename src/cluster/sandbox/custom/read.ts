import { clone, isMap, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { DecodeError, decode } from '../schema/decode.ts'
import type { Schema } from '../schema/schema.ts'
import type { ResourceType } from '../resources.ts'
import { badRequest } from '../status.ts'

/** Reads a custom resource: metadata as Kubernetes', undeclared fields pruned, defaults filled in. Validation comes later. */
export function readCustom(type: ResourceType, body: JsonMap, unknown: string[] | undefined): JsonMap {
  const { apiVersion, kind, metadata, ...rest } = body
  let meta: JsonMap
  try {
    const strict: string[] | undefined = unknown === undefined ? undefined : []
    meta = decode(isMap(metadata) ? metadata : {}, type.schema.fields!.get('metadata')!.schema, strict)
    for (const u of strict ?? []) unknown!.push(u.replace('unknown field "', 'unknown field "metadata.'))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${error.message}`)
  }
  const object = prune({ apiVersion, kind, ...clone(rest) }, type.schema, '', unknown) as JsonMap
  fill(object, type.schema)
  return { apiVersion, kind, ...object, metadata: meta }
}

/** A stored custom resource as the schema of today shows it: what the definition has lost since is gone, what it fills in is there. */
export function showCustom(type: ResourceType, stored: JsonMap): JsonMap {
  const { metadata, ...rest } = stored
  const shown = prune(clone(rest), type.schema, '', undefined) as JsonMap
  fill(shown, type.schema)
  const { apiVersion: _version, kind, ...fields } = shown
  return { apiVersion: `${type.group}/${type.version}`, kind, metadata, ...fields }
}

function prune(value: unknown, schema: Schema, path: string, unknown: string[] | undefined): unknown {
  if (schema.type === 'list') {
    return Array.isArray(value) ? value.map((v, i) => prune(v, schema.element!, `${path}[${i}]`, unknown)) : value
  }
  if (!isMap(value)) return value
  if (schema.type === 'map') {
    const out: JsonMap = {}
    for (const key of Object.keys(value)) put(out, key, prune(value[key], schema.element!, path === '' ? key : `${path}.${key}`, unknown))
    return out
  }
  if (schema.type !== 'struct') {
    // A scalar, or a value without a type: an object in its place is left to validation.
    if (schema.type === 'any' && schema.preserve !== true) {
      for (const key of Object.keys(value)) unknown?.push(`unknown field "${path === '' ? key : `${path}.${key}`}"`)
      return {}
    }
    return value
  }
  const keep = (key: string): boolean => schema.fields!.has(key) || schema.element !== undefined || schema.preserve === true || (key === 'metadata' && (path === '' || schema.embedded === true))
  if (unknown !== undefined) for (const key of Object.keys(value)) if (!keep(key)) unknown.push(`unknown field "${path === '' ? key : `${path}.${key}`}"`)
  const out: JsonMap = {}
  for (const key of Object.keys(value)) {
    if (!keep(key)) continue
    const at = path === '' ? key : `${path}.${key}`
    const inner = schema.fields!.get(key)?.schema ?? schema.element
    put(out, key, inner === undefined || (key === 'metadata' && (path === '' || schema.embedded)) ? value[key] : prune(value[key], inner, at, unknown))
  }
  return out
}

/** Defaults, as structural-schema defaulting: nulls of fields that may not be null make way for them. */
function fill(value: unknown, schema: Schema): void {
  if (schema.type === 'list') {
    if (Array.isArray(value)) for (const v of value) fill(v, schema.element!)
  } else if (schema.type === 'map') {
    if (!isMap(value)) return
    for (const key of Object.keys(value)) {
      if (value[key] === null && !schema.element!.nullable) delete value[key]
      else fill(value[key], schema.element!)
    }
  } else if (schema.type === 'struct' && isMap(value)) {
    for (const field of schema.fields!.values()) {
      const present = Object.hasOwn(value, field.name)
      if (field.default !== undefined && (!present || (value[field.name] === null && !field.schema.nullable))) put(value, field.name, clone(field.default))
      else if (present && value[field.name] === null && !field.schema.nullable && field.schema.type !== 'any') delete value[field.name]
      if (Object.hasOwn(value, field.name)) fill(value[field.name], field.schema)
    }
    if (schema.element !== undefined) for (const key of Object.keys(value)) if (!schema.fields!.has(key)) fill(value[key], schema.element)
  }
}
