import { readCustom } from './custom/read.ts'
import type { JsonMap } from './json.ts'
import { applyDefaults } from './kinds/defaults.ts'
import type { Caller } from './requests.ts'
import { apiVersionOf } from './resources.ts'
import type { ResourceType } from './resources.ts'
import { DecodeError, decode } from './schema/decode.ts'
import { badRequest, invalid } from './status.ts'

/** Strict decoding found unknown fields in what a patch made. */
export class StrictPatchError extends Error {}

/** Reads a body as the type: decoded, checked for unknown fields, defaulted. */
export function readObject(type: ResourceType, body: JsonMap, caller: Caller, how: 'create' | 'patch' = 'create'): JsonMap {
  const apiVersion = apiVersionOf(type)
  if (type.custom !== undefined && !body.kind) {
    const text = JSON.stringify(body)
    throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): Object 'Kind' is missing in '${text}' (${text.length > 30 ? `${text.slice(0, 30)} ...` : text})`)
  }
  if (type.custom !== undefined && body.kind !== type.kind) {
    throw invalid(type.group, String(body.kind), String(body.metadata?.name ?? ''), [{ type: 'FieldValueInvalid', field: 'kind', value: body.kind, detail: `must be ${type.kind}` }])
  }
  if (body.kind !== undefined && body.kind !== '' && body.kind !== type.kind) {
    throw badRequest(`${String(body.kind)} in version "${String(body.apiVersion ?? apiVersion).replace(/^.*\//, '')}" cannot be handled as a ${type.kind}: no kind "${String(body.kind)}" is registered for version "${String(body.apiVersion ?? apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`)
  }
  if (body.apiVersion !== undefined && body.apiVersion !== '' && body.apiVersion !== apiVersion) {
    throw badRequest(`the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${apiVersion})`)
  }
  const strict = caller.fieldValidation === 'Strict' || caller.fieldValidation === 'Warn'
  const unknown: string[] = strict && how !== 'patch' ? [...caller.duplicates ?? []] : []
  let object: JsonMap
  if (type.custom !== undefined) object = readCustom(type, { ...body, apiVersion, kind: type.kind }, strict ? unknown : undefined)
  else {
    try {
      object = decode({ ...body, apiVersion, kind: type.kind }, type.schema, strict ? unknown : undefined)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${error.message}`)
    }
  }
  if (unknown.length > 0) strictErrors(type, unknown, caller, how)
  if (type.custom === undefined) applyDefaults(object, type.schema)
  type.strategy.defaults?.(object)
  return object
}

function strictErrors(type: ResourceType, unknown: string[], caller: Caller, how: 'create' | 'patch'): void {
  if (caller.fieldValidation === 'Warn') {
    caller.warnings?.push(...unknown)
    return
  }
  const text = `strict decoding error: ${unknown.join(', ')}`
  if (how === 'patch') throw new StrictPatchError(text)
  throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${text}`)
}
