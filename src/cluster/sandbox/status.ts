import { duplicate, invalidValue, required } from '../custom/index.ts'
import type { FieldError, FieldErrorType } from '../custom/index.ts'
import type { JsonMap } from './json.ts'

export { duplicate, invalidValue, required }
export type { FieldError }

/** A failure as the API answers it: a metav1.Status. */
export class ApiError extends Error {
  readonly status: JsonMap
  constructor(code: number, reason: string, message: string, details?: JsonMap, cause?: string) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ApiError'
    this.status = {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message,
      ...(reason ? { reason } : {}), ...(details ? { details } : {}), code,
    }
  }

  get code(): number { return this.status.code as number }
  get reason(): string { return (this.status.reason as string | undefined) ?? '' }
}

/** `deployments.apps`, `pods`. */
export const qualified = (group: string, resource: string): string => (group === '' ? resource : `${resource}.${group}`)

const details = (name: string, group: string, kind: string, more: JsonMap = {}): JsonMap => ({
  ...(name ? { name } : {}), ...(group ? { group } : {}), ...(kind ? { kind } : {}), ...more,
})

export function notFound(group: string, resource: string, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(group, resource)} "${name}" not found`, details(name, group, resource))
}
export function alreadyExists(group: string, resource: string, name: string, leaving = false): ApiError {
  return new ApiError(409, 'AlreadyExists', `${leaving ? 'object is being deleted: ' : ''}${qualified(group, resource)} "${name}" already exists`, details(name, group, resource))
}
export function conflict(group: string, resource: string, name: string, why: string): ApiError {
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(group, resource)} "${name}": ${why}`, details(name, group, resource))
}
export function staleVersion(group: string, resource: string, name: string): ApiError {
  return conflict(group, resource, name, 'the object has been modified; please apply your changes to the latest version and try again')
}
export function forbidden(group: string, resource: string, name: string, why: string, causes?: JsonMap[]): ApiError {
  const what = name === '' ? (resource === '' ? 'forbidden' : `${qualified(group, resource)} is forbidden`) : `${qualified(group, resource)} "${name}" is forbidden`
  return new ApiError(403, 'Forbidden', `${what}: ${why}`, details(name, group, resource, causes ? { causes } : {}))
}
export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message)
export const internalError = (message: string): ApiError =>
  new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
export const gone = (message: string, reason = 'Expired'): ApiError => new ApiError(410, reason, message)
export const methodNotAllowed = (): ApiError => new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
export const noSuchPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
export const unsupportedMedia = (accepted: readonly string[]): ApiError => new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}, `accepted: ${accepted.join(', ')}`)

/** 422 with one cause per field error. */
export function invalid(group: string, kind: string, name: string, errors: FieldError[]): ApiError {
  const texts = unique(errors.map(fieldErrorText))
  const joined = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
  return new ApiError(422, 'Invalid', `${qualified(group, kind)} "${name}" is invalid: ${joined}`,
    details(name, group, kind, { causes: errors.map((e) => ({ reason: e.type, message: fieldErrorBody(e), field: e.field })) }))
}

const unique = (list: string[]): string[] => [...new Set(list)]

const titles: Record<FieldErrorType, string> = {
  FieldValueRequired: 'Required value', FieldValueInvalid: 'Invalid value', FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value', FieldValueForbidden: 'Forbidden', FieldValueTooLong: 'Too long', FieldValueTooMany: 'Too many',
  FieldValueNotFound: 'Not found', FieldValueTypeInvalid: 'Invalid value', InternalError: 'Internal error',
}

export const fieldErrorText = (e: FieldError): string => (e.field === '' ? fieldErrorBody(e) : `${e.field}: ${fieldErrorBody(e)}`)

function fieldErrorBody(e: FieldError): string {
  const title = titles[e.type]
  switch (e.type) {
    case 'FieldValueRequired': case 'FieldValueForbidden': case 'FieldValueTooLong': case 'InternalError':
      return e.detail === '' ? title : `${title}: ${e.detail}`
    default: {
      const shown = showValue(e.value)
      return `${title}: ${shown}${e.detail === '' ? '' : `: ${e.detail}`}`
    }
  }
}

function showValue(v: unknown): string {
  if (v === undefined) return 'null'
  if (typeof v === 'string') return goQuote(v)
  return JSON.stringify(v)
}

/** Go's %q for the texts that occur in names and values. */
export function goQuote(text: string): string {
  return JSON.stringify(text).replace(/\\b/g, '\\b').replace(/\\u00([0-9a-f]{2})/g, '\\x$1')
}

export const forbiddenField = (field: string, detail: string): FieldError => ({ type: 'FieldValueForbidden', field, detail })
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  ({ type: 'FieldValueNotSupported', field, value, detail: supported.length ? `supported values: ${[...supported].sort().map(goQuote).join(', ')}` : '' })
