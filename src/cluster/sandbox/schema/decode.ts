import { isEmptyValue, isMap, put } from '../json.ts'
import type { JsonMap } from '../json.ts'
import { formatQuantity, parseQuantity } from '../../kube/index.ts'
import type { Field, Schema } from './schema.ts'

/** A value does not fit its Go type; the text is encoding/json's. */
export class DecodeError extends Error {}

/**
 * Reads a value into a built-in type and encodes it again, as an API server does with every object: unknown fields go,
 * nulls and empty optional values go, quantities become canonical, fields follow the order of the Go struct.
 * @param unknown receives `unknown field "spec.x"` texts, as sigs.k8s.io/json's strict decoding
 */
export function decode(value: unknown, schema: Schema, unknown?: string[]): JsonMap {
  const state: State = { unknown, firstError: undefined }
  const out = decodeStruct(isMap(value) ? value : {}, schema, '', '', state)
  if (state.firstError !== undefined) throw new DecodeError(state.firstError)
  return out
}

interface State { unknown: string[] | undefined; firstError: string | undefined }

function decodeStruct(value: JsonMap, schema: Schema, path: string, goPath: string, state: State): JsonMap {
  const fields = schema.fields!
  const struct = schema.name === undefined ? '' : schema.name.slice(schema.name.lastIndexOf('.') + 1)
  const decoded: JsonMap = {}
  // In the order of the document, which is the order of the errors.
  for (const key of Object.keys(value)) {
    const field = fields.get(key)
    if (field === undefined) {
      state.unknown?.push(`unknown field "${path === '' ? key : `${path}.${key}`}"`)
      continue
    }
    const raw = value[key]
    if (raw === undefined || raw === null) continue
    decoded[key] = decodeValue(raw, field.schema, path === '' ? key : `${path}.${key}`, goPath === '' ? key : `${goPath}.${key}`, struct, state)
  }
  const out: JsonMap = {}
  for (const field of fields.values()) {
    const v = decoded[field.name]
    if (v === undefined) {
      if (field.omitZero || (field.omitEmpty && (field.pointer || !structs.has(field.schema.type)))) continue
      out[field.name] = field.pointer ? null : zero(field.schema)
      continue
    }
    if (!field.pointer) {
      if (field.omitEmpty && !structs.has(field.schema.type) && isEmptyValue(v)) continue
      if (field.omitZero && isZero(v, field)) continue
    }
    out[field.name] = v
  }
  return out
}

/** Types that are structs in Go, which `omitempty` does not leave out. */
const structs: ReadonlySet<string> = new Set(['struct', 'time', 'microtime', 'quantity', 'intOrString', 'raw', 'any'])

/** What Go encodes for a value that was never set. */
function zero(schema: Schema): unknown {
  switch (schema.type) {
    case 'string': case 'bytes': return schema.type === 'bytes' ? null : ''
    case 'int32': case 'int64': case 'float': return 0
    case 'bool': return false
    case 'quantity': return '0'
    case 'intOrString': return 0
    case 'struct': return decodeStruct({}, schema, '', '', { unknown: undefined, firstError: undefined })
    default: return null
  }
}

function isZero(decoded: unknown, field: Field): boolean {
  if (field.schema.type !== 'struct') return isEmptyValue(decoded)
  const empty = zero(field.schema) as JsonMap
  return isMap(decoded) && Object.keys(decoded).every((key) => Object.hasOwn(empty, key) && JSON.stringify(decoded[key]) === JSON.stringify(empty[key]))
}

const goTypes: Record<string, string> = {
  string: 'string', int32: 'int32', int64: 'int64', float: 'float64', bool: 'bool', bytes: '[]uint8', time: 'v1.Time', microtime: 'v1.MicroTime',
}

function goType(schema: Schema): string {
  if (schema.goType !== undefined) return schema.goType
  if (schema.type === 'list') return `[]${goType(schema.element!)}`
  if (schema.type === 'map') return `map[string]${goType(schema.element!)}`
  if (schema.type === 'struct') {
    const parts = schema.name!.split('.')
    return `${parts.at(-2)}.${parts.at(-1)}`
  }
  return goTypes[schema.type] ?? schema.type
}

function decodeValue(value: unknown, schema: Schema, path: string, goPath: string, struct: string, state: State): unknown {
  switch (schema.type) {
    case 'any':
      if (schema.element === undefined) return value
      if (isMap(value)) return decodeStruct(value, schema.element, path, goPath, state)
      return Array.isArray(value) ? value.map((v, i) => decodeValue(v, schema, `${path}[${i}]`, goPath, struct, state)) : value
    case 'raw': case 'open':
      return value
    case 'string':
      return typeof value === 'string' ? value : mismatch(value, schema, goPath, struct, state)
    case 'bool':
      return typeof value === 'boolean' ? value : mismatch(value, schema, goPath, struct, state)
    case 'int32':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2147483648 ? value : mismatch(value, schema, goPath, struct, state)
    case 'int64':
      return typeof value === 'number' && Number.isInteger(value) ? value : mismatch(value, schema, goPath, struct, state)
    case 'float':
      return typeof value === 'number' ? value : mismatch(value, schema, goPath, struct, state)
    case 'bytes': {
      if (typeof value !== 'string') return mismatch(value, schema, goPath, struct, state)
      const bad = badBase64(value)
      if (bad !== undefined) throw new DecodeError(state.firstError ?? `illegal base64 data at input byte ${bad}`)
      return value.replace(/[\r\n]/g, '')
    }
    case 'time': case 'microtime':
      return decodeTime(value, schema.type === 'microtime', state)
    case 'quantity': {
      const q = typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
      if (q === undefined) throw new DecodeError(state.firstError ?? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      return formatQuantity(q)
    }
    case 'intOrString':
      if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value
      throw new DecodeError(state.firstError ?? `json: cannot unmarshal ${kindOf(value)} into Go value of type ${typeof value === 'number' ? 'int32' : 'string'}`)
    case 'list':
      if (!Array.isArray(value)) return mismatch(value, schema, goPath, struct, state)
      return value.map((v, i) => (v === null || v === undefined ? zero(schema.element!) : decodeValue(v, schema.element!, `${path}[${i}]`, goPath, struct, state) ?? zero(schema.element!)))
    case 'map': {
      if (!isMap(value)) return mismatch(value, schema, goPath, struct, state)
      const out: JsonMap = {}
      for (const key of Object.keys(value)) {
        const v = value[key]
        put(out, key, v === null ? zero(schema.element!) : decodeValue(v, schema.element!, `${path}.${key}`, goPath, struct, state) ?? zero(schema.element!))
      }
      return out
    }
    case 'struct':
      return isMap(value) ? decodeStruct(value, schema, path, goPath, state) : mismatch(value, schema, goPath, struct, state)
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function mismatch(value: unknown, schema: Schema, goPath: string, struct: string, state: State): undefined {
  const kind = typeof value === 'number' && (schema.type === 'int32' || schema.type === 'int64') ? `number ${value}` : kindOf(value)
  state.firstError ??= `json: cannot unmarshal ${kind} into Go struct field ${struct}.${goPath} of type ${goType(schema)}`
  return undefined
}

const alphabet = /[^A-Za-z0-9+/]/

/** Index of the first byte Go's base64.StdEncoding refuses. */
function badBase64(text: string): number | undefined {
  const clean = text.replace(/[\r\n]/g, '')
  const body = clean.replace(/={1,2}$/, '')
  const bad = body.search(alphabet)
  if (bad >= 0) return bad
  if (clean.length % 4 !== 0) return clean.length - (clean.length % 4)
  return undefined
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function decodeTime(value: unknown, micro: boolean, state: State): unknown {
  const text = String(value)
  const match = typeof value === 'string' ? rfc3339.exec(text) : null
  const time = match === null ? Number.NaN : Date.parse(text)
  if (match === null || Number.isNaN(time)) {
    const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
    throw new DecodeError(state.firstError ?? (typeof value === 'string'
      ? `parsing time "${text}" as "${layout}": cannot parse "${text}" as "2006"`
      : `json: cannot unmarshal ${kindOf(value)} into Go value of type string`))
  }
  const seconds = new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)
  return micro ? `${seconds}.${(match[7] ?? '.').slice(1, 7).padEnd(6, '0')}Z` : `${seconds}Z`
}
