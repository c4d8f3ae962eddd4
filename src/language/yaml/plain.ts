import type { Value } from '../go/index.ts'
import { marshal } from './marshal.ts'
import { unmarshal } from './unmarshal.ts'

/** JSON as plain JavaScript values. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Reads the first document of a text as `unmarshal` does, into plain objects, which Kubernetes' objects are everywhere else. `__proto__`
 * becomes an ordinary own property.
 * @returns null for an empty document
 */
export function parseDocument(text: string): Json {
  return toPlain(unmarshal(text))
}

/** A value as plain objects. */
export function toPlain(v: Value): Json {
  if (v instanceof Map) {
    const object: { [key: string]: Json } = {}
    for (const [key, item] of v) {
      if (key === '__proto__') Object.defineProperty(object, key, { value: toPlain(item), enumerable: true, configurable: true, writable: true })
      else object[key] = toPlain(item)
    }
    return object
  }
  if (Array.isArray(v)) return v.map(toPlain)
  return v as Json
}

/** Plain objects as a value; members that are undefined are left out, as JSON.stringify does. */
export function fromPlain(json: unknown): Value {
  if (json === null || json === undefined) return null
  if (Array.isArray(json)) return json.map(fromPlain)
  if (typeof json !== 'object') return json as Value
  const map = new Map<string, Value>()
  for (const key of Object.keys(json)) {
    const item = (json as Record<string, unknown>)[key]
    if (item !== undefined) map.set(key, fromPlain(item))
  }
  return map
}

/** Writes plain objects as `marshal` writes values: what `kubectl get -o yaml` prints. */
export function marshalPlain(json: unknown): string {
  return marshal(fromPlain(json))
}
