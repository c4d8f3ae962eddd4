import { gunzipSync, gzipSync } from 'node:zlib'
import { PintleError } from '../../errors/index.ts'
import { Int } from '../../language/go/index.ts'
import type { Value } from '../../language/go/index.ts'
import type { JsonObject, ReleaseRecord, ValuesLike } from './record.ts'

/** What a record may unpack to: a 1 MiB Secret of zeros would otherwise cost a gigabyte. */
const maxRecordBytes = 256 * 1024 * 1024

/** The text Helm stores: base64(gzip(JSON)). A Secret's API encodes it in base64 once more. @param level gzip's; Helm's by default */
export function encodeRecord(record: ReleaseRecord, level = 9): string {
  return gzipSync(recordJson(record), { level }).toString('base64')
}

/** The record's JSON, with integers beyond 2^53 digit by digit. */
export function recordJson(record: ReleaseRecord): string {
  // Go leaves empty hooks and values out.
  const whole = { ...record, hooks: record.hooks.length === 0 ? undefined : record.hooks, config: isEmpty(record.config) ? undefined : record.config }
  return plainJson(whole)
}

/** JSON of data that may hold the language wing's values: maps, integers digit by digit, bytes in base64. */
export function plainJson(value: unknown): string {
  // `this[key]` is the value before its toJSON ran: Buffer has one.
  return JSON.stringify(value, function (this: any, key) {
    return plainStep(this[key])
  })
}

function isEmpty(values: ValuesLike | undefined): boolean {
  return values === undefined || (values instanceof Map ? values.size === 0 : Object.keys(values).length === 0)
}

/** The other way of plainJson: integers beyond 2^53 stay themselves when they are written again. @throws SyntaxError */
export const readPlainJson = (text: string): unknown => JSON.parse(text, /\d{16}/.test(text) ? exactly : undefined)

function exactly(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? rawJson(source) : value
}

/** Reads what Helm 2's successors wrote: gzipped or, from before compression, plain JSON. */
export function decodeRecord(data: string): ReleaseRecord {
  let bytes = Buffer.from(data, 'base64')
  try {
    if (bytes.length > 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) {
      bytes = gunzipSync(bytes, { maxOutputLength: maxRecordBytes })
    }
    const raw = JSON.parse(bytes.toString('utf8')) as ReleaseRecord
    if (typeof raw !== 'object' || raw === null) throw new Error('not an object')
    return normalize(raw)
  } catch (error) {
    throw new PintleError('release.corrupt', (error as Error).message, { cause: error })
  }
}

function normalize(raw: Partial<ReleaseRecord>): ReleaseRecord {
  const info = { ...raw.info } as ReleaseRecord['info']
  for (const key of ['first_deployed', 'last_deployed', 'deleted'] as const) {
    // Early Helm 3 wrote empty strings for zero times (pkg/release/v1/info.go).
    if (info[key] === '' || info[key] === null || info[key]?.startsWith('0001-01-01')) delete info[key]
  }
  info.status ??= 'unknown'
  const hooks = (raw.hooks ?? []).map((hook) => {
    const { started_at, completed_at, phase = '' } = hook.last_run ?? {}
    return { ...hook, events: hook.events ?? [], last_run: { ...(started_at && { started_at }), ...(completed_at && { completed_at }), phase } }
  })
  // Helm 3's charts know no such time; Helm 4 writes its zero when it stores them again.
  const chart = raw.chart && { schemamodtime: '0001-01-01T00:00:00Z', ...raw.chart }
  return { ...raw, ...(chart && { chart }), name: raw.name ?? '', info, manifest: raw.manifest ?? '', hooks, version: raw.version ?? 0, namespace: raw.namespace ?? '' }
}

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

/** One step of JSON.stringify into the values of the language wing. */
function plainStep(value: unknown): unknown {
  if (value instanceof Map) {
    const out = Object.create(null) as JsonObject
    for (const [key, item] of value) out[key] = item
    return out
  }
  if (value instanceof Int) {
    return value.value <= BigInt(Number.MAX_SAFE_INTEGER) && value.value >= BigInt(Number.MIN_SAFE_INTEGER)
      ? Number(value.value)
      : rawJson(String(value.value))
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return value
}

/** A record's values for the language wing: as decoded by Go, every number a float64. */
export function toValues(values: ValuesLike | null | undefined): Map<string, Value> {
  if (values === null || values === undefined) return new Map()
  if (values instanceof Map) return values as Map<string, Value>
  return toValue(values) as Map<string, Value>
}

function toValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(toValue)
  if (typeof json !== 'object' || json === null) return json as Value
  const out = new Map<string, Value>()
  for (const key of Object.keys(json)) out.set(key, toValue((json as JsonObject)[key]))
  return out
}
