import { RegexpCache } from '../../language/go/index.ts'
import type { JsonMap, KubeObject } from '../kube/index.ts'
import { isMap } from './field-error.ts'
import type { FieldErrorType } from './field-error.ts'
import { validateCustom } from './validate.ts'

/** What an object would lose, or be refused for, under another schema of its version. */
export interface ObjectLoss { field: string; message: string }

/**
 * Compares an object, as it is read under one schema of its version, with what another schema makes of it: fields that would be pruned, and
 * faults it does not have yet. Defaults are filled in first, as the server does when it reads.
 */
export function objectLosses(object: KubeObject, before: JsonMap | undefined, after: JsonMap | undefined, patterns = new RegexpCache()): ObjectLoss[] {
  if (after === undefined) return []
  const pruned = lostFields(object, after, '', true).filter((field) => before === undefined || !lostFields(object, before, '', true).includes(field))
  const faults = (schema: JsonMap | undefined): ObjectLoss[] =>
    validateCustom(schema === undefined ? object : (withDefaults(object, schema) as JsonMap), schema, patterns).map(({ type, field, detail }) => ({ field, message: faultText(type, detail) }))
  const had = new Set(faults(before).map((f) => JSON.stringify(f)))
  return [
    ...pruned.map((field) => ({ field, message: 'is not in the schema any more: its value would be dropped' })),
    ...faults(after).filter((f) => !had.has(JSON.stringify(f))),
  ]
}

/** Without the value, which may be a secret. */
function faultText(type: FieldErrorType, detail: string): string {
  if (type === 'FieldValueRequired') return 'is required now, and missing'
  const text = detail.replace(/^.* in body /, '')
  return type === 'FieldValueTypeInvalid' ? text.replace(/: ".*"$/s, '') : text
}

const ofEveryObject = new Set(['apiVersion', 'kind', 'metadata'])

/** Fields that a structural schema does not know, which the server drops. Upstream: apiextensions-apiserver pkg/apiserver/schema/pruning. */
function lostFields(value: unknown, schema: JsonMap, path: string, root = false): string[] {
  if (Array.isArray(value)) return isMap(schema.items) ? value.flatMap((item, i) => lostFields(item, schema.items as JsonMap, `${path}[${i}]`)) : []
  if (!isMap(value) || schema['x-kubernetes-int-or-string'] === true) return []
  const whole = root || schema['x-kubernetes-embedded-resource'] === true
  const { additionalProperties: extra } = schema
  return Object.keys(value).flatMap((key) => {
    const at = path === '' ? key : `${path}.${key}`
    if (whole && ofEveryObject.has(key)) return []
    if (isMap(schema.properties) && Object.hasOwn(schema.properties, key)) return lostFields(value[key], schema.properties[key] as JsonMap, at)
    if (isMap(extra)) return lostFields(value[key], extra, at)
    return extra === true || schema['x-kubernetes-preserve-unknown-fields'] === true ? [] : [at]
  })
}

/** A copy with the schema's defaults. Upstream: apiextensions-apiserver pkg/apiserver/schema/defaulting. */
function withDefaults(value: unknown, schema: JsonMap): unknown {
  if (Array.isArray(value)) return isMap(schema.items) ? value.map((item) => withDefaults(item, schema.items as JsonMap)) : value
  if (!isMap(value)) return value
  const out: JsonMap = { ...value }
  const properties = isMap(schema.properties) ? schema.properties : {}
  for (const key of Object.keys(properties)) {
    const property = properties[key] as JsonMap
    const lacking = !Object.hasOwn(out, key) || (out[key] === null && property.nullable !== true)
    if (lacking && property.default !== undefined) out[key] = property.default
  }
  for (const key of Object.keys(out)) {
    if (Object.hasOwn(properties, key)) out[key] = withDefaults(out[key], properties[key] as JsonMap)
    else if (isMap(schema.additionalProperties)) out[key] = withDefaults(out[key], schema.additionalProperties)
  }
  return out
}
